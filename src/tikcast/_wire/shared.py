"""The bounded cache of records that repeat: equal bytes are converted once and share one frozen record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar

T = TypeVar("T")

RECORDS = 4096
# The largest user in real messages has 6 kB, the longest text two pieces; the record of a text of empty pieces is a
# hundred times as large as its bytes.
LARGEST = 8 * 1024
MOST_PIECES = 64
# How many hashes of bytes that came once are kept; a power of two, so that the low bits of a hash are an index.
MARKS = 4 * RECORDS
LOWEST = MARKS - 1


class Cache(Generic[T]):
    """Records of one kind by their bytes, at most RECORDS of at most LARGEST bytes each, in two generations.

    Bytes are kept only when they come for the second time: most people of a busy room are seen once, and
    storing them would take longer than converting them, and would replace the people who stay. When a generation is
    full it becomes the old one. A record that is requested again moves back to the young one; the others are dropped.
    """

    def __init__(self, convert: Callable[[bytes], T]) -> None:
        self.convert = convert
        self.young: dict[bytes, T] = {}
        self.old: dict[bytes, T] = {}
        # The hashes of bytes that came, the latest one at each index.
        self.marks = [0] * MARKS

    def clear(self) -> None:
        """Drop all records."""
        self.young.clear()
        self.old.clear()
        self.marks[:] = [0] * MARKS

    def reader(self) -> Callable[[bytes], T]:
        """The function that returns the record of bytes, new or kept. It is written for speed."""
        young, old, marks = self.young.get, self.old.get, self.marks
        convert, keep = self.convert, self._keep

        @wraps(convert)
        def lookup(data: bytes) -> T:
            record = young(data)
            if record is not None:
                return record
            record = old(data)
            if record is None:
                record = convert(data)
                mark = hash(data)
                place = mark & LOWEST
                if marks[place] != mark:
                    marks[place] = mark
                    return record
            keep(data, record)
            return record

        return lookup

    def _keep(self, data: bytes, record: T) -> None:
        if len(data) > LARGEST or len(getattr(record, "pieces", ())) > MOST_PIECES:
            return
        if len(self.young) >= RECORDS // 2:
            self.old.clear()
            self.old.update(self.young)
            self.young.clear()
        self.young[data] = record


CACHES: dict[str, Cache[object]] = {}


def shared(convert: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Let equal bytes share one record of this converter."""
    cache = Cache(convert)
    CACHES[convert.__name__] = cache  # type: ignore[assignment]  # one table for caches of every kind
    return cache.reader()
