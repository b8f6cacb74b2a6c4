"""What a session adds to its events: sums, streaks, what is known of people, which chest or battle is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tikcast._wire.session.battles import Battles
from tikcast._wire.session.dedupe import Seen
from tikcast._wire.session.gifts import Chests, Streaks
from tikcast._wire.session.people import KnownPeople, Likes
from tikcast._wire.session.problems import Problems
from tikcast.events._base import Event
from tikcast.events.battle import BattlesEvent, MicBattleEvent
from tikcast.events.chat import ChatEvent
from tikcast.events.gift import EnvelopeEvent, GiftEvent
from tikcast.events.people import FollowEvent, JoinEvent, LikeEvent, ShareEvent, UserEvent
from tikcast.events.raw import UndecodedEvent, UnknownEvent
from tikcast.events.room import ControlEvent

ENDINGS = frozenset({"ended", "suspended"})
MOST_ROOMS = 1000
# With more rooms than this, they are kept in the order of their latest messages.
ORDERED_ROOMS = MOST_ROOMS // 2


class SessionTotals:
    """What a session counts over all rooms and connections."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.streaks = Streaks()
        self.likes = Likes()
        self.battles = Battles()
        self.chests = Chests()
        self.gifts = 0
        self.diamonds = 0
        self.ended: str | None = None


class Rooms:
    """The rooms of a session: one, or every room whose messages come.

    The rooms without messages for longest are dropped; the totals stay.
    """

    def __init__(self, totals: SessionTotals) -> None:
        self._totals = totals
        self._rooms: dict[int, Room] = {}

    def get(self, room_id: int) -> Room:
        """The room of a message."""
        rooms = self._rooms
        room = rooms.get(room_id)
        if room is None:
            room = rooms[room_id] = Room(self._totals)
            if len(rooms) > MOST_ROOMS:
                del rooms[next(iter(rooms))]
        elif len(rooms) > ORDERED_ROOMS:
            del rooms[room_id]
            rooms[room_id] = room
        return room


class Room:
    """What is kept of one room."""

    def __init__(self, totals: SessionTotals) -> None:
        self.seen = Seen()
        self._totals = totals
        self._people = KnownPeople()

    def complete(self, event: Event, *, age_ms: int) -> Event:
        """The event with what earlier messages say about it."""
        step = _STEPS.get(type(event))
        return event if step is None else step(self, event, age_ms)

    def repeated(self, event: Event) -> Event:
        """A duplicate, as history that adds nothing."""
        event = msgspec.structs.replace(event, is_history=True)
        return self._without_sums(event) if isinstance(event, GiftEvent | LikeEvent) else event

    def past(self, event: Event, *, age_ms: int) -> Event:
        """An event of the past that was counted, or was never missing."""
        if isinstance(event, GiftEvent | LikeEvent):
            return self._user(self._without_sums(event), age_ms)
        return self.complete(event, age_ms=age_ms)

    def _without_sums(self, event: GiftEvent | LikeEvent) -> GiftEvent | LikeEvent:
        """The event, adding nothing."""
        totals = self._totals
        return totals.streaks.repeated(event) if isinstance(event, GiftEvent) else totals.likes.repeated(event)

    def _user(self, event: ChatEvent | UserEvent | GiftEvent | LikeEvent, _: int) -> Event:
        """An event of a user, with what is known of them."""
        user = event.user
        filled = self._people.fill(user)
        return event if filled is user else msgspec.structs.replace(event, user=filled)

    def _gift(self, event: GiftEvent, age_ms: int) -> Event:
        """A gift with what it adds."""
        totals = self._totals
        event = totals.streaks.count(event, age_ms=age_ms)
        totals.gifts += event.new_gifts or 0
        totals.diamonds += event.new_diamonds or 0
        return self._user(event, age_ms)

    def _like(self, event: LikeEvent, age_ms: int) -> Event:
        """Likes with the room's total."""
        return self._user(self._totals.likes.count(event), age_ms)

    def _battle(self, event: MicBattleEvent, _: int) -> Event:
        """A battle with what earlier messages said about it."""
        return self._totals.battles.complete(event)

    def _score(self, event: BattlesEvent, _: int) -> Event:
        """A score, kept for the battle's end."""
        self._totals.battles.score(event)
        return event

    def _control(self, event: ControlEvent, _: int) -> Event:
        """A change of the live stream's state; in history, the change is of the past."""
        if event.action in ENDINGS and not event.is_history:
            self._totals.ended = str(event.action)
        return event

    def _problem(self, event: UnknownEvent | UndecodedEvent, _: int) -> Event:
        """A message without fields of its own."""
        self._totals.problems.add(event)
        return event

    def _chest(self, event: EnvelopeEvent, _: int) -> Event:
        """A chest, new or not."""
        return self._totals.chests.count(event)


_STEPS: dict[type[Event], Callable[[Room, Any, int], Event]] = {
    ChatEvent: Room._user,
    JoinEvent: Room._user,
    FollowEvent: Room._user,
    ShareEvent: Room._user,
    UserEvent: Room._user,
    GiftEvent: Room._gift,
    LikeEvent: Room._like,
    MicBattleEvent: Room._battle,
    BattlesEvent: Room._score,
    EnvelopeEvent: Room._chest,
    ControlEvent: Room._control,
    UnknownEvent: Room._problem,
    UndecodedEvent: Room._problem,
}
