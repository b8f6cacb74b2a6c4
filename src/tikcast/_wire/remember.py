"""What earlier messages of a room told about people: levels and flags that later ones leave out."""

from __future__ import annotations

from typing import Final

import msgspec

from tikcast.events._base import User

MOST_PEOPLE = 20_000
FIELDS: Final = ("gifter_level", "fan_level", "is_moderator", "is_subscriber", "verified")


class Remembered:
    """The people of one room, each as last seen and as last given out; the longest unseen are forgotten."""

    def __init__(self) -> None:
        self._people: dict[int, tuple[User, User]] = {}

    def __len__(self) -> int:
        return len(self._people)

    def fill(self, user: User) -> User:
        """The user with what this message left out and an earlier one told; itself when nothing is missing."""
        known = self._people.get(user.id)
        if known is not None and known[0] is user:
            return known[1]
        if not user.id:
            return user
        filled = user if known is None else _merge(user, known[1])
        self._people.pop(user.id, None)
        self._people[user.id] = (user, filled)
        if len(self._people) > MOST_PEOPLE:
            del self._people[next(iter(self._people))]
        return filled


def _merge(user: User, earlier: User) -> User:
    missing = [name for name in FIELDS if getattr(user, name) is None and getattr(earlier, name) is not None]
    if not missing:
        return user
    values = {name: getattr(earlier, name) for name in missing}
    return msgspec.structs.replace(user, **values, remembered=tuple(missing))
