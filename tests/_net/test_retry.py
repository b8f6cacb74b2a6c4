"""What is tried again, and when."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast import errors
from tikcast._net.retry import Decision, backoff, decide
from tikcast.options import Reconnect


def test_delays_grow_up_to_the_longest() -> None:
    plan = Reconnect(attempts=6, first_delay=1, max_delay=10, factor=2, jitter=0)
    assert list(backoff(plan, random=Random(1))) == [1, 2, 4, 8, 10, 10]


@given(st.integers(0, 2**32))
def test_jitter_takes_at_most_its_share(seed: int) -> None:
    plan = Reconnect(attempts=None, first_delay=1, max_delay=10, factor=2, jitter=0.5)
    for delay, full in zip(islice(backoff(plan, random=Random(seed)), 6), [1, 2, 4, 8, 10, 10], strict=True):
        assert full / 2 <= delay <= full


def test_no_attempts_are_no_delays_and_none_never_ends() -> None:
    assert list(backoff(Reconnect(attempts=0), random=Random(1))) == []
    assert len(list(islice(backoff(Reconnect(attempts=None), random=Random(1)), 5000))) == 5000


AGAIN, NO = Decision(retry=True), Decision(retry=False)


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (errors.NetworkError("h", "x"), AGAIN),
        (errors.NetworkTimeout("h", 1), AGAIN),
        (errors.DeviceBlocked(), AGAIN),
        (errors.HandshakeRefused(415, "illegal secret key"), AGAIN),
        (errors.Captcha(), Decision(retry=True, wait=60)),
        (errors.IPBlocked(), Decision(retry=True, wait=60)),
        (errors.RateLimited(17.0), Decision(retry=True, wait=17)),
        (errors.RateLimited(None), Decision(retry=True, wait=60)),
        (errors.SignerError("x", status=503, retry_after=5), Decision(retry=True, wait=5)),
        (errors.SignerError("x", status=401), NO),
        (errors.SignerError("x"), AGAIN),
        (errors.LookupFailed("x", "trouble"), AGAIN),
        (errors.UserOffline("ana"), NO),
        (errors.UserNotFound("ana"), NO),
        (errors.LiveEndedError(1), NO),
        (errors.AgeRestricted("x"), NO),
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
            Decision(retry=True, wait=9),
        ),
        (errors.ConnectFailed("signature", [errors.SignerError("x", status=402)]), NO),
    ],
)
def test_each_error_is_decided_by_what_it_means(error: BaseException, decision: Decision) -> None:
    assert decide(error) == decision
