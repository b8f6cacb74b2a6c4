"""Which messages were seen in the last 15 minutes, in little memory.

The running minute is a set; minutes before it are sorted arrays of 8 bytes an id. A byte table says for most
ids at once that no older minute holds them, so the arrays are searched only for ids that probably repeat.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque

MINUTES = 15
MINUTE_MS = 60_000
MOST_IDS = 500_000
_TABLE_FACTOR = 8


class Seen:
    """The message ids of one room."""

    def __init__(self) -> None:
        self._minute = 0
        self._fresh: set[int] = set()
        self._old: deque[tuple[int, array[int]]] = deque()
        self._table = bytearray(1)

    def __len__(self) -> int:
        return len(self._fresh) + sum(len(ids) for _, ids in self._old)

    def add(self, message_id: int, *, age_ms: int) -> bool:
        """Note an id; True when it was there already. Id 0 is no id: never seen."""
        minute = age_ms // MINUTE_MS
        if minute > self._minute or len(self._fresh) >= MOST_IDS:
            self._turn(minute)
        if not message_id:
            return False
        if message_id in self._fresh or (self._table[message_id % len(self._table)] and self._is_old(message_id)):
            return True
        self._fresh.add(message_id)
        return False

    def _is_old(self, message_id: int) -> bool:
        for _, ids in self._old:
            index = bisect_left(ids, message_id)
            if index < len(ids) and ids[index] == message_id:
                return True
        return False

    def _turn(self, minute: int) -> None:
        """Pack the minute that is over and forget those past the window."""
        if self._fresh:
            self._old.append((self._minute, array("q", sorted(self._fresh))))
            self._fresh = set()
        self._minute = max(minute, self._minute)
        while self._old and (self._old[0][0] < self._minute - MINUTES or len(self) > MOST_IDS):
            self._old.popleft()
        self._table = bytearray(len(self) * _TABLE_FACTOR + 1)
        for _, ids in self._old:
            for message_id in ids:
                self._table[message_id % len(self._table)] = 1
