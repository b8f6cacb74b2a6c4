"""Faults that were ordered and wait for what they strike. Pure: the time goes in, strikes come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from tikcast.errors import ConfigError
from tikcast.simulator.faults.catalog import FAULTS, PLACES, FaultKind, Place, Target, Value


class WaitingReport(TypedDict):
    """A fault that still waits, as the control API tells it. `left`: how many more times it will strike."""

    fault: str
    left: int
    parameters: dict[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A fault with every parameter set."""

    kind: FaultKind
    settings: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The fault's name."""
        return self.kind.name

    @property
    def places(self) -> tuple[Place, ...]:
        """Which requests it strikes."""
        return (self.kind.place,) if self.kind.place else PLACES[self.text("where")]

    def number(self, name: str) -> float:
        """A setting that is a number."""
        value = self.settings[name]
        return 0.0 if isinstance(value, str) else float(value)

    def count(self, name: str) -> int:
        """A setting that is a whole number."""
        return int(self.number(name))

    def ms(self, name: str) -> int:
        """A duration in milliseconds."""
        return round(self.number(name) * 1000)

    def text(self, name: str) -> str:
        """A setting that is a text."""
        return str(self.settings[name])

    def says(self, name: str) -> bool:
        """A setting that is yes or no."""
        return bool(self.settings[name])


def read_order(name: str, parameters: Mapping[str, object]) -> Order:
    """An order by its name. Raises `ConfigError`, which says what is allowed."""
    kind = FAULTS.get(name)
    if kind is None:
        raise ConfigError(f"there is no {name!r}", option="fault", advice=f"use one of {', '.join(FAULTS)}")
    known = kind.parameters
    for given in parameters:
        if given not in known:
            reason = f"{name} has no parameter {given!r}"
            raise ConfigError(reason, option="fault", advice=f"it knows {', '.join(known)}")
    settings = {key: known[key].read(f"{name} {key}", parameters.get(key, known[key].default)) for key in known}
    return Order(kind=kind, settings=settings)


@dataclass(kw_only=True, slots=True, eq=False)
class Waiting:
    """A fault that waits, and how many more times it will strike."""

    order: Order
    from_ms: int
    left: int

    def ready(self, now_ms: int, *, since_ms: int) -> bool:
        """Whether its time has come for what is there since then."""
        return now_ms >= self.ready_at(since_ms)

    def ready_at(self, since_ms: int) -> int:
        """When its time will come."""
        return max(self.from_ms, since_ms) + self.order.ms("after")


class FaultBook:
    """The faults that wait for one user's clients, over all their lives. Times are epoch milliseconds.

    Each takes the next thing that it can strike once its time has come; of two that could, the one that was
    ordered first. `since_ms` is when the connection entered that is to be struck, 0 for a request.
    """

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, order: Order, now_ms: int) -> Waiting:
        """Let a fault wait for its next strike."""
        one = Waiting(order=order, from_ms=now_ms, left=order.count("times"))
        self._waiting.append(one)
        return one

    def use(self, one: Waiting) -> bool:
        """Let that one strike; False when it does not wait any more."""
        if one not in self._waiting:
            return False
        one.left -= 1
        if not one.left:
            self.drop(one)
        return True

    def drop(self, one: Waiting) -> None:
        """Forget a fault."""
        if one in self._waiting:
            self._waiting.remove(one)

    def clear(self) -> None:
        """Forget every fault that waits."""
        self._waiting.clear()

    def strike(self, name: str, now_ms: int, *, since_ms: int = 0) -> Order | None:
        """Let the fault of that name strike, if it is ready."""
        return self._take(lambda order: order.name == name, now_ms, since_ms=since_ms)

    def strike_target(self, target: Target, now_ms: int, *, since_ms: int = 0) -> Order | None:
        """Let the first fault strike that is ready for such a target."""
        return self._take(lambda order: order.kind.target == target, now_ms, since_ms=since_ms)

    def strike_request(self, place: Place, now_ms: int) -> Order | None:
        """Let the first fault strike that is ready for a request in that place."""
        return self._take(lambda order: order.kind.group == "connecting" and place in order.places, now_ms, since_ms=0)

    def look(self, name: str, now_ms: int, *, since_ms: int) -> Order | None:
        """The fault of that name if it is ready, without letting it strike."""
        ready = (one for one in self._waiting if one.order.name == name and one.ready(now_ms, since_ms=since_ms))
        return next((one.order for one in ready), None)

    def moments(self, target: Target, *, since_ms: int) -> list[int]:
        """When the faults for such a target will be ready."""
        return [one.ready_at(since_ms) for one in self._waiting if one.order.kind.target == target]

    def report(self) -> list[WaitingReport]:
        """What waits, in the order in which it was ordered."""
        return [
            WaitingReport(fault=one.order.name, left=one.left, parameters=dict(one.order.settings))
            for one in self._waiting
        ]

    def _take(self, fits: Callable[[Order], bool], now_ms: int, *, since_ms: int) -> Order | None:
        for one in self._waiting:
            if fits(one.order) and one.ready(now_ms, since_ms=since_ms):
                self.use(one)
                return one.order
        return None
