"""Users: pictures, names, flags and levels; None where the message does not say."""

from collections import Counter

import pytest

from tests.shared_data import RealMessage
from tests.wire_schema import WireMessage, build, encoded
from tikcast import ChatEvent, decode_message
from tikcast._wire.convert.user import best_picture, expires_at
from tikcast.events import Badge, GiftEvent, User

SHRUNK = "https://p16.example/a~tplv-tiktok-shrink:72:72.webp?x-expires=1700000000&x-signature=a"
SMALL = "https://p16.example/a~c5_100x100.webp?x-expires=1700000001&x-signature=b"
SMALL_JPEG = "https://p16.example/a~c5_100x100.jpeg?x-expires=1700000002&x-signature=c"
LARGE = "https://p16.example/a~c5_1080x1080.webp?x-expires=1700000003&x-signature=d"


def read(user: WireMessage) -> User:
    """The user of a chat with this schema user."""
    event = decode_message("WebcastChatMessage", encoded("WebcastChatMessage", user=user, content="x"))
    assert isinstance(event, ChatEvent)
    assert not event.notes
    return event.user


def badge(scene: int, *, level: str = "", shown: str = "", icon: str = "") -> WireMessage:
    out = build("BadgeStruct", badge_scene=scene, display_type=4)
    if level:
        out.log_extra.level = level
    if shown:
        out.combine_badge.str_value = shown
    if icon:
        out.combine_badge.icon.uri = icon
    return out


# Who it is


def test_a_user_has_the_names_and_ids_that_were_sent() -> None:
    sent = build(
        "User",
        id=6_780_196_246_815_196_395,
        unique_id="ana.b",
        nickname="Ana ✓",
        sec_uid="MS4",
        bio_description="hello",
    )
    user = read(sent)
    assert user.id == 6_780_196_246_815_196_395
    assert (user.username, user.nickname, user.sec_uid, user.bio) == ("ana.b", "Ana ✓", "MS4", "hello")


def test_a_missing_user_name_is_not_made_up() -> None:
    assert read(build("User", id=1, nickname="Ana")).username == ""


def test_what_is_not_said_is_none_not_no() -> None:
    user = read(build("User", id=1, nickname="Ana"))
    unknown = (
        user.follower_count, user.following_count, user.follow_status, user.verified, user.is_follower,
        user.is_moderator, user.is_subscriber, user.gifter_level, user.fan_level, user.avatar_expires_at,
    )  # fmt: skip
    assert set(unknown) == {None}
    assert (user.avatar, user.avatars, user.badges, user.remembered) == ("", (), (), ())


def test_a_message_without_a_user_has_the_empty_one() -> None:
    event = decode_message("WebcastChatMessage", encoded("WebcastChatMessage", content="x"))
    assert isinstance(event, ChatEvent)
    assert event.user == User()


@pytest.mark.parametrize(("status", "follows"), [(0, False), (1, True), (2, True), (3, True)])
def test_following_is_told_by_its_status(status: int, follows: bool) -> None:
    sent = build("User", follow_info=build("FollowInfo", follow_status=status, follower_count=7, following_count=8))
    user = read(sent)
    assert (user.follow_status, user.is_follower) == (status, follows)
    assert (user.follower_count, user.following_count) == (7, 8)


def test_everybody_whose_status_says_so_follows_by_the_messages_identity_too(
    real_messages: list[RealMessage],
) -> None:
    told = Counter[tuple[int | None, bool]]()
    for message in real_messages:
        event = decode_message(message.method, message.payload)
        if isinstance(event, ChatEvent | GiftEvent) and event.user.follow_status:
            assert event.user.is_follower == event.identity.is_follower, message.id
            told[event.user.follow_status, event.identity.is_mutual_following] += 1
    assert {status for status, _ in told} == {1, 2, 3}
    assert {status for status, mutual in told if mutual} == {2}


def test_a_verified_user_is_verified_and_one_told_in_full_is_not() -> None:
    assert read(build("User", verified=True)).verified is True
    assert read(build("User", user_attr=build("UserAttr"))).verified is False
    assert read(build("User", follow_info=build("FollowInfo"))).verified is False


@pytest.mark.parametrize(
    ("sent", "moderates"),
    [
        (build("User", user_attr=build("UserAttr", is_admin=True)), True),
        (build("User", user_attr=build("UserAttr")), False),
        (build("User", badge_list=[badge(1)]), True),
        (build("User", badge_list=[badge(1)], user_attr=build("UserAttr")), True),
        (build("User", badge_list=[badge(4)]), None),
    ],
)
def test_moderators_are_told_by_attribute_or_badge(sent: WireMessage, moderates: bool | None) -> None:
    assert read(sent).is_moderator is moderates


@pytest.mark.parametrize(
    ("sent", "subscribes"),
    [
        (build("User", is_subscribe=True), True),
        (build("User", badge_list=[badge(4)]), True),
        (build("User", badge_list=[badge(7)]), True),
        (build("User", subscribe_info=build("SubscribeInfo", is_subscribe=True)), True),
        (build("User", subscribe_info=build("SubscribeInfo", is_subscribed_to_anchor=True)), True),
        (build("User", subscribe_info=build("SubscribeInfo", qualification=True)), False),
        (build("User", badge_list=[badge(4)], subscribe_info=build("SubscribeInfo", qualification=True)), True),
        (build("User", badge_list=[badge(8)]), None),
    ],
)
def test_subscribers_are_told_by_flag_badge_or_record(sent: WireMessage, subscribes: bool | None) -> None:
    assert read(sent).is_subscriber is subscribes


# Levels

GRADE_ICON = "webcast-va/grade_badge_icon_lite_lv15_v2.png"


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        (build("User", pay_grade=build("PayGrade", level=23)), 23),
        (build("User", user_honor=build("UserHonor", level=24)), 24),
        (build("User", user_honor=build("UserHonor", total_diamond=5), pay_grade=build("PayGrade", level=23)), 23),
        (build("User", badge_list=[badge(8, level="16")]), 16),
        (build("User", badge_list=[badge(8, shown="16", icon=GRADE_ICON)]), 16),
        (build("User", badge_list=[badge(8, level="15", shown="16", icon=GRADE_ICON)]), 15),
        (build("User", badge_list=[badge(8, shown="16", icon="something_else.png")]), None),
        (build("User", badge_list=[badge(8, level="0")]), None),
        (build("User", badge_list=[badge(8, level="none")]), None),
        (build("User", badge_list=[badge(8, level="-3")]), None),
        (build("User", badge_list=[badge(10, level="16")]), None),
        (build("User", badge_list=[badge(6, level="16")]), None),
        (build("User", badge_list=[badge(1), badge(8, level="31"), badge(4)]), 31),
        (build("User", pay_grade=build("PayGrade", score=9)), None),
    ],
)
def test_the_gifter_level_is_told_by_record_or_badge(sent: WireMessage, level: int | None) -> None:
    assert read(sent).gifter_level == level


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        (build("User", fans_club=build("FansClubMember", data=build("FansClubData", level=5))), 5),
        (build("User", fans_club_info=build("FansClubInfo", fans_level=6)), 6),
        (
            build(
                "User",
                fans_club=build("FansClubMember", data=build("FansClubData", club_name="x")),
                fans_club_info=build("FansClubInfo", fans_level=6),
            ),
            6,
        ),
        (build("User", badge_list=[badge(10, level="12")]), 12),
        (build("User", badge_list=[badge(8, level="12")]), None),
    ],
)
def test_the_fan_level_is_told_by_record_or_badge(sent: WireMessage, level: int | None) -> None:
    assert read(sent).fan_level == level


@pytest.mark.parametrize("level", ["9" * 400, "٣٤", "1e5", " 16", "16 ", "²"])
def test_a_level_that_is_odd_text_never_raises(level: str) -> None:
    user = read(build("User", badge_list=[badge(8, level=level), badge(8, shown=level, icon=GRADE_ICON)]))
    assert user.gifter_level is None or 0 < user.gifter_level < 10**9


def test_the_levels_of_real_people_are_those_on_their_badges(real_messages: list[RealMessage]) -> None:
    levels = []
    for message in real_messages:
        user = getattr(decode_message(message.method, message.payload), "user", None)
        if isinstance(user, User) and user.gifter_level is not None:
            levels.append(user.gifter_level)
            shown = [int(item.name) for item in user.badges if item.scene == 8 and item.name.isdecimal()]
            assert shown in ([], [user.gifter_level]), message.id
    assert len(levels) > 100
    assert all(1 <= level <= 50 for level in levels)


def test_badges_show_what_they_are() -> None:
    text = build(
        "BadgeStruct", display_type=2, badge_scene=2, text_badge=build("TextBadge", default_pattern="New gifter")
    )
    image = build("BadgeStruct", display_type=1, badge_scene=4)
    image.image_badge.image.CopyFrom(build("Image", url_list=["https://a"], uri="a.png"))
    plain = build("BadgeStruct", display_type=3, string_badge=build("StringBadge", str_value="Top"))
    shown = read(build("User", badge_list=[text, image, plain, badge(8, level="16", shown="16", icon=GRADE_ICON)]))
    assert [item.name for item in shown.badges] == ["New gifter", "", "Top", "16"]
    assert [item.scene for item in shown.badges] == [2, 4, 0, 8]
    assert [item.level for item in shown.badges] == [None, None, None, 16]
    pictures = [item.image for item in shown.badges]
    assert pictures[0] is None
    assert pictures[1] is not None
    assert (pictures[1].urls, pictures[1].key) == (("https://a",), "a.png")
    assert pictures[3] is not None
    assert pictures[3].key == GRADE_ICON


# Pictures


def pictured(*urls: str, uri: str = "tos/key") -> WireMessage:
    return build("Image", url_list=urls, uri=uri)


def test_the_avatar_is_the_100x100_picture_not_the_shrunk_one_that_comes_first() -> None:
    user = read(build("User", avatar_thumb=pictured(SHRUNK, SMALL, SMALL_JPEG)))
    assert user.avatar == SMALL
    assert user.avatars == (SHRUNK, SMALL, SMALL_JPEG)
    assert user.avatar_key == "tos/key"
    assert user.avatar_expires_at == 1_700_000_001


@pytest.mark.parametrize(
    ("urls", "best"),
    [
        ([], ""),
        ([SHRUNK], SHRUNK),
        ([SHRUNK, LARGE], LARGE),
        ([LARGE, SMALL_JPEG, SMALL], SMALL_JPEG),
        (["", SMALL], SMALL),
    ],
)
def test_the_best_picture_is_100x100_else_not_shrunk_else_any(urls: list[str], best: str) -> None:
    assert best_picture(urls) == best


def test_a_user_with_only_a_large_or_a_jpeg_picture_has_an_avatar() -> None:
    assert read(build("User", avatar_large=pictured(LARGE, uri="l"))).avatar == LARGE
    assert read(build("User", avatar_jpg=pictured(SMALL_JPEG, uri="j"))).avatar_key == "j"


def test_all_sizes_are_kept_in_order_under_the_key_of_the_first() -> None:
    user = read(build("User", avatar_thumb=pictured(SHRUNK, uri=""), avatar_large=pictured(LARGE, uri="large")))
    assert user.avatars == (SHRUNK, LARGE)
    assert (user.avatar, user.avatar_key) == (LARGE, "large")


@pytest.mark.parametrize(
    ("url", "seconds"),
    [
        (SMALL, 1_700_000_001),
        ("https://a/?x-signature=b&x-expires=5", 5),
        ("https://a/", None),
        ("https://a/?x-expires=", None),
        ("https://a/?x-expires=soon&b=1", None),
        ("https://a/?x-expires=" + "9" * 500, None),
        ("", None),
    ],
)
def test_the_end_of_a_pictures_url_is_read_off_it(url: str, seconds: int | None) -> None:
    assert expires_at(url) == seconds


# Sharing


def test_users_that_repeat_are_one_shared_frozen_record() -> None:
    sent = build("User", id=1, nickname="Ana", badge_list=[badge(4)])
    read(sent)
    first, second = read(sent), read(sent)
    assert first is second
    with pytest.raises(AttributeError):
        first.nickname = "Eve"  # type: ignore[misc]


def test_users_that_differ_are_never_mixed_up() -> None:
    users = [read(build("User", id=number, nickname=f"n{number}")) for number in range(10_000)]
    assert [(user.id, user.nickname) for user in users] == [(number, f"n{number}") for number in range(10_000)]
    assert read(build("User", id=5, nickname="n5")) == users[5]


def test_a_huge_user_is_read_like_others() -> None:
    assert read(build("User", id=1, nickname="x" * 100_000)).nickname == "x" * 100_000


def test_a_default_badge_has_no_level_and_no_picture() -> None:
    assert Badge() == Badge(level=None, image=None, name="", scene=0)
