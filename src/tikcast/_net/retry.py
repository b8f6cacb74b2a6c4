"""Whether an error is worth another try, and when. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

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
_HOPELESS_STATUSES: Final = frozenset({401, 402, 403})


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`retry`: another try may work. `wait`: seconds that it should not come before."""

    retry: bool
    wait: float = 0.0


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


def decide(error: BaseException) -> Decision:
    """What to do about `error`: errors of the user's, of the code, and final answers end it."""
    match error:
        case ConnectFailed(causes=causes):
            hopeful = [found for found in map(decide, causes) if found.retry]
            return Decision(retry=bool(hopeful), wait=min((d.wait for d in hopeful), default=0.0))
        case RateLimited(retry_after=wait):
            return Decision(retry=True, wait=_COOL_DOWN if wait is None else wait)
        case SignerError(status=status, retry_after=wait):
            return Decision(retry=status not in _HOPELESS_STATUSES, wait=wait or 0.0)
        case DeviceBlocked() | HandshakeRefused() | NetworkError():
            return Decision(retry=True)
        case Blocked():
            return Decision(retry=True, wait=_COOL_DOWN)
        case LookupFailed():
            return Decision(retry=type(error) is LookupFailed)
        case ConfigError():
            return Decision(retry=False)
        case OSError() | EOFError():
            return Decision(retry=True)
        case _:
            return Decision(retry=False)
