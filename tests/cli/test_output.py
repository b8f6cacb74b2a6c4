"""What commands write: escaped text, tables, and lines from a thread."""

import asyncio
import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tikcast.cli._output import LineWriter, escape, print_table


@given(st.text())
def test_control_characters_and_invisible_marks_are_escaped(text: str) -> None:
    out = escape(text)
    bad = [mark for mark in out if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"}]
    assert bad == []
    assert not any(mark in out for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    out.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("日本語 عربي עברית", "日本語 عربي עברית"),
        ("👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️", "👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202etxt.exe", "evil\\u202etxt.exe"),
        ("\ufeffbom", "\\ufeffbom"),
        ("\ud800", "\\ud800"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
    ],
)
def test_marks_are_escaped_and_letters_are_kept(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_long_text_is_cut() -> None:
    assert escape("x" * 1000, longest=10) == "xxxxxxxxx…"


def test_columns_are_aligned_with_wide_letters(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([["日本語", 7, "x"], ["ab", 12, "🌹"], ["", 3, "end"]], header=("name", "coins", "title"))
    lines = capsys.readouterr().out.splitlines()
    starts = [
        cell_len(line[: line.rindex(last)]) for line, last in zip(lines, ("title", "x", "🌹", "end"), strict=True)
    ]
    assert len(set(starts)) == 1
    assert lines[1].startswith("日本語      7")


async def test_lines_arrive_complete_and_in_order() -> None:
    reading, writing = os.pipe()
    lines = [b"%d\n" % number for number in range(5000)]

    async def write() -> None:
        async with LineWriter(writing) as writer:
            for line in lines:
                await writer.write(line)
        os.close(writing)

    writer = asyncio.create_task(write())
    with os.fdopen(reading, "rb") as pipe:
        assert await asyncio.to_thread(pipe.read) == b"".join(lines)
    await writer


async def test_a_pipe_that_nobody_reads_makes_the_writer_wait_but_not_the_loop() -> None:
    reading, writing = os.pipe()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), LineWriter(writing) as writer:
            while True:
                await writer.write(b"x" * 1000 + b"\n")
    os.close(reading)
    os.close(writing)


async def test_a_pipe_without_a_reader_is_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        async with LineWriter(writing) as writer:
            await writer.write(b"one\n")
            await writer.flush()
    os.close(writing)
