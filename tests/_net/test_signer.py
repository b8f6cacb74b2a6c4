"""The signer's quota, refusals and waits."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from tests._net.conftest import MakeNetwork
from tests._net.site import WS_PATH, Reply, Site, raw_server, signed_answer
from tikcast._net.http import Answer
from tikcast._net.signer import refusal, retry_after
from tikcast.errors import ConnectFailed, NetworkError, RateLimited, SignerError
from tikcast.options import Endpoints

FETCH, LIMITS = "/signer/webcast/fetch", "/signer/webcast/rate_limits"
NOW = 1_800_000_000.0


def answer(status: int, body: bytes = b"", *, headers: dict[str, str] | None = None) -> Answer:
    shown = {name: (value,) for name, value in (headers or {}).items()}
    return Answer(url="https://sign.example/x", status=status, headers=shown, body=body)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {}, None),
        ({"retry-after": "12"}, {}, 12.0),
        ({"ratelimit-reset": "30"}, {}, 30.0),
        ({"x-ratelimit-reset": "1800000044"}, {}, 44.0),
        ({"retry-after": "soon", "x-ratelimit-reset": "7"}, {}, 7.0),
        ({"retry-after": "nan"}, {}, None),
        ({"retry-after": "-5"}, {}, 0.0),
        ({"retry-after": "99999999999999"}, {}, 7 * 86400.0),
        ({}, {"retry_after": 3}, 3.0),
        ({}, {"reset_at": "2027-01-15T08:01:00+00:00"}, 60.0),
        ({}, {"reset_at": "tomorrow"}, None),
        ({}, {"retry_after": []}, None),
        ({}, {"retry_after": 10**400}, None),
        ({}, {"reset_at": "0001-01-01T00:00:00"}, None),
    ],
)
def test_the_wait_is_read_from_headers_or_body(
    headers: dict[str, str], body: dict[str, object], seconds: float | None
) -> None:
    assert retry_after(answer(429, headers=headers), body, now=NOW) == seconds


def test_a_good_answer_is_not_an_error() -> None:
    assert refusal(answer(200), now=NOW) is None


def test_a_refusal_that_repeats_the_key_does_not_show_it() -> None:
    error = refusal(answer(401, b'{"message":"no key k3y\\n here."}'), now=NOW, secrets=["k3y", ""])
    assert isinstance(error, SignerError)
    assert error.reason == "no key *** here"


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"message": 5}'])
@pytest.mark.parametrize("status", [301, 400, 401, 404, 418, 429, 500])
def test_every_refusal_is_a_tikcast_error(status: int, body: bytes) -> None:
    error = refusal(answer(status, body), now=NOW)
    assert isinstance(error, SignerError | RateLimited)


async def connect(make_network: MakeNetwork, **options: object) -> Exception | None:
    """The error of connecting, None when it worked."""
    network = make_network(connect=("signed",), **options)
    try:
        room = await network.connector.connect_room(73)
    except ConnectFailed as error:
        return error.causes[0]
    await room.socket.close()
    return None


async def test_the_quota_is_requested_once_and_kept(site: Site, make_network: MakeNetwork) -> None:
    site.routes |= {
        FETCH: signed_answer(f"wss://x.tiktok.com{WS_PATH}"),
        LIMITS: Reply.json({"code": 200, "minute": {"max": 7, "remaining": 7, "reset_at": ""}}),
    }
    network = make_network(check_limits=True, api_key="k3y")
    for _ in range(7):
        room = await network.connector.connect_room(73, methods=("signed",))
        await room.socket.close()
    error = await connect(make_network, api_key="k3y")
    assert isinstance(error, RateLimited)
    assert error.scope == "signer minute"
    assert site.paths().count(LIMITS) == 1
    assert site.seen[0].headers["X-Api-Key"] == "k3y"
    assert "k3y" not in str(site.seen[0].query)


async def test_clients_of_a_process_one_after_the_other_request_the_quota_once(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes |= {
        FETCH: signed_answer(f"wss://x.tiktok.com{WS_PATH}"),
        LIMITS: Reply.json({"code": 200, "minute": {"max": 7, "remaining": 7, "reset_at": ""}}),
    }
    for _ in range(3):
        assert await connect(make_network, check_limits=True) is None
    assert site.paths().count(LIMITS) == 1


async def test_a_signer_with_a_used_up_quota_is_not_asked(site: Site, make_network: MakeNetwork) -> None:
    resets = datetime.fromtimestamp(time.time() + 1000, UTC).isoformat()
    spans = {"minute": {"max": 7, "remaining": 7}, "hour": {"max": 30, "remaining": 0, "reset_at": resets}}
    site.routes[LIMITS] = Reply.json({"code": 200, **spans})
    error = await connect(make_network, check_limits=True)
    assert isinstance(error, RateLimited)
    assert error.scope == "signer hour"
    assert error.retry_after == pytest.approx(1000, abs=100)
    assert site.paths() == [LIMITS]


async def test_a_signer_that_does_not_tell_its_limits_is_assumed_to_grant_five(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes[FETCH] = signed_answer(f"wss://x.tiktok.com{WS_PATH}")
    for _ in range(5):
        assert await connect(make_network, check_limits=True) is None
    assert isinstance(await connect(make_network), RateLimited)


async def test_a_signer_is_not_asked_before_the_wait_that_it_named(site: Site, make_network: MakeNetwork) -> None:
    site.routes[FETCH] = Reply.json({}, status=429, headers=[("Retry-After", "100")])
    assert isinstance(await connect(make_network), RateLimited)
    error = await connect(make_network)
    assert isinstance(error, RateLimited)
    assert error.retry_after == pytest.approx(100, abs=50)
    assert site.paths() == [FETCH]


async def test_an_unreachable_signer_is_asked_once(make_network: MakeNetwork) -> None:
    asked: list[int] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.append(1)
        writer.close()

    async with raw_server(hang_up) as port:
        endpoints = Endpoints(signer=f"http://127.0.0.1:{port}")
        error = await connect(make_network, endpoints=endpoints, check_limits=True)
    assert isinstance(error, NetworkError)
    assert asked == [1]


async def test_limits_are_read(site: Site, make_network: MakeNetwork) -> None:
    site.routes[LIMITS] = Reply.json(
        {"code": 200, "day": {"max": 100, "remaining": "99", "reset_at": "2026-11-23T00:00:00Z"}}
    )
    limits = await make_network().signer.limits()
    assert (limits.day.max, limits.day.remaining, limits.minute.max) == (100, 99, None)


@pytest.mark.parametrize("body", ["no json", '{"day": 5}'])
async def test_limits_that_cannot_be_read_are_a_signer_error(site: Site, make_network: MakeNetwork, body: str) -> None:
    site.routes[LIMITS] = Reply(body)
    with pytest.raises(SignerError, match="its limits cannot be read"):
        await make_network().signer.limits()
