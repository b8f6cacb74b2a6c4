"""A live as its user sees it: iteration, handlers, sending, closing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.clocks import settle
from tests.live_room import collect, live_tasks, make_live, names, network_for, open_scene, take
from tests.room_server import ROOM, HangingServer, RoomServer, chat, control
from tests.waiting import counting_waits, waited
from tikcast import ChatEvent, ControlEvent, Event, Limits, Live, LiveEnded, Timeouts
from tikcast.errors import ConfigError, LiveEndedError, TikcastError, UserOffline
from tikcast.events import Connected, Disconnected, Overflow
from tikcast.live import LiveState


async def test_events_come_in_order_from_the_first_to_the_end_of_the_live() -> None:
    async with open_scene() as scene:
        await scene.connection.send(chat("one"), chat("two"))
        await scene.end()
        events = await collect(scene.live)
    assert names(events) == [
        "Connected", "ChatEvent", "ChatEvent", "ControlEvent", "Disconnected", "LiveEnded",
    ]  # fmt: skip
    assert [event.comment for event in events if isinstance(event, ChatEvent)] == ["one", "two"]
    assert {event.room_id for event in events} == {ROOM}
    assert scene.live.end_reason == "ended"


async def test_a_suspended_live_ends_with_that_reason() -> None:
    async with open_scene() as scene:
        await scene.connection.send(control(4))
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)
        assert events[-1].reason == scene.live.end_reason == "suspended"


async def test_the_room_its_host_and_its_gifts_are_known_when_it_is_open() -> None:
    async with open_scene(gift_list=True) as scene:
        live = scene.live
        assert live.room_id == ROOM
        assert live.info is not None
        assert live.info.title == scene.server.title
        assert live.host is not None
        assert live.host.username == "ana"
        assert live.gifts is not None
        assert [gift.name for gift in live.gifts] == ["Rose"]
        assert live.state is LiveState.CONNECTED
    assert str(live.state) == "closed"


async def test_gifts_are_not_asked_for_unless_wanted() -> None:
    async with open_scene() as scene:
        assert scene.live.gifts is None
        assert "/webcast/gift/list/" not in scene.server.asked


async def test_a_room_info_that_fails_does_not_keep_a_live_from_opening() -> None:
    async with RoomServer() as server, network_for(server) as network:
        from http import HTTPStatus

        server.info_status = HTTPStatus.SERVICE_UNAVAILABLE
        live, _ = make_live(network)
        async with live:
            assert live.info is None
            await server.accept()


async def test_a_room_whose_live_is_over_is_not_entered() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.live = False
        live, _ = make_live(network, ROOM)
        with pytest.raises(LiveEndedError):
            await live.__aenter__()
        assert live.state is LiveState.CLOSED
        assert server.connections.empty()
        assert live_tasks() == set()


async def test_an_offline_user_is_told_by_opening() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.live = False
        live, _ = make_live(network, "@ana")
        with pytest.raises(UserOffline, match="not live now"):
            await live.__aenter__()


async def test_a_live_is_opened_once() -> None:
    async with open_scene() as scene:
        with pytest.raises(ConfigError, match="opened only once"):
            await scene.live.__aenter__()
    with pytest.raises(ConfigError, match="opened only once"):
        await scene.live.__aenter__()


async def test_a_live_that_is_not_open_says_so_instead_of_waiting_for_ever() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, _ = make_live(network)
        with pytest.raises(ConfigError, match="not open"):
            await anext(live)
        with pytest.raises(ConfigError, match="not open"):
            await live.wait_ended()
        with pytest.raises(ConfigError, match="not open"):
            await anext(live.events(ChatEvent))


async def test_handlers_get_the_events_of_their_type_and_its_subtypes() -> None:
    async with open_scene() as scene:
        chats: list[ChatEvent] = []
        everything: list[Event] = []

        @scene.live.on(ChatEvent)
        async def on_chat(event: ChatEvent) -> None:
            await asyncio.sleep(0)
            chats.append(event)

        scene.live.on(Event, everything.append)
        await scene.connection.send(chat("one"), chat("two"))
        await scene.end()
        assert await scene.live.wait_ended() == "ended"
    assert [event.comment for event in chats] == ["one", "two"]
    assert names(everything) == ["ChatEvent", "ChatEvent", "ControlEvent", "Disconnected", "LiveEnded"]


async def test_handlers_registered_before_opening_see_everything() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, _ = make_live(network)
        everything: list[Event] = []
        live.on(Event, everything.append)
        async with live:
            connection = await server.accept()
            await connection.send(chat("one"), control(3))
            await live.wait_ended()
    assert names(everything)[:2] == ["Connected", "ChatEvent"]


async def test_a_forgotten_handler_gets_nothing_more() -> None:
    async with open_scene() as scene:
        chats: list[ChatEvent] = []
        called = asyncio.Event()

        @scene.live.on(ChatEvent)
        def handler(event: ChatEvent) -> None:
            chats.append(event)
            called.set()

        await scene.connection.send(chat("one"))
        await called.wait()
        scene.live.off(handler)
        await scene.connection.send(chat("two"))
        await scene.end()
        await scene.live.wait_ended()
    assert [event.comment for event in chats] == ["one"]


async def test_a_forgotten_handler_finishes_what_it_has_in_hand_and_is_not_called_for_what_waits() -> None:
    async with open_scene() as scene:
        handled: list[str] = []
        entered, leave = asyncio.Event(), asyncio.Event()

        @scene.live.on(ChatEvent)
        async def slow(event: ChatEvent) -> None:
            entered.set()
            await leave.wait()
            handled.append(event.comment)

        await scene.connection.send(chat("one"), chat("two"), chat("three"))
        await entered.wait()
        for _ in range(3):
            await take(scene.live, ChatEvent)
        scene.live.off(slow)
        leave.set()
        await scene.end()
        await scene.live.wait_ended()
    assert handled == ["one"]


async def test_a_handler_may_forget_itself_or_another_before_the_opening_too() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, _ = make_live(network)
        once: list[Event] = []
        never: list[Event] = []

        @live.on(ChatEvent)
        def first(event: ChatEvent) -> None:
            once.append(event)
            live.off(first)

        live.off(live.on(ChatEvent, never.append))
        async with live:
            connection = await server.accept()
            await connection.send(chat("one"), chat("two"), control(3))
            await live.wait_ended()
    assert (len(once), never) == (1, [])


async def test_a_handler_that_raises_is_told_to_the_hook_and_the_log_and_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[tuple[Exception, Event]] = []
    async with open_scene(on_error=lambda error, event: told.append((error, event))) as scene:
        handled: list[str] = []

        @scene.live.on(ChatEvent)
        def on_chat(event: ChatEvent) -> None:
            handled.append(event.comment)
            raise ValueError(f"no {event.comment}")

        await scene.connection.send(chat("one"), chat("two"))
        await scene.end()
        events = await collect(scene.live)
        await scene.live.wait_ended()
    assert handled == ["one", "two"]
    assert [str(error) for error, _ in told] == ["no one", "no two"]
    assert len([event for event in events if isinstance(event, ChatEvent)]) == 2
    assert scene.live.stats().handler_errors == 2
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == 1
    assert logged[0].exc_info is not None
    assert "on_chat" in logged[0].getMessage()


async def test_a_hook_that_raises_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def hook(error: Exception, event: Event) -> None:
        raise RuntimeError("the hook too")

    async with open_scene(on_error=hook) as scene:
        scene.live.on(ChatEvent, lambda event: 1 / 0)
        await scene.connection.send(chat("one"))
        await scene.end()
        assert await scene.live.wait_ended() == "ended"
    assert "on_error hook failed" in caplog.text


async def test_a_handler_that_cancels_itself_goes_on_with_the_next_event() -> None:
    async with open_scene() as scene:
        seen: list[str] = []

        @scene.live.on(ChatEvent)
        async def on_chat(event: ChatEvent) -> None:
            seen.append(event.comment)
            raise asyncio.CancelledError

        await scene.connection.send(chat("one"), chat("two"))
        await scene.end()
        await scene.live.wait_ended()
    assert seen == ["one", "two"]


async def test_what_is_no_exception_ends_the_live_and_is_raised_on_closing() -> None:
    class Stop(BaseException):
        pass

    @asynccontextmanager
    async def scene_of_a_stop() -> AsyncIterator[Live]:
        async with open_scene() as scene:

            @scene.live.on(ChatEvent)
            def on_chat(event: ChatEvent) -> None:
                raise Stop

            await scene.connection.send(chat("one"))
            yield scene.live

    with pytest.raises(Stop):
        async with scene_of_a_stop() as live:
            assert names(await collect(live))[-1] == "LiveEnded"
    assert live_tasks() == set()


async def test_a_stuck_handler_delays_neither_acknowledgements_nor_heartbeats_nor_others() -> None:
    async with open_scene() as scene:
        stuck = asyncio.Event()
        others: list[ChatEvent] = []

        @scene.live.on(ChatEvent)
        async def never(event: ChatEvent) -> None:
            await stuck.wait()

        scene.live.on(ChatEvent, others.append)
        for number in range(5):
            await scene.connection.send(chat(str(number)), log_id=number + 1)
        acks = await scene.connection.wait_for("ack", times=5)
        assert [ack.log_id for ack in acks] == [1, 2, 3, 4, 5]
        assert [ack.payload for ack in acks] == [b"ext"] * 5
        await scene.clock.advance(11)
        assert len(await scene.connection.wait_for("hb", times=2)) == 2
        assert len(others) == 5


async def test_a_full_queue_drops_the_oldest_and_says_how_many() -> None:
    async with open_scene(limits=Limits(events=3)) as scene:
        for number in range(10):
            await scene.connection.send(chat(str(number)), log_id=number)
        await scene.end()
        while scene.live.end_reason is None:
            await settle()
        assert scene.live.stats().dropped == 11
        events = await collect(scene.live)
    assert names(events) == ["Overflow", "ControlEvent", "Disconnected", "LiveEnded"]
    assert isinstance(events[0], Overflow)
    assert events[0].dropped == 11


async def test_each_slow_reader_drops_for_itself() -> None:
    async with open_scene(limits=Limits(events=3)) as scene:
        slow = scene.live.events(ChatEvent)
        fast: list[ChatEvent] = []
        scene.live.on(ChatEvent, fast.append)
        for number in range(10):
            await scene.connection.send(chat(str(number)))
        await scene.end()
        await scene.live.wait_ended()
        left = [event async for event in slow]
    assert [event.comment for event in fast] == [str(number) for number in range(10)]
    assert [event.comment for event in left] == ["7", "8", "9"]
    assert scene.live.stats().dropped == 7


async def test_what_a_reader_of_one_type_misses_is_told_to_those_who_take_every_event() -> None:
    async with open_scene(limits=Limits(events=3)) as scene:
        slow = scene.live.events(ChatEvent)
        told: list[Overflow] = []
        scene.live.on(Overflow, told.append)
        for number in range(10):
            await scene.connection.send(chat(str(number)))
            await scene.connection.wait_for("ack", times=number + 1)
        await anext(slow)
        await scene.end()
        await scene.live.wait_ended()
    assert [(event.dropped, event.notes[0]) for event in told] == [(7, "dropped for an iterator of events()")]


async def test_events_that_nobody_iterates_count_as_no_loss_while_handlers_get_them() -> None:
    async with open_scene(limits=Limits(events=3)) as scene:
        scene.live.on(ChatEvent, lambda event: None)
        for number in range(10):
            await scene.connection.send(chat(str(number)))
        await scene.end()
        await scene.live.wait_ended()
        assert scene.live.stats().dropped == 0


async def test_the_policy_wait_loses_nothing_and_keeps_the_connection_alive() -> None:
    async with open_scene(limits=Limits(events=2), queue_policy="wait") as scene:
        for number in range(20):
            await scene.connection.send(chat(str(number)), log_id=number + 1)
        while scene.live.stats().frames < 2:
            await settle()
        await scene.clock.advance(90)
        assert len(await scene.connection.wait_for("hb", times=9)) >= 9
        await scene.end()
        events = await collect(scene.live)
    comments = [event.comment for event in events if isinstance(event, ChatEvent)]
    assert comments == [str(number) for number in range(20)]
    assert "Reconnecting" not in names(events)
    assert scene.live.stats().dropped == 0


async def test_events_of_some_types_come_through_an_iterator_of_their_own() -> None:
    async with open_scene() as scene:
        chats, ends = scene.live.events(ChatEvent), scene.live.events(ControlEvent, LiveEnded)
        await scene.connection.send(chat("one"), chat("two"))
        await scene.end()
        assert [event.comment async for event in chats] == ["one", "two"]
        assert names([event async for event in ends]) == ["ControlEvent", "LiveEnded"]
        assert names(await collect(scene.live))[0] == "Connected"


async def test_an_iterator_that_is_thrown_away_stops_collecting() -> None:
    async with open_scene(queue_policy="wait", limits=Limits(events=2)) as scene:
        reading = asyncio.create_task(collect(scene.live))
        await scene.connection.send(chat("one"))
        async for _ in scene.live.events(ChatEvent):
            break
        for number in range(10):
            await scene.connection.send(chat(str(number)))
        await scene.end()
        assert len(await reading) == 15


async def test_chat_is_sent_through_the_given_sender() -> None:
    class Sender:
        def __init__(self) -> None:
            self.sent: list[tuple[int, str]] = []

        async def send_chat(self, room_id: int, text: str) -> None:
            self.sent.append((room_id, text))

    sender = Sender()
    async with open_scene(chat_sender=sender) as scene:
        await scene.live.send("hello")
    assert sender.sent == [(ROOM, "hello")]


async def test_without_a_sender_sending_says_what_is_missing() -> None:
    async with open_scene() as scene:
        with pytest.raises(ConfigError, match="chat_sender"):
            await scene.live.send("hello")


async def test_closing_twice_is_fine_and_ends_the_iteration() -> None:
    async with open_scene() as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        await scene.live.close()
        await scene.live.close()
        rest = await collect(scene.live)
        assert names(rest) == ["Disconnected", "LiveEnded"]
        assert isinstance(rest[0], Disconnected)
        assert scene.live.end_reason == "closed"
    assert live_tasks() == set()
    await scene.connection.socket.wait_closed()


async def test_closing_a_live_that_was_never_opened_is_fine() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, _ = make_live(network)
        await live.close()
        assert live.state is LiveState.CLOSED


@counting_waits
async def test_closing_leaves_no_task_even_when_handlers_are_stuck_and_the_server_is_silent() -> None:
    async with open_scene() as scene:

        @scene.live.on(ChatEvent)
        async def never(event: ChatEvent) -> None:
            await asyncio.Event().wait()

        scene.connection.socket.transport.pause_reading()
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        before_closing = waited()
        await scene.live.close()
        assert waited() - before_closing < 1
        assert live_tasks() == set()
        scene.connection.socket.transport.resume_reading()


async def test_a_handler_may_close_its_live_and_still_finish() -> None:
    async with open_scene() as scene:
        finished: list[str] = []

        @scene.live.on(ChatEvent)
        async def stop(event: ChatEvent) -> None:
            await scene.live.close()
            await asyncio.sleep(0)
            finished.append(event.comment)

        await scene.connection.send(chat("stop"))
        events = await collect(scene.live)
        await scene.live.wait_ended()
        assert names(events)[-1] == "LiveEnded"
    assert finished == ["stop"]
    assert live_tasks() == set()


async def test_closing_while_it_opens_ends_the_opening() -> None:
    async with HangingServer() as server, network_for(server) as network:
        server.hangs = "/webcast/room/info/"
        live, _ = make_live(network)
        opening = asyncio.create_task(live.__aenter__())
        await server.hanging.wait()
        await live.close()
        with pytest.raises(TikcastError, match="closed while opening"):
            await opening
        assert live_tasks() == set()


async def test_cancelling_the_opening_passes_through_and_leaves_nothing() -> None:
    async with HangingServer() as server, network_for(server) as network:
        server.hangs = "/webcast/room/info/"
        live, _ = make_live(network)
        opening = asyncio.create_task(live.__aenter__())
        await server.hanging.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert live_tasks() == set()
        assert live.state is LiveState.CLOSED


async def test_cancelling_the_reader_passes_through_and_loses_no_event() -> None:
    async with open_scene() as scene:
        await take(scene.live, Connected)
        reading = asyncio.create_task(anext(scene.live))
        await settle()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await scene.connection.send(chat("one"))
        assert isinstance(await anext(scene.live), ChatEvent)


async def test_an_error_in_the_body_closes_the_live_and_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_scene():
            _ = 1 / 0
    assert live_tasks() == set()


async def test_its_representation_tells_the_room_and_the_state() -> None:
    async with open_scene() as scene:
        assert repr(scene.live) == f"<Live '@ana' room_id={ROOM} connected>"
    assert repr(scene.live).endswith("closed>")


async def test_timeouts_of_the_client_reach_the_room() -> None:
    slow = Timeouts(first_frame=5.0, request=3.0, close=0.3)
    async with open_scene(timeouts=slow) as scene:
        await scene.clock.advance(6)
        events = await take(scene.live, Disconnected)
    assert isinstance(events[-1], Disconnected)
    assert events[-1].reason == "no frame came within 5 s"
