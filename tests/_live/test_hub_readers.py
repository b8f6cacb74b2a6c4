"""Readers of a live stream that come late, leave early, or never come: nothing stalls, nothing is lost in silence."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from tests.clocks import settle
from tests.live_room import Scene, collect, make_live, names, network_for, open_scene, take
from tests.room_server import RoomServer, chat, control
from tikcast import ChatEvent, Event, Limits, Live
from tikcast.events import Overflow

PATIENCE = 5.0
WAITING: Final[dict[str, Any]] = {"queue_policy": "wait", "limits": Limits(events=2)}


async def send(scene: Scene, *comments: str) -> None:
    """Send each as a frame, and wait until all are acknowledged."""
    before = scene.live.stats().acks
    for comment in comments:
        await scene.connection.send(chat(comment))
    await scene.connection.wait_for("ack", times=before + len(comments))


async def fill(scene: Scene) -> None:
    """Send more than the queues of the live stream hold, and wait until it takes no more."""
    for number in range(10):
        await scene.connection.send(chat(str(number)))
    await scene.connection.wait_for("ack", times=2)
    await settle()


def comments(events: list[Event]) -> list[str]:
    return [event.comment for event in events if isinstance(event, ChatEvent)]


async def test_a_handler_that_is_registered_when_the_queue_is_full_gets_what_comes_then() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        await fill(scene)
        got: list[Event] = []
        scene.live.on(ChatEvent, got.append)
        await scene.connection.send(chat("last"))
        await scene.end()
        assert await scene.live.wait_ended() == "ended"
        assert comments(got)[-1] == "last"


async def test_waiting_for_the_end_is_not_held_up_by_events_that_nobody_reads() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        await fill(scene)
        await scene.end()
        assert await scene.live.wait_ended() == "ended"


async def test_a_loop_that_was_left_holds_up_no_handler() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        got: list[Event] = []
        scene.live.on(ChatEvent, got.append)
        async for _ in scene.live:
            break
        await fill(scene)
        await scene.end()
        assert await scene.live.wait_ended() == "ended"
        assert comments(got) == [str(number) for number in range(10)]


async def test_a_reader_that_was_cancelled_holds_up_no_handler() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        got: list[Event] = []
        scene.live.on(ChatEvent, got.append)
        reading = asyncio.create_task(collect(scene.live))
        await send(scene, "first")
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await fill(scene)
        await scene.end()
        assert await scene.live.wait_ended() == "ended"
        assert len(comments(got)) == 11


async def test_a_reader_that_takes_one_event_at_a_time_and_then_waits_for_the_end_holds_up_nothing() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        assert names([await anext(scene.live)]) == ["Connected"]
        await fill(scene)
        await scene.end()
        assert await scene.live.wait_ended() == "ended"


async def test_a_handler_that_is_taken_off_while_it_is_full_holds_up_no_other() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        stuck = asyncio.Event()

        @scene.live.on(ChatEvent)
        async def never(_: ChatEvent) -> None:
            await stuck.wait()

        reading = asyncio.create_task(collect(scene.live))
        await fill(scene)
        scene.live.off(never)
        stuck.set()
        await scene.end()
        assert comments(await reading) == [str(number) for number in range(10)]


async def test_an_iterator_that_is_closed_while_it_is_full_holds_up_no_other() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        unread = scene.live.events(ChatEvent)
        reading = asyncio.create_task(collect(scene.live))
        await fill(scene)
        unread.close()
        await scene.end()
        assert comments(await reading) == [str(number) for number in range(10)]


async def test_a_live_stream_whose_reader_does_not_come_can_be_closed() -> None:
    async with asyncio.timeout(PATIENCE), open_scene(**WAITING) as scene:
        await fill(scene)
        await scene.live.close()
        assert names(await collect(scene.live))[-1] == "LiveEnded"


async def test_with_handlers_only_no_more_than_the_limit_is_kept_and_then_nothing() -> None:
    async with open_scene(limits=Limits(events=5)) as scene:
        scene.live.on(ChatEvent, lambda event: None)
        await send(scene, *map(str, range(20)))
        assert (scene.live.stats().queued, scene.live.stats().dropped) == (0, 0)
        first = await anext(scene.live)
        assert isinstance(first, Overflow)
        assert first.dropped == 21
        assert scene.live.stats().dropped == 21
        await send(scene, "now")
        assert comments([await anext(scene.live)]) == ["now"]


async def test_with_handlers_only_nothing_is_kept_after_some_seconds() -> None:
    async with open_scene() as scene:
        scene.live.on(ChatEvent, lambda event: None)
        await send(scene, "early")
        await scene.clock.advance(6)
        await send(scene, "later")
        events = scene.live.__aiter__()
        first = await anext(events)
        assert isinstance(first, Overflow)
        assert first.dropped == 3
        await send(scene, "now")
        assert comments([await anext(events)]) == ["now"]


async def test_a_loop_that_begins_after_waiting_for_the_end_starts_at_that_moment() -> None:
    async with open_scene() as scene:
        ended = asyncio.create_task(scene.live.wait_ended())
        await send(scene, "missed")
        reading = asyncio.create_task(collect(scene.live))
        await settle()
        await send(scene, "now")
        await scene.end()
        events = await reading
        assert await ended == "ended"
    assert names(events) == ["Overflow", "ChatEvent", "ControlEvent", "Disconnected", "LiveEnded"]
    assert isinstance(events[0], Overflow)
    assert events[0].dropped == 2
    assert comments(events) == ["now"]


async def test_a_loop_that_begins_after_the_end_says_how_much_it_missed() -> None:
    async with open_scene() as scene:
        await send(scene, "missed")
        await scene.end()
        await scene.live.wait_ended()
        events = await collect(scene.live)
    assert names(events) == ["Overflow"]
    assert isinstance(events[0], Overflow)
    assert events[0].dropped == 5


async def test_a_loop_that_begins_soon_after_the_opening_gets_everything_although_handlers_read() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, clock = make_live(network)
        handled: list[Event] = []
        live.on(Event, handled.append)
        async with live:
            connection = await server.accept()
            await connection.send(chat("one"))
            await connection.wait_for("ack")
            await clock.advance(2)
            await connection.send(control(3))
            events = await collect(live)
            await live.wait_ended()
    assert names(events) == names(handled)
    assert names(events)[:2] == ["Connected", "ChatEvent"]


async def test_a_loop_in_another_task_gets_everything_while_the_end_is_waited_for() -> None:
    async with open_scene() as scene:
        reading = asyncio.create_task(collect(scene.live))
        ended = asyncio.create_task(scene.live.wait_ended())
        await send(scene, "one", "two")
        await scene.end()
        assert await ended == "ended"
        events = await reading
    assert names(events) == ["Connected", "ChatEvent", "ChatEvent", "ControlEvent", "Disconnected", "LiveEnded"]


async def test_without_other_readers_nothing_is_lost_between_two_loops() -> None:
    async with open_scene() as scene:
        await send(scene, "one")
        await take(scene.live, ChatEvent)
        await send(scene, "two")
        await scene.clock.advance(30)
        await send(scene, "three")
        await scene.end()
        assert comments(await collect(scene.live)) == ["two", "three"]


async def test_two_loops_share_the_events() -> None:
    async def one(live: Live) -> list[Event]:
        return [event async for event in live]

    async with open_scene() as scene:
        readers = [asyncio.create_task(one(scene.live)) for _ in range(2)]
        await send(scene, "one", "two", "three")
        await scene.end()
        got = [event for events in await asyncio.gather(*readers) for event in events]
    assert sorted(comments(got)) == ["one", "three", "two"]
