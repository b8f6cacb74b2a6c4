"""Lives that only open for people who are logged in."""

import json
import re
from typing import Any

import pytest

from tests.simulator.worlds import BROWSER, DIRECT, START_MS, room_id, upgrade, world
from tests.wire_schema import parsed
from tikcast.errors import ConfigError
from tikcast.simulator import RoomPlan, World
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web.handshake import Refusal, open_connection
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer

COOKIES = ["sessionid=sim-session", "sid_tt=sim-session", "ttwid=1; sessionid_ss=sim-session"]


@pytest.fixture
def of() -> World:
    plans = (RoomPlan(user="late", access="age_restricted"), RoomPlan(user="friends", access="private"))
    return world(users=("ana",), plans=plans)


def get(of: World, path: str, *, cookie: str = "", **query: object) -> WebAnswer:
    headers = {"host": "127.0.0.1:8080", "cookie": cookie}
    request = WebRequest(path=path, query={name: str(value) for name, value in query.items()}, headers=headers)
    return answer(of, request, now_ms=START_MS)


def asked(of: World, path: str, *, cookie: str = "", **query: object) -> Any:
    return json.loads(get(of, path, cookie=cookie, **query).body)


def page(of: World, path: str, *, cookie: str = "") -> Any:
    found = re.search(rb'application/json">(.*?)</script>', get(of, path, cookie=cookie).body, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def opened(of: World, user: str, *, cookie: str) -> PushConnection | Refusal:
    return open_connection(of, upgrade(room_id(of, user), cookie=f"ttwid=1; {cookie}"), now_ms=START_MS)


@pytest.mark.parametrize("cookie", ["", "sessionid=somebody-else"])
def test_an_age_restricted_room_tells_nothing_without_a_session(of: World, cookie: str) -> None:
    said = asked(of, "/webcast/room/info/", room_id=room_id(of, "late"), cookie=cookie)
    assert said["status_code"] == 4003110
    assert said["data"]["prompts"]
    refusal = opened(of, "late", cookie=cookie)
    assert isinstance(refusal, Refusal)
    assert refusal.message == "login required"


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize("user", ["late", "friends", "ana"])
def test_with_a_session_every_room_opens(of: World, user: str, cookie: str) -> None:
    said = asked(of, "/webcast/room/info/", room_id=room_id(of, user), cookie=cookie)
    assert (said["status_code"], said["data"]["status"]) == (0, 2)
    assert isinstance(opened(of, user, cookie=cookie), PushConnection)


def test_a_private_live_shows_itself_only_to_those_who_are_logged_in(of: World) -> None:
    for cookie, room, code in (("", "", 10222), ("sessionid=sim-session", str(room_id(of, "friends")), 0)):
        state = page(of, "/@friends/live", cookie=cookie)
        assert state["LiveRoom"]["liveRoomUserInfo"]["user"]["roomId"] == room
        profile = page(of, "/@friends", cookie=cookie)["__DEFAULT_SCOPE__"]["webapp.user-detail"]
        assert profile["statusCode"] == code
        found = asked(of, "/api-live/user/room/", uniqueId="friends", cookie=cookie)
        assert found["data"]["user"]["roomId"] == room


def test_a_private_room_asks_who_knows_its_id_for_a_session(of: World) -> None:
    said = asked(of, "/webcast/room/info/", room_id=room_id(of, "friends"))
    assert said["status_code"] == 20003


def test_the_signer_needs_the_session_too(of: World) -> None:
    refused = get(of, "/signer/webcast/fetch", room_id=room_id(of, "late"))
    assert refused.status == 403
    signed = get(of, "/signer/webcast/fetch", room_id=room_id(of, "late"), session_id="sim-session")
    assert signed.status == 200


def test_what_was_signed_for_a_session_opens_with_its_cookie_only(of: World) -> None:
    body = get(of, "/signer/webcast/fetch", room_id=room_id(of), session_id="sim-session").body
    route = parsed("WebcastResponse", body).route_params_map
    query = DIRECT.replace("ws_direct=1", f"wrss={route['wrss']}")
    without = open_connection(of, upgrade(room_id(of), query=query), now_ms=START_MS)
    assert isinstance(without, Refusal)
    assert without.message == "illegal secret key"
    cookie = "ttwid=1; sessionid=sim-session"
    asked_with = upgrade(room_id(of), query=query, cookie=cookie, **{"user-agent": BROWSER})
    assert isinstance(open_connection(of, asked_with, now_ms=START_MS), PushConnection)


def test_sessions_are_told_to_the_simulator() -> None:
    of = world(plans=(RoomPlan(user="late", access="age_restricted"),), sessions=("mine",))
    assert isinstance(opened(of, "late", cookie="sessionid=mine"), PushConnection)
    assert isinstance(opened(of, "late", cookie="sessionid=sim-session"), Refusal)


def test_an_unknown_kind_of_access_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="age_restricted"):
        RoomPlan(user="late", access="secret")  # type: ignore[arg-type]
