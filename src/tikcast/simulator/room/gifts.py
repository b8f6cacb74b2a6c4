"""The gifts of the simulated TikTok, and their streaks.

The count of a streak grows with each message, sometimes by more than one; the end repeats the last count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from tikcast.simulator.chance import letters, seeded_random


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftKind:
    """One gift that can be sent. Only gifts of type 1 have streaks."""

    id: int
    name: str
    diamonds: int
    type: int = 1

    @property
    def streakable(self) -> bool:
        """Whether the gift is sent in a streak: messages with a growing count, until one ends the streak."""
        return self.type == 1

    @property
    def picture(self) -> str:
        """The key of the gift's image."""
        return letters(seeded_random("gift", self.id), size=32, among="0123456789abcdef")


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftStep:
    """One message of a gift: its count so far. `group_id` is the start of its streak in ms, 0 without one."""

    gift: GiftKind
    group_id: int
    repeat_count: int
    repeat_end: bool


STREAKABLE: Final = (
    GiftKind(id=5655, name="Rose", diamonds=1),
    GiftKind(id=5269, name="TikTok", diamonds=1),
    GiftKind(id=6064, name="GG", diamonds=1),
    GiftKind(id=5487, name="Finger Heart", diamonds=5),
    GiftKind(id=16347, name="Hi", diamonds=5),
    GiftKind(id=57340, name="Friendship Necklace", diamonds=10),
    GiftKind(id=5658, name="Perfume", diamonds=20),
    GiftKind(id=5879, name="Doughnut", diamonds=30),
    GiftKind(id=5660, name="Hand Hearts", diamonds=100),
    GiftKind(id=8243, name="Gem Gun 💎", diamonds=500),
)
SINGLE: Final = (
    GiftKind(id=7934, name="Heart Me", diamonds=1, type=4),
    GiftKind(id=6427, name="Hat and Mustache", diamonds=99, type=2),
    GiftKind(id=6267, name="Corgi", diamonds=299, type=2),
    GiftKind(id=11046, name="Galaxy", diamonds=1000, type=2),
    GiftKind(id=6369, name="Lion", diamonds=29999, type=2),
)
GIFTS: Final = STREAKABLE + SINGLE
BY_NAME: Final = {gift.name.lower(): gift for gift in GIFTS}

LONGEST_MS: Final = 26_000
"""The longest duration of a streak, with its end."""

AVERAGE_MESSAGES: Final = 3.8
"""How many messages one start makes on average; with it, gifts have their share of the mix."""

_MOST_STEPS: Final = 14
_SINGLE_SHARE: Final = 0.2
_LOST_END_SHARE: Final = 0.12


def gift_steps(random: Random, *, at_ms: int) -> Iterator[tuple[int, GiftStep]]:
    """A streak or a single gift. Yields the time and the content of each message."""
    if random.random() < _SINGLE_SHARE:
        yield at_ms, _step(random.choices(SINGLE, weights=(60, 20, 14, 5, 1))[0])
        return
    gift = random.choices(STREAKABLE, weights=(30, 15, 12, 10, 10, 8, 6, 4, 4, 1))[0]
    counts = list(_counts(random))
    yield from _streak(random, gift, at_ms=at_ms, counts=counts, ends=random.random() > _LOST_END_SHARE)


def streak_of(random: Random, gift: GiftKind, *, at_ms: int, count: int) -> Iterator[tuple[int, GiftStep]]:
    """A streak of exactly `count` gifts; a gift without streaks is sent `count` times."""
    if not gift.streakable:
        yield from ((at_ms + 300 * n, _step(gift)) for n in range(min(count, _MOST_STEPS)))
        return
    counts = list(range(max(1, count - _MOST_STEPS + 1), count + 1))
    yield from _streak(random, gift, at_ms=at_ms, counts=counts, ends=True)


def _streak(
    random: Random, gift: GiftKind, *, at_ms: int, counts: list[int], ends: bool
) -> Iterator[tuple[int, GiftStep]]:
    now = at_ms
    steps = []
    for count in counts:
        steps.append((now, _step(gift, group_id=at_ms, repeat_count=count)))
        now += random.randrange(220, 900)
    if len(steps) > 2 and random.random() < 0.1:
        late = random.randrange(1, len(steps) - 1)
        (first, one), (second, other) = steps[late : late + 2]
        steps[late : late + 2] = [(first, other), (second, one)]
    yield from steps
    if ends:
        at = steps[-1][0] + random.randrange(1400, 4100)
        yield at, _step(gift, group_id=at_ms, repeat_count=counts[-1], repeat_end=True)


def _counts(random: Random) -> Iterator[int]:
    count = 0
    for _ in range(min(_MOST_STEPS, 1 + int(random.expovariate(0.5)))):
        count += 1 if random.random() < 0.75 else random.randrange(2, 5)
        yield count


def _step(gift: GiftKind, *, group_id: int = 0, repeat_count: int = 1, repeat_end: bool = False) -> GiftStep:
    return GiftStep(gift=gift, group_id=group_id, repeat_count=repeat_count, repeat_end=repeat_end)
