"""Closing in every state: within a second, and nothing of the live is left.

Seconds are those that closing itself waits: what a busy machine adds is no fault of it.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.live_room import live_tasks, take
from tests.room_server import Connection, HangingServer, chat, control
from tests.waiting import counting_waits, waited
from tikcast import ChatEvent, Limits, Live, Reconnect, TikTok, Timeouts
from tikcast._net.signer import UNKNOWN_PER_MINUTE, limiter_for
from tikcast.errors import ConfigError, TikcastError
from tikcast.events import Reconnecting
from tikcast.live import LiveState

PATIENT = Timeouts(request=60.0, handshake=60.0, first_frame=60.0, close=30.0, mint_interval=60.0)
SOCKET = "/webcast/im/ws_proxy/ws_reuse_supplement/"


def open_files() -> set[str]:
    """What this process holds open, by its number and what it is."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.add(f"{entry.name} {entry.readlink()}")
    return found


@dataclass
class Scene:
    """A live that is not open yet, its client and its server, and what a test started beside them."""

    server: HangingServer
    tiktok: TikTok
    live: Live
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    paused: list[Connection] = field(default_factory=list)

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def aclose(self) -> None:
        await self.tiktok.aclose()
        for connection in self.paused:
            connection.socket.transport.resume_reading()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@asynccontextmanager
async def scene_of(**options: Any) -> AsyncIterator[Scene]:
    async with HangingServer() as server:
        values: dict[str, Any] = {"connect": ("direct",), "timeouts": PATIENT} | options
        tiktok = TikTok(endpoints=server.endpoints, **values)
        scene = Scene(server, tiktok, tiktok.track("ana"))
        try:
            yield scene
        finally:
            await scene.aclose()


async def opening(scene: Scene, path: str) -> None:
    """Open until the server is asked for `path`, which hangs."""
    scene.server.hangs = path
    scene.start(scene.live.__aenter__())
    await scene.server.hanging.wait()


async def looking_up(scene: Scene) -> None:
    await opening(scene, "/@ana/live")


async def asking_for_the_room(scene: Scene) -> None:
    await opening(scene, "/webcast/room/info/")


async def minting(scene: Scene) -> None:
    await opening(scene, "/@ana")


async def waiting_to_mint_again(scene: Scene) -> None:
    scene.server.mints = False
    scene.start(scene.live.__aenter__())
    await scene.server.until_asked("/@ana")


async def signing(scene: Scene) -> None:
    await opening(scene, "/signer/webcast/fetch")


async def asking_the_signer_for_its_limits(scene: Scene) -> None:
    await opening(scene, "/signer/webcast/rate_limits")


async def waiting_for_a_turn_at_the_signer(scene: Scene) -> None:
    limiter = limiter_for(scene.server.endpoints.signer, api_key=None)
    for _ in range(UNKNOWN_PER_MINUTE):
        limiter.reserve(1.0)
    scene.start(scene.live.__aenter__())
    await scene.server.until_asked("/webcast/room/info/")


async def shaking_hands(scene: Scene) -> None:
    await opening(scene, SOCKET)


async def entering(scene: Scene) -> None:
    await scene.live.__aenter__()
    await scene.server.accept()


async def connected(scene: Scene) -> Connection:
    await scene.live.__aenter__()
    connection = await scene.server.accept()
    await connection.send(chat("one"))
    await take(scene.live, ChatEvent)
    return connection


async def streaming(scene: Scene) -> None:
    connection = await connected(scene)

    async def talk() -> None:
        with suppress(Exception):
            while True:
                await connection.send(*(chat(str(number)) for number in range(5)))

    scene.start(talk())
    await take(scene.live, ChatEvent)


async def holding_back(scene: Scene) -> None:
    connection = await connected(scene)
    for number in range(20):
        await connection.send(chat(str(number)), log_id=number + 2)
    await connection.wait_for("ack", times=2)


async def deaf_server(scene: Scene) -> None:
    connection = await connected(scene)
    connection.socket.transport.pause_reading()
    scene.paused.append(connection)


async def stuck_handlers(scene: Scene) -> None:
    entered = asyncio.Event()

    async def never(_: ChatEvent) -> None:
        entered.set()
        await asyncio.Event().wait()

    scene.live.on(ChatEvent, never)
    await connected(scene)
    await entered.wait()


async def waiting_to_reconnect(scene: Scene) -> None:
    connection = await connected(scene)
    await connection.drop()
    await take(scene.live, Reconnecting)


async def asking_whether_it_is_over(scene: Scene) -> None:
    connection = await connected(scene)
    scene.server.hangs = "/webcast/room/info/"
    await connection.drop()
    await scene.server.hanging.wait()


async def reconnecting(scene: Scene) -> None:
    connection = await connected(scene)
    scene.server.hangs = SOCKET
    await connection.drop()
    await scene.server.hanging.wait()


async def asking_whether_it_restarted(scene: Scene) -> None:
    connection = await connected(scene)
    scene.server.hangs = "/@ana/live"
    await connection.send(control(3))
    await scene.server.hanging.wait()


async def ended(scene: Scene) -> None:
    connection = await connected(scene)
    scene.server.live = False
    await connection.send(control(3))
    await scene.live.wait_ended()


async def failed(scene: Scene) -> None:
    connection = await connected(scene)
    await connection.drop()
    with suppress(TikcastError):
        await scene.live.wait_ended()


async def closed(scene: Scene) -> None:
    await connected(scene)
    await scene.live.close()


LATER = {"reconnect": Reconnect(first_delay=3600.0, max_delay=3600.0)}
AT_ONCE = {"reconnect": Reconnect(first_delay=0.001, jitter=0.0)}
STATES: list[tuple[Callable[[Scene], Awaitable[object]], dict[str, Any]]] = [
    (looking_up, {}),
    (asking_for_the_room, {}),
    (minting, {}),
    (waiting_to_mint_again, {}),
    (signing, {"connect": ("signed",), "check_limits": False}),
    (asking_the_signer_for_its_limits, {"connect": ("signed",)}),
    (waiting_for_a_turn_at_the_signer, {"connect": ("signed",), "check_limits": False}),
    (shaking_hands, {}),
    (entering, {}),
    (connected, {}),
    (streaming, {}),
    (holding_back, {"queue_policy": "wait", "limits": Limits(events=1)}),
    (deaf_server, {}),
    (stuck_handlers, {}),
    (waiting_to_reconnect, LATER),
    (asking_whether_it_is_over, LATER),
    (reconnecting, AT_ONCE),
    (asking_whether_it_restarted, {}),
    (ended, {}),
    (failed, {"reconnect": Reconnect(attempts=0)}),
    (closed, {}),
]


@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed in /proc")
@pytest.mark.parametrize(("reach", "options"), STATES, ids=[reach.__name__ for reach, _ in STATES])
@counting_waits
async def test_closing_takes_less_than_a_second_and_leaves_no_task_socket_or_file(
    reach: Callable[[Scene], Awaitable[object]], options: dict[str, Any], tmp_path: Path
) -> None:
    gc.collect()
    before = open_files()
    async with scene_of(trace=tmp_path / "trace", **options) as scene:
        await reach(scene)
        before_closing = waited()
        await scene.live.close()
        assert waited() - before_closing < 1
        assert scene.live.state is LiveState.CLOSED
        assert live_tasks() == set()
        before_closing = waited()
        await scene.tiktok.aclose()
        assert waited() - before_closing < 1
    gc.collect()
    assert open_files() - before == set()


async def test_cancelling_a_close_still_closes() -> None:
    async with scene_of() as scene:
        await stuck_handlers(scene)
        closing = asyncio.create_task(scene.live.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await scene.live.close()
        assert live_tasks() == set()


@counting_waits
async def test_many_may_close_at_once() -> None:
    async with scene_of() as scene:
        await stuck_handlers(scene)
        before_closing = waited()
        await asyncio.gather(*(scene.live.close() for _ in range(5)), scene.tiktok.aclose())
        assert waited() - before_closing < 1
        assert live_tasks() == set()


@counting_waits
async def test_a_handler_may_close_the_client() -> None:
    async with scene_of() as scene:
        finished = asyncio.Event()

        @scene.live.on(ChatEvent)
        async def stop(_: ChatEvent) -> None:
            await scene.tiktok.aclose()
            finished.set()

        await connected(scene)
        before_closing = waited()
        await finished.wait()
        await scene.live.wait_ended()
        assert waited() - before_closing < 1
        assert live_tasks() == set()


@counting_waits
async def test_handlers_that_ignore_being_cancelled_do_not_hold_up_the_closing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene_of() as scene:
        entered, stop = asyncio.Event(), asyncio.Event()

        @scene.live.on(ChatEvent)
        async def stubborn(_: ChatEvent) -> None:
            entered.set()
            while not stop.is_set():
                with suppress(asyncio.CancelledError):
                    await stop.wait()

        await connected(scene)
        await entered.wait()
        before_closing = waited()
        with caplog.at_level(logging.ERROR, logger="tikcast"):
            await scene.live.close()
        took = waited() - before_closing
        stop.set()
    assert took < 1
    assert "stubborn" in caplog.text


ASKING: list[tuple[str, Callable[[TikTok], Awaitable[object]]]] = [
    ("", lambda tiktok: tiktok.wait_until_live("ana")),
    ("", lambda tiktok: anext(tiktok.watch("ana"))),
    ("/@ana/live", lambda tiktok: tiktok.wait_until_live("ana")),
    ("/@ana/live", lambda tiktok: anext(tiktok.watch("ana"))),
    ("/@ana/live", lambda tiktok: tiktok.live_room("ana")),
    ("/@ana", lambda tiktok: tiktok.user_info("ana")),
    ("/webcast/room/info/", lambda tiktok: tiktok.room_info(7300000000000000001)),
]


@pytest.mark.parametrize(("hangs", "ask"), ASKING)
@counting_waits
async def test_closing_the_client_ends_whatever_is_asked_or_waited_for(
    hangs: str, ask: Callable[[TikTok], Awaitable[object]]
) -> None:
    async with scene_of() as scene:
        scene.server.live, scene.server.hangs = False, hangs
        waiting = asyncio.ensure_future(ask(scene.tiktok))
        await (scene.server.hanging.wait() if hangs else scene.server.until_asked("/@ana/live"))
        before_closing = waited()
        await scene.tiktok.aclose()
        with pytest.raises(ConfigError, match="this client is closed"):
            await waiting
        assert waited() - before_closing < 1
