"""Time as a live sees it, so that tests bring their own."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The time now and a way to wait."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, never less than at the call before."""

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe."""


class SystemClock:
    """The machine's clock, held steady.

    It never goes back when somebody sets the clock (heartbeats would stop), and it follows the
    clock forward after the machine slept (a connection that slept is stale).
    """

    def __init__(self) -> None:
        self._now = time.time()
        self._steady = time.monotonic()

    def now_ms(self) -> int:
        """Milliseconds since 1970, never less than at the call before."""
        steady = time.monotonic()
        self._now = max(self._now + steady - self._steady, time.time())
        self._steady = steady
        return int(self._now * 1000)

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe."""
        await asyncio.sleep(seconds)
