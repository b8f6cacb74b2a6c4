"""Models of lists: the feed, prices, audiences; and of live pages and pictures."""

from __future__ import annotations

import msgspec
import pytest

from tikcast.events._base import ID, Image
from tikcast.models import (
    AudienceList,
    FeedPage,
    LiveRoom,
    LocalPrice,
    Picture,
    PriceItem,
    PriceList,
    RoomInfo,
    ShapeError,
    UserInfo,
)

PAGE = {
    "user": {"id": "68", "uniqueId": "ana", "roomId": "7300000000000000001", "status": 2, "followStatus": 0},
    "stats": {"followerCount": "12", "followingCount": 3.0},
    "liveRoom": {
        "title": "Tea",
        "status": 2,
        "startTime": 1_700_000_000,
        "coverUrl": "https://p/c.jpeg",
        "liveRoomStats": {"userCount": 33},
        "streamId": "99",
        "liveSubOnly": 1,
        "paidEvent": {"event_id": 4, "paid_type": 2},
        "streamData": {"pull_data": {"stream_data": "{}"}},
        "hevcStreamData": {"pull_data": {}},
        "hashTagId": 5,
    },
}


def test_a_live_page_is_read_in_full() -> None:
    room = LiveRoom.from_page(PAGE)
    assert (room.room_id, room.title, room.status, room.viewers) == (7300000000000000001, "Tea", 2, 33)
    assert (room.user.username, room.user.follower_count, room.user.following_count) == ("ana", 12, 3)
    assert (room.started_at, room.stream_id, room.subscribers_only, room.paid) == (1_700_000_000, 99, True, True)
    assert room.cover == Image(urls=("https://p/c.jpeg",))
    assert room.stream_data == {"pull_data": {"stream_data": "{}"}}
    assert room.hevc_stream_data == {"pull_data": {}}
    assert room.extra == {"hashTagId": 5, "paidEvent": {"event_id": 4}}
    assert room.user.extra == {"status": 2, "followStatus": 0}


def test_a_room_can_be_seen_as_a_live_page() -> None:
    streams: dict[str, object] = {"live_core_sdk_data": {"pull_data": {"stream_data": "{}"}}}
    owner = UserInfo(username="ana")
    room = RoomInfo(id=ID(5), title="Tea", status=2, viewers=3, owner=owner, created_at=9, stream_url=streams)
    seen = LiveRoom.from_room(room)
    assert (seen.room_id, seen.title, seen.status, seen.viewers, seen.started_at) == (5, "Tea", 2, 3, 9)
    assert seen.user is owner
    assert seen.stream_data == {"pull_data": {"stream_data": "{}"}}
    assert LiveRoom.from_room(RoomInfo(stream_url={"live_core_sdk_data": "odd"})).stream_data == {}


def test_a_page_of_the_feed_has_its_lives_and_where_to_go_on() -> None:
    page = FeedPage.from_webcast(
        {
            "data": [{"rid": "5", "data": {"title": "Tea", "id": 5}, "live_reason": "near you", "type": "1", "x": 1}],
            "extra": {"has_more": 1, "max_time": "900", "cost": 3},
        }
    )
    (item,) = page.items
    assert (item.room_id, item.info.title, item.reason, item.type, item.pseudo) == (5, "Tea", "near you", 1, False)
    assert item.extra == {"x": 1}
    assert (page.has_more, page.max_time, page.extra) == (True, 900, {"cost": 3})


def test_a_price_has_us_cents_and_local_prices() -> None:
    prices = PriceList.from_webcast(
        {
            "data": [
                {
                    "id": 1,
                    "diamond_count": "70",
                    "price": 99.0,
                    "exchange_price": 92,
                    "currency_price": [{"currency": "EUR", "price": "92", "price_dot": 2, "price_show_form": "€0,92"}],
                    "iap_id": "x",
                }
            ],
            "extra": {"default_currency": "EUR", "currency_list": ["EUR", "USD"], "now": 1},
        }
    )
    local = LocalPrice(currency="EUR", price=92, decimals=2, text="€0,92")
    (item,) = prices.items
    assert item == PriceItem(
        id=ID(1), diamonds=70, usd_cents=99, exchange_price=92, local=(local,), extra={"iap_id": "x"}
    )
    assert (prices.currency, prices.currencies, prices.extra) == ("EUR", ("EUR", "USD"), {"now": 1})


def test_an_audience_has_ranks_scores_and_people() -> None:
    found = AudienceList.from_webcast(
        {
            "ranks": [{"rank": 1, "score": "900", "user": {"id_str": "6", "display_id": "bo"}, "gap_description": "5"}],
            "total": 40,
            "anonymous": "39",
            "currency": "Coins",
            "rule_url": "",
        }
    )
    (member,) = found.members
    assert (member.rank, member.score, member.user.username, member.user.id, member.gap) == (1, 900, "bo", 6, "5")
    assert (found.total, found.anonymous, found.currency, found.extra) == (40, 39, "Coins", {"rule_url": ""})


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_gives_the_defaults(nothing: object) -> None:
    assert LiveRoom.from_page(nothing) == LiveRoom()
    assert FeedPage.from_webcast(nothing) == FeedPage()
    assert PriceList.from_webcast(nothing) == PriceList()
    assert AudienceList.from_webcast(nothing) == AudienceList()


@pytest.mark.parametrize(
    ("model", "value", "sentence"),
    [
        (FeedPage, {"data": {}}, "body.data should be a list and is an object"),
        (FeedPage, {"data": [{"rid": []}]}, "body.data[0].rid should be a number and is a list"),
        (FeedPage, {"extra": []}, "body.extra should be an object and is a list"),
        (
            FeedPage,
            {"data": [{"data": {"owner": {"pay_grade": 5}}}]},
            "body.data[0].data.owner.pay_grade should be an object and is a number",
        ),
        (
            PriceList,
            {"data": [{"currency_price": [{}, {"price": "dear"}]}]},
            "body.data[0].currency_price[1].price should be a number and is a text",
        ),
        (PriceList, {"data": ["x"]}, "body.data[0] should be an object and is a text"),
        (AudienceList, {"ranks": [{"user": "x"}]}, "data.ranks[0].user should be an object and is a text"),
        (AudienceList, {"total": "many"}, "data.total should be a number and is a text"),
    ],
)
def test_a_wrong_type_is_named_by_its_path(
    model: type[FeedPage | PriceList | AudienceList], value: object, sentence: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        model.from_webcast(value)
    assert str(caught.value) == sentence


def test_a_wrong_type_of_a_live_page_is_named_by_its_path() -> None:
    with pytest.raises(ShapeError) as caught:
        LiveRoom.from_page({"liveRoom": {"startTime": "soon"}})
    assert str(caught.value) == "liveRoomUserInfo.liveRoom.startTime should be a number and is a text"


@pytest.mark.parametrize(
    ("media_type", "ending"), [("image/jpeg", "jpg"), ("image/webp", "webp"), ("image/png", "png")]
)
def test_a_picture_knows_the_ending_of_its_file_and_keeps_its_bytes_to_itself(media_type: str, ending: str) -> None:
    picture = Picture(data=b"12345", media_type=media_type, url="https://p/x")
    assert picture.ending == ending
    assert repr(picture) == f"Picture({media_type}, 5 bytes)"


def test_records_can_be_written_as_json() -> None:
    records = [LiveRoom.from_page(PAGE), FeedPage(), PriceList(), AudienceList(), Picture(data=b"\xff")]
    assert msgspec.json.encode(records, enc_hook=str).startswith(b'[{"room_id":"7300000000000000001"')
