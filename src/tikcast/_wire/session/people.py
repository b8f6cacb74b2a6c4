"""What earlier messages of a room told about people: levels and flags that later ones leave out."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tikcast.events._base import User

MOST_PEOPLE = 20_000
FIELDS: Final = ("gifter_level", "fan_level", "is_moderator", "is_subscriber", "verified")
Told = tuple[int | None, int | None, bool | None, bool | None, bool | None]


class Remembered:
    """What is known of the people of one room, the longest unseen forgotten.

    Only the values of FIELDS are kept, and people of whom the same is known share them: a room may have
    20,000 people, and a process a thousand rooms.
    """

    def __init__(self) -> None:
        self._people: dict[int, Told] = {}
        self._shared: dict[Told, Told] = {}

    def __len__(self) -> int:
        return len(self._people)

    def fill(self, user: User) -> User:
        """The user with what this message left out and an earlier one told; itself when nothing is missing."""
        person = user.id
        if not person:
            return user
        told = (user.gifter_level, user.fan_level, user.is_moderator, user.is_subscriber, user.verified)
        known = self._people.pop(person, told)
        if known is not told and known != told:
            user, told = _merge(user, told=told, known=known)
        self._people[person] = self._shared.setdefault(told, told)
        if len(self._people) > MOST_PEOPLE:
            del self._people[next(iter(self._people))]
        if len(self._shared) > MOST_PEOPLE:
            self._shared.clear()
        return user


def _merge(user: User, *, told: Told, known: Told) -> tuple[User, Told]:
    """The user filled up, and all that is known now. What the message says itself goes first."""
    missing = {
        name: earlier
        for name, now, earlier in zip(FIELDS, told, known, strict=True)
        if now is None and earlier is not None
    }
    if not missing:
        return user, told
    user = replace(user, **missing, remembered=tuple(missing))
    return user, (user.gifter_level, user.fan_level, user.is_moderator, user.is_subscriber, user.verified)
