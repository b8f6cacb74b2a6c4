"""Lines to stdout from a thread, so that a pipe nobody reads never stops the event loop."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from typing import Final, Self

_MOST_WAITING: Final = 1000


class Writer:
    """Writes whole lines to a file descriptor, in order.

    `write` waits when too many lines wait. What the descriptor refuses (`BrokenPipeError`, a full
    disk) is raised by the next call. Leaving the context writes the rest.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdout.fileno() if descriptor is None else descriptor
        self._lines: list[bytes] = []
        self._batches: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._idle = asyncio.Event()
        self._idle.set()
        self._error: OSError | None = None
        self._loop = asyncio.get_running_loop()
        # A daemon: blocked on a pipe for good, it must not keep the program from ending.
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
        """Add a line, which holds its own line end."""
        self._raise()
        self._lines.append(line)
        self._hand_over()
        if len(self._lines) > _MOST_WAITING:
            await self._idle.wait()

    async def flush(self) -> None:
        """Wait until everything is written."""
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
