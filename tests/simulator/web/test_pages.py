"""Pages, lookups and the webcast API: live, offline, unknown, private and over."""

import json
import re
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, get, room_id, world
from tikcast.simulator import RoomPlan
from tikcast.simulator.room.gifts import GIFTS
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer

Json = dict[str, Any]


def page_data(found: WebAnswer, script: str) -> Json:
    match = re.search(f'<script id="{script}" type="application/json">(.*?)</script>', found.body.decode(), re.DOTALL)
    assert match
    data: Json = json.loads(match.group(1))
    return data


def live_room(of_path: WebAnswer) -> Json:
    found: Json = page_data(of_path, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]
    return found


def profile(found: WebAnswer) -> Json:
    data: Json = page_data(found, "__UNIVERSAL_DATA_FOR_REHYDRATION__")["__DEFAULT_SCOPE__"]["webapp.user-detail"]
    return data


def api(found: WebAnswer) -> Json:
    data: Json = json.loads(found.body)
    return data


@pytest.mark.parametrize("path", ["/@ana/live", "/@ANA/live/"])
def test_the_live_page_tells_the_room(path: str) -> None:
    of = world()
    info = live_room(get(of, path))
    assert (info["user"]["roomId"], info["user"]["status"], info["user"]["uniqueId"]) == (str(room_id(of)), 2, "ana")
    assert info["liveRoom"]["status"] == 2
    assert info["liveRoom"]["startTime"] < START_MS // 1000
    streams = json.loads(info["liveRoom"]["streamData"]["pull_data"]["stream_data"])["data"]
    assert set(streams) == {"origin", "hd", "sd", "ld", "ao"}
    assert streams["hd"]["main"]["flv"].startswith("http://127.0.0.1:8080/media/")


def test_a_page_gives_a_visitor_a_ttwid_each_time_a_new_one() -> None:
    of = world()
    cookies = [get(of, "/@ana", now_ms=START_MS + n).headers["set-cookie"] for n in range(2)]
    assert all(cookie.startswith("ttwid=1%7C") for cookie in cookies)
    assert cookies[0] != cookies[1]
    assert "Secure" not in cookies[0]
    assert "Domain" not in cookies[0]


def test_hostile_names_do_not_break_a_page() -> None:
    of = world(users=(), plans=(RoomPlan(user="ana", nickname="</script><script>alert(1)", title="<!--"),))
    assert live_room(get(of, "/@ana/live"))["user"]["nickname"] == "</script><script>alert(1)"
    assert b"<script>alert" not in get(of, "/@ana/live").body


def test_the_lookup_tells_the_same_as_the_page() -> None:
    of = world()
    for path in ("/api-live/user/room", "/api-live/user/room/"):
        found = api(get(of, path, uniqueId="ana"))
        assert found["statusCode"] == 0
        assert found["data"] == live_room(get(of, "/@ana/live"))


@pytest.mark.parametrize("user", ["offline0", "tiktok", "private0"])
def test_somebody_offline_exists_without_a_room(user: str) -> None:
    of = world()
    info = live_room(get(of, f"/@{user}/live"))
    assert (info["user"]["roomId"], info["user"]["status"]) == ("", 4)
    assert api(get(of, "/api-live/user/room/", uniqueId=user))["data"]["user"]["roomId"] == ""


def test_somebody_unknown_is_nowhere() -> None:
    of = world()
    assert "LiveRoom" not in page_data(get(of, "/@nobody/live"), "SIGI_STATE")
    found = api(get(of, "/api-live/user/room/", uniqueId="nobody"))
    assert (found["statusCode"], found["message"]) == (19881007, "user_not_found")
    assert profile(get(of, "/@nobody"))["statusCode"] == 10221


def test_a_profile_tells_who_somebody_is_by_name_or_by_id() -> None:
    of = world()
    by_name = profile(get(of, "/@ana"))
    assert by_name["userInfo"]["user"]["uniqueId"] == "ana"
    assert by_name["userInfo"]["stats"]["followerCount"] >= 0
    user_id = by_name["userInfo"]["user"]["id"]
    assert profile(get(of, f"/@{user_id}"))["userInfo"]["user"] == by_name["userInfo"]["user"]


def test_a_private_account_says_so() -> None:
    found = profile(get(world(), "/@private0"))
    assert found["statusCode"] == 10222
    assert found["userInfo"]["user"]["privateAccount"] is True


def test_a_live_that_is_over_is_offline_everywhere() -> None:
    of = world()
    of.act("ana", "end", now_ms=START_MS)
    info = live_room(get(of, "/@ana/live"))
    assert (info["user"]["status"], info["liveRoom"]["status"]) == (4, 4)
    assert api(get(of, "/webcast/room/info/", room_id=room_id(of)))["data"]["status"] == 4
    assert api(get(of, "/webcast/room/info_by_user/", unique_id="ana"))["data"]["status"] == 4
    assert api(get(of, "/webcast/room/check_alive/", room_ids=room_id(of)))["data"][0]["alive"] is False
    assert get(of, "/signer/webcast/fetch", room_id=room_id(of)).status == 404
    assert get(of, "/signer/webcast/anchors/ana/room_id").status == 404


def test_the_room_before_a_restart_is_over_and_the_new_one_is_alive() -> None:
    of = world()
    old = room_id(of)
    of.act("ana", "end", now_ms=START_MS)
    of.act("ana", "go_live", now_ms=START_MS)
    alive = api(get(of, "/webcast/room/check_alive/", room_ids=f"{old},{room_id(of)}"))["data"]
    assert [entry["alive"] for entry in alive] == [False, True]
    assert api(get(of, "/webcast/room/info/", room_id=old))["data"]["status"] == 4


def test_alive_is_asked_for_many_rooms_at_once_and_unknown_ones_are_missing() -> None:
    of = world(users=("ana", "bob"))
    ids = [room_id(of), 5, room_id(of, "bob")]
    found = api(get(of, "/webcast/room/check_alive", room_ids=",".join(map(str, [*ids, "x", ""]))))
    assert [entry["room_id"] for entry in found["data"]] == [ids[0], ids[2]]
    assert found["status_code"] == 0


def test_room_info_has_what_clients_read() -> None:
    of = world(users=(), plans=(RoomPlan(user="ana", nickname="Ana 🌸", title="hello", viewers=1000),))
    found = api(get(of, "/webcast/room/info/", room_id=room_id(of)))
    data = found["data"]
    assert found["status_code"] == 0
    assert (data["id_str"], data["status"], data["title"]) == (str(room_id(of)), 2, "hello")
    assert (data["owner"]["display_id"], data["owner"]["nickname"]) == ("ana", "Ana 🌸")
    assert 700 < data["user_count"] < 1300
    assert data["stream_url"]["flv_pull_url"]["HD1"].startswith("http://")
    assert api(get(of, "/webcast/room/info_by_user/", unique_id="ana"))["data"] == data


def test_room_info_of_an_unknown_room_is_an_error() -> None:
    assert api(get(world(), "/webcast/room/info/", room_id=5))["status_code"] == 30003
    assert api(get(world(), "/webcast/room/info_by_user/", unique_id="offline0"))["status_code"] == 30003


def test_the_gift_list_has_every_gift() -> None:
    gifts = api(get(world(), "/webcast/gift/list/"))["data"]["gifts"]
    assert [(gift["id"], gift["diamond_count"]) for gift in gifts] == [(gift.id, gift.diamonds) for gift in GIFTS]
    assert all(gift["combo"] == (gift["type"] == 1) for gift in gifts)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/nothing", 404), ("POST", "/@ana/live", 405), ("GET", "/_sim/rooms/ana", 405)],
)
def test_what_is_not_there_is_said_plainly(method: str, path: str, status: int) -> None:
    assert answer(world(), WebRequest(method=method, path=path), now_ms=START_MS).status == status
