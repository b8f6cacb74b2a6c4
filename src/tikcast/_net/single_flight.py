"""One run of a coroutine for all callers that need its result at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Flight:
    task: asyncio.Future[Any]
    callers: int = 0


class SingleFlight:
    """Runs by key. The result or the failure of a run reaches each of its callers; nothing is kept after it.

    The callers own their run together: a caller that is cancelled leaves it to the others, and the last one that
    is cancelled cancels it.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight] = {}

    async def run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work()`, or of the run of this key that is under way. Raises what `work` raises."""
        flight = self._flights.get(key)
        if flight is None or flight.task.done():
            flight = self._flights[key] = _Flight(task=asyncio.ensure_future(work()))
        flight.callers += 1
        try:
            await asyncio.wait([flight.task])
        finally:
            flight.callers -= 1
            if not flight.callers:
                await self._end(key, flight)
        result: T = flight.task.result()
        return result

    async def _end(self, key: Hashable, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.task.cancel():
            await asyncio.wait([flight.task])
        elif not flight.task.cancelled():
            flight.task.exception()  # else asyncio logs a failure that no caller is left to receive
