"""The output of commands: escaped text, tables, JSON, and lines that a thread writes."""

from __future__ import annotations

import asyncio
import json as json_of_python
import os
import queue
import sys
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SPACES: Final = "\n\r\t\v\f\u2028\u2029\u0085"
_JOINERS: Final = "\u200c\u200d"
_TAGS: Final = range(0xE0020, 0xE0080)
_LONGEST_CELL: Final = 60
_MOST_WAITING: Final = 1000


def escape(text: str, *, longest: int = 400) -> str:
    r"""`text` on one line, with every character escaped that could control the terminal or is invisible.

    Control characters (with which escape sequences begin), bidirectional overrides and other
    invisible marks become `\x1b` and similar. Joiners, which scripts and emoji need, and
    right-to-left letters are kept. Text of more than `longest` characters is truncated.
    """
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return text
    truncated = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(map(_escaped, truncated))


@lru_cache(maxsize=4096)
def _escaped(mark: str) -> str:
    if mark in _SPACES:
        return " "
    category = unicodedata.category(mark)
    if category == "Cf" and (mark in _JOINERS or ord(mark) in _TAGS):
        return mark
    if category in {"Cc", "Cf", "Cs"}:
        return _hexadecimal(ord(mark))
    return mark


def _hexadecimal(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def print_answer(text: str, facts: object, *, json: bool) -> None:
    """Print `text` line by line, or with `json` the `facts` as one JSON document."""
    if json:
        sys.stdout.write(f"{as_json(facts)}\n")
    else:
        sys.stdout.write("".join(f"{escape(line)}\n" for line in text.splitlines()))
    sys.stdout.flush()


def facts_table(facts: Mapping[str, object]) -> str:
    """A table with one fact per line; facts without a value are left out."""
    shown = {name: value for name, value in facts.items() if value not in (None, "")}
    width = max(map(len, shown), default=0)
    return "\n".join(f"{name:<{width}}  {escape(str(value))}" for name, value in shown.items())


def as_json(facts: object) -> str:
    """JSON with ids as decimal strings, as in events; values without a JSON form are written as text.

    Bytes of the command line that are not UTF-8 are escaped.
    """
    try:
        return msgspec.json.encode(facts, enc_hook=_plain).decode()
    except UnicodeEncodeError:
        return json_of_python.dumps(msgspec.to_builtins(facts, enc_hook=_plain), separators=(",", ":"))


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)


def print_documents(facts: Iterable[object]) -> None:
    """Print each object as one JSON document on its own line."""
    sys.stdout.writelines(f"{as_json(fact)}\n" for fact in facts)
    sys.stdout.flush()


def print_table(rows: Sequence[Sequence[object]], *, header: Sequence[str]) -> None:
    """Print rows under a header; columns of numbers are aligned to the right."""
    from rich.cells import cell_len

    lines = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    numeric = [all(isinstance(row[index], int) for row in rows) for index in range(len(header))]
    for line in lines:
        cells = (  # not padded by format(), because some letters take two terminal columns
            " " * (width - cell_len(text)) + text if right else text + " " * (width - cell_len(text))
            for text, width, right in zip(line, widths, numeric, strict=True)
        )
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else escape(str(value), longest=_LONGEST_CELL)


class LineWriter:
    """Writes complete lines to a file descriptor, in order. A thread writes, so the event loop never blocks.

    `write` waits while too many lines are queued. If writing fails (`BrokenPipeError`, a full disk),
    the next call raises the error. The end of the context writes the remaining lines.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdout.fileno() if descriptor is None else descriptor
        self._lines: list[bytes] = []
        self._batches: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._idle = asyncio.Event()
        self._idle.set()
        self._error: OSError | None = None
        self._loop = asyncio.get_running_loop()
        # A daemon thread, because it may block on a pipe forever and must not prevent the exit of the program.
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self.flush()
        finally:
            self._batches.put(None)

    async def write(self, line: bytes) -> None:
        """Add a line, including its line end."""
        self._raise()
        self._lines.append(line)
        self._hand_over()
        if len(self._lines) > _MOST_WAITING:
            await self._idle.wait()

    async def flush(self) -> None:
        """Wait until all lines are written."""
        while not self._idle.is_set():
            await self._idle.wait()
        self._raise()

    def _hand_over(self) -> None:
        if self._idle.is_set() and self._lines:
            self._idle.clear()
            batch, self._lines = b"".join(self._lines), []
            self._batches.put(batch)

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            try:
                _write_all(self._descriptor, batch)
            except OSError as error:
                self._error = error
            try:
                self._loop.call_soon_threadsafe(self._done)
            except RuntimeError:
                return

    def _done(self) -> None:
        self._idle.set()
        self._hand_over()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
