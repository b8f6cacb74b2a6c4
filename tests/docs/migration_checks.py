"""The checks of the rows about calls, options and errors in the documents for users of other libraries."""

import asyncio
import logging
from typing import Any

import pytest

from tests.docs import gotiktoklive_checks as go
from tests.docs.stage import Checks, Stage, captured, first_chat
from tikcast import ChatEvent, Endpoints, Event, LiveEnded, TikTok, Timeouts, decode_message, sync
from tikcast.errors import (
    AgeRestricted,
    ConfigError,
    ConnectFailed,
    HandshakeRefused,
    NetworkTimeout,
    RateLimited,
    SignerError,
    TikcastError,
    UserNotFound,
    UserOffline,
)
from tikcast.events import Connected, ControlEvent, Disconnected
from tikcast.live import LiveState
from tikcast.simulator import RoomPlan, Simulator, Strictness
from tikcast.simulator.room.state import Action

CHECKS = Checks()
row = CHECKS.row

# These rows share the checks of another table.
row("WebDefaults.tiktok_sign_api_key", "signApiKey")(go.made_with_a_key)
row("WebDefaults.tiktok_sign_url")(go.another_signer)
row("client.logger")(go.debug_log)
row("client.gift_info", "state.roomId", "state.roomInfo", "client.room_id", "client.room_info")(go.facts_of_a_live)
row("client.is_live()", "fetchIsLive()")(go.is_live)
row("fetchRoomInfo()")(go.room_info)
row("rawData")(go.frames_traced)
row("UserOfflineError")(go.offline)
row("UserNotFoundError")(go.not_found)
row("UnknownEvent", alters=True)(go.unknown_message)


@row("TikTokLiveClient(unique_id=…)", "TikTokLiveConnection, WebcastPushConnection", "client.unique_id")
async def one_client_many_lives(stage: Stage) -> None:
    async with stage.client() as tiktok:
        for user in ("@sim0", "sim1"):
            async with tiktok.track(user) as live:
                assert live.host is not None
                assert live.host.username == user.removeprefix("@")
                assert live.room_id == stage.simulator.rooms[live.host.username]


@row("client.run()", alters=True)
async def run_without_asyncio(stage: Stage) -> None:
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def run() -> tuple[str, str]:
        with sync.TikTok(endpoints=Endpoints.at(stage.simulator.url)) as tiktok:
            live = tiktok.track("@sim0")
            live.on(ChatEvent, lambda event: loop.call_soon_threadsafe(heard.set))
            return live.run(), live.state.value

    running = asyncio.create_task(asyncio.to_thread(run))
    await heard.wait()
    await stage.simulator.control("sim0", "end")
    assert await running == ("ended", "closed")


@row("client.connect()", "connect()", "client.start()", "client.connected", "state.isConnected", alters=True)
async def connected(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        assert live.state is LiveState.CONNECTED
        await stage.simulator.control("sim0", "end")
        assert await live.wait_ended() == "ended"


@row("client.disconnect()", "disconnect()")
async def closed(stage: Stage) -> None:
    await go.closing(stage)
    async with stage.client() as tiktok:
        async with tiktok.track("@sim0") as live:
            pass
        assert (live.state, live.end_reason) == (LiveState.CLOSED, "closed")


@row("client.add_listener(kind, handler)", "client.remove_listener(kind, handler)")
async def listeners(stage: Stage) -> None:
    heard: asyncio.Queue[ChatEvent] = asyncio.Queue()
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        handler = live.on(ChatEvent, heard.put_nowait)
        chats = live.events(ChatEvent)
        assert (await heard.get()).message_id == (await anext(chats)).message_id
        live.off(handler)
        before = heard.qsize()
        for _ in range(3):
            await anext(live.events(ChatEvent))
        assert heard.qsize() == before


@row("process_connect_events=False", "processInitialData: false")
async def without_history(stage: Stage) -> None:
    """Recent messages come first when a client joins a running live stream, unless history is skipped."""
    for history, delivered in (("mark", True), ("skip", False)):
        async with stage.client(history=history) as tiktok, tiktok.track("@sim0") as live:
            first = [await anext(live) for _ in range(30)]
        assert any(event.is_history for event in first) is delivered


@row("WebDefaults.web_client_params", "webClientParams", "WebDefaults.web_client_headers", "webClientHeaders")
async def parameters_and_headers(stage: Stage) -> None:
    extra: dict[str, Any] = {"extra_params": {"region": "NZ"}, "extra_headers": {"X-Mine": "yes"}}
    async with stage.asked(**extra) as (tiktok, requests):
        await tiktok.room_info(stage.room_id)
    assert "region=NZ" in requests[-1].partition("\r\n")[0]
    assert "\r\nX-Mine: yes\r\n" in requests[-1]


@row("webClientOptions, wsClientOptions", alters=True)
async def proxies_and_timeouts(stage: Stage) -> None:
    await go.through_a_proxy(stage)
    await stage.simulator.fault("sim0", "no_answer", where="lookup", seconds=30, times=5)
    async with stage.client(timeouts=Timeouts(request=0.2)) as tiktok:
        with pytest.raises(NetworkTimeout):
            await tiktok.user_info("sim0")


@row("fetchAvailableGifts()", "enableExtendedGiftInfo")
async def gifts(stage: Stage) -> None:
    async with stage.client() as tiktok:
        prices = {gift.name: gift.diamonds for gift in await tiktok.gift_list("sim0")}
        assert (prices["Rose"], prices["Galaxy"]) == (1, 1000)
        async with tiktok.track("@sim0", gift_list=True) as live:
            assert {gift.name: gift.diamonds for gift in live.gifts or ()} == prices


@row("waitUntilLive()", alters=True)
async def waiting(stage: Stage) -> None:
    await stage.simulator.control("sim0", "end")
    async with stage.client() as tiktok:
        task = asyncio.create_task(tiktok.wait_until_live("@sim0", interval=1))
        await stage.simulator.control("sim0", "go_live")
        assert (await task).room_id == stage.room_id


@row("fetchRoomInfoOnConnect: false")
async def without_room_info(stage: Stage) -> None:
    async with stage.asked() as (tiktok, requests), tiktok.track("@sim0", room_info=False) as live:
        assert live.info is None
    assert not any("/webcast/room/info/" in request for request in requests)


@row("sessionId")
async def session(stage: Stage) -> None:
    async with stage.client(session="sim-session") as tiktok:
        audience = await tiktok.audience("sim0")
    assert audience.members[0].rank == 1


@row("sendMessage()")
async def sending(stage: Stage) -> None:
    sent: list[tuple[int, str]] = []

    class Sender:
        async def send_chat(self, room_id: int, text: str) -> None:
            sent.append((room_id, text))

    async with stage.client(chat_sender=Sender()) as tiktok, tiktok.track("@sim0") as live:
        await live.send("hello")
    assert sent == [(stage.room_id, "hello")]


@row("ConnectEvent", "connected", "DisconnectEvent", "disconnected", "LiveEndEvent", "streamEnd", alters=True)
async def first_and_last_events(stage: Stage) -> None:
    orders: tuple[tuple[str, Action, str], ...] = (("sim0", "end", "ended"), ("sim1", "suspend", "suspended"))
    for user, action, reason in orders:
        async with stage.client(history="skip") as tiktok, tiktok.track(user) as live:
            first = await anext(live)
            await anext(live.events(ChatEvent))
            await stage.simulator.control(user, action)
            *rest, last = [event async for event in live]
        assert isinstance(first, Connected)
        assert sum(isinstance(event, Disconnected) for event in rest) == 1
        assert isinstance(last, LiveEnded)
        assert last.reason == reason


@row("LivePauseEvent", "LiveUnpauseEvent", alters=True)
async def pauses(stage: Stage) -> None:
    async with stage.client(history="skip") as tiktok, tiktok.track("@sim0") as live:
        controls = live.events(ControlEvent)
        await anext(live.events(ChatEvent))
        await stage.simulator.control("sim0", "pause")
        assert (await anext(controls)).action == "paused"
        await stage.simulator.control("sim0", "resume")
        assert (await anext(controls)).action == "resumed"


@row("WebsocketResponseEvent", "decodedData")
async def every_event(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        assert isinstance(await anext(live), Event)
        event = await anext(live.events(ChatEvent))
    again = decode_message("WebcastChatMessage", event.raw)
    assert isinstance(again, ChatEvent)
    assert (again.comment, again.message_id) == (event.comment, event.message_id)


@row("error")
async def what_is_raised(stage: Stage) -> None:
    async with stage.client() as tiktok:
        with pytest.raises(UserOffline):
            async with tiktok.track("offline0"):
                pass
    await go.error_log(stage)


@row("TikTokLiveError")
async def root_of_errors(stage: Stage) -> None:
    async with stage.client() as tiktok:
        with pytest.raises(TikcastError) as failed:
            await tiktok.user_info("nobody_at_all")
    assert type(failed.value) is UserNotFound


@row("AgeRestrictedError")
async def age_restricted(stage: Stage) -> None:
    plan = RoomPlan(user="old", access="age_restricted")
    async with Simulator(plans=(plan,), seed=1) as own, TikTok(endpoints=Endpoints.at(own.url)) as tiktok:
        with pytest.raises(AgeRestricted, match="the room of @old"):
            await tiktok.room_info("old")


@row("AlreadyConnectedError")
async def opened_twice(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        with pytest.raises(ConfigError, match="once"):
            await live.__aenter__()


@row("SignAPIError", alters=True)
async def signer_that_fails(stage: Stage) -> None:
    async with stage.client(connect=("signed",), signer=f"{stage.simulator.url}/nowhere") as tiktok:
        with pytest.raises(ConnectFailed) as failed:
            await first_chat(tiktok)
    (cause,) = failed.value.causes
    assert isinstance(cause, SignerError)
    assert cause.status == 404


@row("SignatureRateLimitError")
async def signer_that_is_asked_too_often(stage: Stage) -> None:
    strict = Strictness(signatures_a_minute=0)
    async with Simulator(users=("sim0",), strictness=strict, seed=1) as own:
        options: dict[str, Any] = {"connect": ("signed",), "check_limits": False}
        async with TikTok(endpoints=Endpoints.at(own.url), **options) as tiktok:
            with pytest.raises(ConnectFailed) as failed:
                await first_chat(tiktok)
    (cause,) = failed.value.causes
    assert isinstance(cause, RateLimited)
    assert cause.scope == "signer minute"
    assert 0 < (cause.retry_after or 0) <= 60


@row("WebcastBlocked200Error", alters=True)
async def refused(stage: Stage) -> None:
    await stage.simulator.fault("sim0", "handshake_refused", message="illegal app_id", times=5)
    async with stage.client(connect=("direct",)) as tiktok:
        with pytest.raises(ConnectFailed) as failed, captured(logging.WARNING):
            await first_chat(tiktok)
    (cause,) = failed.value.causes
    assert isinstance(cause, HandshakeRefused)
    assert cause.message == "illegal app_id"
