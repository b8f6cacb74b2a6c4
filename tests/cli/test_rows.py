"""Tables in the text output."""

import pytest
from rich.cells import cell_len

from tikcast.cli._rows import print_rows


def test_columns_are_aligned_with_wide_letters(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([["日本語", 7, "x"], ["ab", 12, "🌹"], ["", 3, "end"]], head=("name", "coins", "title"))
    lines = capsys.readouterr().out.splitlines()
    starts = [
        cell_len(line[: line.rindex(last)]) for line, last in zip(lines, ("title", "x", "🌹", "end"), strict=True)
    ]
    assert len(set(starts)) == 1
    assert lines[1].startswith("日本語      7")
