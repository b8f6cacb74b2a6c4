"""Time: how long something lasted (`age`) and when it happened (`now`).

Whatever is a duration uses `age`: it never goes back, it is not changed when somebody sets the clock, and it
counts the time for which the machine slept. The wall clock only stamps events and reads dates of others.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol

_BOOT: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


def age() -> float:
    """Seconds since an unknown moment in the past: CLOCK_BOOTTIME where it exists, else the monotonic clock."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def now() -> float:
    """Seconds since 1970 by the wall clock, which anybody can set forward or back."""
    return time.time()


class Clock(Protocol):
    """The time and a way to wait."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, for stamps."""

    def age_ms(self) -> int:
        """Milliseconds since an unknown moment, for durations; never less than at the call before."""

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe."""


class SystemClock:
    """The machine's clocks."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, for stamps, as the wall clock is set now."""
        return int(now() * 1000)

    def age_ms(self) -> int:
        """Milliseconds since an unknown moment, for durations; never less than at the call before."""
        return int(age() * 1000)

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe."""
        await asyncio.sleep(seconds)
