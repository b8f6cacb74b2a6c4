"""When users and lives are asked for, with a clock that the test moves."""

import asyncio
from collections.abc import Callable
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
        began = clock.age_ms()
        for _ in range(12):
            await clock.advance(await clock.until_sleeping(longer_than=0.5))
        await clock.until_sleeping(longer_than=0.5)
        pages = sum(path.endswith("/live") for path in server.asked)
        assert pages <= 1 + (clock.age_ms() - began) / 30_000
        task.cancel()


async def test_many_users_are_asked_for_one_a_second_after_the_first_few() -> None:
    users = [f"user{number}" for number in range(12)]
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = coming(watcher(network, clock, *users))
        started = clock.now_ms()
        for _ in range(10):
            pause = await clock.until_sleeping(longer_than=0.5)
            assert pause == pytest.approx(1.0)
            await clock.advance(pause)
        assert await clock.until_sleeping() >= 10
        assert clock.now_ms() - started == 10_000
        assert len([path for path in server.asked if path.endswith("/live")]) == 12
        assert len([path for path in server.asked if path == "/api-live/user/room/"]) == 3
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


async def coming_after(clock: ManualClock, task: "asyncio.Task[int]") -> float:
    """Let time pass until the room comes; the seconds that it took."""
    began = clock.age_ms()
    while not task.done():
        sleeping = asyncio.create_task(clock.until_sleeping(longer_than=0.5))
        await asyncio.wait({task, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        if sleeping.done():
            await clock.advance(await sleeping)
        sleeping.cancel()
    return (clock.age_ms() - began) / 1000


async def test_a_new_room_is_noticed_by_the_page_although_check_alive_says_that_the_old_one_goes_on() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.alive = ManualClock(), True
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        server.room_id = ROOM + 1
        task = coming(watch)
        assert 240 <= await coming_after(clock, task) <= 360
        assert task.result() == ROOM + 1


async def test_a_live_stream_that_ended_in_secret_is_noticed_and_the_next_one_too() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.alive = ManualClock(), True
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        server.live = False
        task = coming(watch)
        for _ in range(20):
            await clock.advance(await clock.until_sleeping(longer_than=0.5))
        await clock.until_sleeping(longer_than=0.5)
        assert watch.stats().live == 0
        server.live, server.room_id = True, ROOM + 1
        assert await coming_after(clock, task) <= 150
        assert task.result() == ROOM + 1


async def test_a_room_that_was_thought_to_be_over_is_not_reported_again() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.alive = ManualClock(), False
        watch = watcher(network, clock)
        assert await anext(watch) == ROOM
        server.live = False
        task = coming(watch)
        await clock.advance(await clock.until_sleeping())
        await clock.until_sleeping()
        assert watch.stats().live == 0
        server.live = True
        for _ in range(5):
            await clock.advance(await clock.until_sleeping())
        await clock.until_sleeping()
        assert not task.done()
        server.room_id = ROOM + 1
        await coming_after(clock, task)
        assert task.result() == ROOM + 1


def nothing_about_the_user(server: RoomServer) -> None:
    """The live page has no live stream of the user, and no other source answers."""
    server.page = '<html><script id="SIGI_STATE" type="application/json">{}</script></html>'


def no_room(server: RoomServer) -> None:
    server.shown = (2, 0)


def another_page(server: RoomServer) -> None:
    server.page = "<html></html>"


def captcha(server: RoomServer) -> None:
    server.page = CAPTCHA


def faults(server: RoomServer) -> None:
    server.broken |= {"/@ana/live", "/api-live/user/room/", "/@ana"}


@pytest.mark.parametrize("weak", [nothing_about_the_user, no_room, another_page, captcha, faults])
@pytest.mark.parametrize("known", [True, False])
async def test_no_weak_answer_ends_the_watching_of_a_user(weak: Callable[[RoomServer], None], known: bool) -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock = ManualClock()
        watch = watcher(network, clock)
        if known:
            await anext(watch)
            server.alive, server.room_id = False, ROOM + 1
        weak(server)
        task = coming(watch)
        for _ in range(10):
            await clock.advance(await clock.until_sleeping(longer_than=0.5))
        await clock.until_sleeping(longer_than=0.5)
        assert not task.done()
        server.page, server.shown = None, None
        server.broken.clear()
        await coming_after(clock, task)
        assert task.result() == server.room_id
