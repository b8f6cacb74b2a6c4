"""Events of a live stream as iterators: those of `events()`, and the loops over the live stream itself."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Generic, ParamSpec, Protocol, Self, TypeVar, cast

from tikcast._live.hub import QueueClosed
from tikcast.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tikcast._live.hub import Hub, Types

P = ParamSpec("P")
E_co = TypeVar("E_co", bound=Event, covariant=True)


class Source(Protocol):
    """The live stream that the events come from."""

    failure: Exception | None

    @property
    def hub(self) -> Hub:
        """Its queues."""

    def require_open(self) -> None:
        """Raise `ConfigError` unless it was opened: nothing would ever come."""


class EventStream(Generic[E_co]):
    """An async iterator over the events of some types, from the moment when it was made.

    It has a queue of its own. It stops collecting when it is closed or no longer referred to. It
    ends like the live stream does, with the same error if the live stream failed.
    """

    def __init__(self, source: Source, types: Types) -> None:
        hub = source.hub
        self._source = source
        self._queue = hub.subscribe(types, reader="an iterator of events()")
        self._stop = _when_dropped(self, hub.unsubscribe, self._queue)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E_co:
        self._source.require_open()
        try:
            return cast("E_co", await self._queue.get())
        except QueueClosed:
            self.close()
            raise self._source.failure or StopAsyncIteration from None

    def close(self) -> None:
        """Stop collecting; doing it twice is fine."""
        self._stop()


class Loop(EventStream[Event]):
    """One `async for` over a live stream. From its first event on, it shares the queue with the other loops.

    It leaves when it is closed or no longer referred to, as after `break`.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._queue = self._loop_queue = source.hub.loop_queue
        self._joined = False

    async def __anext__(self) -> Event:
        self._source.require_open()
        if not self._joined:
            self._joined = True
            self._loop_queue.join()
            self._stop = _when_dropped(self, self._loop_queue.leave)
        return await super().__anext__()

    def close(self) -> None:
        """Leave; the next event joins again."""
        if self._joined:
            self._joined = False
            self._stop()


class TaskLoops:
    """The loops of tasks that take single events with `anext(live)`: one a task, which ends with its task."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._loops: dict[asyncio.Task[object], Loop] = {}

    async def next(self) -> Event:
        """The next event, taken by the loop of this task."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        loop = self._loops.get(task)
        if loop is None:
            loop = self._loops[task] = Loop(self._source)
            task.add_done_callback(self._end)
        return await anext(loop)

    def end_own(self) -> None:
        """End the loop of this task, which takes no more events for now."""
        if (task := asyncio.current_task()) is not None:
            self._end(task)

    def _end(self, task: asyncio.Task[object]) -> None:
        if (loop := self._loops.pop(task, None)) is not None:
            loop.close()


def _when_dropped(
    owner: object, action: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> Callable[[], object]:
    """What does `action` once: when it is called, or when nobody refers to `owner` any more."""
    finalizer = weakref.finalize(owner, action, *args, **kwargs)
    finalizer.atexit = False
    return finalizer
