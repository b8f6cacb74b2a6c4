"""Events that tikcast makes itself, about its own connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tikcast.events import ID, Event

if TYPE_CHECKING:
    from tikcast._live.clock import Clock
    from tikcast._live.hub import Hub

E = TypeVar("E", bound=Event)


class Teller:
    """Makes events of one room at the time of its clock, and puts them among the others."""

    def __init__(self, hub: Hub, *, clock: Clock) -> None:
        self.room_id = 0
        self._hub = hub
        self._clock = clock

    def make(self, kind: type[E], **fields: Any) -> E:  # noqa: ANN401 - the fields of any event
        """An event of this room and of now."""
        now = self._clock.now_ms()
        return kind(room_id=ID(self.room_id), created_at_ms=now, received_at_ms=now, **fields)

    def tell(self, kind: type[Event], **fields: Any) -> None:  # noqa: ANN401 - the fields of any event
        """Make an event and give it to everybody."""
        self._hub.publish_nowait([self.make(kind, **fields)])
