"""What a session keeps of people: levels and flags that later messages leave out, and likes."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from tikcast.events._base import User
from tikcast.events.people import LikeEvent

MOST_PEOPLE = 20_000
FIELDS: Final = ("gifter_level", "fan_level", "is_moderator", "is_subscriber", "verified")
Facts = tuple[int | None, int | None, bool | None, bool | None, bool | None]


class KnownPeople:
    """What is known of the people of one room; those without messages for longest are dropped.

    Only the values of FIELDS are kept, and people with the same values share them: a room may have 20,000 people,
    and a process a thousand rooms.
    """

    def __init__(self) -> None:
        self._people: dict[int, Facts] = {}
        self._shared: dict[Facts, Facts] = {}

    def __len__(self) -> int:
        return len(self._people)

    def fill(self, user: User) -> User:
        """The user with what this message left out and an earlier one said; the same object if nothing is missing."""
        person = user.id
        if not person:
            return user
        facts = (user.gifter_level, user.fan_level, user.is_moderator, user.is_subscriber, user.verified)
        known = self._people.pop(person, facts)
        if known is not facts and known != facts:
            user, facts = _merge(user, facts=facts, known=known)
        self._people[person] = self._shared.setdefault(facts, facts)
        if len(self._people) > MOST_PEOPLE:
            del self._people[next(iter(self._people))]
        if len(self._shared) > MOST_PEOPLE:
            self._shared.clear()
        return user


def _merge(user: User, *, facts: Facts, known: Facts) -> tuple[User, Facts]:
    """The user with the missing fields filled, and all that is known now. The message itself comes before memory."""
    missing = {
        name: earlier
        for name, now, earlier in zip(FIELDS, facts, known, strict=True)
        if now is None and earlier is not None
    }
    if not missing:
        return user, facts
    user = replace(user, **missing, remembered=tuple(missing))
    return user, (user.gifter_level, user.fan_level, user.is_moderator, user.is_subscriber, user.verified)


MOST_ROOMS = 100_000


class Likes:
    """The likes of a session, in all of its rooms.

    `sent` adds up the likes of the messages that came, a lower bound of what was given meanwhile; `highest` is the
    highest total of any room. A room's own total is kept longer than the rest of what is known of it.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.highest = 0
        self._totals: dict[int, int] = {}

    def count(self, event: LikeEvent) -> LikeEvent:
        """The event with its room's total so far."""
        self.sent += max(event.likes, 0)
        total = self._totals[event.room_id] = max(self._totals.get(event.room_id, 0), event.total_likes)
        self.highest = max(self.highest, total)
        if len(self._totals) > MOST_ROOMS:
            del self._totals[next(iter(self._totals))]
        return msgspec.structs.replace(event, room_likes=total)

    def repeated(self, event: LikeEvent) -> LikeEvent:
        """The event as a duplicate: it shows the total and adds nothing."""
        return msgspec.structs.replace(event, room_likes=self._totals.get(event.room_id, 0))
