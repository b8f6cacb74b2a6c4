"""The gifts that the simulated TikTok sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tikcast.simulator.chance import letters, seeded_random


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftKind:
    """One gift of the panel. Only type 1 can be sent in streaks."""

    id: int
    name: str
    diamonds: int
    type: int = 1

    @property
    def streakable(self) -> bool:
        """Whether its messages repeat with a growing count until one ends the streak."""
        return self.type == 1

    @property
    def picture(self) -> str:
        """The key of its image."""
        return letters(seeded_random("gift", self.id), size=32, among="0123456789abcdef")


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
