"""Gifts as single messages, and treasure chests."""

import pytest

from tests._wire.building import NOW, ROOM, deliver
from tests.wire_schema import WireMessage, build
from tikcast import GiftEvent, LiveSession, decode_message
from tikcast.events import EnvelopeEvent, Event

ROSE = build(
    "GiftStruct",
    id=5655,
    name="Rose",
    describe="Sent Rose",
    diamond_count=1,
    type=1,
    combo=True,
    image=build("Image", uri="rose"),
    icon=build("Image", uri="rose-icon"),
)


def decode(message: WireMessage) -> GiftEvent:
    event = decode_message("WebcastGiftMessage", message.SerializeToString())
    assert isinstance(event, GiftEvent)
    return event


def test_a_gift_has_its_price_its_count_and_who_gave_it() -> None:
    event = decode(
        build(
            "WebcastGiftMessage",
            user=build("User", id=1, nickname="Ana"),
            gift=ROSE,
            gift_id=5655,
            repeat_count=7,
            repeat_end=1,
            group_id=99,
        )
    )
    assert (event.user.nickname, event.gift.id, event.gift.name, event.gift.description) == (
        "Ana", 5655, "Rose", "Sent Rose",
    )  # fmt: skip
    assert (event.gift.diamonds, event.diamonds, event.repeat_count, event.group_id) == (1, 7, 7, 99)
    assert (event.repeat_end, event.streakable, event.gift.combo) == (True, True, True)
    assert event.gift.image is not None
    assert event.gift.icon is not None
    assert (event.gift.image.key, event.gift.icon.key) == ("rose", "rose-icon")


@pytest.mark.parametrize(("kind", "streakable"), [(0, False), (1, True), (2, False), (4, False)])
def test_gifts_of_type_1_come_in_streaks(kind: int, streakable: bool) -> None:
    assert decode(build("WebcastGiftMessage", gift=build("GiftStruct", id=1, type=kind))).streakable is streakable


@pytest.mark.parametrize(("end", "over"), [(0, False), (1, True), (2, False)])
def test_only_a_one_is_the_end(end: int, over: bool) -> None:
    assert decode(build("WebcastGiftMessage", repeat_end=end)).repeat_end is over


@pytest.mark.parametrize(
    "message",
    [
        build("WebcastGiftMessage", gift_extra=build("GiftMonitorInfo", to_user_id=33, anchor_id=44)),
        build("WebcastGiftMessage", gift_extra=build("GiftMonitorInfo", anchor_id=33)),
        build("WebcastGiftMessage", to_user=build("User", id=33)),
    ],
)
def test_the_receiver_stands_in_one_of_three_places(message: WireMessage) -> None:
    assert decode(message).to_user_id == 33


def test_a_gift_without_a_description_still_has_its_id() -> None:
    event = decode(build("WebcastGiftMessage", gift_id=5655, repeat_count=2))
    assert (event.gift.id, event.gift.name, event.diamonds, event.to_user_id) == (5655, "", 0, 0)


# Chests


def chest(number: str, display: int, message_id: int) -> tuple[str, bytes]:
    message = build(
        "WebcastEnvelopeMessage",
        common=build("Common", msg_id=message_id, room_id=ROOM),
        envelope_info=build("EnvelopeInfo", envelope_id=number, diamond_count=20, send_user_id="77"),
        display=display,
    )
    return "WebcastEnvelopeMessage", message.SerializeToString()


def new_chests(events: list[Event]) -> list[bool | None]:
    return [event.new_chest for event in events if isinstance(event, EnvelopeEvent)]


def test_a_chest_has_numeric_ids_and_is_not_counted_without_a_session() -> None:
    event = decode_message(*chest("7312", 1, 1))
    assert isinstance(event, EnvelopeEvent)
    assert event.envelope_info is not None
    assert (event.envelope_info.envelope_id, event.envelope_info.send_user_id) == (7312, 77)
    assert event.new_chest is None


def test_a_chest_is_new_once_however_often_it_is_shown_and_hidden() -> None:
    session = LiveSession(ROOM)
    shown = [chest("1", 1, 1), chest("1", 1, 2), chest("1", 2, 3), chest("2", 1, 4), chest("1", 1, 5)]
    assert new_chests(deliver(session, *shown)) == [True, False, False, True, False]


def test_a_chest_that_goes_before_it_was_seen_is_no_new_one() -> None:
    session = LiveSession(ROOM)
    assert new_chests(deliver(session, chest("1", 2, 1))) == [False]


def test_chests_without_an_id_are_not_taken_for_one() -> None:
    assert new_chests(deliver(LiveSession(ROOM), chest("", 1, 1), chest("", 1, 2))) == [True, True]


def test_chests_are_remembered_over_reconnects() -> None:
    session = LiveSession(ROOM)
    deliver(session, chest("1", 1, 1))
    session.closed(NOW)
    session.opened(NOW)
    assert new_chests(deliver(session, chest("1", 1, 2))) == [False]
