"""Events of a live as an iterator of their own."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

from tikcast._live.queue import QueueClosed
from tikcast.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tikcast._live.hub import Hub, Types

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
