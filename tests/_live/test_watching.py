"""When users and lives are asked for, with a clock that the test moves."""

import asyncio
from random import Random

import pytest

from tests.clocks import ManualClock
from tests.live_room import network_for
from tests.room_server import ROOM, RoomServer
from tikcast._live.watching import Watcher, wait_until_live
from tikcast._net.liveness import FoundRoom
from tikcast._net.network import Network
from tikcast._options import ClientOptions
from tikcast.errors import NetworkError
from tikcast.options import Endpoints

CAPTCHA = '<div id="tiktok-verify-page"></div>'
CHECK = "/webcast/room/check_alive/"


def watcher(network: Network, clock: ManualClock, *users: str, interval: float = 30.0) -> Watcher[int]:
    def room_of(found: FoundRoom) -> int:
        return found.room_id

    return Watcher(network, users or ("@ana",), make=room_of, interval=interval, clock=clock, random=Random(1))


def coming(watch: Watcher[int]) -> "asyncio.Task[int]":
    async def one() -> int:
        return await anext(watch)

    return asyncio.create_task(one())


async def test_it_asks_again_until_the_user_is_live() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = coming(watcher(network, clock))
        for _ in range(2):
            pause = await clock.until_sleeping()
            assert 24 <= pause <= 40
            await clock.advance(pause)
        await clock.until_sleeping()
        server.live = True
        await clock.advance(60)
        assert await task == ROOM


async def test_pauses_grow_up_to_four_times_the_longer_nobody_comes_and_are_never_the_same() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = coming(watcher(network, clock))
        pauses = []
        for _ in range(40):
            pauses.append(await clock.until_sleeping())
            await clock.advance(pauses[-1])
        task.cancel()
        assert all(24 <= pause <= 36 for pause in pauses[:1])
        assert all(96 <= pause <= 144 for pause in pauses[-10:])
        assert len(set(pauses)) == len(pauses)


async def test_after_a_live_the_pauses_are_short_again() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        watch = watcher(network, clock)
        task = coming(watch)
        for _ in range(20):
            await clock.advance(await clock.until_sleeping())
        await clock.until_sleeping()
        server.live = True
        await clock.advance(150)
        assert await task == ROOM
        server.live = False
        task = coming(watch)
        await clock.advance(await clock.until_sleeping())
        assert await clock.until_sleeping() <= 36
        task.cancel()


async def test_lives_that_go_on_cost_one_question_for_all_and_no_page() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock = ManualClock()
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        pages = server.asked.count("/@ana/live")
        task = coming(watch)
        for _ in range(5):
            pause = await clock.until_sleeping()
            assert 24 <= pause <= 36
            await clock.advance(pause)
        await clock.until_sleeping()
        assert server.asked.count(CHECK) == 5
        assert server.asked.count("/@ana/live") == pages
        task.cancel()


async def test_a_room_of_which_tiktok_tells_nothing_is_looked_for_but_not_told_twice() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.alive = ManualClock(), False
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        task = coming(watch)
        await clock.advance(await clock.until_sleeping())
        await clock.until_sleeping()
        assert not task.done()
        server.room_id = ROOM + 1
        await clock.advance(60)
        assert await task == ROOM + 1


async def test_a_failure_that_may_pass_is_waited_out_from_the_first_question_on() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.page = ManualClock(), CAPTCHA
        task = coming(watcher(network, clock))
        assert await clock.until_sleeping() >= 60
        server.page = None
        await clock.advance(90)
        assert await task == ROOM


async def test_refusals_slow_down_all_that_is_asked() -> None:
    users = [f"user{number}" for number in range(4)]
    async with RoomServer() as server, network_for(server) as network:
        clock, server.page = ManualClock(), CAPTCHA
        task = coming(watcher(network, clock, *users))
        asked = 0
        for _ in range(6):
            pause = await clock.until_sleeping()
            now = sum(path.endswith("/live") for path in server.asked)
            assert now - asked <= 1
            assert pause >= 30
            asked = now
            await clock.advance(pause)
        task.cancel()


async def test_many_users_are_asked_for_one_a_second_after_the_first_few() -> None:
    users = [f"user{number}" for number in range(12)]
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = coming(watcher(network, clock, *users))
        started = clock.now_ms()
        for _ in range(7):
            pause = await clock.until_sleeping(longer_than=0.5)
            assert pause == pytest.approx(1.0)
            await clock.advance(pause)
        assert await clock.until_sleeping() >= 10
        assert clock.now_ms() - started == 7000
        assert len([path for path in server.asked if path.endswith("/live")]) == 12
        task.cancel()


async def test_checks_that_fail_twice_are_replaced_by_looking_for_the_users() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock = ManualClock()
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        server.broken.add(CHECK)
        server.room_id = ROOM + 1
        task = coming(watch)
        for _ in range(2):
            await clock.advance(await clock.until_sleeping())
        await clock.advance(60)
        assert await task == ROOM + 1


async def test_a_server_that_was_never_reached_is_raised() -> None:
    config = ClientOptions(endpoints=Endpoints.at("http://127.0.0.1:1"))
    network = Network(config, environment={})
    try:
        with pytest.raises(NetworkError):
            await anext(watcher(network, ManualClock()))
    finally:
        await network.aclose()


async def test_waiting_is_not_ended_by_a_page_that_can_only_be_read_in_part() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.cover = {"nobody": "expects"}
        room = await wait_until_live(network, "ana", interval=30, clock=ManualClock(), random=Random(1))
        assert (room.room_id, room.title, room.cover) == (ROOM, server.title, None)
