"""Whether an error is worth another try, what has to change before it, and when. No clock, no I/O."""

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
_HOPELESS_STATUSES: Final = frozenset({401, 402, 403})
_LONG_WAIT: Final = 4.0


class Action(StrEnum):
    """What an error asks for, the most promising first."""

    ROTATE = "rotate"
    """Try again as somebody else: this visitor is refused."""
    SIGN = "sign"
    """Try again with a new signature or cookie: this one is refused, or too old."""
    RETRY = "retry"
    """Try again as before: it may pass."""
    WAIT = "wait"
    """Try again when the limit is over."""
    GIVE_UP = "give up"
    """Another try gives the same answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`action`: what to do; `wait`: seconds that the next try should not come before."""

    action: Action
    wait: float = 0.0

    @property
    def retry(self) -> bool:
        """Whether another try may work at all."""
        return self.action is not Action.GIVE_UP

    @property
    def needs_change(self) -> bool:
        """Whether something has to change first; the next try may then work at once."""
        return self.action in {Action.ROTATE, Action.SIGN}


def decide(error: BaseException) -> Decision:
    """What to do about `error`: errors of the user's, of the code, and final answers end it."""
    match error:
        case ConnectFailed(causes=causes):
            return _best([decide(cause) for cause in causes])
        case RateLimited(retry_after=wait, scope=scope):
            cool_down = _COOL_DOWNS.get(scope, _COOL_DOWN)
            return Decision(action=Action.WAIT, wait=cool_down if wait is None else wait)
        case SignerError(status=status) if status in _HOPELESS_STATUSES:
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
    """Of several ways: what the most promising one asks for, as soon as the first of them may work."""
    hopeful = [decision for decision in decisions if decision.retry]
    if not hopeful:
        return Decision(action=Action.GIVE_UP)
    ranks = list(Action)
    first = min(hopeful, key=lambda decision: ranks.index(decision.action))
    return Decision(action=first.action, wait=min(decision.wait for decision in hopeful))


def backoff(reconnect: Reconnect, *, random: Random) -> Iterator[float]:
    """The delays in seconds between the tries that `reconnect` allows, one for each try.

    Each is `factor` times the one before, up to `max_delay`; the share `jitter` of it is random.
    """
    delay, left = reconnect.first_delay, reconnect.attempts
    while left is None or left > 0:
        capped = min(delay, reconnect.max_delay)
        yield capped * (1 - reconnect.jitter * random.random())
        delay = min(delay * reconnect.factor, reconnect.max_delay)
        left = None if left is None else left - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The next try: its `number` since things last worked, and the `delay` in seconds before it.

    `ask_first`: whether to make sure before waiting that the live goes on.
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
        self._delays = self._fresh_delays()

    def lost(self, age_ms: int) -> None:
        """The connection is lost: from now on the time counts, if it did not already."""
        if self._lost_ms is None:
            self._lost_ms = age_ms

    def next(self, error: BaseException, *, age_ms: int, silent: bool = False) -> Attempt | None:
        """The try that follows `error`; None when there should be none, or the budget is used up.

        `silent`: the connection stood, but nothing came, as when a live has ended unnoticed.
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
        """A connection stood for so long; `entered`: the room answered; `fresh`: it brought something new.

        A server that goes on giving is never given up. But the delays start anew only once a connection was
        healthy, or one that breaks as soon as it stands would be opened every second for ever.
        """
        healthy = entered and seconds >= self._reconnect.healthy_after
        if healthy or fresh:
            self._attempts, self._lost_ms = 0, None
        if healthy:
            self._delays = self._fresh_delays()

    def _is_too_late(self, at_ms: float) -> bool:
        total = self._reconnect.total
        return total is not None and self._lost_ms is not None and at_ms - self._lost_ms > total * 1000

    def _fresh_delays(self) -> Iterator[float]:
        return backoff(replace(self._reconnect, attempts=None), random=self._random)
