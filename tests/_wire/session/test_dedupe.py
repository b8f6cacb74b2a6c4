"""Which messages were seen: exactly, for 15 minutes, in little memory."""

import random
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.session.test_gifts import runs
from tikcast._wire.session.dedupe import MINUTE_MS, MINUTES, MOST_IDS, Seen
from tikcast._wire.session.people import MOST_PEOPLE, KnownPeople
from tikcast.events import ID, User

IDS = st.sampled_from([1, 2, 3, 2**63 - 1, -(2**63), 9])


def test_an_id_is_new_once_and_zero_always() -> None:
    seen = Seen()
    assert [seen.add(number, age_ms=0) for number in (5, 5, 0, 0, 6)] == [False, True, False, False, False]
    assert len(seen) == 2


@settings(runs)
@given(st.lists(st.tuples(IDS, st.integers(0, 5 * MINUTE_MS)), max_size=40))
def test_ids_are_known_for_15_minutes_after_they_were_seen_and_dropped_after_17(steps: list[tuple[int, int]]) -> None:
    seen, now = Seen(), 0
    last: dict[int, int] = {}
    for number, wait in steps:
        now += wait
        known = seen.add(number, age_ms=now)
        age = now - last[number] if number in last else None
        if age is None or age > (MINUTES + 2) * MINUTE_MS:
            assert not known
        elif age <= MINUTES * MINUTE_MS:
            assert known
        last[number] = now


def test_ids_that_come_again_cost_no_more_memory_than_new_ones() -> None:
    seen = Seen()
    for minute in range(60):
        for number in range(1, 2001):
            assert seen.add(number, age_ms=minute * MINUTE_MS) == bool(minute)
    assert len(seen) <= (MINUTES + 2) * 2000


def test_the_latest_ids_are_those_of_the_last_minute_at_least() -> None:
    seen = Seen()
    for number in range(1, 10_001):
        seen.add(number, age_ms=number * 60)
    assert set(range(9_001, 10_001)) <= set(seen.latest())
    assert len(seen.latest()) < 4_000


def test_a_clock_that_jumps_back_forgets_nothing() -> None:
    seen = Seen()
    seen.add(1, age_ms=100 * MINUTE_MS)
    assert seen.add(1, age_ms=0)
    assert seen.add(1, age_ms=100 * MINUTE_MS)


def test_a_hundred_thousand_ids_over_ten_minutes_take_a_few_bytes_each() -> None:
    chance = random.Random(1)
    ids = [chance.getrandbits(62) for _ in range(100_000)]
    tracemalloc.start()
    seen = Seen()
    for index, number in enumerate(ids):
        assert not seen.add(number, age_ms=index // 10_000 * MINUTE_MS)
    seen.add(1, age_ms=10 * MINUTE_MS)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used < 32 * len(ids)
    assert all(seen.add(number, age_ms=10 * MINUTE_MS) for number in ids[::97])


def test_a_flood_of_ids_within_a_minute_is_bounded() -> None:
    seen = Seen()
    for number in range(1, 2 * MOST_IDS + 2):
        seen.add(number, age_ms=0)
    assert len(seen) <= 2 * MOST_IDS
    assert seen.add(2 * MOST_IDS, age_ms=0)


def test_people_are_remembered_in_bounded_number_the_longest_unseen_forgotten_first() -> None:
    people = KnownPeople()
    for number in range(1, MOST_PEOPLE + 1):
        people.fill(User(id=ID(number), gifter_level=number))
    people.fill(User(id=ID(1)))
    for number in range(MOST_PEOPLE + 1, MOST_PEOPLE + 101):
        people.fill(User(id=ID(number)))
    assert len(people) == MOST_PEOPLE
    assert people.fill(User(id=ID(1))).gifter_level == 1
    assert people.fill(User(id=ID(2))).gifter_level is None


def test_what_is_remembered_is_passed_on_through_messages_that_leave_it_out() -> None:
    people = KnownPeople()
    people.fill(User(id=ID(1), gifter_level=5, is_moderator=True))
    people.fill(User(id=ID(1), nickname="a"))
    again = people.fill(User(id=ID(1), nickname="b", fan_level=3))
    assert (again.gifter_level, again.is_moderator, again.fan_level) == (5, True, 3)
    assert set(again.remembered) == {"gifter_level", "is_moderator"}


def test_a_no_is_told_and_not_overridden_by_an_earlier_yes() -> None:
    people = KnownPeople()
    people.fill(User(id=ID(1), is_moderator=True))
    assert people.fill(User(id=ID(1), is_moderator=False)).is_moderator is False
