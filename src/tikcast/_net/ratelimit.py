"""Turns at a signer, shared by all clients of a process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from tikcast.errors import RateLimited

UNKNOWN_PER_MINUTE: Final = 5
"""What a signer grants to a caller that it does not know."""

_MINUTE: Final = 60.0


class Limiter:
    """Grants at most `per_minute` turns in any 60 seconds, in the order of asking.

    It may be shared by threads and event loops. `known`: the signer was asked for its quota.
    """

    def __init__(self, per_minute: int = UNKNOWN_PER_MINUTE, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._turns: deque[float] = deque()
        self._paused_until = 0.0
        self._paused_for = ""
        self._lock = threading.Lock()
        self.known = False

    def set_quota(self, per_minute: int) -> None:
        """Grant `per_minute` turns from now on."""
        with self._lock:
            self._per_minute = max(1, per_minute)

    def pause(self, seconds: float, *, scope: str) -> None:
        """Grant no turn for `seconds`, since the signer said that `scope` ran out."""
        with self._lock:
            until = self._clock() + seconds
            if until > self._paused_until:
                self._paused_until, self._paused_for = until, scope

    def reserve(self, longest: float) -> float:
        """Take the next turn and return the seconds until it comes.

        Raises `RateLimited`, taking none, when that is more than `longest`.
        """
        with self._lock:
            now = self._clock()
            while self._turns and self._turns[0] <= now - _MINUTE:
                self._turns.popleft()
            turn = max(now, self._paused_until, self._next_free())
            if turn - now > longest:
                paused = turn == self._paused_until
                raise RateLimited(turn - now, self._paused_for if paused else "signer minute")
            self._turns.append(turn)
            return turn - now

    async def turn(self, longest: float) -> None:
        """Wait for a turn. Cancelling gives none back: it may be taken already.

        Raises `RateLimited` at once when it would take more than `longest` seconds.
        """
        await asyncio.sleep(self.reserve(longest))

    def _next_free(self) -> float:
        if len(self._turns) < self._per_minute:
            return 0.0
        return self._turns[-self._per_minute] + _MINUTE


_limiters: Final[dict[tuple[str, str], Limiter]] = {}


def limiter_for(signer: str, *, api_key: str | None) -> Limiter:
    """The limiter that everyone in this process shares who asks `signer` with this key."""
    return _limiters.setdefault((signer, api_key or ""), Limiter())
