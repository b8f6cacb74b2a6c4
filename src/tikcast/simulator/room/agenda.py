"""What is due when, in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Schedule(Generic[T]):
    """Things with a moment each, in epoch milliseconds; of equal moments, the earlier added comes first."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, T]] = []
        self._order = count()

    def add(self, at_ms: int, thing: T) -> None:
        """Remember something for a moment."""
        heapq.heappush(self._entries, (at_ms, next(self._order), thing))

    def due(self, now_ms: int) -> Iterator[T]:
        """Take what is due, those included that are added meanwhile."""
        while self._entries and self._entries[0][0] <= now_ms:
            yield heapq.heappop(self._entries)[2]

    def next_at(self) -> int | None:
        """The moment of the next thing."""
        return self._entries[0][0] if self._entries else None
