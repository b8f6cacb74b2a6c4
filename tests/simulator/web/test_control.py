"""The control API over HTTP values."""

import json

import pytest

from tests.simulator.worlds import START_MS, enter, get, world
from tikcast.simulator import World
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer


def post(of: World, user: str, body: bytes) -> WebAnswer:
    return answer(of, WebRequest(method="POST", path=f"/_sim/rooms/{user}", body=body), now_ms=START_MS)


def test_the_ledger_has_the_shape_of_the_contract() -> None:
    of = world()
    enter(of)
    found = json.loads(get(of, "/_sim/ledger/ana").body)
    assert set(found) == {"messages", "gifts", "diamonds", "likes", "acks", "connections"}
    entry = found["messages"][0]
    assert set(entry) == {"message_id", "method", "sent"}
    assert entry["message_id"].isdecimal()
    assert entry["sent"] == [[1, START_MS]]
    assert found["connections"] == 1


def test_rooms_are_moved_by_hand() -> None:
    of = world()
    states = [
        json.loads(post(of, "ana", json.dumps({"action": action}).encode()).body)["state"]
        for action in ("pause", "resume", "suspend", "go_live", "end")
    ]
    assert states == ["paused", "live", "suspended", "live", "ended"]


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"action": "fly"}', b"[]"])
def test_a_body_without_an_action_is_refused_with_the_known_ones(body: bytes) -> None:
    found = post(world(), "ana", body)
    assert found.status == 400
    assert "go_live" in json.loads(found.body)["error"]


def test_nobody_has_no_ledger_and_no_room() -> None:
    assert get(world(), "/_sim/ledger/nobody").status == 404
    assert post(world(), "nobody", b'{"action": "end"}').status == 404


def test_what_makes_no_sense_now_is_refused() -> None:
    of = world()
    post(of, "ana", b'{"action": "end"}')
    found = post(of, "ana", b'{"action": "pause"}')
    assert found.status == 409
    assert "go_live" in json.loads(found.body)["error"]
