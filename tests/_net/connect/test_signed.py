"""Connecting through a signer."""

from __future__ import annotations

import pytest

from tests._net.conftest import MakeNetwork
from tests._net.site import WS_PATH, Reply, Site, signed_answer
from tests.wire_schema import build
from tikcast._net.network import Network
from tikcast.errors import (
    ConnectFailed,
    DeviceBlocked,
    NameNotResolved,
    NetworkError,
    SignerError,
    TikcastError,
)
from tikcast.options import Endpoints
from tikcast.signer import SignedFetch, Signer, SignRequest

FETCH = "/signer/webcast/fetch"
PUSH = "/webcast/im/push/v2/"


async def failure(network: Network) -> TikcastError:
    with pytest.raises(ConnectFailed) as caught:
        await network.connector.connect_room(73, methods=("signed",))
    cause = caught.value.causes[0]
    assert isinstance(cause, TikcastError)
    return cause


async def test_the_socket_uses_server_route_and_cookies_of_the_signer(site: Site, make_network: MakeNetwork) -> None:
    network = make_network(api_key="k3y", client_name="mine")
    answer = signed_answer(f"wss://webcast-ws.tiktok.com{PUSH}")
    site.routes[FETCH] = answer
    room = await network.connector.connect_room(73, username="ana", methods=("signed",))
    assert (room.method, room.first_response) == ("signed", answer.body)
    asked, upgrade = site.seen
    assert asked.query == {
        "client": "mine",
        "room_id": "73",
        "user_agent": network.settings.browser.user_agent,
        "client_enter": "true",
        "platform": "web",
    }
    assert asked.headers["X-Api-Key"] == "k3y"
    assert upgrade.path == PUSH
    assert upgrade.cookies == {"ttwid": "1|signed"}
    assert upgrade.headers["Sec-WebSocket-Protocol"] == "echo-protocol"
    assert upgrade.query["wrss"] == "a+b/c="
    assert upgrade.query["cursor"] == "t-1_r-2"
    assert upgrade.query["internal_ext"] == "internal_src:dim|seq:1"
    await room.socket.close()


async def test_the_login_is_sent_to_a_signer_only_if_the_option_allows_it(
    site: Site, make_network: MakeNetwork
) -> None:
    site.routes[FETCH] = signed_answer(f"wss://x.tiktok.com{PUSH}")
    session = {"sessionid": "s3cret", "tt-target-idc": "useast1a"}
    for share in (False, True):
        network = make_network(session=session, send_session_to_signer=share)
        room = await network.connector.connect_room(73, methods=("signed",))
        await room.socket.close()
    kept, _, shared, upgrade = site.seen
    assert "s3cret" not in str(kept.query) + str(kept.headers)
    assert (shared.query["session_id"], shared.query["tt_target_idc"]) == ("s3cret", "useast1a")
    assert shared.cookies == {}
    assert upgrade.cookies["sessionid"] == "s3cret"


@pytest.mark.parametrize(
    ("server", "size", "words"),
    [
        ("wss://ws-fallback.eulerstream.com/?token=", 272, "a stub of 272 bytes"),
        ("wss://evil.example/x", 4000, "wss://evil.example is not TikTok's"),
        ("wss://tiktok.com.evil.example/", 4000, "is not TikTok's"),
        ("ws://webcast-ws.tiktok.com/", 4000, "ws://webcast-ws.tiktok.com is not TikTok's"),
        ("", 4000, "names no push server"),
    ],
)
async def test_a_push_server_that_is_not_tiktoks_receives_no_cookies(
    site: Site, make_network: MakeNetwork, server: str, size: int, words: str
) -> None:
    response = build("WebcastResponse", push_server=server)
    padding = build("WebcastResponse", push_server=server, cursor="x" * size)
    excess = len(padding.SerializeToString()) - size
    response.cursor = "x" * (size - excess)
    body = response.SerializeToString()
    assert len(body) == size
    site.routes[FETCH] = Reply(body, headers=[("X-Set-TT-Cookie", "ttwid=1")])
    endpoints = Endpoints(signer=f"{site.url}/signer")
    error = await failure(make_network(endpoints=endpoints))
    assert isinstance(error, SignerError)
    assert words in str(error)
    assert site.paths() == [FETCH]


async def test_a_stub_is_recognised_also_with_an_own_push_server(site: Site, network: Network) -> None:
    body = build("WebcastResponse", push_server="wss://ws-fallback.eulerstream.com/?token=", cursor="x" * 200)
    site.routes[FETCH] = Reply(body.SerializeToString(), headers=[("X-Set-TT-Cookie", "ttwid=1")])
    error = await failure(network)
    assert isinstance(error, SignerError)
    assert "a stub of" in str(error)
    assert "connect=('direct',)" in error.advice
    assert site.paths() == [FETCH]


@pytest.mark.parametrize(
    ("server", "error"),
    [("wss://{host}", NetworkError), ("wss://push.invalid", NameNotResolved), ("ws://push.invalid:1", NameNotResolved)],
)
async def test_an_endpoint_that_replaces_tiktok_can_require_tls_or_have_no_push_server(
    site: Site, network: Network, server: str, error: type[NetworkError]
) -> None:
    site.routes[FETCH] = signed_answer(f"{server.format(host=site.url.removeprefix('http://'))}{PUSH}")
    assert isinstance(await failure(network), error)
    assert site.paths() == [FETCH]


@pytest.mark.parametrize("server", ["ws://{host}", "wss://push.example", "ws://sim:8080", "wss://x.tiktok.com"])
async def test_the_own_push_server_replaces_any_other_server_that_the_signer_names(
    site: Site, network: Network, server: str
) -> None:
    site.routes[FETCH] = signed_answer(f"{server.format(host=site.url.removeprefix('http://'))}{PUSH}")
    room = await network.connector.connect_room(73, methods=("signed",))
    await room.socket.close()
    assert site.paths() == [FETCH, PUSH]


async def test_another_signer_cannot_change_the_own_push_server(site: Site, make_network: MakeNetwork) -> None:
    site.routes[FETCH] = signed_answer(f"wss://push.invalid{PUSH}")
    at = Endpoints.at(site.url)
    signer = f"{at.signer.replace('127.0.0.1', 'localhost')}"
    network = make_network(endpoints=Endpoints(web=at.web, webcast=at.webcast, signer=signer, push=at.push))
    room = await network.connector.connect_room(73, methods=("signed",))
    await room.socket.close()
    assert site.paths() == [FETCH, PUSH]


async def test_after_a_blocked_device_the_signer_gets_another_identity(site: Site, network: Network) -> None:
    site.routes[FETCH] = signed_answer(f"wss://x.tiktok.com{PUSH}")
    site.refusal = Reply("", 200, [("Handshake-Msg", "DEVICE_BLOCKED")])
    for _ in range(2):
        assert isinstance(await failure(network), DeviceBlocked)
    signed = [seen for seen in site.seen if seen.path == FETCH]
    opened = [seen for seen in site.seen if seen.path == PUSH]
    agents = [seen.query["user_agent"] for seen in signed]
    assert agents == [seen.headers["User-Agent"] for seen in opened]
    assert len(set(agents)) == 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"", headers=[("X-Set-TT-Cookie", "ttwid=1")]), "its answer is empty"),
        (Reply(b"\x0a\x02hi"), "no X-Set-TT-Cookie"),
        (Reply(b"\xff" * 9, headers=[("X-Set-TT-Cookie", "ttwid=1")]), "not a WebcastResponse"),
    ],
)
async def test_the_error_for_an_unusable_answer_names_the_problem(
    site: Site, network: Network, reply: Reply, words: str
) -> None:
    site.routes[FETCH] = reply
    error = await failure(network)
    assert isinstance(error, SignerError)
    assert words in str(error)


async def test_each_connection_gets_a_new_signature(site: Site, network: Network) -> None:
    site.routes[FETCH] = signed_answer(f"wss://x.tiktok.com{PUSH}")
    for _ in range(2):
        room = await network.connector.connect_room(73, methods=("signed",))
        await room.socket.close()
    assert site.paths() == [FETCH, PUSH, FETCH, PUSH]


async def test_an_own_signer_is_used(site: Site, make_network: MakeNetwork) -> None:
    asked: list[SignRequest] = []

    class Own:
        async def fetch(self, request: SignRequest) -> SignedFetch:
            asked.append(request)
            answer = signed_answer(f"wss://x.tiktok.com{WS_PATH}")
            assert isinstance(answer.body, bytes)
            return SignedFetch(response=answer.body, cookies={"ttwid": "own"}, user_agent="Mozilla/5.0 Own")

    own: Signer = Own()
    room = await make_network(signer=own).connector.connect_room(73, cursor="c", methods=("signed",))
    assert (asked[0].room_id, asked[0].cursor, dict(asked[0].session)) == (73, "c", {})
    assert site.seen[0].headers["User-Agent"] == "Mozilla/5.0 Own"
    assert site.seen[0].cookies == {"ttwid": "own"}
    assert site.seen[0].query["cursor"] == "c"
    await room.socket.close()


async def test_an_own_signer_that_crashes_is_a_signer_error(make_network: MakeNetwork) -> None:
    class Broken:
        async def fetch(self, request: SignRequest) -> SignedFetch:
            raise KeyError(request.room_id)

    error = await failure(make_network(signer=Broken()))
    assert isinstance(error, SignerError)
    assert isinstance(error.__cause__, KeyError)


async def test_tikcast_errors_of_an_own_signer_are_not_changed(
    make_network: MakeNetwork,
) -> None:
    refusal = SignerError("not today", status=503)

    class Refusing:
        async def fetch(self, request: SignRequest) -> SignedFetch:
            raise refusal

    assert await failure(make_network(signer=Refusing())) is refusal
