"""Whether to try again after an error, what has to change first, and when. No clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from tikcast._net.socket import BAD_SIGNATURE, NO_COOKIE
from tikcast.errors import (
    Blocked,
    ConfigError,
    ConnectFailed,
    DeviceBlocked,
    HandshakeRefused,
    LookupFailed,
    NetworkError,
    RateLimited,
    SignerError,
)
from tikcast.options import Reconnect

_COOL_DOWN: Final = 60.0
_COOL_DOWNS: Final = {"signer hour": 600.0, "signer day": 3600.0}
_FINAL_STATUSES: Final = frozenset({401, 402, 403})
_LONG_WAIT: Final = 4.0


class Action(StrEnum):
    """What to do about an error, the most promising action first."""

    ROTATE = "rotate"
    """Try again with another identity, since this one is refused."""
    SIGN = "sign"
    """Try again with a new signature or cookie, since this one is refused or too old."""
    RETRY = "retry"
    """Try again without a change, since the problem may be temporary."""
    WAIT = "wait"
    """Try again when the limit is over."""
    GIVE_UP = "give up"
    """Do not try again, since the answer would be the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`action`: what to do. `wait`: the shortest time in seconds before the next attempt."""

    action: Action
    wait: float = 0.0

    @property
    def retry(self) -> bool:
        """Whether another attempt may succeed."""
        return self.action is not Action.GIVE_UP

    @property
    def needs_change(self) -> bool:
        """Whether something has to change first, after which an attempt may succeed at once."""
        return self.action in {Action.ROTATE, Action.SIGN}


def decide(error: BaseException) -> Decision:
    """What to do about `error`. Wrong options, bugs and final answers are not tried again."""
    match error:
        case ConnectFailed(causes=causes):
            return _best([decide(cause) for cause in causes])
        case RateLimited(retry_after=wait, scope=scope):
            cool_down = _COOL_DOWNS.get(scope, _COOL_DOWN)
            return Decision(action=Action.WAIT, wait=cool_down if wait is None else wait)
        case SignerError(status=status) if status in _FINAL_STATUSES:
            return Decision(action=Action.GIVE_UP)
        case SignerError(retry_after=wait):
            return Decision(action=Action.WAIT if wait else Action.RETRY, wait=wait or 0.0)
        case DeviceBlocked():
            return Decision(action=Action.ROTATE)
        case HandshakeRefused(message=message):
            stale = any(mark in message for mark in (BAD_SIGNATURE, NO_COOKIE))
            return Decision(action=Action.SIGN if stale else Action.RETRY)
        case NetworkError():
            return Decision(action=Action.RETRY)
        case Blocked():
            return Decision(action=Action.WAIT, wait=_COOL_DOWN)
        case LookupFailed():
            return Decision(action=Action.RETRY if type(error) is LookupFailed else Action.GIVE_UP)
        case ConfigError():
            return Decision(action=Action.GIVE_UP)
        case OSError() | EOFError():
            return Decision(action=Action.RETRY)
        case _:
            return Decision(action=Action.GIVE_UP)


def _best(decisions: Sequence[Decision]) -> Decision:
    """The decision for several methods: the most promising action, after the shortest wait of them."""
    retryable = [decision for decision in decisions if decision.retry]
    if not retryable:
        return Decision(action=Action.GIVE_UP)
    ranks = list(Action)
    first = min(retryable, key=lambda decision: ranks.index(decision.action))
    return Decision(action=first.action, wait=min(decision.wait for decision in retryable))


def backoff(reconnect: Reconnect, *, random: Random) -> Iterator[float]:
    """The delays in seconds before the attempts that `reconnect` allows, one for each.

    Each is `factor` times the one before, up to `max_delay`. The share `jitter` of it is random.
    """
    delay, left = reconnect.first_delay, reconnect.attempts
    while left is None or left > 0:
        capped = min(delay, reconnect.max_delay)
        yield capped * (1 - reconnect.jitter * random.random())
        delay = min(delay * reconnect.factor, reconnect.max_delay)
        left = None if left is None else left - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The next attempt: its `number` since the last working connection, and the `delay` in seconds before it.

    `ask_first`: whether to check before the delay that the live stream goes on.
    """

    number: int
    delay: float
    ask_first: bool


class RetryBudget:
    """How often and for how long to try to connect again. `age_ms`: milliseconds of the clock for durations."""

    def __init__(self, reconnect: Reconnect, *, random: Random) -> None:
        self._reconnect = reconnect
        self._random = random
        self._attempts = 0
        self._lost_ms: int | None = None
        self._delays = self._new_delays()

    def lost(self, age_ms: int) -> None:
        """The connection is lost; the total time counts from the first loss."""
        if self._lost_ms is None:
            self._lost_ms = age_ms

    def next(self, error: BaseException, *, age_ms: int, silent: bool = False) -> Attempt | None:
        """The attempt after `error`; None when it makes no sense or the budget is used up.

        `silent`: the connection was open without a message, as when the end of a live stream was missed.
        """
        decision = decide(error)
        most = self._reconnect.attempts
        if not decision.retry or (most is not None and self._attempts >= most):
            return None
        delay = max(next(self._delays), decision.wait)
        if self._is_too_late(age_ms + delay * 1000):
            return None
        self._attempts += 1
        again = silent or self._attempts > 1
        return Attempt(number=self._attempts, delay=delay, ask_first=again or delay >= _LONG_WAIT)

    def served(self, seconds: float, *, entered: bool, fresh: bool) -> None:
        """A connection has lasted `seconds`. `entered`: the room answered. `fresh`: there was a new message.

        New messages reset the budget. Only a healthy connection resets the delays; otherwise a connection that
        breaks at once would be opened every second for ever.
        """
        healthy = entered and seconds >= self._reconnect.healthy_after
        if healthy or fresh:
            self._attempts, self._lost_ms = 0, None
        if healthy:
            self._delays = self._new_delays()

    def _is_too_late(self, at_ms: float) -> bool:
        total = self._reconnect.total
        return total is not None and self._lost_ms is not None and at_ms - self._lost_ms > total * 1000

    def _new_delays(self) -> Iterator[float]:
        return backoff(replace(self._reconnect, attempts=None), random=self._random)
