"""A clock that stands still until the test moves it, and whose time of day can be set."""

import asyncio
from itertools import count


class ManualClock:
    """Time that passes only through `advance`; whoever sleeps is woken in order.

    `set_wall` changes the time of day alone, as somebody does who sets the machine's clock.
    """

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        # As on a machine that has just been started, no age is near any time of day.
        self._age_ms = 1_000_000
        self._start_ms = self._wall_ms = now_ms - self._age_ms
        self._order = count()
        self._sleepers: dict[int, tuple[int, float, asyncio.Future[None]]] = {}
        self._slept = asyncio.Event()

    def now_ms(self) -> int:
        return self._age_ms + self._wall_ms

    def age_ms(self) -> int:
        return self._age_ms

    def set_wall(self, *, ahead: float) -> None:
        """Set the time of day so many seconds ahead of the right one."""
        self._wall_ms = self._start_ms + round(ahead * 1000)

    async def sleep(self, seconds: float) -> None:
        ticket, woken = next(self._order), asyncio.get_running_loop().create_future()
        self._sleepers[ticket] = (self._age_ms + round(seconds * 1000), seconds, woken)
        self._slept.set()
        try:
            await woken
        finally:
            del self._sleepers[ticket]

    async def advance(self, seconds: float) -> None:
        """Let time pass in steps, and let what it wakes run after each."""
        end = self._age_ms + round(seconds * 1000)
        while due := [at for at, _, woken in self._sleepers.values() if at <= end and not woken.done()]:
            self._age_ms = max(self._age_ms, min(due))
            for at, _, woken in list(self._sleepers.values()):
                if at <= self._age_ms and not woken.done():
                    woken.set_result(None)
            await settle()
        self._age_ms = end

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
