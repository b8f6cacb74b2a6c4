"""Joins, follows, shares, subscriptions, and the banners that announce them."""

import pytest

from tests._wire.protobytes import field
from tests.wire_schema import build, encoded
from tikcast import Event, decode_message
from tikcast.events import (
    BarrageEvent,
    FollowEvent,
    JoinEvent,
    ShareEvent,
    SubscribeEvent,
    SuperFanEvent,
    UserEvent,
    ViewersEvent,
)

ANA = build("User", id=5, nickname="Ana", unique_id="ana")


def member(action: int, **fields: object) -> Event:
    message = build("WebcastMemberMessage", user=ANA, action=action, **fields)
    return decode_message("WebcastMemberMessage", message.SerializeToString())


def social(action: int, key: str = "", **fields: object) -> Event:
    common = build("Common", display_text=build("Text", key=key)) if key else None
    message = build("WebcastSocialMessage", common=common, user=ANA, action=action, **fields)
    return decode_message("WebcastSocialMessage", message.SerializeToString())


def barrage(kind: int, key: str = "", **fields: object) -> Event:
    message = build("WebcastBarrageMessage", msg_type=kind, **fields)
    if key:
        message.content.key = key
    return decode_message("WebcastBarrageMessage", message.SerializeToString())


def test_a_join_tells_who_how_many_and_whence() -> None:
    event = member(1, member_count=1229, client_enter_source="homepage_hot")
    assert isinstance(event, JoinEvent)
    assert (event.user.nickname, event.member_count, event.source) == ("Ana", 1229, "homepage_hot")
    assert (event.action, event.entrance) == (1, False)


def test_a_member_who_subscribes_is_a_subscription() -> None:
    event = member(3)
    assert isinstance(event, SubscribeEvent)
    assert event.user.nickname == "Ana"


@pytest.mark.parametrize("action", [0, 2, 26, 99, -1])
def test_other_actions_of_members_keep_their_number(action: int) -> None:
    event = member(action)
    assert type(event) is UserEvent
    assert event.action == action


@pytest.mark.parametrize(
    ("action", "key", "kind"),
    [
        (1, "pm_main_follow_message_viewer_2", FollowEvent),
        (3, "pm_mt_guidance_share", ShareEvent),
        (1, "", FollowEvent),
        (2, "", ShareEvent),
        (3, "", ShareEvent),
        (5, "", ShareEvent),
        (1, "pm_mt_guidance_share", ShareEvent),
        (3, "pm_main_follow_message_viewer_2", FollowEvent),
        (1, "live_room_enter_toast", JoinEvent),
        (9, "live_room_enter_toast", JoinEvent),
        (0, "", UserEvent),
        (7, "", UserEvent),
        (7, "pm_something_new", UserEvent),
    ],
)
def test_a_social_message_is_told_by_the_key_of_its_text_else_by_its_action(
    action: int, key: str, kind: type[Event]
) -> None:
    event = social(action, key)
    assert type(event) is kind
    assert isinstance(event, UserEvent)
    assert (event.action, event.user.nickname) == (action, "Ana")


def test_a_follow_tells_how_many_follow_and_a_share_how_often_it_was_shared() -> None:
    follow = social(1, "pm_main_follow_message_viewer_2", follow_count=900)
    assert isinstance(follow, FollowEvent)
    assert follow.followers == 900
    share = social(3, "pm_mt_guidance_share", share_count=12)
    assert isinstance(share, ShareEvent)
    assert (share.shares, share.users_joined) == (12, 0)


@pytest.mark.parametrize(
    ("key", "joined"),
    [
        ("pm_mt_guidance_viewer_5_share", 5),
        ("pm_mt_guidance_viewer_10_share", 10),
        ("pm_mt_guidance_viewer_x_share", 0),
        ("pm_mt_guidance_viewer_99999999999999_share", 0),
    ],
)
def test_a_share_tells_how_many_joined_through_it(key: str, joined: int) -> None:
    event = social(3, key)
    assert isinstance(event, ShareEvent)
    assert event.users_joined == joined


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (9, "pm_mt_alp_join_animation"),
        (9, ""),
        (11, "pm_mt_fan_live_join"),
        (11, "ttlive_superFan_commentNotif_superFanJoined"),
    ],
)
def test_banners_for_high_levels_are_entrances(kind: int, key: str) -> None:
    event = barrage(kind, key, user=ANA)
    assert isinstance(event, JoinEvent)
    assert event.entrance
    assert event.user.nickname == "Ana"


def test_a_banner_names_its_person_in_one_of_several_places() -> None:
    grade = build("BarrageTypeUserGradeParam", user=ANA, current_grade=30)
    fans = build("BarrageTypeFansLevelParam", user=ANA)
    piece = build("TextPiece", user_value=build("TextPieceUser", user=ANA))
    text = build("Text", key="pm_mt_alp_join_animation", pieces=[piece])
    events = [
        barrage(9, user_grade_param=grade),
        barrage(11, fans_level_param=fans),
        decode_message("WebcastBarrageMessage", encoded("WebcastBarrageMessage", msg_type=9, content=text)),
    ]
    for event in events:
        assert isinstance(event, JoinEvent)
        assert event.user.nickname == "Ana"


def test_a_first_subscription_has_a_banner() -> None:
    event = barrage(4, "pm_mt_subscribe_first_barrage", user=ANA)
    assert isinstance(event, SubscribeEvent)
    assert event.user.nickname == "Ana"


@pytest.mark.parametrize("place", ["content", "common_barrage_content"])
def test_a_new_super_fan_is_told_by_the_key_of_either_text(place: str) -> None:
    key = "ttlive_superFan_commentNotif_someoneBecameSuperFan"
    piece = build("TextPiece", user_value=build("TextPieceUser", user=ANA))
    text = build("Text", key=key, default_pattern="{0:user} became a Super Fan", pieces=[piece])
    message = build("WebcastBarrageMessage", msg_type=100, **{place: text})
    event = decode_message("WebcastBarrageMessage", message.SerializeToString())
    assert isinstance(event, SuperFanEvent)
    assert (event.text_key, event.text, event.user.nickname) == (key, "Ana became a Super Fan", "Ana")


def test_other_banners_stay_banners_with_their_words() -> None:
    event = barrage(2, "pm_mt_something_else", user=ANA)
    assert isinstance(event, BarrageEvent)
    assert event.msg_type == 2
    assert event.content is not None
    assert event.content.key == "pm_mt_something_else"


@pytest.mark.parametrize("place", ["user", "sender"])
def test_a_subscription_notice_tells_who_and_for_how_long(place: str) -> None:
    message = build("WebcastSubNotifyMessage", sub_month=7, **{place: ANA})
    event = decode_message("WebcastSubNotifyMessage", message.SerializeToString())
    assert isinstance(event, SubscribeEvent)
    assert (event.user.nickname, event.months) == ("Ana", 7)


def test_the_viewers_event_has_counts_and_the_best_givers() -> None:
    ranks = [build("Contributor", rank=n, score=100 // n, user=build("User", id=n, nickname=f"n{n}")) for n in (1, 2)]
    message = build("WebcastRoomUserSeqMessage", viewer_count=15, total_user=400, ranks_list=ranks)
    event = decode_message("WebcastRoomUserSeqMessage", message.SerializeToString())
    assert isinstance(event, ViewersEvent)
    assert (event.viewers, event.total_viewers) == (15, 400)
    assert [(top.rank, top.score, top.user.nickname) for top in event.top_viewers] == [(1, 100, "n1"), (2, 50, "n2")]


def test_a_time_in_seconds_becomes_milliseconds() -> None:
    for sent, told in [(1_699_903_416, 1_699_903_416_000), (1_699_903_416_123, 1_699_903_416_123), (0, 0)]:
        event = decode_message("WebcastMemberMessage", field(1, field(4, sent)) + field(10, 1))
        assert event.created_at_ms == told
