"""Reads tables and code from the documents, and runs the code against the simulator."""

import ast
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from inspect import CO_COROUTINE
from io import StringIO
from typing import Any

from tests.shared_data import REPO

SOMEBODY = '"@somebody"'


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table with two columns: the name in another library, and the name in tikcast."""

    section: str
    theirs: str
    ours: str


@dataclass(frozen=True, kw_only=True)
class Ran:
    """The output of a piece of code, and the names that it defined."""

    output: str
    names: dict[str, Any] = field(repr=False)


def read(name: str) -> str:
    return (REPO / "docs" / name).read_text(encoding="utf-8")


def rows(name: str) -> list[Row]:
    """Every row of every table with two columns, without the header rows."""
    return list(_rows(read(name)))


def blocks(name: str) -> dict[str, str]:
    """The Python code under each heading."""
    codes: dict[str, str] = {}
    heading = ""
    for part in re.split(r"(?m)^(#+ .*|```python\n(?:.*\n)*?```)$", read(name)):
        if part.startswith("#"):
            heading = part.lstrip("# ")
        elif part.startswith("```python\n"):
            assert heading not in codes, f"two pieces of code under {heading!r}"
            codes[heading] = part.removeprefix("```python\n").removesuffix("```")
    return codes


async def run(code: str, *, user: str = "sim0", output: StringIO | None = None, **names: Any) -> Ran:
    """Run code that may await at its top level, with `user` instead of @somebody; it prints to `output`."""
    code = code.replace(SOMEBODY, repr(user))
    compiled = compile(code, "<document>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    output = output or StringIO()
    with redirect_stdout(output):
        running = eval(compiled, names)
        if compiled.co_flags & CO_COROUTINE:
            await running
    return Ran(output=output.getvalue(), names=names)


def _rows(text: str) -> Iterator[Row]:
    section = ""
    for line in text.splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("|") else []
        if len(cells) == 2 and not set(line) <= set("|- ") and cells[1] != "tikcast":
            yield Row(section=section, theirs=cells[0].replace("`", ""), ours=cells[1])
