"""The faults that were ordered for a user's clients, until they have happened. Pure: the time is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypedDict

from tikcast.simulator.faults.catalog import FaultOrder
from tikcast.simulator.faults.hooks import REQUEST, RequestFault, RoomChange
from tikcast.simulator.faults.parameters import Value
from tikcast.simulator.faults.registry import F, Hook, Method, Place
from tikcast.simulator.room.state import ActionError

_SHORTEST_PAUSE_MS: Final = 1000


class WaitingReport(TypedDict):
    """A waiting fault as the control API lists it. `left`: how many more times it will happen."""

    fault: str
    left: int
    parameters: dict[str, Value]


@dataclass(kw_only=True, slots=True, eq=False)
class WaitingFault:
    """A fault that was ordered, and how many more times it will happen."""

    order: FaultOrder
    ordered_at_ms: int
    left: int

    def due_at(self, since_ms: int) -> int:
        """When it can happen to what is there since then."""
        return max(self.ordered_at_ms, since_ms) + self.order.after_ms


class WaitingFaults:
    """The faults that wait for one user's clients, over all their live streams. Times are epoch milliseconds.

    Each happens to the next thing of its hook once it is due; of two that are due, the one that was ordered
    first. `since_ms` is when the affected connection entered the room, 0 for a request.
    """

    def __init__(self) -> None:
        self._waiting: list[WaitingFault] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, order: FaultOrder, now_ms: int) -> WaitingFault:
        """Let a fault wait."""
        waiting = WaitingFault(order=order, ordered_at_ms=now_ms, left=order.times)
        self._waiting.append(waiting)
        return waiting

    def use(self, waiting: WaitingFault) -> bool:
        """Count that the fault happens; False when it does not wait any more."""
        if waiting not in self._waiting:
            return False
        waiting.left -= 1
        if not waiting.left:
            self.drop(waiting)
        return True

    def drop(self, waiting: WaitingFault) -> None:
        """Remove a fault."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)

    def clear(self) -> None:
        """Remove all faults."""
        self._waiting.clear()

    def take(self, hook: Hook[F], now_ms: int, *, since_ms: int = 0, method: Method | None = None) -> F | None:
        """Use the first fault of a hook that is due, and return its function; None when there is none.

        `method`: only faults that affect connections by that method.
        """
        return self._take(self._due(hook, now_ms, since_ms=since_ms, method=method))

    def take_request(self, place: Place, now_ms: int, *, method: Method | None = None) -> RequestFault | None:
        """The same for the faults of requests of one kind."""
        due = self._due(REQUEST, now_ms, since_ms=0, method=method)
        return self._take((waiting, function) for waiting, function in due if waiting.order.affects(place))

    def peek(self, hook: Hook[F], now_ms: int, *, since_ms: int) -> F | None:
        """The function of the first fault of a hook that is due, without using the fault."""
        return next((function for _, function in self._due(hook, now_ms, since_ms=since_ms)), None)

    def due_times(self, hook: Hook[F], *, since_ms: int) -> list[int]:
        """When the faults of a hook will be due."""
        return [waiting.due_at(since_ms) for waiting in self._waiting if waiting.order.function(hook)]

    def report(self) -> list[WaitingReport]:
        """The faults that wait, in the order in which they were ordered."""
        return [
            WaitingReport(fault=waiting.order.name, left=waiting.left, parameters=dict(waiting.order.settings))
            for waiting in self._waiting
        ]

    def _due(
        self, hook: Hook[F], now_ms: int, *, since_ms: int, method: Method | None = None
    ) -> Iterator[tuple[WaitingFault, F]]:
        for waiting in self._waiting:
            function = waiting.order.function(hook) if waiting.order.affects_method(method) else None
            if function is not None and now_ms >= waiting.due_at(since_ms):
                yield waiting, function

    def _take(self, due: Iterator[tuple[WaitingFault, F]]) -> F | None:
        first = next(due, None)
        if first is None:
            return None
        waiting, function = first
        self.use(waiting)
        return function


@dataclass(kw_only=True, slots=True)
class RoomFault:
    """A fault that changes a live stream, as often as it was ordered.

    `change` applies one change; it raises `ActionError` for one that makes no sense in the room's state.
    `later` calls something with the time, at a moment.
    """

    faults: WaitingFaults
    waiting: WaitingFault
    changes: list[RoomChange]
    change: Callable[[RoomChange, int], None]
    later: Callable[[int, Callable[[int], None]], None]

    def begin(self, now_ms: int) -> None:
        """Let it happen for the first time, now or after the time that was ordered.

        Raises `ActionError` for a change that makes no sense now; the fault does not wait any more then.
        """
        after_ms = self.waiting.order.after_ms
        if after_ms:
            self.later(now_ms + after_ms, self._happen_as_planned)
            return
        try:
            self._happen(now_ms)
        except ActionError:
            self.faults.drop(self.waiting)
            raise

    def _happen(self, now_ms: int) -> None:
        if not self.faults.use(self.waiting):
            return
        if self.waiting.left:
            pause_ms = self.waiting.order.after_ms + max(change.after_ms for change in self.changes)
            self.later(now_ms + max(_SHORTEST_PAUSE_MS, pause_ms), self._happen_as_planned)
        for change in self.changes:
            if change.after_ms:
                self.later(now_ms + change.after_ms, partial(self._change_if_possible, change))
            elif change.optional:
                self._change_if_possible(change, now_ms)
            else:
                self.change(change, now_ms)

    def _change_if_possible(self, change: RoomChange, now_ms: int) -> None:
        with suppress(ActionError):
            self.change(change, now_ms)

    def _happen_as_planned(self, now_ms: int) -> None:
        with suppress(ActionError):
            self._happen(now_ms)
