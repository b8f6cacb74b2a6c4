"""Simulated live streams for the code of the documents: each test gets its own."""

import asyncio
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.background import Background, background
from tests.docs.documents import Ran, run
from tests.docs.known_messages import Evening, write_evening
from tests.docs.stage import eight_lives
from tikcast import Endpoints
from tikcast.simulator import RoomPlan, Simulator
from tikcast.simulator.room.ledger import LedgerReport
from tikcast.sync import TikTok

MIX = {
    "WebcastChatMessage": 3, "WebcastMemberMessage": 3, "WebcastLikeMessage": 3, "WebcastRoomUserSeqMessage": 1,
    "WebcastGiftMessage": 3,
}  # fmt: skip

numbers = count()


class Play:
    """A live stream of one user, and functions that run code with it."""

    def __init__(self, behind: Background, simulator: Simulator) -> None:
        self.simulator = simulator
        self.user = f"sim{next(numbers)}"
        self.room_id = simulator.rooms[self.user]
        self._behind = behind

    async def run(self, code: str, *, user: str | None = None, **names: Any) -> Ran:
        """Run code that ends by itself, by default for this user."""
        return await run(code, user=user or self.user, **names)

    async def run_to_the_end(self, code: str, *, enough: Callable[[str], object]) -> Ran:
        """Run code until the live stream ends; it is ended when `enough` accepts the printed text."""
        output = StringIO()
        running = asyncio.create_task(asyncio.to_thread(asyncio.run, run(code, user=self.user, output=output)))
        while not running.done() and not enough(output.getvalue()):  # noqa: ASYNC110 - printing sets no event
            await asyncio.sleep(0.02)
        await self._in_background(self.simulator.control(self.user, "end"))
        return await running

    async def ledger(self) -> LedgerReport:
        """The ledger of this user's room."""
        report: LedgerReport = await self._in_background(self.simulator.ledger(self.user))
        return report

    async def _in_background(self, coroutine: Any) -> Any:
        return await asyncio.to_thread(self._behind.run, coroutine)


@pytest.fixture(autouse=True)
def no_proxies_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    path = write_evening(tmp_path_factory.mktemp("evening") / "evening.bin")
    simulator = Simulator(users=("sim0",), capture=path, rate=1000.0)
    with (
        background() as behind,
        behind.entered(simulator) as running,
        TikTok(endpoints=Endpoints.at(running.url), connect=("direct",)) as tiktok,
        tiktok.track("@sim0") as live,
    ):
        yield Evening(list(live), live.room_id)


@pytest.fixture(scope="module")
def site() -> Iterator[Simulator]:
    with background() as behind, behind.entered(eight_lives()) as running:
        yield running


@pytest.fixture(scope="session")
def lives() -> Iterator[tuple[Background, Simulator]]:
    plans = tuple(RoomPlan(user=f"sim{n}", mix=MIX) for n in range(40))
    with background() as behind, behind.entered(Simulator(plans=plans, seed=6, rate=300.0)) as running:
        yield behind, running


@pytest.fixture
def play(lives: tuple[Background, Simulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Play:
    """A live stream on a simulator that replaces TikTok for the code, in a temporary working folder."""
    behind, simulator = lives
    monkeypatch.setenv("TIKCAST_ENDPOINT", simulator.url)
    monkeypatch.chdir(tmp_path)
    return Play(behind, simulator)
