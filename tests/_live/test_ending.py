"""Whether a live stream is over, when no message says so."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

import pytest
from websockets.exceptions import ConnectionClosed

from tests.clocks import ManualClock, settle
from tests.live_room import Scene, collect, names, network_for, open_scene, take
from tests.room_server import ROOM, RoomServer, chat
from tests.wire_schema import push_frame
from tikcast import ChatEvent, LiveEnded, Reconnect
from tikcast._live.ending import EndCheck
from tikcast._live.facts import RoomFacts
from tikcast.events import Connected, Disconnected, Reconnecting
from tikcast.live import LiveState

INFO, PAGE, API, PROFILE = "/webcast/room/info/", "/@ana/live", "/api-live/user/room/", "/@ana"
CHECK_ALIVE = "/webcast/room/check_alive/"
OTHER = ROOM + 1
SOON = Reconnect(first_delay=3.0, max_delay=3.0, jitter=0.0)


def going_on(_: RoomServer) -> None:
    """All sources say that it goes on."""


def over(server: RoomServer) -> None:
    server.live = False


def restarted(server: RoomServer) -> None:
    server.room_id = OTHER


def over_behind_old_pages(server: RoomServer) -> None:
    server.live, server.shown = False, (2, ROOM)


def over_and_nothing_else_known(server: RoomServer) -> None:
    server.live = False
    server.broken |= {PAGE, API, PROFILE, CHECK_ALIVE}


def without_info(server: RoomServer) -> None:
    server.info_status = HTTPStatus.BAD_GATEWAY


def over_without_info(server: RoomServer) -> None:
    server.live = False
    without_info(server)


def restarted_without_info(server: RoomServer) -> None:
    server.room_id = OTHER
    without_info(server)


def without_pages(server: RoomServer) -> None:
    server.broken |= {PAGE, API, PROFILE}


def without_anything(server: RoomServer) -> None:
    server.broken |= {INFO, PAGE, API, PROFILE, CHECK_ALIVE}


def behind_pages_of_an_older_room(server: RoomServer) -> None:
    server.shown = (2, ROOM - 1)


def behind_pages_that_say_offline(server: RoomServer) -> None:
    server.shown = (4, 0)


def behind_a_page_that_is_no_page(server: RoomServer) -> None:
    server.page = "<html></html>"


# What the sources say, and what follows for a live stream of a known user and of a room alone.
CASES: list[tuple[Callable[[RoomServer], None], str, str]] = [
    (going_on, "live", "live"),
    (over, "ended", "ended"),
    (restarted, "restarted", "ended"),
    (over_behind_old_pages, "ended", "ended"),
    (over_and_nothing_else_known, "ended", "ended"),
    (without_info, "live", "live"),
    (over_without_info, "ended", "ended"),
    (restarted_without_info, "unknown", "live"),
    (without_pages, "live", "live"),
    (without_anything, "unknown", "unknown"),
    (behind_pages_of_an_older_room, "live", "live"),
    (behind_pages_that_say_offline, "unknown", "live"),
    (behind_a_page_that_is_no_page, "live", "live"),
]


@pytest.mark.parametrize(("sources", "by_user", "by_room"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_room_info_and_the_pages_say_together_whether_it_is_over(
    sources: Callable[[RoomServer], None], by_user: str, by_room: str
) -> None:
    async with RoomServer() as server, network_for(server) as network:
        sources(server)
        for username, expected in (("ana", by_user), (None, by_room)):
            room = RoomFacts(room_id=ROOM, username=username)
            check = EndCheck(network, room, clock=ManualClock(), quiet=90.0)
            assert await check.ask() == expected, username


async def beat(scene: Scene, seconds: float) -> None:
    """Let time pass while heartbeats are answered, and nothing else comes."""
    for _ in range(round(seconds / 10)):
        before = scene.live.stats().frames
        with suppress(ConnectionClosed):
            await scene.connection.socket.send(push_frame("hb", b""))
        while scene.live.stats().frames == before and scene.live.state is LiveState.CONNECTED:
            await settle()
        await scene.clock.advance(10)


async def chatting(scene: Scene) -> None:
    await scene.connection.send(chat("one"))
    await take(scene.live, ChatEvent)
    scene.server.asked.clear()


async def test_an_end_that_no_message_told_is_noticed_after_a_minute_and_a_half() -> None:
    async with open_scene() as scene:
        await chatting(scene)
        scene.server.live = False
        await beat(scene, 80)
        assert scene.server.asked == []
        await beat(scene, 20)
        events = await collect(scene.live)
        assert names(events) == ["Disconnected", "LiveEnded"]
        assert scene.live.end_reason == "ended"


async def test_a_host_who_restarted_without_a_message_is_noticed() -> None:
    async with open_scene() as scene:
        await chatting(scene)
        scene.server.room_id = OTHER
        await beat(scene, 100)
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)
        assert events[-1].reason == "restarted"


async def test_a_quiet_room_that_goes_on_keeps_its_connection_and_is_asked_about_less_and_less_often() -> None:
    async with open_scene() as scene:
        await chatting(scene)
        asked = []
        for _ in range(20):
            await beat(scene, 60)
            await asyncio.sleep(0.05)
            asked.append(scene.server.asked.count(INFO))
        assert asked[:2] == [0, 1]
        assert asked[-1] == 4
        assert scene.live.stats().connections == 1
        await scene.connection.send(chat("two"))
        await take(scene.live, ChatEvent)
        await beat(scene, 100)
        await scene.server.until_asked(INFO)


async def test_what_nobody_knows_is_connected_to_again() -> None:
    async with open_scene(reconnect=SOON) as scene:
        await chatting(scene)
        without_anything(scene.server)
        await beat(scene, 90)
        events = await take(scene.live, Disconnected)
        assert isinstance(events[-1], Disconnected)
        assert events[-1].reason.startswith("no message came for 90 s, and no source knows")
        events = await take(scene.live, Reconnecting)
        await scene.clock.advance(await scene.clock.until_sleeping())
        scene.connection = await scene.server.accept()
        await take(scene.live, Connected)


async def test_a_room_that_is_over_is_noticed_soon_after_a_reconnect() -> None:
    async with open_scene(reconnect=SOON) as scene:
        await chatting(scene)
        await beat(scene, 60)
        await scene.connection.drop()
        await scene.clock.advance(await scene.clock.until_sleeping())
        scene.connection = await scene.server.accept()
        scene.server.live = False
        await beat(scene, 40)
        await collect(scene.live)
        assert scene.live.end_reason == "ended"


async def test_messages_that_come_again_do_not_show_that_it_goes_on() -> None:
    async with open_scene() as scene:
        await scene.connection.send(chat("one", msg_id=1001))
        await take(scene.live, ChatEvent)
        scene.server.live = False
        for _ in range(5):
            await scene.connection.send(chat("one", msg_id=1001))
            await beat(scene, 20)
        await collect(scene.live)
        assert scene.live.end_reason == "ended"


async def test_a_message_that_comes_while_the_sources_are_asked_shows_that_it_goes_on() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.live = False
        check = EndCheck(network, RoomFacts(room_id=ROOM, username="ana"), clock=ManualClock(), quiet=90.0)
        asking = asyncio.create_task(check.check())
        await server.until_asked(INFO)
        await check._clock.advance(1)  # type: ignore[attr-defined]
        check.message_came()
        assert await asking == "live"
