"""Turns at a signer."""

from __future__ import annotations

import pytest

from tikcast._net.signer import Limiter, limiter_for
from tikcast.errors import RateLimited


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_five_turns_a_minute_are_granted_by_default() -> None:
    clock = Clock()
    limiter = Limiter(clock=clock)
    assert [limiter.reserve(90) for _ in range(7)] == [0, 0, 0, 0, 0, 60, 60]


def test_the_quota_is_kept_in_any_sixty_seconds() -> None:
    clock = Clock()
    limiter = Limiter(3, clock=clock)
    turns = []
    for _ in range(30):
        turns.append(clock.now + limiter.reserve(1e9))
        clock.now += 7
    assert all(later - earlier >= 60 for earlier, later in zip(turns, turns[3:], strict=False))
    assert turns == sorted(turns)


def test_a_wait_beyond_the_limit_is_refused_and_reserves_no_turn() -> None:
    clock = Clock()
    limiter = Limiter(1, clock=clock)
    limiter.reserve(0)
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            limiter.reserve(30)
        assert (caught.value.retry_after, caught.value.scope) == (60.0, "signer minute")
    clock.now += 60
    assert limiter.reserve(0) == 0


def test_a_larger_quota_grants_more_at_once() -> None:
    limiter = Limiter(1, clock=Clock())
    limiter.reserve(0)
    limiter.set_quota(10)
    assert [limiter.reserve(0) for _ in range(9)] == [0.0] * 9


def test_a_pause_grants_no_turn_until_it_ends() -> None:
    clock = Clock()
    limiter = Limiter(5, clock=clock)
    limiter.pause(3600, scope="signer hour")
    with pytest.raises(RateLimited) as caught:
        limiter.reserve(90)
    assert (caught.value.retry_after, caught.value.scope) == (3600.0, "signer hour")
    clock.now += 3600
    assert limiter.reserve(0) == 0


def test_a_process_shares_one_limiter_for_each_signer_and_key() -> None:
    one = limiter_for("https://s.example", api_key="a")
    assert limiter_for("https://s.example", api_key="a") is one
    assert limiter_for("https://s.example", api_key=None) is not one
    assert limiter_for("https://t.example", api_key="a") is not one
