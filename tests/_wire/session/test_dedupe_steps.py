"""The duplicate filter ages in small steps: no message waits while thousands of ids are moved."""

import gc
import random
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests._wire.building import NOW, ROOM, chat, deliver, framed
from tikcast import LiveSession

MINUTE = 60_000


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python some work takes: a count that does not depend on the machine."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def filled(per_minute: int, *, minutes: int) -> tuple[LiveSession, int]:
    """A session that was sent so many messages a minute, and the time of the last one."""
    session, chance, now = LiveSession(ROOM), random.Random(1), NOW
    session.opened(now)
    for minute in range(minutes):
        now = NOW + minute * MINUTE
        deliver(session, *[chat("", message_id=chance.getrandbits(62)) for _ in range(per_minute)], at=now)
    return session, now


def dearest(session: LiveSession, *, after: int) -> int:
    """The most lines that one of the next hundred messages takes, over several turns of the minute."""
    chance = random.Random(2)
    costs = []
    for index in range(100):
        data = framed(chat("", message_id=chance.getrandbits(62)))
        at = after + MINUTE + index * 2_000
        costs.append(lines_run(lambda data=data, at=at: session.receive(data, at)))  # type: ignore[misc]
    return max(costs)


def test_the_dearest_message_costs_the_same_however_many_ids_are_kept() -> None:
    few, many = [dearest(session, after=now) for session, now in (filled(20, minutes=16), filled(800, minutes=16))]
    assert many <= 2 * few


def test_the_turn_of_a_minute_takes_no_more_memory_than_one_block() -> None:
    session, now = filled(3_000, minutes=4)
    gc.collect()
    tracemalloc.start()
    try:
        peaks = []
        for index in range(30):
            data = framed(chat("", message_id=index + 1))
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            session.receive(data, now + MINUTE + index * 5_000)
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    assert max(peaks) < 64 * 1024


@pytest.mark.parametrize("per_minute", [1, 50, 400])
def test_ids_are_known_for_15_minutes_at_any_rate(per_minute: int) -> None:
    session, chance = LiveSession(ROOM), random.Random(3)
    session.opened(NOW)
    sent: list[tuple[int, list[int]]] = []
    for minute in range(20):
        ids = [chance.getrandbits(62) for _ in range(per_minute)]
        at = NOW + minute * MINUTE
        assert len(deliver(session, *[chat("", message_id=number) for number in ids], at=at)) == per_minute
        sent.append((at, ids))
    now = sent[-1][0]
    for at, ids in sent:
        known = [deliver(session, chat("", message_id=number), at=now) == [] for number in ids[:5]]
        if now - at <= 15 * MINUTE:
            assert all(known)
        if now - at > 17 * MINUTE:
            assert not any(known)
