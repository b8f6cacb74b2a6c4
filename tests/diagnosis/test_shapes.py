"""The shape of an answer shows its fields and codes, and nothing that a person wrote."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests._net.site import CAPTCHA, live_page, profile_page
from tests.hostile_site import ATTACK, ROOM_INFO
from tikcast.diagnosis.shapes import MOST_LINES, shape


def test_the_shape_of_json_has_fields_types_and_codes() -> None:
    body = {
        "statusCode": 19881007, "message": "user_not_found", "data": {"id": 7, "uid": 681234567, "name": "Zoe"},
        "list": [{"a": None, "b": True}, {}], "empty": [], "room_auth": 12, "x": 1.5, "status": "4",
    }  # fmt: skip
    assert shape(json.dumps(body).encode()) == [
        "statusCode: 19881007",
        "message: 'user_not_found'",
        "data.id: 7",
        "data.uid: number",
        "data.name: text of 3",
        "list: list of 2",
        "list[0].a: null",
        "list[0].b: true",
        "empty: list of 0",
        "room_auth: 12",
        "x: number",
        "status: text '4'",
    ]


def test_the_shape_of_a_live_page_has_its_scripts_and_the_data_that_is_read() -> None:
    lines = shape(live_page("zoe.secret", "7300000000000000001").encode())
    assert lines[:2] == ["page with scripts: SIGI_STATE", "SIGI_STATE with LiveRoom"]
    assert "LiveRoom.liveRoomUserInfo.user.status: 2" in lines
    assert "LiveRoom.liveRoomUserInfo.user.roomId: text of 19" in lines
    assert "zoe" not in "".join(lines)


def test_the_shape_of_a_profile() -> None:
    page = profile_page({"statusCode": 10222, "userInfo": {"user": {"uniqueId": "zoe", "privateAccount": True}}})
    lines = shape(page.encode())
    assert "webapp.user-detail.statusCode: 10222" in lines
    assert "webapp.user-detail.userInfo.user.privateAccount: true" in lines
    assert "zoe" not in "".join(lines)


def test_a_captcha_a_text_and_an_empty_answer_are_named() -> None:
    assert shape(str(CAPTCHA.body).encode()) == ["page with scripts: none with an id", "page with a captcha"]
    assert shape(b"not found") == ["(all): text of 9"]
    assert shape(b"") == []


def test_keys_that_are_no_names_of_fields_are_left_out() -> None:
    lines = shape(json.dumps({"6812345678901234567": 1, "Zoë ": 2, "k" * 100: 3, "ok": ATTACK}).encode())
    assert lines == ["(key): 1", "(key): 2", "(key): 3", f"ok: text of {len(ATTACK)}"]


def test_a_large_answer_has_a_limited_shape() -> None:
    assert (
        len(shape(json.dumps({f"key{n}": {f"k{m}": m for m in range(100)} for n in range(100)}).encode())) == MOST_LINES
    )
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    assert len(shape(deep)) <= 1


def test_no_text_of_room_info_is_in_its_shape() -> None:
    text = "\n".join(shape(json.dumps({"data": ROOM_INFO}).encode()))
    assert "owned" not in text
    assert "\x1b" not in text


@given(st.binary(max_size=500))
def test_the_shape_of_any_bytes_can_be_made(body: bytes) -> None:
    assert all(isinstance(line, str) for line in shape(body))
