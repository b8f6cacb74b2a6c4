"""Records that repeat are converted once, in bounded memory, and are never mixed up."""

import random
from collections.abc import Callable

from tikcast._wire.shared import CACHES, LARGEST, RECORDS, Cache, shared


def cache_of_lengths() -> tuple[Cache[list[int]], Callable[[bytes], list[int]], list[bytes]]:
    """A cache whose records are fresh lists, its reader, and every conversion that it made."""
    made: list[bytes] = []

    def convert(data: bytes) -> list[int]:
        made.append(data)
        return [len(data)]

    cache = Cache(convert)
    return cache, cache.reader(), made


def test_bytes_that_come_a_second_time_are_kept_from_then_on() -> None:
    cache, read, made = cache_of_lengths()
    first, second, third = read(b"a"), read(b"a"), read(b"a")
    assert first == second == third == [1]
    assert second is third
    assert made == [b"a", b"a"]
    assert list(cache.young) == [b"a"]


def test_strangers_who_come_once_take_no_place() -> None:
    cache, read, _ = cache_of_lengths()
    for number in range(3 * RECORDS):
        read(b"%d" % number)
    assert len(cache.young) == 0


def test_records_are_bounded_and_those_that_are_asked_for_stay() -> None:
    cache, read, made = cache_of_lengths()
    regular = b"regular"
    for number in range(5 * RECORDS):
        for data in (b"%d" % number, b"%d" % number, regular):
            read(data)
        assert len(cache.young) <= RECORDS // 2
    assert made.count(regular) == 2


def test_huge_records_are_made_anew_each_time() -> None:
    cache, read, made = cache_of_lengths()
    for _ in range(4):
        read(b"x" * (LARGEST + 1))
    assert len(made) == 4
    assert not cache.young


def test_a_cleared_cache_has_forgotten_everything() -> None:
    cache, read, made = cache_of_lengths()
    read(b"a")
    read(b"a")
    cache.clear()
    read(b"a")
    assert made == [b"a"] * 3
    assert not cache.young


def test_a_shared_converter_gives_what_it_would_give_alone() -> None:
    def reversed_bytes(data: bytes) -> bytes:
        return data[::-1]

    lookup = shared(reversed_bytes)
    try:
        chance = random.Random(4)
        asked = [b"%d" % chance.randrange(3 * RECORDS) for _ in range(40_000)]
        assert [lookup(data) for data in asked] == [data[::-1] for data in asked]
    finally:
        del CACHES["reversed_bytes"]
