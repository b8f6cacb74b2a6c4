"""What only the whole session knows: sums, streaks, who people are, which chest or battle is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tikcast._wire.session.battles import Battles
from tikcast._wire.session.chests import Chests
from tikcast._wire.session.dedupe import Seen
from tikcast._wire.session.gifts import Streaks
from tikcast._wire.session.likes import Likes
from tikcast._wire.session.people import Remembered
from tikcast.events._base import Event
from tikcast.events.battle import BattlesEvent, MicBattleEvent
from tikcast.events.chat import ChatEvent
from tikcast.events.gift import EnvelopeEvent, GiftEvent
from tikcast.events.people import FollowEvent, JoinEvent, LikeEvent, ShareEvent, UserEvent
from tikcast.events.raw import UndecodedEvent, UnknownEvent
from tikcast.events.room import ControlEvent

ENDINGS = frozenset({"ended", "suspended"})
MOST_METHODS = 1000


class Truth:
    """The memory of a session over all rooms and connections."""

    def __init__(self) -> None:
        self.streaks = Streaks()
        self.battles = Battles()
        self.chests = Chests()
        self.gifts = 0
        self.diamonds = 0
        self.unknown = 0
        self.undecoded = 0
        self.salvaged = 0
        self.problems: Counter[str] = Counter()
        self.news: list[str] = []
        self.ended: str | None = None

    def problem(self, event: UnknownEvent | UndecodedEvent) -> None:
        """Count a message without a reading, by its wire name."""
        if isinstance(event, UnknownEvent):
            self.unknown += 1
            self._count(event.method)
        else:
            self.undecoded += 1
            self._count(event.method, "; ".join((event.error, *event.notes)))

    def was_salvaged(self, method: str, notes: Sequence[str]) -> None:
        """Count a message of which parts had to be left out or repaired."""
        self.salvaged += 1
        self._count(method, "; ".join(notes))

    def _count(self, method: str, error: str = "") -> None:
        """Count a name. There is no end of unknown ones, but only as many errors as there are known ones."""
        if method not in self.problems:
            if error:
                self.news.append(f"{method} was not read whole ({error})")
            elif len(self.problems) >= MOST_METHODS:
                return
        self.problems[method] += 1


class Room:
    """The memory of one room."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.seen = Seen()
        self.likes = Likes()
        self.people = Remembered()

    def complete(self, event: Event, *, age_ms: int) -> Event:
        """The event with what earlier ones tell about it."""
        known = _COMPLETE.get(type(event))
        return event if known is None else known(self, event, age_ms)

    def repeated(self, event: Event) -> Event:
        """A duplicate, as history that adds nothing."""
        event = msgspec.structs.replace(event, is_history=True)
        if isinstance(event, GiftEvent):
            return self.truth.streaks.repeated(event)
        return self.likes.repeated(event) if isinstance(event, LikeEvent) else event

    def person(self, event: ChatEvent | UserEvent | GiftEvent | LikeEvent, _: int) -> Event:
        """An event of somebody, with what the room remembers of them."""
        user = event.user
        filled = self.people.fill(user)
        return event if filled is user else msgspec.structs.replace(event, user=filled)

    def gift(self, event: GiftEvent, age_ms: int) -> Event:
        """A gift with what it adds."""
        truth = self.truth
        event = truth.streaks.count(event, age_ms=age_ms)
        truth.gifts += event.new_gifts or 0
        truth.diamonds += event.new_diamonds or 0
        return self.person(event, age_ms)

    def like(self, event: LikeEvent, age_ms: int) -> Event:
        """Likes with the room's total."""
        return self.person(self.likes.count(event), age_ms)

    def battle(self, event: MicBattleEvent, _: int) -> Event:
        """A battle with what was told of it before."""
        return self.truth.battles.complete(event)

    def score(self, event: BattlesEvent, _: int) -> Event:
        """A score, kept for the battle's end."""
        self.truth.battles.score(event)
        return event

    def control(self, event: ControlEvent, _: int) -> Event:
        """A change of the live; history tells of a change that is over."""
        if event.action in ENDINGS and not event.is_history:
            self.truth.ended = str(event.action)
        return event

    def problem(self, event: UnknownEvent | UndecodedEvent, _: int) -> Event:
        """A message without a reading."""
        self.truth.problem(event)
        return event

    def chest(self, event: EnvelopeEvent, _: int) -> Event:
        """A chest, new or not."""
        return self.truth.chests.count(event)


_COMPLETE: dict[type[Event], Callable[[Room, Any, int], Event]] = {
    ChatEvent: Room.person,
    JoinEvent: Room.person,
    FollowEvent: Room.person,
    ShareEvent: Room.person,
    UserEvent: Room.person,
    GiftEvent: Room.gift,
    LikeEvent: Room.like,
    MicBattleEvent: Room.battle,
    BattlesEvent: Room.score,
    EnvelopeEvent: Room.chest,
    ControlEvent: Room.control,
    UnknownEvent: Room.problem,
    UndecodedEvent: Room.problem,
}
