"""Who gets a WebSocket, and what those hear who do not."""

import pytest

from tests.simulator.worlds import DIRECT, START_MS, get, room_id, upgrade, world
from tests.wire_schema import parsed
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web.handshake import Refusal, open_connection

NEWER = "/webcast/im/ws_proxy/ws_reuse_supplement"
OLDER = "/webcast/im/push/v2"


@pytest.mark.parametrize("path", [NEWER, f"{NEWER}/", OLDER, f"{OLDER}/"])
def test_both_paths_open_with_and_without_a_slash(path: str) -> None:
    of = world()
    assert isinstance(open_connection(of, upgrade(room_id(of), path=path), now_ms=START_MS), PushConnection)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"cookie": ""}, "http: named cookie not present"),
        ({"cookie": "sessionid=1"}, "http: named cookie not present"),
        ({"cookie": "ttwid="}, "http: named cookie not present"),
        ({"user-agent": ""}, "DEVICE_BLOCKED"),
        ({"user-agent": "Python/3.11 websockets/17.4"}, "DEVICE_BLOCKED"),
        ({"origin": "https://www.tiktok.com/"}, "illegal origin"),
        ({"origin": "https://example.com"}, "illegal origin"),
    ],
)
def test_wrong_headers_are_refused_with_the_reason(headers: dict[str, str], message: str) -> None:
    of = world()
    refusal = open_connection(of, upgrade(room_id(of), **headers), now_ms=START_MS)
    assert isinstance(refusal, Refusal)
    assert refusal.answer.headers["Handshake-Msg"] == message
    assert refusal.answer.headers["Handshake-Status"].isdecimal()
    assert refusal.answer.status in {200, 400, 415}


@pytest.mark.parametrize("headers", [{}, {"origin": "https://www.tiktok.com"}, {"cookie": "a=1; ttwid=x; b=2"}])
def test_right_headers_pass(headers: dict[str, str]) -> None:
    of = world()
    assert isinstance(open_connection(of, upgrade(room_id(of), **headers), now_ms=START_MS), PushConnection)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ws_direct=1", "illegal app_id"),
        ("ws_direct=1&aid=1", "illegal app_id"),
        ("aid=1988", "illegal secret key"),
        ("aid=1988&wrss=made-up", "illegal secret key"),
    ],
)
def test_wrong_parameters_are_refused(query: str, message: str) -> None:
    of = world()
    refusal = open_connection(of, upgrade(room_id(of), query=query), now_ms=START_MS)
    assert isinstance(refusal, Refusal)
    assert refusal.message == message


@pytest.mark.parametrize("room", ["5", "", "x", "9" * 30])
def test_a_room_that_never_was_is_refused(room: str) -> None:
    of = world()
    asked = upgrade(0, query=f"{DIRECT}&room_id={room}")
    assert isinstance(open_connection(of, asked, now_ms=START_MS), Refusal)


def test_an_ended_room_is_refused() -> None:
    of = world()
    asked = upgrade(room_id(of))
    of.act("ana", "end", now_ms=START_MS)
    assert isinstance(open_connection(of, asked, now_ms=START_MS), Refusal)
    of.act("ana", "go_live", now_ms=START_MS)
    assert isinstance(open_connection(of, asked, now_ms=START_MS), Refusal)


def test_a_signed_url_opens_for_30_seconds_and_for_its_room_only() -> None:
    of = world(users=("ana", "bob"))
    body = get(of, "/signer/webcast/fetch", room_id=room_id(of)).body
    route = parsed("WebcastResponse", body).route_params_map
    query = f"aid=1988&version_code=180800&version_code=270000&wrss={route['wrss']}"
    signed = upgrade(room_id(of), query=query)
    assert isinstance(open_connection(of, signed, now_ms=START_MS + 30_000), PushConnection)
    assert isinstance(open_connection(of, signed, now_ms=START_MS + 30_001), Refusal)
    other = upgrade(room_id(of, "bob"), query=query)
    assert isinstance(open_connection(of, other, now_ms=START_MS), Refusal)


def test_another_path_is_no_push_server() -> None:
    of = world()
    refusal = open_connection(of, upgrade(room_id(of), path="/ws"), now_ms=START_MS)
    assert isinstance(refusal, Refusal)
    assert refusal.answer.status == 404
