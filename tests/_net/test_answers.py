"""Any answer is read or gives a tikcast error."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from tests._net.site import profile_page
from tikcast._net import answers
from tikcast._net.http import Answer
from tikcast.errors import TikcastError

KEYS = st.sampled_from(
    [
        "data",
        "user",
        "stats",
        "liveRoom",
        "roomId",
        "id",
        "id_str",
        "status",
        "statusCode",
        "status_code",
        "message",
        "userInfo",
        "alive",
        "room_id",
        "room_id_str",
        "uniqueId",
        "title",
        "prompts",
        "owner",
        "LiveRoom",
        "liveRoomUserInfo",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["0", "2", "7300000000000000001", 2, 4, 0])
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5))
OBJECTS = st.dictionaries(KEYS, JSON, max_size=6)


def answer(body: bytes | str, *, status: int = 200) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return Answer(url="https://www.tiktok.com/x", status=status, headers={}, body=data)


def read_all(given: Answer) -> None:
    for read in (
        lambda: answers.live_page(given, username="ana"),
        lambda: answers.api_live(given, username="ana"),
        lambda: answers.profile_page(given, username="ana"),
        lambda: answers.room_data(given, subject="x", room_id=0),
        lambda: answers.alive_rooms(given),
    ):
        with suppress(TikcastError):
            read()


@given(OBJECTS)
def test_any_json_is_read_or_gives_an_error_with_a_message(value: dict[str, object]) -> None:
    text = json.dumps(value)
    read_all(answer(text))
    read_all(answer(f'<script id="SIGI_STATE">{text}</script>'))
    read_all(answer(profile_page(value)))


@given(st.binary(), st.sampled_from([200, 204, 301, 400, 403, 404, 429, 500]))
def test_any_bytes_are_read_or_give_an_error_with_a_message(body: bytes, status: int) -> None:
    read_all(answer(body, status=status))
