"""Lives for the code of the documents: each test gets one that nobody else watches."""

import asyncio
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.background import Background, background
from tests.docs.documents import Ran, run
from tikcast.simulator import RoomPlan, Simulator
from tikcast.simulator.ledger import LedgerReport

MIX = {
    "WebcastChatMessage": 3, "WebcastMemberMessage": 3, "WebcastLikeMessage": 3, "WebcastRoomUserSeqMessage": 1,
    "WebcastGiftMessage": 3,
}  # fmt: skip

numbers = count()


class Play:
    """A live of one user, and what runs while it lasts."""

    def __init__(self, behind: Background, simulator: Simulator) -> None:
        self.simulator = simulator
        self.user = f"sim{next(numbers)}"
        self.room_id = simulator.rooms[self.user]
        self._behind = behind

    async def run(self, code: str, *, user: str | None = None, **names: Any) -> Ran:
        """Run code that goes on by itself, for this user unless another is named."""
        return await run(code, user=user or self.user, **names)

    async def run_to_the_end(self, code: str, *, enough: Callable[[str], object]) -> Ran:
        """Run code until the live ends, which it does once what was printed is `enough`."""
        output = StringIO()
        running = asyncio.create_task(asyncio.to_thread(asyncio.run, run(code, user=self.user, output=output)))
        while not running.done() and not enough(output.getvalue()):  # noqa: ASYNC110 - printing tells nobody
            await asyncio.sleep(0.02)
        await self._in_background(self.simulator.control(self.user, "end"))
        return await running

    async def ledger(self) -> LedgerReport:
        """What was sent so far."""
        report: LedgerReport = await self._in_background(self.simulator.ledger(self.user))
        return report

    async def _in_background(self, coroutine: Any) -> Any:
        return await asyncio.to_thread(self._behind.run, coroutine)


@pytest.fixture(scope="session")
def lives() -> Iterator[tuple[Background, Simulator]]:
    plans = tuple(RoomPlan(user=f"sim{n}", mix=MIX) for n in range(40))
    with background() as behind, behind.entered(Simulator(plans=plans, seed=6, rate=300.0)) as running:
        yield behind, running


@pytest.fixture
def play(lives: tuple[Background, Simulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Play:
    """A live, on the only TikTok that code knows, in a folder of its own."""
    behind, simulator = lives
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("TIKCAST_ENDPOINT", simulator.url)
    monkeypatch.chdir(tmp_path)
    return Play(behind, simulator)
