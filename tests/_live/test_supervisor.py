"""What happens when connections break, go silent, or never come."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.clocks import settle
from tests.live_room import Scene, collect, live_tasks, make_live, names, network_for, open_scene, take
from tests.room_server import ROOM, RoomServer, chat, control, gift
from tests.wire_schema import push_frame
from tikcast import ChatEvent, Event, GiftEvent, LiveEnded, Reconnect
from tikcast.errors import ConnectFailed
from tikcast.events import Connected, Disconnected, Gap, Reconnecting
from tikcast.live import LiveState


async def reconnect(scene: Scene) -> None:
    """Break the connection and let the client come back."""
    await scene.connection.drop()
    await scene.clock.advance(await scene.clock.until_sleeping())
    scene.connection = await scene.server.accept()


async def answer_heartbeat(scene: Scene) -> None:
    """Send what is no answer of the room, and wait until the client has taken it."""
    before = scene.live.stats().frames
    await scene.connection.socket.send(push_frame("hb", b""))
    while scene.live.stats().frames == before:
        await settle()


WAITING = Reconnect(first_delay=3.0, max_delay=3.0, jitter=0.0)


async def test_a_lost_connection_is_told_once_and_opened_again() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.send(chat("one", msg_id=1001))
        events = await take(scene.live, ChatEvent)
        await reconnect(scene)
        later = scene.clock.now_ms() + 1
        await scene.connection.send(chat("one", msg_id=1001), chat("two", created_at_ms=later))
        await scene.end()
        events += await collect(scene.live)
    assert names(events) == [
        "Connected", "ChatEvent", "Disconnected", "Reconnecting", "Connected", "Gap", "ChatEvent",
        "ControlEvent", "Disconnected", "LiveEnded",
    ]  # fmt: skip
    assert [event.attempt for event in events if isinstance(event, Connected)] == [1, 2]
    tried = next(event for event in events if isinstance(event, Reconnecting))
    assert (tried.attempt, tried.delay, tried.stage) == (1, 3.0, "stream")
    assert scene.live.stats().duplicates == 1
    assert scene.live.stats().connections == 2


async def test_the_gap_tells_its_length_and_what_came_back_of_it() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        heard = scene.clock.now_ms()
        await scene.connection.send(chat("before", created_at_ms=heard - 500))
        await take(scene.live, ChatEvent)
        await reconnect(scene)
        missed = chat("in the gap", created_at_ms=heard + 1000)
        await scene.connection.send(missed, chat("now", created_at_ms=heard + 9_000_000))
        events = await take(scene.live, Gap)
        gap = events[-1]
    assert isinstance(gap, Gap)
    assert heard - 5000 < gap.from_ms <= heard
    assert gap.to_ms >= heard + 3000
    assert gap.recovered == 1
    assert isinstance(events[-2], ChatEvent)
    assert events[-2].comment == "in the gap"


async def test_a_gap_of_which_nothing_comes_back_is_told_after_some_seconds() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        await reconnect(scene)
        await scene.connection.send()
        await scene.connection.wait_for("ack")
        await scene.clock.advance(4)
        gap = (await take(scene.live, Gap))[-1]
        assert isinstance(gap, Gap)
        assert gap.recovered == 0


async def test_a_new_connection_goes_on_where_the_old_one_ended() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        first = parse_qs(urlsplit(scene.connection.path).query)
        await reconnect(scene)
        again = parse_qs(urlsplit(scene.connection.path).query)
    assert "cursor" not in first
    assert (again["cursor"], again["internal_ext"]) == (["c1"], ["ext"])


async def test_a_silent_connection_is_given_up_and_opened_again() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        scene.server.asked.clear()
        await scene.clock.advance(62)
        events = await take(scene.live, Reconnecting)
        assert isinstance(events[-1], Reconnecting)
        assert events[-1].reason == "nothing came for 60 s"
        await scene.server.until_asked("/webcast/room/info/")


async def test_a_room_from_which_nothing_comes_at_all_is_told_as_the_first_frame() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.clock.advance(21)
        events = await take(scene.live, Reconnecting)
        assert isinstance(events[-1], Reconnecting)
        assert events[-1].stage == "first_frame"


async def test_a_server_that_closes_at_once_is_told_as_entering() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.socket.close(1008, "who are you")
        events = await take(scene.live, Reconnecting)
        assert isinstance(events[-1], Reconnecting)
        assert events[-1].stage == "entering"
        assert "who are you" in events[-1].reason


async def test_frames_before_a_close_are_all_delivered() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        for number in range(50):
            await scene.connection.send(chat(str(number)))
        await scene.connection.socket.close(1000)
        events = await take(scene.live, Disconnected)
    comments = [event.comment for event in events if isinstance(event, ChatEvent)]
    assert comments == [str(number) for number in range(50)]


async def test_a_live_that_ended_meanwhile_is_not_connected_to_again() -> None:
    async with open_scene(reconnect=Reconnect(first_delay=5.0, jitter=0.0)) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        scene.server.live = False
        scene.server.asked.clear()
        await scene.connection.drop()
        await scene.server.until_asked("/webcast/room/info/")
        await scene.clock.advance(0.5)
        events = await collect(scene.live)
        assert names(events) == ["Disconnected", "Reconnecting", "Gap", "LiveEnded"]
        assert scene.live.end_reason == "ended"
        assert scene.live.state is LiveState.ENDED
        assert scene.server.connections.empty()


async def test_a_host_who_opened_another_room_restarted_the_live() -> None:
    async with open_scene(reconnect=Reconnect(first_delay=5.0, jitter=0.0)) as scene:
        scene.server.alive = False
        scene.server.room_id = ROOM + 1
        await scene.connection.drop()
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)
        assert events[-1].reason == scene.live.end_reason == "restarted"


async def test_a_host_who_ends_the_live_to_open_another_restarted_it() -> None:
    async with open_scene() as scene:
        scene.server.room_id = ROOM + 1
        await scene.connection.send(control(3))
        await collect(scene.live)
        assert scene.live.end_reason == "restarted"


async def test_a_live_that_ended_has_not_restarted_while_its_page_is_behind() -> None:
    async with open_scene() as scene:
        await scene.connection.send(control(3))
        await collect(scene.live)
        assert scene.live.end_reason == "ended"


async def test_a_room_said_to_be_over_whose_page_is_live_is_connected_to_again() -> None:
    async with open_scene(reconnect=Reconnect(first_delay=5.0, jitter=0.0)) as scene:
        scene.server.alive = False
        await reconnect(scene)
        await scene.connection.send(control(3))
        assert isinstance((await collect(scene.live))[-1], LiveEnded)
        assert scene.live.stats().connections == 2


async def test_refused_handshakes_are_tried_again_with_growing_delays_until_the_limit() -> None:
    settings = Reconnect(attempts=3, first_delay=2.0, factor=2.0, jitter=0.0)
    async with open_scene(reconnect=settings) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        scene.server.refusal = (415, "DEVICE_BLOCKED")
        events: list[Event] = []
        scene.live.on(Event, events.append)
        await scene.connection.drop()
        for delay in (2.0, 4.0, 8.0):
            assert await scene.clock.until_sleeping() == delay
            await scene.clock.advance(delay)
        with pytest.raises(ConnectFailed, match="DEVICE_BLOCKED") as failure:
            await collect(scene.live)
        assert failure.value.stage == "handshake"
        tried = [event for event in events if isinstance(event, Reconnecting)]
        assert [event.attempt for event in tried] == [1, 2, 3]
        assert [event.delay for event in tried] == [2.0, 4.0, 8.0]
        assert [event.stage for event in tried] == ["stream", "handshake", "handshake"]
        assert names(events).count("Disconnected") == 1
        assert scene.live.end_reason == "failed"
        assert scene.live.state is LiveState.FAILED
        with pytest.raises(ConnectFailed):
            await scene.live.wait_ended()
    assert live_tasks() == set()


@pytest.mark.parametrize("reason", ["DEVICE_BLOCKED", "illegal secret key", "http: named cookie not present"])
async def test_opening_tries_once_more_when_something_new_may_help(reason: str) -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.refusal, server.refusals_left = (415, reason), 1
        live, _ = make_live(network)
        async with live:
            await server.accept()
        server.refusal, server.refusals_left = (415, reason), -1
        live, _ = make_live(network)
        with pytest.raises(ConnectFailed, match=reason):
            await live.__aenter__()
        assert len([path for path in server.asked if path.startswith("/webcast/im/")]) == 4


async def test_opening_raises_at_once_what_only_time_can_mend() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.refusal = (417, "illegal app_id")
        live, _ = make_live(network)
        with pytest.raises(ConnectFailed, match="illegal app_id"):
            await live.__aenter__()
        assert len([path for path in server.asked if path.startswith("/webcast/im/")]) == 1


async def test_a_live_that_is_over_when_the_budget_is_used_up_has_ended() -> None:
    async with open_scene(reconnect=Reconnect(attempts=0)) as scene:
        scene.server.live = False
        await scene.connection.drop()
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)
        assert scene.live.end_reason == "ended"


async def test_reconnecting_gives_up_after_its_total_time() -> None:
    settings = Reconnect(attempts=None, first_delay=3.0, factor=1.0, jitter=0.0, total=7.0)
    async with open_scene(reconnect=settings) as scene:
        scene.server.refusal = (417, "illegal app_id")
        await scene.connection.drop()
        for _ in range(2):
            await scene.clock.advance(await scene.clock.until_sleeping())
        with pytest.raises(ConnectFailed, match="illegal app_id"):
            await collect(scene.live)


async def test_a_long_wait_ends_when_the_live_does() -> None:
    async with open_scene(reconnect=Reconnect(first_delay=3600.0, max_delay=3600.0, jitter=0.0)) as scene:
        await scene.connection.drop()
        assert await scene.clock.until_sleeping() == 300.0
        scene.server.live = False
        await scene.clock.advance(300.0)
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)


async def test_a_room_that_answers_heartbeats_but_not_the_entering_is_left() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        for _ in range(2):
            await answer_heartbeat(scene)
            await scene.clock.advance(10)
        events = await take(scene.live, Reconnecting)
        assert isinstance(events[-1], Reconnecting)
        assert (events[-1].stage, events[-1].reason) == ("entering", "the room did not answer for 20 s")


async def test_with_no_attempts_a_lost_connection_is_raised() -> None:
    async with open_scene(reconnect=Reconnect(attempts=0)) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        await scene.connection.drop()
        with pytest.raises(ConnectFailed, match="1006"):
            await collect(scene.live)


async def test_a_connection_that_worked_starts_the_count_of_attempts_anew() -> None:
    async with open_scene(reconnect=Reconnect(attempts=1, first_delay=3.0, jitter=0.0)) as scene:
        for number in range(3):
            await scene.connection.send(chat(str(number)))
            await take(scene.live, ChatEvent)
            await reconnect(scene)
        await scene.end()
        events = await collect(scene.live)
        assert isinstance(events[-1], LiveEnded)


async def test_closing_while_it_waits_to_reconnect_ends_at_once() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.drop()
        await scene.clock.until_sleeping()
        assert scene.live.state is LiveState.RECONNECTING
        await scene.live.close()
        events = await collect(scene.live)
        assert names(events)[-1] == "LiveEnded"
        assert names(events).count("Disconnected") == 1
    assert live_tasks() == set()


async def test_a_streak_that_a_drop_cut_in_two_is_counted_once() -> None:
    async with open_scene(reconnect=WAITING) as scene:
        await scene.connection.send(gift(3, group_id=77))
        await take(scene.live, GiftEvent)
        await reconnect(scene)
        await scene.connection.send(gift(5, group_id=77), gift(5, group_id=77, end=True))
        await scene.end()
        gifts = [event for event in await collect(scene.live) if isinstance(event, GiftEvent)]
    assert [event.new_gifts for event in gifts] == [2, 0]
    assert scene.live.stats().gifts == 5


async def test_what_handlers_do_is_cancelled_with_the_task_that_owns_the_live() -> None:
    async with open_scene() as scene:
        cancelled = asyncio.Event()

        @scene.live.on(ChatEvent)
        async def never(event: ChatEvent) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
    assert cancelled.is_set()
