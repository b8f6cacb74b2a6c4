"""How fast the requests of watchers may follow each other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tikcast._clock import SystemClock

if TYPE_CHECKING:
    from tikcast._clock import Clock
    from tikcast._net.network import Network

GAP: Final = 1.0
"""Seconds between two requests."""

_LONGEST_GAP: Final = 30.0
_BURST: Final = 5
_SLOWER: Final = 2.0
_FASTER: Final = 0.9


class Pace:
    """A rate limit: a few requests at once, then one a second; slower after each refusal, and slowly faster again.

    All who share it wait in one queue.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gap = GAP
        self._used_until_ms = 0.0
        self._paused_until_ms = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next request may be made. Cancelling takes no turn."""
        async with self._queue:
            ahead = (_BURST - 1) * GAP if self._gap == GAP else 0.0
            age_ms = self._clock.age_ms()
            begin_ms = max(age_ms, self._paused_until_ms, self._used_until_ms - ahead * 1000)
            if begin_ms > age_ms:
                await self._clock.sleep((begin_ms - age_ms) / 1000)
            self._used_until_ms = max(self._used_until_ms, begin_ms) + self._gap * 1000

    def answered(self) -> None:
        """A request was answered."""
        self._gap = max(GAP, self._gap * _FASTER)

    def refused(self, wait: float) -> None:
        """A request was refused: make none for `wait` seconds, and fewer from then on."""
        self._gap = min(_LONGEST_GAP, self._gap * _SLOWER)
        self._paused_until_ms = max(self._paused_until_ms, self._clock.age_ms() + wait * 1000)


class NetworkClock(SystemClock):
    """The machine's clocks for whoever waits between two requests: closing the network ends every sleep."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe. Raises `ConfigError` as soon as the network is closed."""
        await self._network.http.sleep(seconds)
