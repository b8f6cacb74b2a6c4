"""What is tried again, and when."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast import errors
from tikcast._net.retry import Action, Attempt, Decision, RetryBudget, backoff, decide
from tikcast.options import Reconnect


def test_delays_grow_up_to_the_maximum() -> None:
    plan = Reconnect(attempts=6, first_delay=1, max_delay=10, factor=2, jitter=0)
    assert list(backoff(plan, random=Random(1))) == [1, 2, 4, 8, 10, 10]


@given(st.integers(0, 2**32))
def test_jitter_takes_at_most_its_share(seed: int) -> None:
    plan = Reconnect(attempts=None, first_delay=1, max_delay=10, factor=2, jitter=0.5)
    for delay, full in zip(islice(backoff(plan, random=Random(seed)), 6), [1, 2, 4, 8, 10, 10], strict=True):
        assert full / 2 <= delay <= full


def test_zero_attempts_give_no_delays_and_none_gives_endless_delays() -> None:
    assert list(backoff(Reconnect(attempts=0), random=Random(1))) == []
    assert len(list(islice(backoff(Reconnect(attempts=None), random=Random(1)), 5000))) == 5000


def waiting(seconds: float) -> Decision:
    return Decision(action=Action.WAIT, wait=seconds)


AGAIN, NO = Decision(action=Action.RETRY), Decision(action=Action.GIVE_UP)
ANOTHER, SIGN = Decision(action=Action.ROTATE), Decision(action=Action.SIGN)


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (errors.NetworkError("h", "x"), AGAIN),
        (errors.NetworkTimeout("h", 1), AGAIN),
        (errors.DeviceBlocked(), ANOTHER),
        (errors.HandshakeRefused(200, "illegal secret key"), SIGN),
        (errors.HandshakeRefused(200, "http: named cookie not present"), SIGN),
        (errors.HandshakeRefused(415, "illegal app_id"), AGAIN),
        (errors.HandshakeRefused(503, ""), AGAIN),
        (errors.Captcha(), waiting(60)),
        (errors.IPBlocked(), waiting(60)),
        (errors.Blocked("no ttwid"), waiting(60)),
        (errors.RateLimited(17.0), waiting(17)),
        (errors.RateLimited(None), waiting(60)),
        (errors.RateLimited(None, "signer minute"), waiting(60)),
        (errors.RateLimited(None, "signer hour"), waiting(600)),
        (errors.RateLimited(None, "signer day"), waiting(3600)),
        (errors.RateLimited(5.0, "signer day"), waiting(5)),
        (errors.SignerError("x", status=503, retry_after=5), waiting(5)),
        (errors.SignerError("x", status=503), AGAIN),
        (errors.SignerError("x", status=401), NO),
        (errors.SignerError("x", status=402), NO),
        (errors.SignerError("x", status=403, retry_after=5), NO),
        (errors.SignerError("a stub"), AGAIN),
        (errors.LookupFailed("x", "trouble"), AGAIN),
        (errors.UserOffline("ana"), NO),
        (errors.UserNotFound("ana"), NO),
        (errors.PrivateAccount("ana"), NO),
        (errors.LiveEndedError(1), NO),
        (errors.AgeRestricted("x"), NO),
        (errors.LoginRequired("x"), NO),
        (errors.InvalidTarget("x"), NO),
        (errors.ConfigError("x", advice="y"), NO),
        (ConnectionResetError(), AGAIN),
        (TimeoutError(), AGAIN),
        (EOFError(), AGAIN),
        (ValueError("a bug"), NO),
        (KeyboardInterrupt(), NO),
        (
            errors.ConnectFailed(
                "handshake",
                [errors.Captcha(), errors.SignerError("x", status=401), errors.RateLimited(9.0)],
            ),
            waiting(9),
        ),
        (errors.ConnectFailed("handshake", [errors.RateLimited(9.0), errors.DeviceBlocked()]), ANOTHER),
        (errors.ConnectFailed("handshake", [errors.Captcha(), errors.NetworkError("h", "x")]), AGAIN),
        (errors.ConnectFailed("signature", [errors.SignerError("x", status=402)]), NO),
        (errors.ConnectFailed("signature", []), NO),
    ],
)
def test_each_error_has_its_decision(error: BaseException, decision: Decision) -> None:
    assert decide(error) == decision


@pytest.mark.parametrize("action", Action)
def test_every_action_but_giving_up_is_a_retry_and_two_need_a_change(action: Action) -> None:
    decision = Decision(action=action)
    assert decision.retry == (action != "give up")
    assert decision.needs_change == (action in {"rotate", "sign"})


LOST = errors.NetworkError("h", "gone")


def budget(**plan: Any) -> RetryBudget:
    values = {"attempts": 4, "first_delay": 1.0, "factor": 2.0, "max_delay": 10.0, "jitter": 0.0} | plan
    return RetryBudget(Reconnect(**values), random=Random(1))


def tries(of: RetryBudget, *, age_ms: int = 0, most: int = 20, error: Exception = LOST) -> list[float]:
    """The delays of the attempts when each of them fails at once."""
    delays: list[float] = []
    while len(delays) < most and (attempt := of.next(error, age_ms=age_ms + round(sum(delays) * 1000))):
        delays.append(attempt.delay)
    return delays


def test_attempts_are_counted_and_their_delays_grow_until_the_budget_is_used_up() -> None:
    assert tries(budget()) == [1, 2, 4, 8]
    assert tries(budget(attempts=0)) == []
    assert tries(budget(attempts=None)) == [1, 2, 4, 8, *[10] * 16]


def test_the_room_is_checked_before_a_long_delay_before_a_second_attempt_and_after_silence() -> None:
    one = budget()
    assert one.next(LOST, age_ms=0) == Attempt(number=1, delay=1, ask_first=False)
    assert one.next(LOST, age_ms=0) == Attempt(number=2, delay=2, ask_first=True)
    assert budget().next(LOST, age_ms=0, silent=True) == Attempt(number=1, delay=1, ask_first=True)
    assert budget(first_delay=4.0).next(LOST, age_ms=0) == Attempt(number=1, delay=4, ask_first=True)


def test_the_wait_of_a_rate_limit_replaces_a_shorter_delay() -> None:
    one = budget()
    assert one.next(errors.RateLimited(30.0), age_ms=0) == Attempt(number=1, delay=30, ask_first=True)
    assert one.next(errors.RateLimited(0.5), age_ms=0) == Attempt(number=2, delay=2, ask_first=True)


def test_a_final_error_gives_no_attempt() -> None:
    assert budget().next(errors.SignerError("x", status=402), age_ms=0) is None


def test_an_attempt_after_the_total_time_is_not_made() -> None:
    one = budget(attempts=None, total=10.0)
    one.lost(1000)
    assert tries(one, age_ms=1000) == [1, 2, 4]
    assert one.next(errors.RateLimited(10.1), age_ms=1000) is None
    one.lost(9000)
    assert one.next(LOST, age_ms=11_001) is None


def test_a_healthy_connection_resets_attempts_and_delays() -> None:
    one = budget(total=10.0, healthy_after=5.0)
    one.lost(0)
    tries(one)
    one.served(5.0, entered=True, fresh=False)
    one.lost(60_000)
    assert tries(one, age_ms=60_000) == [1, 2, 4]


def test_a_short_connection_with_new_messages_resets_attempts_but_not_delays() -> None:
    one = budget(healthy_after=5.0, attempts=2)
    assert tries(one) == [1, 2]
    one.served(4.9, entered=True, fresh=True)
    assert tries(one) == [4, 8]


@pytest.mark.parametrize(("seconds", "entered"), [(4.9, True), (60.0, False)])
def test_a_connection_without_new_messages_resets_nothing(seconds: float, entered: bool) -> None:
    one = budget(healthy_after=5.0, attempts=2)
    tries(one)
    one.served(seconds, entered=entered, fresh=False)
    assert tries(one) == []


@given(st.integers(0, 2**32), st.floats(1.0, 600.0), st.lists(st.floats(0.0, 30.0), max_size=30))
def test_no_attempt_begins_after_the_total_time_however_long_they_take(
    seed: int, total: float, took: list[float]
) -> None:
    one = RetryBudget(Reconnect(attempts=None, total=total), random=Random(seed))
    one.lost(0)
    now = 0.0
    for seconds in took:
        attempt = one.next(LOST, age_ms=round(now * 1000))
        if attempt is None:
            break
        now += attempt.delay
        assert now <= total + 0.002
        now += seconds
