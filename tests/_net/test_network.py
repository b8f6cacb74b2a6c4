"""Connecting: every failure has its own error, and the methods are tried in order."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests._net.conftest import FAST, MakeClient, MakeNetwork
from tests._net.site import CAPTCHA, CHALLENGE, WS_PATH, Reply, Site, raw_server, saying, signed_answer, silent_server
from tikcast import TikTok
from tikcast._net.liveness import FoundRoom
from tikcast._net.network import Network
from tikcast._net.targets import Target
from tikcast.errors import (
    Blocked,
    Captcha,
    ConfigError,
    ConnectFailed,
    DeviceBlocked,
    HandshakeRefused,
    IPBlocked,
    NetworkError,
    NetworkTimeout,
    RateLimited,
    SignerError,
    TikcastError,
)
from tikcast.options import Endpoints

FETCH = "/signer/webcast/fetch"
GIVE = Reply("<html>", headers=[("Set-Cookie", "ttwid=1|a; Path=/")])


def refused(message: str, *, status: int = 200, code: str = "415") -> Reply:
    return Reply("", status, [("Handshake-Msg", message), ("Handshake-Status", code)])


def good_signature(path: str = WS_PATH) -> Reply:
    return signed_answer(f"wss://webcast-ws.tiktok.com{path}")


FAILURES = [
    # what is wrong, the way, page, signer's answer, refusal, stage, error, facts, advice
    ("captcha", "direct", CAPTCHA, None, None, "identity", Captcha, {}, "session cookie"),
    ("challenge", "direct", CHALLENGE, None, None, "identity", Captcha, {}, "another address"),
    ("no cookie", "direct", Reply("x"), None, None, "identity", Blocked, {}, "a signer"),
    ("banned", "direct", Reply("", 403), None, None, "identity", IPBlocked, {"status": 403}, "proxy"),
    (
        "too many pages",
        "direct",
        Reply("", 429, [("Retry-After", "9")]),
        None,
        None,
        "identity",
        RateLimited,
        {"retry_after": 9.0, "scope": "web"},
        "wait 9.0 s",
    ),
    (
        "device blocked",
        "direct",
        GIVE,
        None,
        refused("DEVICE_BLOCKED"),
        "handshake",
        DeviceBlocked,
        {"status": 200},
        "fresh identity",
    ),
    (
        "secret key",
        "direct",
        GIVE,
        None,
        refused("illegal secret key", status=400),
        "handshake",
        HandshakeRefused,
        {"status": 400, "reason": "illegal secret key", "code": "415"},
        "TikTok wants a signature for this address",
    ),
    (
        "app id",
        "direct",
        GIVE,
        None,
        refused("illegal app_id", status=415, code="417"),
        "handshake",
        HandshakeRefused,
        {"status": 415, "reason": "illegal app_id", "code": "417"},
        "newer version of tikcast",
    ),
    (
        "cookie missing",
        "direct",
        GIVE,
        None,
        refused("http: named cookie not present"),
        "handshake",
        HandshakeRefused,
        {"status": 200},
        "new ttwid",
    ),
    (
        "too many sockets",
        "direct",
        GIVE,
        None,
        Reply("", 429, [("Retry-After", "60")]),
        "handshake",
        RateLimited,
        {"retry_after": 60.0, "scope": "handshake"},
        "wait 60 s",
    ),
    ("socket banned", "direct", GIVE, None, Reply("", 403), "handshake", IPBlocked, {}, "proxy"),
    (
        "server down",
        "direct",
        GIVE,
        None,
        Reply("", 503),
        "handshake",
        HandshakeRefused,
        {"status": 503},
        "later",
    ),
    (
        "bare refusal",
        "direct",
        GIVE,
        None,
        Reply("", 200),
        "handshake",
        HandshakeRefused,
        {"status": 200, "reason": ""},
        "other method",
    ),
    (
        "bad key",
        "signed",
        None,
        Reply.json({"code": 401, "message": "The provided API Key is invalid."}, status=401),
        None,
        "signature",
        SignerError,
        {"status": 401, "reason": "The provided API Key is invalid"},
        "api_key",
    ),
    (
        "paid feature",
        "signed",
        None,
        Reply.json({"message": "pay"}, status=402),
        None,
        "signature",
        SignerError,
        {"status": 402},
        "plan",
    ),
    (
        "blocked provider",
        "signed",
        None,
        Reply.json({"message": "This ISP is blocked"}, status=403),
        None,
        "signature",
        SignerError,
        {"status": 403},
        "another address",
    ),
    (
        "signer quota",
        "signed",
        None,
        Reply.json({"limit_label": "rate_limit_account_day"}, status=429),
        None,
        "signature",
        RateLimited,
        {"retry_after": None, "scope": "signer day"},
        "api_key",
    ),
    (
        "calm",
        "signed",
        None,
        Reply("slow down", 420, [("RateLimit-Reset", "30")]),
        None,
        "signature",
        RateLimited,
        {"retry_after": 30.0, "scope": "signer"},
        "wait 30 s",
    ),
    (
        "signer broken",
        "signed",
        None,
        Reply.json({"message": "Empty response payload received!"}, status=500),
        None,
        "signature",
        SignerError,
        {"status": 500, "reason": "Empty response payload received!"},
        "later",
    ),
    (
        "signer starting",
        "signed",
        None,
        Reply("not ready", 503, [("Retry-After", "5")]),
        None,
        "signature",
        SignerError,
        {"status": 503, "retry_after": 5.0},
        "later",
    ),
    (
        "signature refused",
        "signed",
        None,
        good_signature(),
        refused("illegal secret key"),
        "handshake",
        HandshakeRefused,
        {"reason": "illegal secret key"},
        "use the other method",
    ),
]


async def failure(tiktok: TikTok) -> ConnectFailed:
    """Why a room cannot be opened."""
    with pytest.raises(ConnectFailed) as caught:
        async with tiktok.track(73, room_info=False):
            pass
    return caught.value


@pytest.mark.parametrize(
    ("way", "page", "answer", "refusal", "stage", "error", "facts", "advice"),
    [row[1:] for row in FAILURES],
    ids=[row[0] for row in FAILURES],
)
async def test_every_failure_has_its_error_stage_and_advice(
    site: Site,
    make_client: MakeClient,
    way: str,
    page: Reply | None,
    answer: Reply | None,
    refusal: Reply | None,
    stage: str,
    error: type[TikcastError],
    facts: dict[str, object],
    advice: str,
) -> None:
    site.routes |= {path: r for path, r in (("/@tiktok", page), (FETCH, answer)) if r}
    site.refusal = refusal
    failed = await failure(make_client(connect=(way,)))
    (cause,) = failed.causes
    assert type(cause) is error
    assert (failed.stage, failed.attempts) == (stage, ((way, stage),))
    assert facts.items() <= cause.facts().items()
    assert advice in cause.advice
    assert str(failed).startswith(f"Could not connect to the room ({way} failed at {stage}: ")
    assert str(failed).endswith(f"; {cause.advice}.")
    assert "\n" not in str(failed)
    json.dumps(failed.facts())
    assert str(pickle.loads(pickle.dumps(failed))) == str(failed)


async def test_methods_are_tried_in_order_and_every_cause_is_kept(site: Site, tiktok: TikTok) -> None:
    site.routes |= {"/@tiktok": GIVE, FETCH: Reply("", 503)}
    site.refusal = refused("DEVICE_BLOCKED")
    failed = await failure(tiktok)
    assert [type(cause) for cause in failed.causes] == [DeviceBlocked, SignerError]
    assert failed.attempts == (("direct", "handshake"), ("signed", "signature"))
    assert failed.stage == "handshake"
    assert failed.__cause__ is failed.causes[-1]


async def test_the_second_method_is_used_when_the_first_one_fails(site: Site, network: Network) -> None:
    site.routes |= {"/@tiktok": CAPTCHA, FETCH: good_signature()}
    room = await network.connector.connect_room(73)
    assert room.method == "signed"
    await room.socket.close()


async def test_the_order_of_the_methods_is_an_option(site: Site, make_network: MakeNetwork) -> None:
    site.routes |= {"/@tiktok": GIVE, FETCH: good_signature()}
    room = await make_network(connect=("signed", "direct")).connector.connect_room(73)
    assert room.method == "signed"
    await room.socket.close()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


hang_up = saying(b"")
babble = saying(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.mark.parametrize(
    ("handler", "error"), [(hang, NetworkTimeout), (hang_up, NetworkError), (babble, NetworkError)]
)
@pytest.mark.parametrize("at", ["identity", "signature", "handshake"])
async def test_a_host_that_does_not_answer_properly_fails_at_its_stage(
    site: Site,
    make_client: MakeClient,
    handler: Handler,
    error: type[NetworkError],
    at: str,
) -> None:
    site.routes["/@tiktok"] = GIVE
    async with raw_server(handler) as port:
        bad, good = f"http://127.0.0.1:{port}", site.url
        endpoints = Endpoints(
            web=bad if at == "identity" else good,
            signer=bad if at == "signature" else good,
            push=bad if at == "handshake" else good,
        )
        # What does not hang may take as long as a busy machine needs.
        limit = {"handshake" if at == "handshake" else "request": 0.3} if handler is hang else {}
        tiktok = make_client(
            endpoints=endpoints,
            connect=("signed",) if at == "signature" else ("direct",),
            timeouts=replace(FAST, **limit),
        )
        failed = await failure(tiktok)
    assert [type(cause) for cause in failed.causes] == [error]
    assert failed.stage == at
    assert isinstance(failed.causes[0], TimeoutError) == (error is NetworkTimeout)


async def test_lookups_at_a_host_that_is_not_there_are_network_errors() -> None:
    async with TikTok(endpoints=Endpoints.at("http://127.0.0.1:9")) as tiktok:
        with pytest.raises(NetworkError):
            await tiktok.live_room("ana")


async def test_constructing_opens_nothing_and_closing_unused_is_fine(site: Site) -> None:
    tiktok = TikTok(endpoints=Endpoints.at(site.url))
    await tiktok.aclose()
    await tiktok.aclose()
    assert site.seen == []


async def test_cancelling_a_connection_leaves_no_task_behind(site: Site, make_network: MakeNetwork) -> None:
    site.routes["/@tiktok"] = GIVE
    before = asyncio.all_tasks()
    async with silent_server() as (port, asked):
        endpoints = Endpoints(web=site.url, push=f"ws://127.0.0.1:{port}")
        network = make_network(endpoints=endpoints)
        connecting = asyncio.create_task(network.connector.connect_room(73, methods=("direct",)))
        await asked.wait()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        await network.aclose()
    left = asyncio.all_tasks() - before
    assert not left or not (await asyncio.wait(left, timeout=60))[1]


@pytest.mark.parametrize(
    "options",
    [
        {"connect": ()},
        {"connect": ("magic",)},
        {"connect": "direct"},
        {"session": ""},
        {"session": "a\nb"},
        {"proxy": "gopher://x"},
        {"ws_proxy": "http://"},
        {"signer": "example.org"},
        {"language": "english"},
        {"api_key": "k\r\nEvil: 1"},
        {"extra_headers": {"X-Mine": "ü"}},
        {"verify": "/no/such/file.pem"},
    ],
)
def test_wrong_options_are_refused_at_once(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        TikTok(**options)  # type: ignore[arg-type]
    assert caught.value.option
    assert caught.value.advice


async def test_a_room_id_needs_no_request(site: Site, network: Network) -> None:
    room_id = 7300000000000000001
    assert await network.lookups.find_room(Target(room_id=room_id)) == FoundRoom(room_id=room_id)
    assert site.seen == []
