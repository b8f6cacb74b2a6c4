"""What the signer gives, and when it gives nothing."""

import json
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, get, room_id, world
from tests.wire_schema import WireMessage, parsed
from tikcast.simulator import Strictness, World
from tikcast.simulator.web.requests import WebAnswer


def signed(found: WebAnswer) -> WireMessage:
    assert found.status == 200
    assert found.content_type == "application/protobuf"
    return parsed("WebcastResponse", found.body)


def asks(of: World) -> list[WebAnswer]:
    inner = f"http://127.0.0.1:8080/webcast/fetch/?aid=1988&room_id={room_id(of)}"
    return [
        get(of, "/signer/webcast/fetch", room_id=room_id(of)),
        get(of, "/signer/webcast/fetch/", url=inner),
        get(of, "/signer/webcast/fetch", unique_id="ana"),
        get(of, f"/signer/webcast/rooms/{room_id(of)}/connect"),
        get(of, "/signer/webcast/rooms/ana/connect/"),
    ]


def test_every_way_of_asking_gives_the_way_in_and_the_recent_past() -> None:
    of = world()
    for found in asks(of):
        response = signed(found)
        assert response.is_first
        assert response.push_server == "ws://127.0.0.1:8080/webcast/im/push/v2/"
        assert response.route_params_map["wrss"]
        assert response.cursor
        assert response.internal_ext
        assert any(message.is_history for message in response.messages)
        assert found.headers["X-Set-TT-Cookie"].startswith("ttwid=")
        assert found.headers["X-Room-Id"] == str(room_id(of))
        assert found.headers["X-Request-Id"]


def test_an_answer_is_as_large_as_a_healthy_one() -> None:
    of = world()
    assert 25_000 < len(get(of, "/signer/webcast/fetch", room_id=room_id(of)).body) < 120_000


def test_every_signature_is_another() -> None:
    of = world()
    assert len({signed(found).route_params_map["wrss"] for found in asks(of)}) == 5


def test_the_answer_counts_as_connection_0() -> None:
    of = world()
    response = signed(get(of, "/signer/webcast/fetch", room_id=room_id(of)))
    ledger = of.hosts["ana"].room.ledger.report()
    assert [int(entry["message_id"]) for entry in ledger["messages"]] == [m.msg_id for m in response.messages]
    assert all(entry["sent"] == [[0, START_MS]] for entry in ledger["messages"])
    assert ledger["connections"] == 0


def test_with_a_cursor_only_what_came_since() -> None:
    of = world()
    first = signed(get(of, "/signer/webcast/fetch", room_id=room_id(of)))
    later = START_MS + 5000
    then = signed(get(of, "/signer/webcast/fetch", room_id=room_id(of), cursor=first.cursor, now_ms=later))
    assert not then.is_first
    assert then.messages
    assert not any(message.is_history for message in then.messages)


@pytest.mark.parametrize("query", [{"room_id": "5"}, {"unique_id": "offline0"}, {"unique_id": "nobody"}, {}])
def test_what_is_not_live_is_not_signed(query: dict[str, Any]) -> None:
    found = get(world(), "/signer/webcast/fetch", **query)
    assert found.status == 404
    assert json.loads(found.body)["message"]


def test_above_its_limit_the_signer_says_when_to_come_back() -> None:
    of = world(strictness=Strictness(signatures_a_minute=2))
    statuses = [get(of, "/signer/webcast/fetch", room_id=room_id(of)).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = get(of, "/signer/webcast/fetch", room_id=room_id(of))
    assert json.loads(refused.body)["limit_label"] == "rate_limit_account_minute"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    later = START_MS + 1000 * wait + 1000
    assert get(of, "/signer/webcast/fetch", room_id=room_id(of), now_ms=later).status == 200


def test_the_limits_are_told() -> None:
    of = world(strictness=Strictness(signatures_a_minute=10))
    get(of, "/signer/webcast/fetch", room_id=room_id(of))
    found = json.loads(get(of, "/signer/webcast/rate_limits").body)
    assert found["code"] == 200
    assert (found["minute"]["max"], found["minute"]["remaining"]) == (10, 9)
    assert found["minute"]["reset_at"].endswith("Z")
    assert found["day"]["remaining"] > 0


@pytest.mark.parametrize(("user", "ok"), [("ana", True), ("offline0", False), ("nobody", False)])
def test_room_ids_are_told_by_name(user: str, ok: bool) -> None:
    of = world()
    found = get(of, f"/signer/webcast/anchors/{user}/room_id")
    told = json.loads(found.body)
    assert told["ok"] is ok
    assert not ok or told["room_id"] == str(room_id(of))
