"""Servers that answer heartbeats outside the room, and servers that stop reading."""

import pytest

from tests.chaos.odd_sockets import EarlyHeartbeats, NeverReads
from tests.chaos.outcome import require_order, require_the_truth
from tests.chaos.pure_run import AT_FIRST, live_through


@pytest.mark.parametrize("seed", range(60, 63))
def test_heartbeats_that_are_answered_before_entering_hide_no_loss(seed: int) -> None:
    first = (*AT_FIRST, "ignore_enter")
    outcome = live_through(seed=seed, seconds=300.0, endings=0.4, first=first, socket=EarlyHeartbeats)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.struck["ignore_enter"] >= 3
    assert outcome.live.end_reason == "ended"


@pytest.mark.parametrize("seed", range(70, 72))
def test_a_server_that_never_reads_is_left_within_seconds(seed: int) -> None:
    outcome = live_through(seed=seed, seconds=300.0, socket=NeverReads)
    require_the_truth(outcome)
    require_order(outcome)
    assert outcome.live.end_reason == "ended"
    assert outcome.covered < 0.75
