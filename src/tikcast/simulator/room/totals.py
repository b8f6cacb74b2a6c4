"""The numbers a room shows, as functions of time: nothing is counted, so a room can be entered at any moment."""

from __future__ import annotations

import math

from tikcast.simulator.chance import seeded_random


class Totals:
    """Viewers, likes, followers and shares of one live at a given moment."""

    def __init__(self, seed: int, room: str, *, started_at_ms: int, rate: float, viewers: int | None) -> None:
        random = seeded_random(seed, "totals", room)
        self._started_at_ms = started_at_ms
        self._viewers = viewers if viewers is not None else int(20 * 2 ** (random.random() * 8))
        self._phase = random.random() * math.tau
        self._entered = self._viewers * random.randrange(3, 9)
        self._likes = (random.randrange(2_000_000, 4_000_000), random.randrange(900_000, 1_900_000))
        self._likes_a_second = 4.0 * rate
        self._joins_a_second = 0.45 * rate
        self._followers = random.randrange(200, 90_000)
        self._shares = random.randrange(20, 900)

    def likes(self, shard: int, at_ms: int) -> int:
        """The total of one of the two servers that count: each grows, but neither agrees with the other."""
        return self._likes[shard] + int(self._seconds(at_ms) * self._likes_a_second * (1.0, 0.8)[shard])

    def viewers(self, at_ms: int) -> int:
        """How many watch now: a slow swell around the room's size."""
        swell = math.sin(self._seconds(at_ms) / 97 + self._phase) * 0.2
        return max(1, int(self._viewers * (1 + swell)))

    def entered(self, at_ms: int) -> int:
        """How many have come since the beginning."""
        return self._entered + int(self._seconds(at_ms) * self._joins_a_second)

    def followers(self, at_ms: int) -> int:
        """How many follow the host."""
        return self._followers + int(self._seconds(at_ms) * self._joins_a_second / 40)

    def shares(self, at_ms: int) -> int:
        """How often the live was shared."""
        return self._shares + int(self._seconds(at_ms) * self._joins_a_second / 60)

    def _seconds(self, at_ms: int) -> float:
        return (at_ms - self._started_at_ms) / 1000
