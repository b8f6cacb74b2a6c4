"""Time as a live sees it, so that tests bring their own."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tikcast._net.network import Network


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


class NetworkClock(SystemClock):
    """The machine's clock for whoever waits between two questions: closing the network ends every sleep."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    async def sleep(self, seconds: float) -> None:
        """Wait; cancelling is safe. Raises `ConfigError` as soon as the network is closed."""
        await self._network.rest(seconds)
