"""Which messages were seen in the last 15 minutes, in little memory and in small steps.

New ids are kept in a set. After a minute, or when they are many, they become a block: a sorted array of 8 bytes an
id. A byte table names the block in which an id may be, so that most new ids need one look. No message takes time for
all ids: a block has a limited size, and a larger table is filled with a few ids at each message.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

MINUTES = 15
MINUTE_MS = 60_000
MOST_BLOCKS = 240
MOST_IN_BLOCK = 2048
MOST_IDS = MOST_BLOCKS * MOST_IN_BLOCK
# Blocks are numbered from 1 to 254 in turn. In the table, 0 is no block and 255 several blocks.
_LAST_BLOCK = 254
_SEVERAL = 255
_SMALLEST_TABLE = 512
_PLACES_AN_ID = 8
# A table is replaced when it has fewer places than this for each id that was written into it.
_FEWEST_PLACES = 4
# How many ids are copied to a new table at each message.
_STEP = 8


class Seen:
    """The message ids of one room. Ages are milliseconds."""

    def __init__(self) -> None:
        self._minute = 0
        self._number = 1
        self._new: set[int] = set()
        self._blocks: dict[int, tuple[int, array[int]]] = {}
        self._table = bytearray(_SMALLEST_TABLE)
        self._written = 0
        self._next_table: bytearray | None = None
        self._to_copy: Iterator[tuple[int, int]] = iter(())

    def __len__(self) -> int:
        return len(self._new) + self._in_blocks()

    def add(self, message_id: int, *, age_ms: int) -> bool:
        """Keep an id; True if it was kept already. Id 0 stands for no id and is always new."""
        minute = age_ms // MINUTE_MS
        if minute > self._minute or len(self._new) >= MOST_IN_BLOCK:
            self._close_block(minute)
        if not message_id:
            return False
        place = message_id % len(self._table)
        number = self._table[place]
        if number and self._holds(message_id, number):
            return True
        self._table[place] = self._number if number in (0, self._number) else _SEVERAL
        self._new.add(message_id)
        if self._next_table is not None:
            self._fill_next_table(self._next_table, message_id)
        return False

    def _holds(self, message_id: int, number: int) -> bool:
        """Whether an id is kept, in the block of this number."""
        if number == self._number:
            return message_id in self._new
        if number != _SEVERAL:
            return number in self._blocks and _is_in(self._blocks[number][1], message_id)
        return message_id in self._new or any(_is_in(ids, message_id) for _, ids in self._blocks.values())

    def _close_block(self, minute: int) -> None:
        """Pack the new ids into a block, and drop the blocks that are too old or too many."""
        if self._new:
            self._blocks[self._number] = (self._minute, array("q", sorted(self._new)))
            self._written += len(self._new)
            self._new = set()
            self._number = self._number % _LAST_BLOCK + 1
        self._minute = max(minute, self._minute)
        while self._blocks and self._is_over(next(iter(self._blocks))):
            del self._blocks[next(iter(self._blocks))]
        if self._written * _FEWEST_PLACES > len(self._table) and self._next_table is None:
            self._begin_next_table()

    def _is_over(self, number: int) -> bool:
        return self._blocks[number][0] < self._minute - MINUTES or len(self._blocks) > MOST_BLOCKS

    def _in_blocks(self) -> int:
        return sum(len(ids) for _, ids in self._blocks.values())

    def _begin_next_table(self) -> None:
        blocks = [(number, ids) for number, (_, ids) in self._blocks.items()]
        self._to_copy = ((number, message_id) for number, ids in blocks for message_id in ids)
        self._written = self._in_blocks()
        self._next_table = bytearray(self._written * _PLACES_AN_ID + _SMALLEST_TABLE)

    def _fill_next_table(self, table: bytearray, message_id: int) -> None:
        """Write the newest id and a few older ones; a table that holds all replaces the present one."""
        older = [*islice(self._to_copy, _STEP)]
        for number, each in [*older, (self._number, message_id)]:
            place = each % len(table)
            table[place] = number if table[place] in (0, number) else _SEVERAL
        if not older:
            self._table, self._next_table = table, None


def _is_in(ids: array[int], message_id: int) -> bool:
    index = bisect_left(ids, message_id)
    return index < len(ids) and ids[index] == message_id
