"""Faults before a WebSocket is open: of pages, lookups, the signer and the handshake."""

import json
import re
from typing import Any

import pytest

from tests.simulator.worlds import DIRECT, START_MS, get, ledger_ids, room_id, upgrade, world
from tests.wire_schema import parsed
from tikcast.simulator import World
from tikcast.simulator.faults.answers import HANDSHAKE_MESSAGES
from tikcast.simulator.faults.signers import STUB_SIZE
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web.handshake import Refusal, open_connection
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer, respond

PAGE, PROFILE, API = "/@ana/live", "/@ana", "/api-live/user/room/"
FETCH = "/signer/webcast/fetch"


def order(fault: str, **parameters: Any) -> World:
    of = world(users=("ana", "bob"))
    of.fault("ana", fault, now_ms=START_MS, **parameters)
    return of


def fetch(of: World) -> WebAnswer:
    return get(of, FETCH, room_id=room_id(of))


def handshake(of: World, query: str = DIRECT) -> PushConnection | Refusal:
    return open_connection(of, upgrade(room_id(of), query=query), now_ms=START_MS)


def asked(of: World, path: str) -> WebAnswer:
    if path == FETCH:
        return fetch(of)
    if path.startswith("/webcast/"):
        return get(of, path, room_id=room_id(of))
    return get(of, path, uniqueId="ana") if path == API else get(of, path)


def test_a_page_can_have_no_data() -> None:
    of = order("no_state")
    faulty, healthy = get(of, PAGE), get(of, PAGE)
    assert faulty.status == 200
    assert b"SIGI_STATE" not in faulty.body
    assert faulty.headers["set-cookie"].startswith("ttwid=")
    assert b"SIGI_STATE" in healthy.body


@pytest.mark.parametrize("where", ["page", "profile", "api", "webcast", "signer"])
@pytest.mark.parametrize(
    ("fault", "status", "mark"),
    [
        ("captcha", 200, b"tiktok-verify-page"),
        ("challenge", 200, b"Please wait"),
        ("empty_answer", 200, b""),
        ("forbidden", 403, b"Access Denied"),
        ("rate_limited", 429, b"Too Many Requests"),
        ("server_error", 502, b"Trouble"),
    ],
)
def test_requests_of_each_place_can_be_refused(fault: str, status: int, mark: bytes, where: str) -> None:
    of = order(fault, where=where, **({"status": 502} if fault == "server_error" else {}))
    paths = {"page": PAGE, "profile": PROFILE, "api": API, "webcast": "/webcast/room/info/", "signer": FETCH}
    others = [path for place, path in paths.items() if place != where]
    assert all(asked(of, path).status == 200 for path in others)
    found = asked(of, paths[where])
    assert found.status == status
    assert mark in found.body
    assert bool(found.body) == bool(mark)
    assert not {"set-cookie", "X-Set-TT-Cookie"} & found.headers.keys()
    assert asked(of, paths[where]).body != found.body


def test_a_challenge_page_sets_no_cookie_and_has_an_error_header() -> None:
    found = get(order("challenge"), PAGE)
    assert found.headers == {"x-tt-system-error": "3"}


@pytest.mark.parametrize(("seconds", "headers"), [(17, {"retry-after": "17"}), (0, {})])
def test_status_429_comes_with_and_without_retry_after(seconds: int, headers: dict[str, str]) -> None:
    assert get(order("rate_limited", retry_after=seconds), PAGE).headers == headers


def test_a_live_user_can_be_unknown_to_the_lookup() -> None:
    of = order("user_not_found")
    assert json.loads(asked(of, API).body)["statusCode"] == 19881007
    assert json.loads(asked(of, API).body)["statusCode"] == 0


def test_lookups_can_answer_the_id_of_a_room_that_is_over() -> None:
    of = order("stale_room", times=3)
    said = json.loads(asked(of, API).body)["data"]["user"]["roomId"]
    (on_page,) = set(re.findall(rb'"roomId":"(\d+)"', get(of, PAGE).body))
    assert said == on_page.decode() != str(room_id(of))
    alive = get(of, "/webcast/room/check_alive/", room_ids=f"{said},{room_id(of)}")
    assert [room["alive"] for room in json.loads(alive.body)["data"]] == [False, True]
    assert json.loads(get(of, "/webcast/room/info/", room_id=said).body)["data"]["status"] == 4
    refusal = open_connection(of, upgrade(int(said)), now_ms=START_MS)
    assert isinstance(refusal, Refusal)
    assert refusal.message == "room is not live"
    assert get(of, PROFILE).status == 200
    assert json.loads(asked(of, API).body)["data"]["user"]["roomId"] == str(room_id(of))


def test_pages_can_set_no_cookie_for_some_requests() -> None:
    of = order("no_ttwid", times=3)
    cookies = ["set-cookie" in get(of, path).headers for path in (PROFILE, "/@tiktok", PAGE, PROFILE)]
    assert cookies == [False, False, False, True]
    assert b"__UNIVERSAL_DATA" in get(order("no_ttwid"), PROFILE).body


def test_pages_of_other_users_are_not_affected() -> None:
    of = order("captcha", where="pages")
    assert b"tiktok-verify-page" not in get(of, "/@bob").body
    assert b"tiktok-verify-page" not in get(of, "/@nobody").body
    assert b"tiktok-verify-page" in get(of, "/@tiktok").body


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (FETCH, {"unique_id": "ana"}),
        (FETCH, {"url": "http://x/webcast/fetch/?room_id={room}"}),
        ("/signer/webcast/rooms/{room}/connect", {}),
        ("/signer/webcast/rooms/ana/connect/", {}),
    ],
)
def test_every_form_of_the_signer_can_be_refused(path: str, query: dict[str, Any]) -> None:
    of = order("signer_refused", status=500)
    room = str(room_id(of))
    asked_for = {name: value.replace("{room}", room) for name, value in query.items()}
    assert get(of, path.replace("{room}", room), **asked_for).status == 500


def test_the_signers_limits_are_answered_despite_faults() -> None:
    of = order("signer_refused", times=5)
    assert get(of, "/signer/webcast/rate_limits").status == 200


@pytest.mark.parametrize("status", [401, 402, 403, 420, 429, 500, 503])
def test_the_signer_refuses_with_each_status(status: int) -> None:
    of = order("signer_refused", status=status)
    found = fetch(of)
    assert found.status == status
    said = json.loads(found.body)
    assert said["code"] == status
    assert said["message"]
    assert ("Retry-After" in found.headers) == (status in {420, 429})
    assert not ledger_ids(of)


def test_the_signers_status_429_names_the_limit_and_its_end() -> None:
    found = fetch(order("signer_refused", limit="day", retry_after=90))
    assert json.loads(found.body)["limit_label"] == "rate_limit_account_day"
    assert found.headers == {
        "Retry-After": "90",
        "RateLimit-Reset": "90",
        "X-RateLimit-Reset": str(START_MS // 1000 + 90),
    }
    assert fetch(order("signer_refused", retry_after=0)).headers == {}


def test_the_stub_has_272_bytes_and_no_messages() -> None:
    of = order("signer_stub")
    found = fetch(of)
    assert found.status == 200
    assert len(found.body) == STUB_SIZE == 272
    made = parsed("WebcastResponse", found.body)
    assert made.push_server.startswith("wss://ws-fallback.eulerstream.com/?token=")
    assert not made.messages
    assert found.headers["X-Set-TT-Cookie"].startswith("ttwid=")
    assert found.headers["X-Room-Id"] == str(room_id(of))
    assert not ledger_ids(of)


def test_the_signers_answer_can_have_no_cookie() -> None:
    of = order("signer_no_cookie")
    found = fetch(of)
    assert "X-Set-TT-Cookie" not in found.headers
    assert parsed("WebcastResponse", found.body).messages
    assert not ledger_ids(of)
    assert "X-Set-TT-Cookie" in fetch(of).headers
    assert ledger_ids(of)


def test_a_signature_can_have_expired_before_it_is_used() -> None:
    of = order("expired_signature")
    expired, good = (parsed("WebcastResponse", fetch(of).body).route_params_map["wrss"] for _ in range(2))
    refusal = handshake(of, f"aid=1988&wrss={expired}")
    assert isinstance(refusal, Refusal)
    assert refusal.message == "illegal secret key"
    assert isinstance(handshake(of, f"aid=1988&wrss={good}"), PushConnection)


@pytest.mark.parametrize(
    ("fault", "server"),
    [("dns_failure", "wss://push.invalid/"), ("tls_failure", "wss://127.0.0.1:8080/")],
)
def test_the_signer_can_name_a_push_server_that_does_not_work(fault: str, server: str) -> None:
    of = order(fault)
    assert parsed("WebcastResponse", fetch(of).body).push_server.startswith(server)
    assert not ledger_ids(of)


def test_the_unresolvable_host_is_a_parameter() -> None:
    of = order("dns_failure", host="nowhere.tiktok.com")
    server = parsed("WebcastResponse", fetch(of).body).push_server
    assert server == "wss://nowhere.tiktok.com/webcast/im/push/v2/"


def test_a_refusal_of_the_signer_stays_a_refusal_despite_faults() -> None:
    of = order("dns_failure")
    of.act("ana", "end", now_ms=START_MS)
    assert fetch(of).status == 404


@pytest.mark.parametrize("status", [200, 400, 415])
@pytest.mark.parametrize("message", HANDSHAKE_MESSAGES)
def test_the_handshake_is_refused_with_each_message(status: int, message: str) -> None:
    of = order("handshake_refused", status=status, message=message, code=417)
    refusal = handshake(of)
    assert isinstance(refusal, Refusal)
    assert refusal.answer.status == status
    assert refusal.answer.headers == {"Handshake-Status": "417", "Handshake-Msg": message}
    assert isinstance(handshake(of), PushConnection)
    assert of.hosts["ana"].room.ledger.connections == 1


def test_the_handshake_of_another_room_is_not_affected() -> None:
    of = order("handshake_refused")
    opened = open_connection(of, upgrade(room_id(of, "bob")), now_ms=START_MS)
    assert isinstance(opened, PushConnection)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("forbidden", 403), ("rate_limited", 429), ("server_error", 500), ("empty_answer", 200), ("captcha", 200)],
)
def test_a_handshake_can_be_refused_like_a_page(fault: str, status: int) -> None:
    refusal = handshake(order(fault, where="socket"))
    assert isinstance(refusal, Refusal)
    assert refusal.answer.status == status
    assert "Handshake-Msg" not in refusal.answer.headers


@pytest.mark.parametrize(
    ("parameters", "start"),
    [
        ({"damage": "noise"}, b"\x00\x01HELO"),
        ({"damage": "head"}, b"HTTP/1.1 200 OK\r\n"),
        ({"damage": "body"}, b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_malformed_http_is_sent_as_raw_bytes(parameters: dict[str, Any], start: bytes) -> None:
    raw = get(order("malformed_http", **parameters), PAGE).raw
    assert raw
    ((_, data),) = raw.pieces
    assert data.startswith(start)
    assert (b"\r\n\r\n" in data) == (parameters["damage"] == "body")


def test_a_request_can_be_answered_by_a_reset_or_not_at_all() -> None:
    reset, nothing = get(order("http_reset"), PAGE).raw, get(order("no_answer", seconds=4), PAGE).raw
    assert reset
    assert (reset.pieces, reset.reset) == ((), True)
    assert nothing
    assert (nothing.pieces, nothing.reset) == (((4.0, b""),), False)


def test_a_slow_body_is_the_same_body_in_pieces() -> None:
    truth = get(order("reset"), PAGE)
    raw = get(order("slow_body", seconds=2.0, pieces=4), PAGE).raw
    assert raw
    assert [wait for wait, _ in raw.pieces] == [0.0, 0.5, 0.5, 0.5, 0.5]
    head, *pieces = (data for _, data in raw.pieces)
    assert b"".join(pieces) == truth.body
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(truth.body)}\r\n".encode() in head


def test_the_messages_of_a_slow_signer_count_after_the_last_piece() -> None:
    of = order("slow_body", where="signer")
    request = WebRequest(path=FETCH, query={"room_id": str(room_id(of))})
    found = respond(of, request, now_ms=START_MS)
    assert found.raw
    assert not ledger_ids(of)
    found.delivered(START_MS + 5000)
    assert ledger_ids(of) == {m.msg_id for m in parsed("WebcastResponse", found.body).messages}
    (first, *_) = of.hosts["ana"].room.ledger.report()["messages"]
    assert first["sent"] == [[0, START_MS + 5000]]


def test_anywhere_affects_all_places_for_one_user() -> None:
    of = order("forbidden", where="anywhere", times=6)
    for path in (PAGE, PROFILE, API, "/webcast/gift/list/", FETCH):
        assert asked(of, path).status == 403
    refusal = handshake(of)
    assert isinstance(refusal, Refusal)
    assert refusal.answer.status == 403
    assert answer(of, WebRequest(path="/_sim/faults"), now_ms=START_MS).status == 200


def test_a_fault_waits_for_its_time() -> None:
    of = order("forbidden", after=10.0)
    assert get(of, PAGE, now_ms=START_MS + 9999).status == 200
    assert get(of, PAGE, now_ms=START_MS + 10_000).status == 403
