"""Queues of events: one event in, one copy for every reader that asked for its type."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tikcast.errors import ConfigError
from tikcast.events import Event, Overflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Types = tuple[type[Event], ...]

KEPT_MS: Final = 5000
"""How long events are kept for a loop that may still begin, while others read the live stream."""


class QueueClosed(Exception):  # noqa: N818 - it ends a loop, it reports no fault
    """The queue is closed and everything in it was taken."""


class EventQueue:
    """Events that wait for one reader.

    A full queue drops its oldest event; with `wait` it makes the writer wait instead. Before the
    next event after a drop, `overflow` is called with the number of dropped events, and the reader
    gets the event that it returns, if any.
    """

    def __init__(self, size: int, *, wait: bool, overflow: Callable[[int], Event | None]) -> None:
        self._size = size
        self._wait = wait
        self._overflow = overflow
        self._events: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self._unreported = 0
        self._dropped = 0
        self._closed = False
        self._released = False

    @property
    def dropped(self) -> int:
        """How many events were dropped so far because the reader was slow."""
        return self._dropped

    @property
    def full(self) -> bool:
        """Whether it holds as many events as it may."""
        return len(self._events) >= self._size

    @property
    def must_wait(self) -> bool:
        """Whether a writer should wait for `space` before it puts another event."""
        return self._wait and not self._closed and self.full

    def __len__(self) -> int:
        return len(self._events)

    async def space(self) -> None:
        """Wait until the queue takes an event without growing past its size, or is closed."""
        while self.must_wait:
            self._taken.clear()
            await self._taken.wait()

    def wake_writer(self) -> None:
        """Let a writer that waits for space look again whether it has to."""
        self._taken.set()

    def put_nowait(self, event: Event) -> None:
        """Add an event, dropping the oldest one when full (never with `wait`)."""
        if self._closed:
            return
        if len(self._events) >= self._size:
            self._make_room()
        if self._released:
            self._unreported += 1
        else:
            self._events.append(event)
        self._filled.set()

    async def get(self) -> Event:
        """Take the next event, waiting for one; raises `QueueClosed` after the last.

        Cancelling it loses nothing.
        """
        while True:
            if self._unreported:
                number, self._unreported = self._unreported, 0
                overflow = self._overflow(number)
                if overflow is not None:
                    return overflow
            if self._events:
                self._taken.set()
                return self._events.popleft()
            if self._closed:
                raise QueueClosed
            self._filled.clear()
            await self._filled.wait()

    def close(self) -> None:
        """Take no more events; what is in the queue can still be read."""
        self._closed = True
        self._filled.set()
        self._taken.set()

    def clear(self) -> None:
        """Throw away what waits for the reader."""
        self._events.clear()
        self._unreported = 0

    def _make_room(self) -> None:
        if not self._wait:
            self._events.popleft()
            self._unreported += 1
            self._dropped += 1


class LoopQueue(EventQueue):
    """The queue of the loops over a live stream (`async for`): every event since the opening.

    The loops share it. Between two of them, and before the first, events are kept for the next one.
    But while others read the live stream (`has_other_readers`), no loop may ever come: events are
    then kept for `KEPT_MS`, and only until the queue is full. After that, and after `release`, they
    are counted only, and hold up no writer. The next loop begins with an `Overflow` of their number.
    """

    def __init__(
        self,
        size: int,
        *,
        wait: bool,
        overflow: Callable[[int], Event | None],
        has_other_readers: Callable[[], bool],
        age_ms: Callable[[], int],
    ) -> None:
        super().__init__(size, wait=wait, overflow=overflow)
        self._has_other_readers = has_other_readers
        self._age_ms = age_ms
        self._loops = 0
        self._unread_since_ms: int | None = None
        self._counted = 0

    @property
    def must_wait(self) -> bool:
        """Whether a writer should wait for `space` before it puts another event."""
        if not super().must_wait:
            return False
        self.review()
        return super().must_wait

    @property
    def unread(self) -> bool:
        """Whether nobody loops over it while others read the live stream."""
        return not self._loops and self._has_other_readers()

    def join(self) -> None:
        """A loop begins: everything from now on is kept for it."""
        self._loops += 1
        if self._released:
            self._released = False
            self._dropped += self._unreported - self._counted

    def leave(self) -> None:
        """A loop has ended."""
        self._loops -= 1
        self.wake_writer()

    def review(self) -> None:
        """Release the events when no loop is to be expected any more."""
        if self._released or not self.unread:
            self._unread_since_ms = None
            return
        age_ms = self._age_ms()
        if self._unread_since_ms is None:
            self._unread_since_ms = age_ms
        if self.full or age_ms - self._unread_since_ms >= KEPT_MS:
            self.release()

    def release(self) -> None:
        """Keep nothing for a loop that may come, unless one reads now."""
        if self._loops or self._released:
            return
        self._counted = self._unreported  # these are in `dropped`; `join` adds the others
        self._unreported += len(self._events)
        self._events.clear()
        self._released = True
        self.wake_writer()

    def _make_room(self) -> None:
        self.review()
        if not self._released:
            super()._make_room()


class Hub:
    """The queues of a live stream: it owns them, and routes each event to those that asked for its type.

    A queue that drops events reports it by what `overflow` makes of their number and the reader: in
    its own stream when that takes `Overflow`, else in those that do.
    """

    def __init__(
        self, size: int, *, wait: bool, overflow: Callable[[int, str], Event], age_ms: Callable[[], int]
    ) -> None:
        self._size = size
        self._wait = wait
        self._overflow = overflow
        self._routes: dict[type[Event], tuple[EventQueue, ...]] = {}
        self._closed = False
        self._waiting_for_end = 0
        self._dropped_before = 0
        self.loop_queue = LoopQueue(
            size,
            wait=wait,
            overflow=lambda number: overflow(number, ""),
            has_other_readers=self._has_other_readers,
            age_ms=age_ms,
        )
        self._queues: dict[EventQueue, Types] = {self.loop_queue: ()}

    def subscribe(self, types: Types, *, reader: str = "") -> EventQueue:
        """Make a queue that gets all events that are instances of `types` (none: every event).

        Raises `ConfigError` for what is no type of events.
        """
        for kind in types:
            if not _is_event_type(kind):
                raise ConfigError(f"{kind!r} is no type of events", advice="give a class such as ChatEvent")
        own = not types or issubclass(Overflow, types)

        def report(dropped: int) -> Event | None:
            event = self._overflow(dropped, reader)
            if own:
                return event
            self.publish_nowait([event])
            return None

        queue = EventQueue(self._size, wait=self._wait, overflow=report)
        if self._closed:
            queue.close()
        self._queues[queue] = types
        self._readers_changed()
        return queue

    def unsubscribe(self, queue: EventQueue) -> None:
        """Forget a queue; its writers stop waiting for it. Doing it twice is fine."""
        if self._queues.pop(queue, None) is not None:
            self._dropped_before += queue.dropped
        queue.close()
        self._readers_changed()

    @contextmanager
    def waiting_for_end(self) -> Iterator[None]:
        """While somebody waits for the end only, no loop is expected to begin."""
        self._waiting_for_end += 1
        self.loop_queue.release()
        try:
            yield
        finally:
            self._waiting_for_end -= 1

    def publish_nowait(self, events: Sequence[Event]) -> None:
        """Give events to everybody without waiting."""
        self.loop_queue.review()
        for event in events:
            for queue in self._route(type(event)):
                queue.put_nowait(event)

    async def publish(self, events: Sequence[Event]) -> None:
        """Give events to everybody, waiting for the queues that want it.

        Cancelled, it still delivers all of them: they were received, so nobody sends them again.
        """
        if not self._wait:
            self.publish_nowait(events)
            return
        self.loop_queue.review()
        deliveries = [(queue, event) for event in events for queue in self._route(type(event))]
        done = 0
        try:
            for queue, event in deliveries:
                if queue.must_wait:
                    await queue.space()
                queue.put_nowait(event)
                done += 1
        finally:
            for queue, event in deliveries[done:]:
                queue.put_nowait(event)

    def close(self) -> None:
        """Take no more events; every queue ends after what it holds."""
        self._closed = True
        for queue in self._queues:
            queue.close()

    @property
    def queued(self) -> int:
        """Events that wait for their readers."""
        waiting = sum(map(len, self._queues))
        return waiting - len(self.loop_queue) if self.loop_queue.unread else waiting

    @property
    def dropped(self) -> int:
        """Events dropped so far because their readers were slow."""
        return self._dropped_before + sum(queue.dropped for queue in self._queues)

    def _route(self, event_type: type[Event]) -> tuple[EventQueue, ...]:
        route = self._routes.get(event_type)
        if route is None:
            route = tuple(queue for queue, types in self._queues.items() if not types or issubclass(event_type, types))
            self._routes[event_type] = route
        return route

    def _has_other_readers(self) -> bool:
        return len(self._queues) > 1 or self._waiting_for_end > 0

    def _readers_changed(self) -> None:
        self._routes.clear()
        self.loop_queue.wake_writer()


def _is_event_type(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Event)
