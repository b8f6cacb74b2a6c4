"""A bounded queue of events that counts what it drops and says so in its own stream."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tikcast.events import Event


class QueueClosed(Exception):  # noqa: N818 - it ends a loop, it reports no fault
    """The queue is closed and everything in it was taken."""


class EventQueue:
    """Events that wait for one reader.

    A full queue drops its oldest event; with `wait` it makes the writer wait instead. When the
    reader comes to where events were dropped, `overflow` is called with their number, and the event
    that it returns, if any, stands in their place.
    """

    def __init__(self, size: int, *, wait: bool, overflow: Callable[[int], Event | None]) -> None:
        self._size = size
        self._wait = wait
        self._overflow = overflow
        self._events: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self._untold = 0
        self._dropped = 0
        self._closed = False
        self.unread = False
        """Nobody reads this queue while others are read: it then drops, uncounted, for all."""

    @property
    def dropped(self) -> int:
        """How many events were dropped so far."""
        return 0 if self.unread else self._dropped

    @property
    def must_wait(self) -> bool:
        """Whether a writer should wait for `space` before it puts another event."""
        waits = self._wait and not self.unread
        return waits and not self._closed and len(self._events) >= self._size

    def __len__(self) -> int:
        return len(self._events)

    async def space(self) -> None:
        """Wait until the queue takes an event without growing past its size, or is closed."""
        while self.must_wait:
            self._taken.clear()
            await self._taken.wait()

    def put_nowait(self, event: Event) -> None:
        """Add an event, dropping the oldest one when full (never with `wait`)."""
        if self._closed:
            return
        if len(self._events) >= self._size and (self.unread or not self._wait):
            self._events.popleft()
            self._untold += 1
            self._dropped += 1
        self._events.append(event)
        self._filled.set()

    async def get(self) -> Event:
        """Take the next event, waiting for one; raises `QueueClosed` after the last.

        Cancelling it loses nothing.
        """
        while not self._events:
            if self._closed:
                raise QueueClosed
            self._filled.clear()
            await self._filled.wait()
        if self._untold:
            untold, self._untold = self._untold, 0
            told = self._overflow(untold)
            if told is not None:
                return told
        self._taken.set()
        return self._events.popleft()

    def close(self) -> None:
        """Take no more events; what is in the queue can still be read."""
        self._closed = True
        self._filled.set()
        self._taken.set()

    def clear(self) -> None:
        """Throw away what waits for the reader."""
        self._events.clear()
        self._untold = 0
