"""State of the room, banners, introductions, pins."""

import pytest

from tests._wire.protobytes import field
from tests.wire_schema import build, encoded
from tikcast import ControlEvent, Event, IntroEvent, RoomBannerEvent, decode_message, from_json, to_json
from tikcast.events import ChatEvent, FollowEvent, GiftEvent, JoinEvent, LikeEvent, PinEvent, UndecodedEvent

HOST = build("User", id=9, nickname="Host")


@pytest.mark.parametrize(
    ("number", "action", "description"),
    [
        (1, "paused", "STREAM_PAUSED"),
        (2, "resumed", "STREAM_UNPAUSED"),
        (3, "ended", "STREAM_ENDED"),
        (4, "suspended", "STREAM_ENDED_BAN"),
        (5, 5, ""),
        (0, 0, ""),
    ],
)
def test_a_control_message_tells_what_happens_to_the_live(number: int, action: str | int, description: str) -> None:
    event = decode_message("WebcastControlMessage", encoded("WebcastControlMessage", action=number))
    assert isinstance(event, ControlEvent)
    assert (event.action, event.description) == (action, description)
    assert from_json(to_json(event)).action == action  # type: ignore[attr-defined]


def test_tiktoks_own_words_for_a_control_message_are_kept() -> None:
    message = build("WebcastControlMessage", action=4, tips="Against the rules")
    event = decode_message("WebcastControlMessage", message.SerializeToString())
    assert isinstance(event, ControlEvent)
    assert event.description == "Against the rules"


def test_several_banners_in_one_message_are_a_list() -> None:
    event = decode_message("WebcastInRoomBannerMessage", field(2, '{"a": 1}') + field(2, "[2]"))
    assert isinstance(event, RoomBannerEvent)
    assert event.data == [{"a": 1}, [2]]


def test_an_introduction_has_its_words_and_the_host() -> None:
    message = build("WebcastLiveIntroMessage", content="Welcome", user=HOST)
    event = decode_message("WebcastLiveIntroMessage", message.SerializeToString())
    assert isinstance(event, IntroEvent)
    assert (event.title, event.user.nickname) == ("Welcome", "Host")


def pinned(**fields: object) -> PinEvent:
    message = build(
        "WebcastRoomPinMessage",
        common=build("Common", msg_id=1, room_id=2),
        operator=HOST,
        action=1,
        display_duration=60,
        pin_msg_id=77,
        **fields,
    )
    event = decode_message("WebcastRoomPinMessage", message.SerializeToString(), room_id=2)
    assert isinstance(event, PinEvent)
    assert event.operator is not None
    assert (event.operator.nickname, event.action, event.duration, event.pinned_message_id) == ("Host", 1, 60, 77)
    assert from_json(to_json(event, raw=True)) == event
    return event


def test_a_pinned_chat_is_a_chat_that_is_pinned() -> None:
    chat = build("WebcastChatMessage", common=build("Common", msg_id=70, room_id=2), content="read me")
    event = pinned(pinned_message=chat.SerializeToString(), original_msg_type="WebcastChatMessage").event
    assert isinstance(event, ChatEvent)
    assert (event.comment, event.pinned, event.message_id, event.room_id) == ("read me", True, 70, 2)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"gift_message": build("WebcastGiftMessage", repeat_count=3)}, GiftEvent),
        ({"social_message": build("WebcastSocialMessage", action=1)}, FollowEvent),
        ({"member_message": build("WebcastMemberMessage", action=1)}, JoinEvent),
        ({"like_message": build("WebcastLikeMessage", count=5)}, LikeEvent),
    ],
)
def test_other_pinned_messages_are_their_own_events(fields: dict[str, object], kind: type[Event]) -> None:
    assert type(pinned(**fields).event) is kind


def test_an_older_form_has_any_pinned_message_as_bytes() -> None:
    gift = encoded("WebcastGiftMessage", gift=build("GiftStruct", name="Rose"), repeat_count=3)
    event = pinned(pinned_message=gift, original_msg_type="WebcastGiftMessage").event
    assert isinstance(event, GiftEvent)
    assert (event.gift.name, event.repeat_count) == ("Rose", 3)


def test_a_pin_without_a_message_has_none() -> None:
    assert pinned().event is None


def test_a_broken_pinned_message_is_inside_with_its_bytes() -> None:
    event = pinned(pinned_message=b"\x07\x07").event
    assert isinstance(event, UndecodedEvent)
    assert event.payload == b"\x07\x07"


def test_pins_within_pins_end() -> None:
    body = b""
    for _ in range(2000):
        body = field(30, "WebcastRoomPinMessage") + field(2, body)
    event = decode_message("WebcastRoomPinMessage", body)
    assert isinstance(event, PinEvent)
    assert from_json(to_json(event, raw=True)) == event
