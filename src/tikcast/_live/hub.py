"""One event in, one copy for every queue that asked for its type."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

from tikcast.errors import ConfigError
from tikcast.events import Event, Overflow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Types = tuple[type[Event], ...]


class Hub:
    """The queues of a live.

    `main` keeps every event from the start, so that nothing is lost before somebody iterates over
    the live. If others read instead, it holds back nobody and counts no drops until it is claimed.
    A queue that drops says so with what `overflow` makes of the number and the reader: in its own
    stream when that takes such events, else in those that do.
    """

    def __init__(self, size: int, *, wait: bool, overflow: Callable[[int, str], Event]) -> None:
        self._size = size
        self._wait = wait
        self._overflow = overflow
        self._queues: dict[EventQueue, Types] = {}
        self._routes: dict[type[Event], tuple[EventQueue, ...]] = {}
        self._closed = False
        self._claimed = False
        self.tap: Callable[[Sequence[Event]], None] | None = None
        """Sees all events before they are handed out."""
        self._dropped_before = 0
        self.main = self.subscribe(())

    def subscribe(self, types: Types, *, reader: str = "") -> EventQueue:
        """Make a queue that gets all events that are instances of `types` (none: every event).

        Raises `ConfigError` for what is no type of events.
        """
        for kind in types:
            if not _is_event_type(kind):
                raise ConfigError(f"{kind!r} is no type of events", advice="give a class such as ChatEvent")
        own = not types or issubclass(Overflow, types)

        def tell(dropped: int) -> Event | None:
            event = self._overflow(dropped, reader)
            if own:
                return event
            self.publish_nowait([event])
            return None

        queue = EventQueue(self._size, wait=self._wait, overflow=tell)
        if self._closed:
            queue.close()
        self._queues[queue] = types
        self._changed()
        return queue

    def unsubscribe(self, queue: EventQueue) -> None:
        """Forget a queue; its writers stop waiting for it. Doing it twice is fine."""
        if self._queues.pop(queue, None) is not None:
            self._dropped_before += queue.dropped
        queue.close()
        self._changed()

    def claim(self) -> EventQueue:
        """Give the main queue to the one who reads it now."""
        if not self._claimed:
            self._claimed = True
            self._changed()
        return self.main

    def publish_nowait(self, events: Sequence[Event]) -> None:
        """Give events to everybody without waiting."""
        if self.tap is not None:
            self.tap(events)
        for event in events:
            for queue in self._route(type(event)):
                queue.put_nowait(event)

    async def publish(self, events: Sequence[Event]) -> None:
        """Give events to everybody, waiting for the queues that want it.

        Cancelled, it still delivers all of them: they were received, so nobody sends them again.
        """
        if self.tap is not None:
            self.tap(events)
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

    def stats(self) -> dict[str, int]:
        """Events waiting in all queues that are read, and events dropped so far."""
        read = [queue for queue in self._queues if not queue.unread]
        return {
            "queued": sum(len(queue) for queue in read),
            "dropped": self._dropped_before + sum(queue.dropped for queue in read),
        }

    def _route(self, event_type: type[Event]) -> tuple[EventQueue, ...]:
        route = self._routes.get(event_type)
        if route is None:
            route = tuple(queue for queue, types in self._queues.items() if not types or issubclass(event_type, types))
            self._routes[event_type] = route
        return route

    def _changed(self) -> None:
        self._routes.clear()
        main = next(iter(self._queues))
        main.unread = not self._claimed and (main.unread or len(self._queues) > 1)


def _is_event_type(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Event)


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


E_co = TypeVar("E_co", bound=Event, covariant=True)


class EventStream(Generic[E_co]):
    """An async iterator over the events of some types, from the moment it was asked for.

    It has a queue of its own; one that is thrown away, or closed, stops collecting. It ends like
    the live does, with the same error if the live failed.
    """

    def __init__(
        self,
        hub: Hub,
        types: Types,
        *,
        require_open: Callable[[], None],
        failure: Callable[[], Exception | None],
    ) -> None:
        self._queue = hub.subscribe(types, reader="an iterator of events()")
        self._require_open = require_open
        self._failure = failure
        self._stop = weakref.finalize(self, hub.unsubscribe, self._queue)
        self._stop.atexit = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E_co:
        self._require_open()
        try:
            return cast("E_co", await self._queue.get())
        except QueueClosed:
            self._stop()
            if failure := self._failure():
                raise failure from None
            raise StopAsyncIteration from None

    def close(self) -> None:
        """Stop collecting; doing it twice is fine."""
        self._stop()
