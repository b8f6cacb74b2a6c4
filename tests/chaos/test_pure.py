"""Thousands of faults in virtual time: a pure world, and a live stream that is followed through all of them."""

from collections import Counter
from typing import Any

import pytest

from tests.chaos import truth
from tests.chaos.monkey import OF_OTHER_TESTS, WITHOUT_EFFECT
from tests.chaos.outcome import require_order, require_the_truth
from tests.chaos.pure_run import Plan, live_through, repeat
from tikcast import LiveEnded
from tikcast.simulator.faults.catalog import faults

FORGETFUL = [{"seed": seed, "seconds": 1200.0} for seed in range(8)]


@pytest.mark.parametrize("plan", FORGETFUL, ids=lambda plan: f"seed{plan['seed']}")
def test_no_loss_and_no_double_is_hidden_when_a_server_does_not_resume(plan: dict[str, Any]) -> None:
    outcome = live_through(**plan)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.live.end_reason == "ended"
    assert outcome.struck.total() > 350
    assert outcome.covered < 0.75
    came = truth.arrivals(outcome.events)
    assert outcome.published.keys() - came.keys(), "nothing was ever missed"


def test_every_kind_of_fault_has_happened_and_gifts_were_lost_in_gaps() -> None:
    outcomes = [live_through(**plan) for plan in FORGETFUL]
    struck = sum((outcome.struck for outcome in outcomes), Counter[str]())
    assert struck.keys() == faults().keys() - OF_OTHER_TESTS - WITHOUT_EFFECT
    assert min(struck.values()) >= 3
    assert struck.total() > 3000
    assert sum(outcome.missed.gifts for outcome in outcomes) > 0


@pytest.mark.parametrize("seed", range(10, 12))
def test_a_server_that_resumes_gives_everything_back(seed: int) -> None:
    outcome = live_through(seed=seed, seconds=500.0, resumes=True)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.published.keys() - truth.arrivals(outcome.events).keys() == set()
    assert sum(gap.recovered for gap in outcome.gaps) > 50


def test_leaving_history_out_leaves_out_nothing_else() -> None:
    outcome = live_through(seed=20, seconds=500.0, history="skip")
    require_order(outcome)
    came = truth.arrivals(outcome.events)
    assert max(came.values()) == 1
    assert not any(event.is_history for event in outcome.events)
    flagged = set(truth.flagged(outcome.messages.values()))
    assert (
        truth.outside(outcome.published.keys() - came.keys() - flagged, at=outcome.published, spans=outcome.spans) == []
    )


@pytest.mark.parametrize("seed", range(60, 63))
def test_gifts_that_come_again_much_later_count_once_and_are_history(seed: int) -> None:
    outcome = live_through(seed=seed, seconds=1800.0, old_kinds="all")
    require_order(outcome)
    fresh = truth.arrivals(event for event in outcome.events if not event.is_history)
    assert max(fresh.values()) == 1
    came = truth.arrivals(outcome.events)
    during, all_of_it = outcome.sums(came.keys() & outcome.published.keys()), outcome.sums(came)
    assert during.gifts <= outcome.counted.gifts <= all_of_it.gifts
    assert during.diamonds <= outcome.counted.diamonds <= all_of_it.diamonds


def test_delivering_duplicates_counts_nothing_twice() -> None:
    outcome = live_through(seed=30, seconds=300.0, resumes=True, history="deliver")
    require_order(outcome)
    fresh = truth.arrivals(event for event in outcome.events if not event.is_history)
    assert max(fresh.values()) == 1
    came = truth.arrivals(outcome.events)
    assert max(came.values()) > 1
    assert outcome.counted == outcome.sums(came)


@pytest.mark.parametrize(
    ("ending", "reason"), [("suspend", "suspended"), ("restart", "restarted"), ("lost_end", "ended")]
)
def test_the_end_of_a_live_stream_has_its_reason(ending: str, reason: str) -> None:
    outcome = live_through(seed=40, seconds=120.0, ending=ending)
    assert outcome.live.end_reason == reason
    assert isinstance(outcome.events[-1], LiveEnded)
    assert outcome.events[-1].reason == reason


def test_the_same_seed_gives_the_same_run() -> None:
    one, other = (repeat(Plan(seed=50, seconds=120.0)).events for _ in range(2))
    assert one == other
