"""The bounded cache of records that repeat: equal bytes are converted once and share one frozen record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar

T = TypeVar("T")

RECORDS = 4096
LARGEST = 16 * 1024


class Cache(Generic[T]):
    """Records of one kind by their bytes, at most RECORDS of at most LARGEST bytes each, in two generations.

    Bytes are kept only when they come for the second time: most people of a busy room are seen once, and
    storing them would cost more than converting them, and push out those who stay. When a generation is full
    it becomes the old one; what is asked for again moves back to the young one, the rest is forgotten.
    """

    def __init__(self, convert: Callable[[bytes], T]) -> None:
        self.young: dict[bytes, T] = {}
        self.misses = 0
        self._convert = convert
        self._old: dict[bytes, T] = {}
        self._seen: set[int] = set()

    def clear(self) -> None:
        """Forget everything."""
        self.young.clear()
        self._old.clear()
        self._seen.clear()

    def miss(self, data: bytes) -> T:
        """The record of bytes that the young generation does not hold."""
        record = self._old.get(data)
        if record is None:
            self.misses += 1
            record = self._convert(data)
            if not self._comes_back(data):
                return record
        if len(self.young) >= RECORDS // 2:
            self._old = self.young.copy()
            self.young.clear()
        self.young[data] = record
        return record

    def _comes_back(self, data: bytes) -> bool:
        mark = hash(data)
        if mark in self._seen:
            return len(data) <= LARGEST
        if len(self._seen) >= 4 * RECORDS:
            self._seen.clear()
        self._seen.add(mark)
        return False


CACHES: dict[str, Cache[object]] = {}


def shared(convert: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Let equal bytes share one record of this converter."""
    cache = Cache(convert)
    CACHES[convert.__name__] = cache  # type: ignore[assignment]  # one table for caches of every kind
    get, miss = cache.young.get, cache.miss

    @wraps(convert)
    def lookup(data: bytes) -> T:
        record = get(data)
        return miss(data) if record is None else record

    return lookup
