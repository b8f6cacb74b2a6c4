"""A method to connect is judged by the messages that it brings: the next attempt uses the other one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from curl_cffi.requests import AsyncSession
from websockets.exceptions import ConnectionClosed

from tests.clocks import settle
from tests.live_room import Scene, collect, open_scene, take
from tests.room_server import chat
from tests.wire_schema import build, push_frame
from tikcast import ChatEvent, Endpoints, Event, Reconnect, TikTok, Timeouts
from tikcast.errors import ConnectFailed, HandshakeRefused, NetworkError, SignerError
from tikcast.events import Connected, Disconnected, Reconnecting
from tikcast.live import Live, LiveStats
from tikcast.signer import UrlSigner
from tikcast.simulator import Simulator

USER = "sim0"
ALWAYS = 10_000
KEYS = count()
# What a test waits for is short; everything else may take as long as a busy machine needs.
QUICK = Timeouts(request=60.0, handshake=60.0, first_frame=1.5, close=0.3, mint_interval=0.001)
AT_ONCE = Reconnect(first_delay=0.01, max_delay=0.01, healthy_after=0.5)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=(USER,), seed=1, rate=20.0) as running:
        yield running


def client(sim: Simulator, **options: Any) -> TikTok:
    # The clients of a process share the quota of a key at a signer: each client here has a key of its own.
    given = {"timeouts": QUICK, "reconnect": AT_ONCE, "check_limits": False, "api_key": f"key-{next(KEYS)}"}
    return TikTok(endpoints=Endpoints.at(sim.url), **{**given, **options})


async def order(sim: Simulator, faults: Mapping[str, Mapping[str, Any]]) -> None:
    await sim.heal(USER)
    for name, parameters in faults.items():
        await sim.fault(USER, name, **{"times": ALWAYS, **parameters})


async def until_chat(live: Live) -> list[Event]:
    async with asyncio.timeout(30):
        return await take(live, ChatEvent)


def tried(stats: LiveStats) -> list[tuple[str, str]]:
    return [(attempt.method, attempt.result) for attempt in stats.attempts]


BROKEN: dict[str, tuple[dict[str, dict[str, Any]], list[tuple[str, str]], str]] = {
    "direct is silent": ({"silent_socket": {}}, [("direct", "silent"), ("signed", "open")], "no message came within"),
    "direct is ended by a frame": (
        {"close_frame": {"method": "direct"}},
        [("direct", "closed"), ("signed", "open")],
        "TikTok does not accept this method to connect now (disable_web_direct)",
    ),
    "direct is ended for another reason": (
        {"close_frame": {"method": "direct", "reason": "what else"}},
        [("direct", "closed"), ("signed", "open")],
        "TikTok ended the connection (what else)",
    ),
    "direct does not let the client in": (
        {"ignore_enter": {"method": "direct"}},
        [("direct", "silent"), ("signed", "open")],
        "the room did not answer",
    ),
    "direct wants a signature": ({"signature_demanded": {}}, [("direct", "signature"), ("signed", "open")], ""),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("faults", "attempts", "reason"), BROKEN.values(), ids=BROKEN)
async def test_when_the_direct_method_brings_no_messages_the_signed_one_does(
    sim: Simulator, faults: dict[str, dict[str, Any]], attempts: list[tuple[str, str]], reason: str
) -> None:
    await order(sim, faults)
    async with client(sim) as tiktok, tiktok.track(USER) as live:
        events = await until_chat(live)
        stats = live.stats()
    assert tried(stats) == attempts
    reasons = [event.reason for event in events if isinstance(event, Disconnected)]
    assert len(reasons) == (1 if reason else 0)
    assert all(reason in one for one in reasons)


@pytest.mark.asyncio(loop_scope="module")
async def test_when_the_signed_method_brings_no_messages_the_direct_one_does(sim: Simulator) -> None:
    await order(sim, {"silent_socket": {"method": "signed"}})
    # The messages in the answer of the signer are no proof that its address brings any.
    async with client(sim, connect=("signed", "direct")) as tiktok, tiktok.track(USER) as live:
        async with asyncio.timeout(30):
            while live.stats().connections < 2 or live.stats().attempts[-1].result != "open":
                await take(live, Event)
        await until_chat(live)
        assert tried(live.stats()) == [("signed", "silent"), ("direct", "open")]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("fault", ["silent_socket", "close_frame"])
async def test_methods_take_turns_and_each_direct_attempt_has_a_new_cookie(sim: Simulator, fault: str) -> None:
    await order(sim, {fault: {}})
    if fault == "silent_socket":
        await sim.fault(USER, fault, method="signed", times=ALWAYS)
    async with client(sim) as tiktok, tiktok.track(USER) as live:
        async with asyncio.timeout(60):
            async for event in live:
                if isinstance(event, Connected) and event.attempt == 4:
                    break
        attempts = live.stats().attempts
    assert [attempt.method for attempt in attempts] == ["direct", "signed", "direct", "signed"]
    assert [attempt.cookie for attempt in attempts] == [1, 0, 2, 0]


ENDS = Reconnect(attempts=2, first_delay=0.01, max_delay=0.01, healthy_after=0.5)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_method_that_never_brings_a_message_ends_with_an_error_that_says_so(sim: Simulator) -> None:
    await order(sim, {"silent_socket": {}})
    async with client(sim, connect=("direct",), reconnect=ENDS) as tiktok, tiktok.track(USER) as live:
        with pytest.raises(ConnectFailed, match=r"direct failed at first_frame: .* no message came within") as caught:
            await live.wait_ended()
    assert caught.value.stage == "first_frame"
    assert caught.value.advice.startswith("connect by another method too")


@pytest.mark.asyncio(loop_scope="module")
async def test_when_no_method_works_the_error_names_the_failure_of_each(sim: Simulator) -> None:
    await order(sim, {"silent_socket": {}, "signer_refused": {"status": 402}})
    async with client(sim, reconnect=ENDS) as tiktok, tiktok.track(USER) as live:
        with pytest.raises(ConnectFailed) as caught:
            await live.wait_ended()
    assert caught.value.attempts == (("signed", "signature"), ("direct", "first_frame"))
    assert [type(cause) for cause in caught.value.causes] == [SignerError, NetworkError]
    assert "no message came within" in str(caught.value)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_address_without_a_signature_is_refused_with_advice(sim: Simulator) -> None:
    await order(sim, {"signature_demanded": {}})
    async with client(sim, connect=("direct",)) as tiktok:
        with pytest.raises(ConnectFailed) as caught:
            await tiktok.track(USER).__aenter__()
    (cause,) = caught.value.causes
    assert isinstance(cause, HandshakeRefused)
    assert cause.advice.startswith("TikTok wants a signature for this address: connect through a signer")


class OwnSigner:
    """Lets the simulator sign addresses, as a program that somebody runs would."""

    def __init__(self, sim: Simulator) -> None:
        self._url = f"{sim.url}/signer/webcast/sign_url"
        self.signed: list[str] = []

    async def sign_url(self, url: str, *, user_agent: str) -> str:
        self.signed.append(url.partition("?")[0])
        web = url.replace("ws", "http", 1) if url.startswith("ws") else url
        body = json.dumps({"url": web, "method": "GET", "type": "fetch", "userAgent": user_agent})
        async with AsyncSession() as session:
            answer = await session.post(self._url, data=body)
        signed = str(json.loads(answer.content)["response"]["signedUrl"])
        return signed.replace("http", "ws", 1) if url.startswith("ws") else signed


@pytest.mark.asyncio(loop_scope="module")
async def test_a_signer_of_addresses_opens_what_wants_a_signature(sim: Simulator) -> None:
    await order(sim, {"signature_demanded": {}, "feed_login": {}})
    own = OwnSigner(sim)
    signer: UrlSigner = own
    async with client(sim, connect=("direct",), url_signer=signer) as tiktok:
        async with tiktok.track(USER) as live:
            await until_chat(live)
            assert tried(live.stats()) == [("direct", "open")]
        assert (await tiktok.feed().next()).lives
    host = sim.url.removeprefix("http://")
    assert own.signed == [
        f"http://{host}/webcast/room/info/",
        f"ws://{host}/webcast/im/ws_proxy/ws_reuse_supplement/",
        f"http://{host}/webcast/feed/",
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("api", ["new_signer_api", "old_signer_api"])
async def test_either_form_of_the_signer_works_when_direct_does_not(sim: Simulator, api: str) -> None:
    await order(sim, {"signature_demanded": {}, api: {}})
    async with client(sim, check_limits=True) as tiktok, tiktok.track(USER) as live:
        await until_chat(live)
        assert tried(live.stats()) == [("direct", "signature"), ("signed", "open")]
        limits = await tiktok.signer_limits()
    assert limits.minute.max


@pytest.mark.asyncio(loop_scope="module")
async def test_the_good_case_needs_a_page_the_room_info_and_a_socket(
    sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    await order(sim, {})
    caplog.set_level("INFO", logger="tikcast.net")
    async with client(sim, log_requests=True) as tiktok, tiktok.track(USER) as live:
        await until_chat(live)
        assert tried(live.stats()) == [("direct", "open")]
    asked = [record.getMessage().partition("?")[0].partition(": ")[0] for record in caplog.records]
    assert [line.replace(sim.url, "").replace(sim.url.replace("http", "ws"), "") for line in asked] == [
        "GET /@sim0/live",
        "GET /webcast/room/info/",
        "WebSocket /webcast/im/ws_proxy/ws_reuse_supplement/",
    ]


def entered(*messages: Any) -> bytes:
    """The answer to entering: with a response if there are messages."""
    response = build("WebcastResponse")
    for message in messages:
        response.messages.add().CopyFrom(message)
    return push_frame("im_enter_room_resp", response.SerializeToString() if messages else b"")


async def heartbeat(scene: Scene) -> None:
    """Answer a heartbeat, and let ten seconds pass."""
    frames = scene.live.stats().frames
    await scene.connection.socket.send(push_frame("hb", b""))
    while scene.live.stats().frames == frames:
        await settle()
    await scene.clock.advance(10)


QUIET = Timeouts(request=60.0, handshake=60.0, close=0.3, mint_interval=0.001, quiet=3600.0)


@pytest.mark.parametrize(
    "first",
    [entered(chat("old")), push_frame("msg", build("WebcastResponse", cursor="c").SerializeToString())],
    ids=["history in the answer to entering", "a frame without a message"],
)
async def test_a_quiet_room_keeps_its_connection(first: bytes) -> None:
    async with open_scene(timeouts=QUIET) as scene:
        await scene.connection.socket.send(first)
        for _ in range(30):
            await heartbeat(scene)
        assert scene.live.stats().connections == 1
        await scene.end()
        assert not [event for event in await collect(scene.live) if isinstance(event, Reconnecting)]


async def test_an_answer_to_entering_without_messages_is_not_a_message() -> None:
    async with open_scene(timeouts=QUIET) as scene:
        await scene.connection.socket.send(entered())
        await heartbeat(scene)
        await heartbeat(scene)
        await scene.clock.advance(1)
        events = await take(scene.live, Disconnected)
    assert isinstance(events[-1], Disconnected)
    assert events[-1].reason == "the room was entered, and no message came within 20 s"


async def test_a_room_that_brought_messages_once_is_not_given_up_while_it_is_quiet() -> None:
    reconnect = Reconnect(attempts=2, first_delay=2.0, max_delay=2.0, jitter=0.0)
    async with open_scene(timeouts=QUIET, reconnect=reconnect) as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        await scene.connection.drop()
        for _ in range(6):
            await scene.clock.advance(await scene.clock.until_sleeping())
            scene.connection = await scene.server.accept()
            await scene.connection.socket.send(entered())
            while scene.live.stats().attempts[-1].result == "open":
                with suppress(ConnectionClosed):
                    await scene.connection.socket.send(push_frame("hb", b""))
                await scene.clock.advance(10)
        await scene.clock.advance(await scene.clock.until_sleeping())
        scene.connection = await scene.server.accept()
        await scene.connection.send(chat("two"))
        assert isinstance((await take(scene.live, ChatEvent))[-1], ChatEvent)
