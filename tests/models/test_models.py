"""Models of TikTok's JSON: what they name, what they keep, what they refuse."""

from __future__ import annotations

import pytest

from tikcast.events._base import ID, Image
from tikcast.models import GiftInfo, RoomInfo, ShapeError, UserInfo

ROOM = {
    "id": 7300000000000000001,
    "id_str": "7300000000000000001",
    "title": "Evening tea",
    "status": 2,
    "owner": {
        "id_str": "6800000000000000009",
        "display_id": "tea_time",
        "nickname": "Tea",
        "sec_uid": "MS4w",
        "avatar_medium": {"uri": "a/b", "url_list": ["https://p/1.webp"]},
        "follow_info": {"follower_count": 12, "following_count": 3},
        "own_room": {"room_ids_str": ["7300000000000000001"]},
        "special_id": "",
    },
    "cover": {"uri": "c/d", "url_list": ["https://p/c.webp", None]},
    "stats": {"total_user": 910, "like_count": "1200", "fan_ticket": 4.0, "id": 1},
    "user_count": 33,
    "stream_url": {"rtmp_pull_url": "https://pull/x.flv"},
    "brand_new_key": [1],
}


def test_a_room_has_its_names_numbers_and_nested_records() -> None:
    room = RoomInfo.from_webcast(ROOM)
    assert (room.id, room.title, room.status, room.viewers) == (
        7300000000000000001,
        "Evening tea",
        2,
        33,
    )
    assert isinstance(room.id, ID)
    assert room.owner.username == "tea_time"
    assert room.owner.room_id == room.id
    assert room.owner.avatar == Image(urls=("https://p/1.webp",), key="a/b")
    assert room.cover == Image(urls=("https://p/c.webp",), key="c/d")
    assert (room.stats.entered, room.stats.likes, room.stats.diamonds) == (910, 1200, 4)
    assert not room.ended


def test_what_a_model_does_not_name_is_kept_in_extra() -> None:
    room = RoomInfo.from_webcast(ROOM)
    assert room.extra == {"brand_new_key": [1]}
    assert room.owner.extra == {"special_id": ""}
    assert room.stats.extra == {"id": 1}
    assert room.stream_url == {"rtmp_pull_url": "https://pull/x.flv"}


def test_what_is_left_of_a_nested_object_or_a_picture_is_kept_too() -> None:
    owner = {"avatar_thumb": {"url_list": ["https://p/t"]}, "avatar_large": {"url_list": ["https://p/l"], "width": 9}}
    room = RoomInfo.from_webcast({"hashtag": {"title": "Music", "id": 3}, "owner": owner})
    assert (room.hashtag, room.extra) == ("Music", {"hashtag": {"id": 3}})
    assert room.owner.avatar == Image(urls=("https://p/l",))
    assert room.owner.extra == {"avatar_thumb": owner["avatar_thumb"], "avatar_large": {"width": 9}}


@pytest.mark.parametrize("rooms", [{"room_ids": [7300000000000000001]}, {"room_ids_str": ["x", "7300000000000000001"]}])
def test_the_room_of_a_user_may_come_as_number_or_text(rooms: dict[str, object]) -> None:
    assert UserInfo.from_webcast({"own_room": rooms}).room_id == 7300000000000000001


def test_an_id_that_is_empty_under_one_name_is_taken_from_the_other() -> None:
    assert RoomInfo.from_webcast({"id_str": "", "id": 5}).id == 5


@pytest.mark.parametrize("nothing", [None, {}, {"owner": None, "title": None, "stats": None}])
def test_missing_and_null_fields_get_their_defaults(nothing: object) -> None:
    assert RoomInfo.from_webcast(nothing) == RoomInfo()


@pytest.mark.parametrize(
    ("sent", "read"),
    [(5, 5), ("5", 5), (5.0, 5), ("5.0", 5), ("", 0), (None, 0), (True, 1), ("1e3", 1000)],
)
def test_numbers_may_come_as_text_or_float(sent: object, read: int) -> None:
    assert RoomInfo.from_webcast({"user_count": sent}).viewers == read


@pytest.mark.parametrize(("sent", "read"), [(True, True), (1, True), (0, False), ("true", True), ("0", False)])
def test_booleans_may_come_as_numbers_or_text(sent: object, read: bool) -> None:
    assert RoomInfo.from_webcast({"is_gated_room": sent}).gated is read


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "data should be an object and is a list"),
        ({"title": {}}, "data.title should be a text and is an object"),
        ({"user_count": "many"}, "data.user_count should be a number and is a text"),
        ({"user_count": float("nan")}, "data.user_count should be a number and is not finite"),
        ({"owner": "x"}, "data.owner should be an object and is a text"),
        (
            {"owner": {"follow_info": {"follower_count": []}}},
            "data.owner.follow_info.follower_count should be a number and is a list",
        ),
        ({"is_gated_room": "maybe"}, "data.is_gated_room should be true or false and is a text"),
        ({"cover": {"url_list": "x"}}, "data.cover.url_list should be a list and is a text"),
    ],
)
def test_a_wrong_type_is_named_by_its_path(data: object, sentence: str) -> None:
    with pytest.raises(ShapeError) as caught:
        RoomInfo.from_webcast(data)
    assert str(caught.value) == sentence


def test_a_user_of_a_page_has_the_counts_of_its_stats() -> None:
    user = UserInfo.from_page(
        {
            "id": "68",
            "uniqueId": "ana",
            "nickname": "Ана",
            "roomId": "",
            "privateAccount": False,
            "secret": True,
            "avatarMedium": "https://p/m.jpeg",
            "bioLink": {"link": "https://ana.example", "risk": 0},
            "createTime": 1600000000,
        },
        {"followerCount": 5, "heart": 8, "heartCount": 9, "videoCount": 1},
    )
    assert (user.id, user.username, user.nickname, user.room_id) == (68, "ana", "Ана", 0)
    assert (user.follower_count, user.following_count, user.likes) == (5, None, 9)
    assert user.avatar == Image(urls=("https://p/m.jpeg",))
    assert (user.link, user.created_at, user.private) == ("https://ana.example", 1600000000, False)


def test_a_gift_has_its_price_and_type() -> None:
    gift = GiftInfo.from_webcast(
        {"id": 5655, "name": "Rose", "describe": "sent Rose", "diamond_count": 1, "type": 1,
         "combo": True, "image": {"url_list": ["https://p/r.png"]}, "duration": 1000}
    )  # fmt: skip
    assert (gift.id, gift.name, gift.diamonds, gift.type, gift.combo) == (5655, "Rose", 1, 1, True)
    assert gift.image == Image(urls=("https://p/r.png",))
    assert gift.extra == {"duration": 1000}


def test_a_number_where_a_text_should_be_is_read_as_one() -> None:
    assert RoomInfo.from_webcast({"title": 2026}).title == "2026"
