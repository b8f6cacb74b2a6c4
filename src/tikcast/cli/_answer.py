"""The one answer of a command that looks something up."""

import json as json_of_python
import sys
from collections.abc import Mapping

import msgspec

from tikcast.cli._clean import clean


def answer(text: str, facts: object, *, json: bool) -> None:
    """Print `text` for people, line by line, or `facts` as one JSON document."""
    if json:
        sys.stdout.write(f"{as_json(facts)}\n")
    else:
        sys.stdout.write("".join(f"{clean(line)}\n" for line in text.splitlines()))
    sys.stdout.flush()


def table(rows: Mapping[str, object]) -> str:
    """Facts under each other, those without a value left out."""
    shown = {name: value for name, value in rows.items() if value not in (None, "")}
    width = max(map(len, shown), default=0)
    return "\n".join(f"{name:<{width}}  {clean(str(value))}" for name, value in shown.items())


def as_json(facts: object) -> str:
    """JSON in which ids are decimal strings, as in events; what has no JSON is told as text.

    Bytes of the command line that are no UTF-8 are escaped.
    """
    try:
        return msgspec.json.encode(facts, enc_hook=_plain).decode()
    except UnicodeEncodeError:
        return json_of_python.dumps(msgspec.to_builtins(facts, enc_hook=_plain), separators=(",", ":"))


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)
