"""One event in, one copy for every queue that asked for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikcast._live.queue import EventQueue
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
