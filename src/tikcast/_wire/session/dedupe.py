"""Which messages were seen in the last 15 minutes, in little memory and in small steps.

The 15 minutes count from when an id was last seen: one that comes again is kept as if it were new.

New ids are kept in a set. After a minute, or when they are many, they become a block: a sorted array of 8 bytes an
id. A byte table names the block in which an id may be, so that most new ids need one look. No message takes time for
all ids: a block has a limited size, and a new table is filled with a few ids at each message.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, islice

MINUTES = 15
MINUTE_MS = 60_000
MOST_BLOCKS = 200
MOST_IN_BLOCK = 4096
MOST_IDS = MOST_BLOCKS * MOST_IN_BLOCK
# Blocks are numbered from 1 to 254 in turn. In a table, 0 is no block and 255 several blocks.
_LAST_BLOCK = 254
_SEVERAL = 255
_SMALLEST_TABLE = 256
# The size of a new table, in places for each id.
_PLACES_AN_ID = 8
# A table is replaced when it has fewer places than this for each id that was written into it.
_FEWEST_PLACES = 3
# How many ids are copied into a new table at each message.
_STEP = 16
_NO_BLOCK: tuple[int, array[int]] = (0, array("q"))


class Seen:
    """The message ids of one room. Ages are milliseconds."""

    def __init__(self) -> None:
        self._minute = 0
        self._minute_ends_ms = MINUTE_MS
        self._number = 1
        self._new: set[int] = set()
        self._blocks: dict[int, tuple[int, array[int]]] = {}
        # The tables hold the ids of all blocks, and the new ids since there are blocks.
        self._table: bytearray | None = None
        self._next_table: bytearray | None = None
        self._to_copy: Iterator[tuple[int, int]] = iter(())
        self._written = 0

    def __len__(self) -> int:
        return len(self._new) + self._in_blocks()

    def add(self, message_id: int, *, age_ms: int) -> bool:
        """Keep an id; True if it was kept already. Id 0 stands for no id and is always new."""
        if age_ms >= self._minute_ends_ms or len(self._new) >= MOST_IN_BLOCK:
            self._close_block(age_ms // MINUTE_MS)
        if message_id in self._new:
            return True
        if not message_id:
            return False
        minute = self._minute_of(message_id) if self._blocks else None
        if minute != self._minute:
            self._new.add(message_id)
        return minute is not None

    def latest(self) -> list[int]:
        """The ids of the last minute, and some older ones."""
        blocks = [ids for minute, ids in self._blocks.values() if minute >= self._minute - 1]
        return [*self._new, *chain.from_iterable(blocks)]

    def _minute_of(self, message_id: int) -> int | None:
        """The minute of the newest block with an id, None for none.

        Unless that is the current minute, the id will be a new one, and is written into the tables.
        """
        table, minute = self._table, None
        if table is None:
            minute = self._newest(message_id, _SEVERAL)
            if minute == self._minute:
                return minute
        else:
            place = message_id % len(table)
            number = table[place]
            if not number:
                table[place] = self._number
            elif number != self._number:
                minute = self._newest(message_id, number)
                if minute == self._minute:
                    return minute
                table[place] = _SEVERAL
        if self._next_table is not None:
            self._fill_next_table(self._next_table, message_id)
        return minute

    def _newest(self, message_id: int, number: int) -> int | None:
        if number == _SEVERAL:
            blocks = reversed(self._blocks.values())
            return next((minute for minute, ids in blocks if _is_in(ids, message_id)), None)
        minute, ids = self._blocks.get(number, _NO_BLOCK)
        return minute if _is_in(ids, message_id) else None

    def _close_block(self, minute: int) -> None:
        """Pack the new ids into a block, and drop the blocks that are too old or too many."""
        self._minute, closed = max(minute, self._minute), self._minute
        self._minute_ends_ms = (self._minute + 1) * MINUTE_MS
        while self._blocks and self._is_over(next(iter(self._blocks))):
            del self._blocks[next(iter(self._blocks))]
        if not self._blocks:
            self._table = self._next_table = None
        if self._new and closed >= self._minute - MINUTES:
            self._blocks[self._number] = (closed, array("q", sorted(self._new)))
        self._written += len(self._new)
        self._new = set()
        self._number = self._number % _LAST_BLOCK + 1
        is_full = self._table is None or self._written * _FEWEST_PLACES > len(self._table)
        if self._blocks and is_full and self._next_table is None:
            self._begin_next_table()

    def _is_over(self, number: int) -> bool:
        return self._blocks[number][0] < self._minute - MINUTES or len(self._blocks) >= MOST_BLOCKS

    def _in_blocks(self) -> int:
        return sum(len(ids) for _, ids in self._blocks.values())

    def _begin_next_table(self) -> None:
        blocks = [(number, ids) for number, (_, ids) in self._blocks.items()]
        self._to_copy = ((number, message_id) for number, ids in blocks for message_id in ids)
        self._written = self._in_blocks()
        self._next_table = bytearray(self._written * _PLACES_AN_ID + _SMALLEST_TABLE)

    def _fill_next_table(self, table: bytearray, message_id: int) -> None:
        """Write the newest id and a few older ones; when all are written, the table is in use."""
        size = len(table)
        place = message_id % size
        table[place] = self._number if table[place] in (0, self._number) else _SEVERAL
        older = [*islice(self._to_copy, _STEP)]
        for number, each in older:
            place = each % size
            table[place] = number if table[place] in (0, number) else _SEVERAL
        if not older:
            self._table, self._next_table = table, None


def _is_in(ids: array[int], message_id: int) -> bool:
    index = bisect_left(ids, message_id)
    return index < len(ids) and ids[index] == message_id
