"""What watching costs and how soon a change is noticed: computed, documented, and measured on a watcher."""

import asyncio
from collections.abc import Sequence
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.clocks import ManualClock
from tests.live_room import network_for
from tests.room_server import ROOM, RoomServer
from tests.shared_data import REPO
from tikcast._live.budget import watch_stats
from tikcast._live.watching import Watcher
from tikcast._net.network import Network

HOUR = 3600.0
SOME = [1, 30, pytest.param(1000, marks=pytest.mark.slow)]


def documented() -> list[list[str]]:
    """The rows of the table in the documents."""
    text = (REPO / "docs/lookups.md").read_text(encoding="utf-8")
    lines = text.partition("| users | ")[2].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.parametrize("row", range(3))
def test_the_documents_state_what_is_computed(row: int) -> None:
    users = (1, 30, 1000)[row]
    offline = watch_stats(live=0, offline=users, interval=30)
    live = watch_stats(live=users, offline=0, interval=30)
    assert documented()[row] == [
        f"{users:,}",
        f"{offline.requests_per_minute:g}",
        f"{offline.live_within:g} s",
        f"{live.requests_per_minute:g}",
        f"{live.ended_within:g} s",
    ]


@pytest.mark.parametrize("interval", [1.0, 5.0, 30.0, 600.0])
@pytest.mark.parametrize("users", [(0, 1), (1, 0), (99, 1), (100, 30), (1000, 1000), (100_000, 0)])
def test_no_number_of_users_asks_for_more_than_a_request_a_second(users: tuple[int, int], interval: float) -> None:
    live, offline = users
    stats = watch_stats(live=live, offline=offline, interval=interval)
    assert 0 < stats.requests_per_minute <= 60
    assert (stats.live_within > 0, stats.ended_within > 0) == (offline > 0, live > 0)


def watching(network: Network, clock: ManualClock, users: Sequence[str]) -> Watcher[str]:
    return Watcher(network, users, make=lambda room: room.username or "", interval=30, clock=clock, random=Random(1))


class Spectator:
    """Whoever waits for the live streams of a watcher, while the test lets time pass."""

    def __init__(self, watch: Watcher[str], clock: ManualClock) -> None:
        self.came: list[float] = []
        self._watch = watch
        self._clock = clock
        self._task = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        async for _ in self._watch:
            self.came.append(self._clock.age_ms() / 1000)

    async def let_pass(self, seconds: float, *, until: int = 1 << 30) -> None:
        """Let time pass, or until so many live streams came."""
        end_ms = self._clock.age_ms() + seconds * 1000
        while self._clock.age_ms() < end_ms and len(self.came) < until:
            await self._clock.advance(await self._clock.until_sleeping(longer_than=0.01))
        await self._clock.until_sleeping(longer_than=0.01)

    def stop(self) -> None:
        self._task.cancel()


@pytest.mark.parametrize("users", SOME)
async def test_users_who_are_not_live_cost_and_are_noticed_as_computed(users: int) -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        watch = watching(network, clock, [f"user{number}" for number in range(users)])
        spectator = Spectator(watch, clock)
        await spectator.let_pass(0.5 * HOUR)
        before = watch.stats().requests
        await spectator.let_pass(HOUR)
        stats = watch.stats()
        assert (stats.users, stats.live) == (users, 0)
        assert (stats.requests - before) / 60 == pytest.approx(stats.requests_per_minute, rel=0.25)
        server.live, began = True, clock.age_ms() / 1000
        await spectator.let_pass(HOUR, until=users)
        assert len(spectator.came) == users
        assert max(spectator.came) - began <= stats.live_within
        assert watch.stats().live == users
        spectator.stop()


class ManyRooms(RoomServer):
    """A server on which each user has a room."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[str, int] = {}

    def _answer(self, socket: ServerConnection, request: Request) -> Response | None:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if path.startswith("/@"):
            user = path.removeprefix("/@").removesuffix("/live")
            self.room_id = self.rooms.setdefault(user, ROOM + 1 + len(self.rooms))
        if path == "/webcast/room/check_alive/":
            open_rooms = set(self.rooms.values())
            ids = query["room_ids"][0].split(",")
            return self._json({"data": [{"alive": int(room) in open_rooms, "room_id_str": room} for room in ids]})
        return super()._answer(socket, request)


@pytest.mark.parametrize("users", SOME)
async def test_users_who_are_live_cost_and_are_noticed_as_computed(users: int) -> None:
    async with ManyRooms() as server, network_for(server) as network:
        clock = ManualClock()
        watch = watching(network, clock, [f"user{number}" for number in range(users)])
        spectator = Spectator(watch, clock)
        await spectator.let_pass(2 * HOUR)
        before = watch.stats().requests
        await spectator.let_pass(HOUR)
        stats = watch.stats()
        assert stats.live == users
        assert (stats.requests - before) / 60 == pytest.approx(stats.requests_per_minute, rel=0.25)
        for number in range(0, users, 100):
            server.rooms[f"user{number}"] += 10_000
            began, known = clock.age_ms() / 1000, len(spectator.came)
            await spectator.let_pass(HOUR, until=known + 1)
            assert max(spectator.came) - began <= stats.ended_within
        spectator.stop()
