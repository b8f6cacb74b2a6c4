"""Somebody sets the machine's clock: what is a duration does not change, and stamps follow the new time."""

import asyncio
from random import Random

import pytest

from tests.clocks import ManualClock
from tests.live_room import collect, make_live, names, network_for, open_scene, take
from tests.room_server import RoomServer, chat, gift
from tikcast import ChatEvent, GiftEvent, LiveEnded, Reconnect
from tikcast._live.watching import Watcher
from tikcast.events import Reconnecting
from tikcast.live import LiveState

PATIENCE = 10.0
MINUTES, HOUR = 20 * 60.0, 3600.0


@pytest.mark.parametrize("ahead", [MINUTES, HOUR, -HOUR])
async def test_a_step_of_the_clock_and_its_taking_back_break_and_count_nothing_twice(ahead: float) -> None:
    async with open_scene() as scene:
        clock, connection = scene.clock, scene.connection
        repeated = [chat("one", msg_id=1001), gift(3, group_id=77)]
        await connection.send(*repeated)
        events = await take(scene.live, GiftEvent)
        for number, step in enumerate((ahead, 0.0, ahead)):
            clock.set_wall(ahead=step)
            await clock.advance(3)
            await connection.send(*repeated)
            await connection.wait_for("ack", times=number + 2)
        await scene.end()
        events += await collect(scene.live)
        stats = scene.live.stats()
    assert names(events) == [
        "Connected", "ChatEvent", "GiftEvent", "ControlEvent", "GiftEvent", "Disconnected", "LiveEnded",
    ]  # fmt: skip
    assert isinstance(events[4], GiftEvent)
    assert events[4].streak_over
    assert (stats.duplicates, stats.gifts, stats.connections, stats.gaps) == (6, 3, 1, 0)


async def test_events_are_stamped_with_the_time_of_day_as_it_is_set_now() -> None:
    async with open_scene() as scene:
        scene.clock.set_wall(ahead=-HOUR)
        await scene.connection.send(chat("one"))
        (*_, event) = await take(scene.live, ChatEvent)
        assert event.received_at_ms == scene.clock.now_ms()
        assert scene.live.state is LiveState.CONNECTED


async def test_the_time_for_reconnecting_does_not_run_out_by_a_step_of_the_clock() -> None:
    budget = Reconnect(attempts=None, first_delay=3.0, factor=1.0, jitter=0.0, total=60.0)
    async with asyncio.timeout(PATIENCE), open_scene(reconnect=budget) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        scene.server.refusal, scene.server.refusals_left = (417, "illegal app_id"), 2
        await scene.connection.drop()
        for ahead in (MINUTES, 0.0, HOUR):
            pause = await scene.clock.until_sleeping()
            assert pause == 3.0
            scene.clock.set_wall(ahead=ahead)
            await scene.clock.advance(pause)
        scene.connection = await scene.server.accept()
        await scene.end()
        events = await collect(scene.live)
    assert isinstance(events[-1], LiveEnded)
    assert [event.delay for event in events if isinstance(event, Reconnecting)] == [3.0, 3.0, 3.0]


async def test_watching_keeps_its_pauses_when_the_clock_is_set() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        watch = Watcher(network, ["@ana"], make=lambda room: room, interval=30.0, clock=clock, random=Random(1))
        waiting = asyncio.ensure_future(anext(watch))
        for ahead in (HOUR, 0.0, -HOUR):
            pause = await clock.until_sleeping()
            assert 24 <= pause <= 48
            asked = server.asked.count("/@ana/live")
            clock.set_wall(ahead=ahead)
            await clock.advance(pause - 1)
            assert server.asked.count("/@ana/live") == asked
            await clock.advance(1)
        await clock.until_sleeping()
        waiting.cancel()


async def test_a_live_stream_that_opens_before_the_machine_knows_the_time_is_stamped_right_later() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, clock = make_live(network)
        clock.set_wall(ahead=-1_700_000_000.0)
        async with live:
            connection = await server.accept()
            clock.set_wall(ahead=0.0)
            await connection.send(chat("one"))
            (*_, event) = await take(live, ChatEvent)
            assert event.received_at_ms == clock.now_ms()
