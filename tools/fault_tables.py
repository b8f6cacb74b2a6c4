"""Write the tables of the simulator's faults into docs/simulator.md. Run as `make faults`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tikcast.simulator.faults.catalog import faults
from tikcast.simulator.faults.parameters import COMMON
from tikcast.simulator.faults.registry import AnyFault

PAGE = Path(__file__).resolve().parent.parent / "docs/simulator.md"
HEAD = "| fault | what happens | parameters and their defaults |\n|---|---|---|\n"
MARKED = re.compile(r"(<!-- faults: (\w+) -->\n\n).*?(?=\n<!-- end of faults -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """The page with the table of each group between its marks."""
    return MARKED.sub(lambda match: match.group(1) + table(match.group(2)), page)


def table(group: str) -> str:
    """The faults of a group as a Markdown table, in the order in which the control API lists them."""
    return HEAD + "".join(row(name, fault) for name, fault in faults().items() if fault.group == group)


def row(name: str, fault: AnyFault) -> str:
    """One fault, with the parameters that not all faults have."""
    defaults = {key: parameter.default for key, parameter in fault.own.items() if key not in COMMON}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in defaults.items()}
    parameters = ", ".join(f"`{key}` {text.removesuffix('.0')}" for key, text in texts.items())
    return f"| `{name}` | {fault.about} | {parameters} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
