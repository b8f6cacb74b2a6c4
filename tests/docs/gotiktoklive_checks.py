"""The check of each row in the table for users of gotiktoklive, against the simulator."""

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests._net.site import Reply, open_site
from tests.docs.stage import HOST, Checks, Stage, assert_apart, captured, first_chat, two_proxies
from tikcast import ChatEvent, Endpoints, Event, LiveEnded, Reconnect, TikTok, UnknownEvent
from tikcast.capture.format import CaptureReader, Kind
from tikcast.capture.replay import open_replay
from tikcast.errors import (
    Blocked,
    Captcha,
    ConnectFailed,
    FeedExhausted,
    FFmpegNotFound,
    IPBlocked,
    LiveEndedError,
    NetworkError,
    PrivateAccount,
    RateLimited,
    SignerError,
    StreamUrlNotFound,
    UserNotFound,
    UserOffline,
)
from tikcast.events import Disconnected
from tikcast.live import LiveState
from tikcast.models import SignerLimits

CHECKS = Checks()
row = CHECKS.row

# Creating a client.


@row("NewTikTok(options…)")
async def made(stage: Stage) -> None:
    async with stage.asked() as (_, requests):
        pass
    assert requests == []
    async with stage.client() as tiktok:
        assert await tiktok.is_live("sim0") is True


@row("NewTikTokWithApiKey(clientName, apiKey, options…)", "SigningApiKey(key)")
async def made_with_a_key(stage: Stage) -> None:
    async with stage.asked(connect=("signed",), client_name="my-program", api_key="secret-key") as (tiktok, requests):
        await first_chat(tiktok)
    (fetch,) = [request for request in requests if "/signer/webcast/fetch" in request]
    assert "client=my-program" in fetch
    assert "X-Api-Key: secret-key" in fetch


@row("SigningUrl(url)")
async def another_signer(stage: Stage) -> None:
    elsewhere = {"signer": "http://127.0.0.1:1", "connect": ("signed",), "check_limits": False}
    async with stage.client(**elsewhere) as tiktok:
        with pytest.raises(ConnectFailed) as failed:
            await first_chat(tiktok)
    assert isinstance(failed.value.causes[0], NetworkError)
    async with stage.asked(**elsewhere | {"signer": f"{HOST}/signer"}) as (tiktok, requests):
        assert (await first_chat(tiktok)).room_id == stage.room_id
    assert any(request.startswith("GET /signer/webcast/fetch") for request in requests)


@row("DisableSigningLimitsValidation")
async def limits_left_alone(stage: Stage) -> None:
    # A process keeps the limits of a key, so each check uses a new key.
    for key, checked in (("stranger", True), ("another", False)):
        async with stage.asked(connect=("signed",), api_key=key, check_limits=checked) as (tiktok, requests):
            await first_chat(tiktok)
        assert any("rate_limits" in request for request in requests) is checked


@row("EnableExperimentalEvents", alters=True)
async def unknown_messages(stage: Stage) -> None:
    with captured(logging.WARNING) as messages:
        async with stage.client(experimental=True) as tiktok, tiktok.track("@sim0") as live:
            unknown = live.events(UnknownEvent)
            await stage.simulator.fault("sim0", "unknown_message", count=2)
            methods = {(await anext(unknown)).method for _ in range(2)}
    assert all(any(method in line for line in messages) for method in methods)


@row("EnableExtraWebCastDebug", "LogRequests")
async def requests_logged(stage: Stage) -> None:
    for logged in (False, True):
        with captured(logging.INFO) as messages:
            async with stage.client(log_requests=logged, session="sim-session") as tiktok:
                await tiktok.room_info(stage.room_id)
        assert any("/webcast/room/info/" in line and "200" in line for line in messages) is logged
        assert not any("sim-session" in line for line in messages)


@row("EnableWSTrace(file)")
async def frames_traced(stage: Stage) -> None:
    path = stage.folder / "trace.tikcap"
    async with stage.client(trace=path) as tiktok:
        chat = await first_chat(tiktok)
    with path.open("rb") as file:
        assert chat.message_id in {event.message_id for event in open_replay(file, name=path.name)}
    with path.open("rb") as file:
        kinds = {record.kind for record in CaptureReader(file, name=path.name)}
    assert {Kind.SENT, Kind.RECEIVED} <= kinds


@row("Proxy(url, insecure)", "SetProxy(url, insecure)")
async def through_a_proxy(stage: Stage) -> None:
    async with stage.asked() as (tiktok, requests):
        assert (await first_chat(tiktok)).room_id == stage.room_id
    assert requests[0].startswith("GET /@sim0/live")
    assert any(request.startswith("GET /webcast/im/") for request in requests)
    async with two_proxies(stage) as (http, ws):
        async with TikTok(endpoints=Endpoints.at(HOST), http_proxy=http.url, ws_proxy=ws.url) as tiktok:
            await first_chat(tiktok)
        assert_apart(http, ws)
    with pytest.warns(UserWarning, match="verify=False"):
        TikTok(proxy="http://127.0.0.1:1", verify=False)


@row("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY")
async def proxies_of_the_environment(stage: Stage) -> None:
    async with two_proxies(stage) as (http, ws):
        stage.monkeypatch.setenv("HTTPS_PROXY", http.url)
        stage.monkeypatch.setenv("ALL_PROXY", ws.url)
        stage.monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        async with TikTok(endpoints=Endpoints.at(HOST)) as tiktok:
            assert (await first_chat(tiktok)).room_id == stage.room_id
        assert_apart(http, ws)
        async with TikTok(endpoints=Endpoints.at(HOST), proxy=False) as tiktok:
            with pytest.raises(NetworkError):
                await tiktok.is_live("sim0")
        stage.monkeypatch.setenv("NO_PROXY", urlsplit(HOST).hostname or "")
        async with TikTok(endpoints=Endpoints.at(HOST)) as tiktok:
            with pytest.raises(NetworkError):
                await tiktok.is_live("sim0")


@row("Debug", "SetDebugHandler")
async def debug_log(stage: Stage) -> None:
    with captured(logging.DEBUG) as messages:
        async with stage.client() as tiktok:
            await tiktok.is_live("sim0")
    assert any("/@sim0/live" in line for line in messages)


@row("SetInfoHandler", alters=True)
async def info_log(stage: Stage) -> None:
    with captured(logging.INFO) as messages:
        async with stage.client() as tiktok, tiktok.track("@sim0") as live:
            await stage.simulator.fault("sim0", "close")
            async for event in live:
                if isinstance(event, Disconnected):
                    break
    assert any(str(stage.room_id) in line for line in messages)


@row("SetWarnHandler", alters=True)
async def warning_log(stage: Stage) -> None:
    with captured(logging.WARNING) as messages:
        async with stage.client() as tiktok:
            await stage.simulator.fault("sim0", "server_error", where="webcast")
            await first_chat(tiktok)
    assert any("room info" in line for line in messages)


@row("SetErrorHandler")
async def error_log(stage: Stage) -> None:
    errors: list[tuple[Exception, Event]] = []
    with captured(logging.ERROR) as messages:
        async with (
            stage.client(on_error=lambda *error: errors.append(error)) as tiktok,
            tiktok.track("@sim0") as live,
        ):
            live.on(ChatEvent, lambda event: 1 // 0)
            while not errors:
                await anext(live)
    assert isinstance(errors[0][0], ZeroDivisionError)
    assert any("failed on ChatEvent" in line for line in messages)


# Lookups.


@row("TrackUser(username)")
async def tracked_by_name(stage: Stage) -> None:
    async with stage.client() as tiktok:
        for target in ("sim0", "@sim0", f"{stage.simulator.url}/@sim0/live", "https://vm.tiktok.com/sim0/"):
            async with tiktok.track(target) as live:
                assert live.room_id == stage.room_id


@row("TrackRoom(roomID)")
async def tracked_by_room(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track(stage.room_id) as live:
        assert live.host is not None
        assert live.host.username == "sim0"


@row("GetUserInfo(user)")
async def user_info(stage: Stage) -> None:
    async with stage.client() as tiktok:
        user = await tiktok.user_info("@sim0")
    assert (user.username, user.room_id) == ("sim0", stage.room_id)


@row("GetLiveRoomUserInfo(user)")
async def live_room(stage: Stage) -> None:
    async with stage.client() as tiktok:
        room = await tiktok.live_room("sim0")
        info = await tiktok.room_info(stage.room_id)
    assert (room.room_id, room.title, room.user.username) == (stage.room_id, info.title, "sim0")
    assert room.user.follower_count == info.owner.follower_count


@row("IsLive(info)")
async def is_live(stage: Stage) -> None:
    async with stage.client() as tiktok:
        assert [await tiktok.is_live(who) for who in ("sim0", stage.room_id, "offline0")] == [True, True, False]
        assert await tiktok.are_live([stage.room_id, 7]) == {stage.room_id: True, 7: None}


@row("GetRoomInfo(username)")
async def room_info(stage: Stage) -> None:
    async with stage.client() as tiktok:
        info = await tiktok.room_info("sim0")
    assert (info.id, info.owner.username, info.ended) == (stage.room_id, "sim0", False)


@row("GetPriceList()")
async def price_list(stage: Stage) -> None:
    async with stage.client() as tiktok:
        prices = await tiktok.price_list()
    first = prices.items[0]
    assert (first.diamonds, first.usd_cents) == (30, 45)
    local = {price.currency: (price.price, price.text) for price in first.local}
    assert local == {"USD": (45, "$0.45"), "EUR": (42, "€0.42")}


@row("NewFeed()", "Feed.Next()", "Feed.LiveStreams", "Feed.HasMore", "FeedItem.LiveStreams")
async def feed(stage: Stage) -> None:
    async with stage.client() as tiktok:
        feed = tiktok.feed()
        assert feed.has_more
        first = await feed.next()
        assert [live.room_id for live in feed.lives] == [live.room_id for live in first]
        async for page in feed:
            assert len(page) > 0
        assert {live.host.username: live.room_id for live in feed.lives} == stage.simulator.rooms
        assert not feed.has_more


@row("FeedItem.Extra.HasMore", "FeedItem.Extra.MaxTime")
async def feed_page(stage: Stage) -> None:
    async with stage.client() as tiktok:
        feed = tiktok.feed()
        first, second = await feed.next(), await feed.next()
    assert (first.source.has_more, second.source.has_more) == (True, False)
    assert first.source.max_time > second.source.max_time > 0


@row("LiveStream.Track()")
async def tracked_from_the_feed(stage: Stage) -> None:
    async with stage.client() as tiktok:
        page = await tiktok.feed().next()
        async with page[0].track() as live:
            assert live.room_id == page[0].room_id
            assert live.state is LiveState.CONNECTED


@row(
    "GetSignerLimits(signerURL, apiKey)",
    "SignerLimits.Minute",
    "Limit.Max",
    "Limit.Remaining",
    "Limit.ResetAt",
    alters=True,
)
async def signer_limits(stage: Stage) -> None:
    started = datetime.now(UTC)
    async with stage.asked(connect=("signed",), signer=f"{HOST}/signer", api_key="own-key") as (tiktok, requests):
        before = await tiktok.signer_limits()
        await first_chat(tiktok)
        after = await tiktok.signer_limits()
    assert requests[0].startswith("GET /signer/webcast/rate_limits")
    assert "X-Api-Key: own-key" in requests[0]
    assert (before.minute.max, before.minute.remaining) == (100_000, 100_000)
    resets = [datetime.fromisoformat(limits.minute.reset_at) for limits in (before, after)]
    assert timedelta() <= resets[0] - started <= timedelta(minutes=1)
    # A minute may begin between the two answers.
    assert after.minute.remaining == 99_999 or resets[0] < resets[1]


@row("SignerLimits.Day", "SignerLimits.Hour")
async def longer_limits(stage: Stage) -> None:
    async with stage.client() as tiktok:
        limits = await tiktok.signer_limits()
    assert (limits.hour.max, limits.day.max) == (10_000_000, 10_000_000)


@row("SignerLimits.Message")
async def message_of_a_signer(stage: Stage) -> None:
    async with open_site() as signer, stage.client(signer=signer.url) as tiktok:
        signer.routes["/webcast/rate_limits"] = Reply.json({"code": 200, "message": "upgrade soon", "day": {"max": 5}})
        limits = await tiktok.signer_limits()
    assert (limits.message, limits.day.max) == ("upgrade soon", 5)


@row("SignerLimits.Code")
async def signer_that_refuses(stage: Stage) -> None:
    assert not hasattr(SignerLimits(), "code")
    async with stage.client(signer=f"{stage.simulator.url}/nowhere") as tiktok:
        with pytest.raises(SignerError) as refused:
            await tiktok.signer_limits()
    assert refused.value.status == 404


# A live stream.


@row("Live.ID", "Live.Info", "Live.GiftInfo")
async def facts_of_a_live(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0", gift_list=True) as live:
        assert live.room_id == stage.room_id
        assert live.info is not None
        assert live.info.id == stage.room_id
        assert live.gifts is not None
        assert {(gift.name, gift.diamonds) for gift in live.gifts} >= {("Rose", 1)}


@row("Live.Events")
async def events_of_a_live(stage: Stage) -> None:
    handled: asyncio.Queue[ChatEvent] = asyncio.Queue()
    async with stage.client() as tiktok:
        live = tiktok.track("@sim0")
        live.on(ChatEvent, handled.put)
        chats = live.events(ChatEvent)
        async with live:
            async for event in live:
                if isinstance(event, ChatEvent):
                    break
            assert (await anext(chats)).message_id == event.message_id
            assert (await handled.get()).message_id == event.message_id


@row("Live.Close()")
async def closing(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        await live.close()
        assert (live.state, live.end_reason) == (LiveState.CLOSED, "closed")


@row("Live.DownloadStream(file…)")
async def download(stage: Stage) -> None:
    path = stage.folder / "evening.ts"
    path.write_bytes(b"somebody else's")
    async with (
        stage.client() as tiktok,
        tiktok.track("@sim0") as live,
        live.download(path, duration=1.0) as recording,
    ):
        (part,) = await recording.wait()
    assert path.read_bytes() == b"somebody else's"
    assert part.path.name.startswith("evening-")
    assert part.path.read_bytes()[::188][:20] == b"\x47" * 20
    stage.monkeypatch.chdir(stage.folder)
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        async with live.download(format="mkv") as recording:
            (part,) = await recording.stop()
        assert live.info is not None
        began = datetime.fromtimestamp(live.info.started_at or live.info.created_at).astimezone()
    assert part.path.name == f"sim0-{began:%Yy%mm%ddT%Hh%Mm%Ss}.mkv"


@row("DisconnectEvent", alters=True)
async def last_events(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        await anext(live.events(ChatEvent))
        await stage.simulator.control("sim0", "end")
        events = [event async for event in live]
    assert sum(isinstance(event, Disconnected) for event in events) == 1  # ends of streaks may follow it
    assert isinstance(events[-1], LiveEnded)
    assert events[-1].created_at_ms > 0


@row("UserEvent.Event")
async def classes_of_user_events(stage: Stage) -> None:
    from tikcast import FollowEvent, JoinEvent, ShareEvent, UserEvent

    kinds: dict[type[Event], str] = {}
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        async for event in live.events(UserEvent):
            kinds[type(event)] = event.type
            if {JoinEvent, FollowEvent, ShareEvent} <= kinds.keys():
                break
    types = {kind: kinds[kind] for kind in (JoinEvent, FollowEvent, ShareEvent)}
    assert types == {JoinEvent: "join", FollowEvent: "follow", ShareEvent: "share"}


# Errors.


@row("user offline")
async def offline(stage: Stage) -> None:
    async with stage.client() as tiktok:
        with pytest.raises(UserOffline) as error:
            await tiktok.live_room("offline0")
    assert error.value.username == "offline0"


@row("live has ended", alters=True)
async def ended(stage: Stage) -> None:
    room_id = stage.room_id
    await stage.simulator.control("sim0", "end")
    async with stage.client() as tiktok:
        with pytest.raises(LiveEndedError) as error:
            await tiktok.room_info(room_id)
    assert error.value.room_id == room_id


@row("message not implemented", alters=True)
async def unknown_message(stage: Stage) -> None:
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        await stage.simulator.fault("sim0", "unknown_message")
        event = await anext(live.events(UnknownEvent))
    assert (event.room_id, event.type) == (stage.room_id, "unknown")
    assert event.payload


@row("no more feed items")
async def feed_at_its_end(stage: Stage) -> None:
    async with stage.client() as tiktok:
        feed = tiktok.feed()
        pages = [page async for page in feed]
        with pytest.raises(FeedExhausted) as error:
            await feed.next()
    assert error.value.pages == len(pages)


@row("user not found", "user info not found")
async def not_found(stage: Stage) -> None:
    async with stage.client() as tiktok:
        with pytest.raises(UserNotFound) as error:
            await tiktok.user_info("nobody_at_all")
        assert error.value.username == "nobody_at_all"
        with pytest.raises(PrivateAccount):
            await tiktok.user_info("private0")


@row("captcha", alters=True)
async def captcha(stage: Stage) -> None:
    await stage.simulator.fault("sim0", "captcha", where="lookup", times=5)
    async with stage.client() as tiktok:
        with pytest.raises(Captcha) as error:
            await tiktok.user_info("sim0")
    assert error.value.host == "127.0.0.1"


@row("rate limit exceeded", alters=True)
async def rate_limited(stage: Stage) -> None:
    await stage.simulator.fault("sim0", "rate_limited", where="lookup", retry_after=7, times=5)
    async with stage.client() as tiktok:
        with pytest.raises(RateLimited) as error:
            await tiktok.user_info("sim0")
    assert error.value.retry_after == 7


@row("IP or country blocked or banned", alters=True)
async def blocked(stage: Stage) -> None:
    await stage.simulator.fault("sim0", "forbidden", where="lookup", times=2)
    async with stage.client() as tiktok:
        with pytest.raises(IPBlocked) as error:
            await tiktok.user_info("sim0")
        assert error.value.status == 403
        await stage.simulator.heal("sim0")
        await stage.simulator.fault("sim0", "empty_answer", where="lookup", times=5)
        with pytest.raises(Blocked):
            await tiktok.user_info("sim0")


@row("stream URL not found", alters=True)
async def no_video(stage: Stage) -> None:
    async with stage.client(reconnect=Reconnect(attempts=0)) as tiktok, tiktok.track("@sim0") as live:
        await stage.simulator.video("sim0", "unnamed")
        with pytest.raises(StreamUrlNotFound) as error:
            await live.download(stage.folder / "none.ts").wait()
    assert (error.value.quality, error.value.available) == ("best", ())


@row("ffmpeg not found")
async def no_ffmpeg(stage: Stage) -> None:
    stage.monkeypatch.setenv("PATH", str(stage.folder))
    stage.monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    async with stage.client() as tiktok, tiktok.track("@sim0") as live:
        with pytest.raises(FFmpegNotFound) as error:
            await live.download(stage.folder / "none.mp4").wait()
    assert error.value.name == "ffmpeg"
