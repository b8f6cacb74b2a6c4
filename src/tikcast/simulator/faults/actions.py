"""From an order to its first strike: faults of the live are carried out, all others are laid out to wait."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tikcast.simulator.config import ACTIONS
from tikcast.simulator.faults.orders import Order, Waiting
from tikcast.simulator.room.room import ActionError

if TYPE_CHECKING:
    from tikcast.simulator.world import Host, World

_SHORTEST_PAUSE_MS: Final = 1000


def arm(world: World, owner: Host, *, order: Order, now_ms: int) -> None:
    """Let a fault strike at once, or wait for what it strikes.

    Raises `ActionError` for a change of the live that makes no sense now.
    """
    waiting = owner.faults.add(order, now_ms)
    if order.kind.target == "room":
        _Course(world=world, owner=owner, waiting=waiting).begin(now_ms)
    elif order.kind.target == "ending":
        for connection in owner.room.connections:
            if connection.entered:
                connection.expect_end()


@dataclass(kw_only=True, slots=True)
class _Course:
    """A fault that changes the live, as often as it was ordered."""

    world: World
    owner: Host
    waiting: Waiting

    def begin(self, now_ms: int) -> None:
        """Strike for the first time, now or after the time that was ordered."""
        if self._order.ms("after"):
            self.world.later(now_ms + self._order.ms("after"), self._strike_as_planned)
            return
        try:
            self._strike(now_ms)
        except ActionError:
            self.owner.faults.drop(self.waiting)
            raise

    @property
    def _order(self) -> Order:
        return self.waiting.order

    def _strike(self, now_ms: int) -> None:
        if not self.owner.faults.use(self.waiting):
            return
        if self.waiting.left:
            pause_ms = self._order.ms("after") + self._down_ms
            self.world.later(now_ms + max(_SHORTEST_PAUSE_MS, pause_ms), self._strike_as_planned)
        action = next((action for action in ACTIONS if action == self._order.name), None)
        if action is not None:
            self.world.act(self.owner.plan.user, action, now_ms=now_ms)
        elif self._order.name == "restart":
            self._restart(now_ms)
        else:
            self.owner.room.heartbeat_ms = self._order.ms("seconds")

    def _strike_as_planned(self, now_ms: int) -> None:
        with suppress(ActionError):
            self._strike(now_ms)

    @property
    def _down_ms(self) -> int:
        return self._order.ms("seconds") if self._order.name == "restart" else 0

    def _restart(self, now_ms: int) -> None:
        if not self.owner.room.over:
            self.world.act(self.owner.plan.user, "end", now_ms=now_ms)
        if self._down_ms:
            self.world.later(now_ms + self._down_ms, self._go_live)
        else:
            self._go_live(now_ms)

    def _go_live(self, now_ms: int) -> None:
        with suppress(ActionError):
            self.world.act(self.owner.plan.user, "go_live", now_ms=now_ms)
