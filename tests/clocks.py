"""A clock that stands still until the test moves it."""

import asyncio
from itertools import count


class ManualClock:
    """Time that passes only through `advance`; whoever sleeps is woken in order."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self._now_ms = now_ms
        self._order = count()
        self._sleepers: dict[int, tuple[int, float, asyncio.Future[None]]] = {}
        self._slept = asyncio.Event()

    def now_ms(self) -> int:
        return self._now_ms

    def age_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        ticket, woken = next(self._order), asyncio.get_running_loop().create_future()
        self._sleepers[ticket] = (self._now_ms + round(seconds * 1000), seconds, woken)
        self._slept.set()
        try:
            await woken
        finally:
            del self._sleepers[ticket]

    async def advance(self, seconds: float) -> None:
        """Let time pass in steps, and let what it wakes run after each."""
        end = self._now_ms + round(seconds * 1000)
        while due := [at for at, _, woken in self._sleepers.values() if at <= end and not woken.done()]:
            self._now_ms = max(self._now_ms, min(due))
            for at, _, woken in list(self._sleepers.values()):
                if at <= self._now_ms and not woken.done():
                    woken.set_result(None)
            await settle()
        self._now_ms = end

    async def until_sleeping(self, *, longer_than: float = 1.0) -> float:
        """Wait until somebody sleeps for longer than this, and tell for how long."""
        while not (found := [s for _, s, woken in self._sleepers.values() if s > longer_than and not woken.done()]):
            self._slept.clear()
            await self._slept.wait()
        return found[-1]


async def settle() -> None:
    """Let everything that is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)
