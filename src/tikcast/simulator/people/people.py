"""The people of the simulated TikTok, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Final

from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.people import texts

CROWD: Final = 2000
"""The number of different people; all rooms share them, as on TikTok."""

_VISITORS: Final = 400
_HEX: Final = "0123456789abcdef"
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_REGIONS: Final = ("va", "useast2a", "sg", "us")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One person. `level` and `fan_level` are None for a person without such a badge."""

    id: int
    username: str
    nickname: str
    bio: str
    sec_uid: str
    avatar: str
    region: str
    following_count: int
    follower_count: int
    follow_status: int
    level: int | None
    fan_level: int | None
    is_moderator: bool
    is_subscriber: bool
    is_new_gifter: bool
    verified: bool


@lru_cache(maxsize=4 * CROWD)
def member(seed: int, index: int) -> Person:
    """One of all people. Those with an even index are regular viewers, who have more badges than the others."""
    random = seeded_random(seed, "person", index)
    regular = index % 2 == 0
    level = _level(random, regular=regular)
    return _person(random, level=level, fan_level=_fan_level(random, often=regular and level is None))


def host(seed: int, username: str, *, nickname: str = "") -> Person:
    """The host of a room, with the names from the configuration."""
    random = seeded_random(seed, "host", username)
    person = _person(random, level=random.randrange(5, 30), fan_level=None, username=username)
    return replace(person, nickname=nickname) if nickname else person


class RoomVisitors:
    """The few hundred people who visit one room; some of them far more often than others."""

    def __init__(self, seed: int, room: str) -> None:
        self._seed = seed
        random = seeded_random(seed, "circle", room)
        self._start = random.randrange(CROWD // 2) * 2

    def pick(self, random: Random, *, regulars: float) -> int:
        """Choose a visitor: a regular viewer with the probability `regulars`."""
        rank = int(_VISITORS / 2 * random.random() ** 1.6) * 2
        odd = 0 if random.random() < regulars else 1
        return (self._start + rank + odd) % CROWD

    def gifter(self, random: Random) -> int:
        """Choose somebody who sends a gift: mostly people with a gifter level."""
        index = self.pick(random, regulars=1.0)
        for _ in range(8):
            if (self.person(index).level or 0) > 0:
                break
            index = self.pick(random, regulars=1.0)
        return index

    def top(self, count: int) -> list[int]:
        """The visitors who come most often, the first one most often."""
        return [(self._start + 2 * rank) % CROWD for rank in range(count)]

    def person(self, index: int) -> Person:
        """The person with that index."""
        return member(self._seed, index)


def _person(random: Random, *, level: int | None, fan_level: int | None, username: str = "") -> Person:
    return Person(
        id=random.randrange(6_500_000_000_000_000_000, 7_400_000_000_000_000_000),
        username=username or texts.username(random),
        nickname=texts.nickname(random),
        bio=random.choice(("", "", "🎮 live every night", "link ⬇️", "пишите в директ")),
        sec_uid=f"MS4wLjABAAAA{letters(random, size=64, among=_BASE64)}",
        avatar=letters(random, size=32, among=_HEX),
        region=random.choice(_REGIONS),
        following_count=int(2 ** (random.random() * 12)),
        follower_count=int(2 ** (random.random() * 16)),
        follow_status=random.choices((0, 1, 2), weights=(5, 4, 1))[0],
        level=level,
        fan_level=fan_level,
        is_moderator=random.random() < 0.02,
        is_subscriber=random.random() < 0.03,
        is_new_gifter=level is not None and level < 4 and random.random() < 0.5,
        verified=random.random() < 0.01,
    )


def _level(random: Random, *, regular: bool) -> int | None:
    if random.random() > (0.62 if regular else 0.27):
        return None
    return 1 + int(44 * random.random() ** 5)


def _fan_level(random: Random, *, often: bool) -> int | None:
    if random.random() > (0.55 if often else 0.08):
        return None
    return 1 + int(24 * random.random() ** 2)
