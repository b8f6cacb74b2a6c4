"""Who owns a live stream: its client, which keeps it going and closes it."""

import asyncio
import gc

from tests.background import background
from tests.live_room import live_tasks
from tests.room_server import ROOM, RoomServer, chat, control
from tikcast import ChatEvent, Event, TikTok
from tikcast.live import LiveState
from tikcast.sync import TikTok as SyncTikTok

PATIENCE = 5.0


async def start(tiktok: TikTok, got: list[Event]) -> None:
    """Open a live stream that only a handler reads, and keep no reference to it."""
    live = tiktok.track("@ana")
    live.on(Event, got.append)
    await live.__aenter__()


async def test_a_live_stream_to_which_nobody_refers_goes_on_and_is_closed_with_its_client() -> None:
    got: list[Event] = []
    async with RoomServer() as server:
        async with TikTok(endpoints=server.endpoints, connect=("direct",)) as tiktok:
            await start(tiktok, got)
            gc.collect()
            assert [live.state for live in tiktok.lives] == [LiveState.CONNECTED]
            connection = await server.accept()
            arrived = asyncio.Event()
            tiktok.lives[0].on(ChatEvent, lambda _: arrived.set())
            await connection.send(chat("one"))
            await arrived.wait()
        assert live_tasks() == set()
        async with asyncio.timeout(PATIENCE):
            await connection.socket.wait_closed()
    assert [type(event).__name__ for event in got] == ["Connected", "ChatEvent", "Disconnected", "LiveEnded"]


async def test_a_live_stream_that_is_opening_is_closed_with_its_client() -> None:
    async with RoomServer() as server:
        tiktok = TikTok(endpoints=server.endpoints, connect=("direct",))
        opening = asyncio.create_task(start(tiktok, []))
        await server.until_asked("/@ana/live")
        gc.collect()
        assert [live.state for live in tiktok.lives] == [LiveState.OPENING]
        await tiktok.aclose()
        await asyncio.gather(opening, return_exceptions=True)
        assert opening.exception() is not None
        assert live_tasks() == set()


async def test_a_closed_live_stream_is_no_longer_one_of_its_client() -> None:
    async with RoomServer() as server, TikTok(endpoints=server.endpoints, connect=("direct",)) as tiktok:
        async with tiktok.track("@ana") as live:
            assert list(tiktok.lives) == [live]
        assert list(tiktok.lives) == []
        server.live = False
        unopened = tiktok.track("@ana")
        await asyncio.gather(unopened.__aenter__(), return_exceptions=True)
        assert unopened.state is LiveState.CLOSED
        assert list(tiktok.lives) == []


async def test_of_live_streams_that_ended_and_that_nobody_closes_only_the_last_stay() -> None:
    async with RoomServer() as server, TikTok(endpoints=server.endpoints, connect=("direct",)) as tiktok:
        lives = [tiktok.track(ROOM, room_info=False) for _ in range(13)]
        for live in lives:
            await live.__aenter__()
            connection = await server.accept()
            await connection.send(control(4))
            assert await live.wait_ended() == "suspended"
        assert list(tiktok.lives) == lives[-11:]


def test_a_live_stream_of_the_synchronous_client_is_closed_with_it() -> None:
    def start_here(tiktok: SyncTikTok) -> None:
        live = tiktok.track("@ana")
        live.on(Event, got.append)
        live.__enter__()

    got: list[Event] = []
    with background() as behind, behind.entered(RoomServer()) as server:
        with SyncTikTok(endpoints=server.endpoints, connect=("direct",)) as tiktok:
            start_here(tiktok)
            connection = behind.run(server.accept())
            gc.collect()
            assert [live.state for live in tiktok.lives] == [LiveState.CONNECTED]
        behind.run(connection.socket.wait_closed())
    assert [type(event).__name__ for event in got] == ["Connected", "Disconnected", "LiveEnded"]
