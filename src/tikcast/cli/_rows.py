"""Answers of many parts: a table for people, one JSON document a line for programs."""

import sys
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from tikcast.cli._answer import as_json
from tikcast.cli._clean import clean

_LONGEST_CELL = 60


def print_documents(facts: Iterable[object]) -> None:
    """Print each as one JSON document on a line of its own."""
    sys.stdout.writelines(f"{as_json(fact)}\n" for fact in facts)
    sys.stdout.flush()


def print_rows(rows: Sequence[Sequence[object]], *, head: Sequence[str]) -> None:
    """Print rows under their heads; columns of numbers are aligned at their end."""
    lines = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    numeric = [all(isinstance(row[index], int) for row in rows) for index in range(len(head))]
    for line in lines:
        cells = (
            _padding(text, width) + text if right else text + _padding(text, width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        )
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()


def _padding(text: str, width: int) -> str:
    """What is missing to so many columns of the terminal: some letters take two."""
    return " " * (width - cell_len(text))


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else clean(str(value), longest=_LONGEST_CELL)
