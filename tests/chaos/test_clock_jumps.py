"""Somebody sets the wall clock while faults happen: only the stamps of events follow it."""

from typing import Any

import pytest

from tests.chaos.outcome import Outcome, require_order, require_the_truth
from tests.chaos.pure_run import live_through
from tests.chaos.virtual import Jump
from tikcast import ControlEvent, Event
from tikcast.events import Gap

PLAN: dict[str, Any] = {"seconds": 240.0}
MINUTE = 60.0
HOUR = 3600.0

FORWARD = (Jump(at=60.0, by=20 * MINUTE), Jump(at=150.0, by=HOUR))
BACKWARD = (Jump(at=60.0, by=-20 * MINUTE), Jump(at=150.0, by=-HOUR))
THERE_AND_BACK = (Jump(at=60.0, by=20 * MINUTE), Jump(at=100.0, by=-20 * MINUTE), Jump(at=180.0, by=-5.0))


@pytest.mark.parametrize(
    ("jumps", "resumes"),
    [(FORWARD, False), (FORWARD, True), (BACKWARD, False), (THERE_AND_BACK, True)],
    ids=["forward", "forward and resumed", "backward", "there and back"],
)
def test_nothing_is_lost_or_counted_twice_when_the_wall_clock_is_set(jumps: tuple[Jump, ...], *, resumes: bool) -> None:
    outcome = live_through(**PLAN, seed=90, jumps=jumps, resumes=resumes)
    require_the_truth(outcome)
    require_order(outcome)


@pytest.mark.parametrize("jumps", [FORWARD, BACKWARD, THERE_AND_BACK], ids=["forward", "backward", "there and back"])
def test_the_same_happens_as_with_a_steady_wall_clock(jumps: tuple[Jump, ...]) -> None:
    steady, jumped = (live_through(**PLAN, seed=91, jumps=those) for those in ((), jumps))
    assert happened(jumped) == happened(steady)
    assert jumped.live.stats() == steady.live.stats()


def happened(outcome: Outcome) -> list[tuple[object, ...]]:
    """The events without the stamps that the client's wall clock sets, and the lengths of the gaps."""
    return [stampless(event) for event in outcome.events]


def stampless(event: Event) -> tuple[object, ...]:
    known = (event.type, event.message_id, event.is_history)
    if isinstance(event, Gap):
        return (*known, event.to_ms - event.from_ms, event.recovered)
    return (*known, event.action) if isinstance(event, ControlEvent) else known
