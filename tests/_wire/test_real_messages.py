"""What TikTok really sent decodes whole, into the class that its wire name says."""

import gc
import re
import tracemalloc
from collections import Counter

import pytest

from tests._wire.building import deliver
from tests._wire.protobytes import pieces, read_varint
from tests.events.records import ids_within
from tests.shared_data import RealMessage
from tikcast import Event, LiveSession, decode_message, events, from_json, to_dict, to_json
from tikcast._wire.protobuf.salvage import repair
from tikcast._wire.table import schema_name
from tikcast.events import (
    ID,
    BarrageEvent,
    ChatEvent,
    EnvelopeEvent,
    GiftEvent,
    JoinEvent,
    LikeEvent,
    PinEvent,
    SubscribeEvent,
    UndecodedEvent,
    UnknownEvent,
    UserEvent,
    ViewersEvent,
)

# Wire names whose class is not simply the name without Webcast, Message and Method.
EXCEPTIONS = {
    "LinkMicMethod": {"LinkMicEvent"},
    "RoomMessage": {"RoomEvent"},
    "WebcastBarrageMessage": {"JoinEvent", "SubscribeEvent", "SuperFanEvent", "BarrageEvent"},
    "WebcastEmoteChatMessage": {"EmoteEvent"},
    "WebcastInRoomBannerMessage": {"RoomBannerEvent"},
    "WebcastLinkMicArmies": {"BattlesEvent"},
    "WebcastLinkMicBattle": {"MicBattleEvent"},
    "WebcastLiveIntroMessage": {"IntroEvent"},
    "WebcastMemberMessage": {"JoinEvent", "SubscribeEvent", "UserEvent"},
    "WebcastQuestionNewMessage": {"QuestionEvent"},
    "WebcastRoomMessage": {"RoomEvent"},
    "WebcastRoomPinMessage": {"PinEvent"},
    "WebcastRoomUserSeqMessage": {"ViewersEvent"},
    "WebcastSocialMessage": {"FollowEvent", "ShareEvent", "JoinEvent", "UserEvent"},
    "WebcastSubNotifyMessage": {"SubscribeEvent"},
}

# The field of a type's head where it is not the first one.
HEAD = {"WebcastWeeklyRankRewardMessage": 3}


def classes_of(method: str) -> set[str]:
    plain = re.sub("Message|Method", "", method.removeprefix("Webcast")) + "Event"
    return EXCEPTIONS.get(method, {plain})


@pytest.fixture(scope="module")
def decoded(real_messages: list[RealMessage]) -> list[tuple[RealMessage, Event]]:
    return [(message, decode_message(message.method, message.payload)) for message in real_messages]


def test_every_real_message_is_known_and_decodes_without_a_note(decoded: list[tuple[RealMessage, Event]]) -> None:
    assert len(decoded) >= 830
    assert [m.id for m, event in decoded if isinstance(event, UnknownEvent | UndecodedEvent)] == []
    assert {m.id: event.notes for m, event in decoded if event.notes} == {}


def test_every_real_message_becomes_the_class_of_its_wire_name(decoded: list[tuple[RealMessage, Event]]) -> None:
    wrong = {m.method: type(event).__name__ for m, event in decoded if type(event).__name__ not in classes_of(m.method)}
    assert wrong == {}
    assert len({m.method for m, _ in decoded}) >= 73


def test_every_event_keeps_its_message_as_it_came(decoded: list[tuple[RealMessage, Event]]) -> None:
    assert [m.id for m, event in decoded if event.raw != m.payload] == []


def head_on_the_wire(message: RealMessage) -> dict[int, int]:
    """The numbers of a message's head, read by hand."""
    heads = [piece.body for piece in pieces(message.payload) if piece.number == HEAD.get(message.method, 1)]
    return {piece.number: read_varint(piece.body, 0)[0] for piece in pieces(heads[0]) if piece.kind == 0}


def test_every_message_tells_its_room_its_id_and_its_time(decoded: list[tuple[RealMessage, Event]]) -> None:
    for message, event in decoded:
        head = head_on_the_wire(message)
        assert (event.message_id, event.room_id) == (head.get(2, 0), head.get(3, 0)), message.id
        assert event.message_id
        # A few notices have seconds.
        assert event.created_at_ms in {head.get(4, 0), 1000 * head.get(4, 0)}
        assert event.created_at_ms > 1_600_000_000_000 or 4 not in head


def test_our_schema_has_the_wire_types_of_every_real_message(real_messages: list[RealMessage]) -> None:
    # A lenient parser skips what has another wire type without a word; the salvaging one tells.
    notes = {note for m in real_messages for note in repair(schema_name(m.method), m.payload)[1]}
    # Two messages have a number there, five hundred the ids of two rooms joined by "_".
    assert {note for note in notes if "users_list.link_type: of another wire type" not in note} == set()


def test_without_a_session_nothing_is_received_counted_or_summed(decoded: list[tuple[RealMessage, Event]]) -> None:
    assert {event.received_at_ms for _, event in decoded} == {0}
    for _, event in decoded:
        if isinstance(event, GiftEvent):
            assert (event.new_gifts, event.new_diamonds, event.streak_over) == (None, None, None)
        if isinstance(event, LikeEvent):
            assert event.room_likes is None


def test_every_real_message_survives_json_whole_when_its_bytes_are_asked_for(
    decoded: list[tuple[RealMessage, Event]],
) -> None:
    assert [m.id for m, event in decoded if from_json(to_json(event, raw=True)) != event] == []


def test_every_real_message_survives_json_without_its_bytes_otherwise(
    decoded: list[tuple[RealMessage, Event]],
) -> None:
    for message, event in decoded:
        again = from_json(to_json(event))
        assert again.raw == b"", message.id
        assert to_dict(again) == to_dict(event), message.id


def test_the_key_of_a_real_message_is_the_same_after_json(decoded: list[tuple[RealMessage, Event]]) -> None:
    keys = {events.event_key(event) for _, event in decoded}
    assert keys == {events.event_key(from_json(to_json(event))) for _, event in decoded}
    # Some real messages came twice, in two rooms or in two files: they share a key only when all is the same.
    assert len(keys) >= len({event.message_id for _, event in decoded})


def test_people_who_speak_give_or_like_have_an_id_a_name_and_a_good_picture(
    decoded: list[tuple[RealMessage, Event]],
) -> None:
    people = [e.user for _, e in decoded if isinstance(e, ChatEvent | GiftEvent | LikeEvent | UserEvent)]
    assert all(user.id and user.nickname and user.username for user in people)
    assert sum("100x100" in user.avatar for user in people) > 0.9 * len(people)
    shrunk = [user for user in people if "shrink" in user.avatar]
    assert all("shrink" in url for user in shrunk for url in user.avatars)
    assert all(user.avatar_expires_at for user in people if "x-expires" in user.avatar)


def test_chats_have_parts_that_read_as_the_comment(decoded: list[tuple[RealMessage, Event]]) -> None:
    for _, event in decoded:
        if isinstance(event, ChatEvent):
            assert "".join(part for part in event.parts if isinstance(part, str)) == event.comment


def test_gifts_have_their_price_and_value(decoded: list[tuple[RealMessage, Event]]) -> None:
    gifts = [event for _, event in decoded if isinstance(event, GiftEvent)]
    assert all(event.gift.id and event.gift.name and event.gift.diamonds > 0 for event in gifts)
    assert all(event.diamonds == event.gift.diamonds * event.repeat_count for event in gifts)
    assert all(event.streakable == (event.gift.type == 1) for event in gifts)
    assert all(event.group_id for event in gifts if event.streakable)


def test_viewers_come_with_the_total_and_the_top_list(decoded: list[tuple[RealMessage, Event]]) -> None:
    lists = [event for _, event in decoded if isinstance(event, ViewersEvent)]
    assert all(event.total_viewers >= event.viewers for event in lists)
    assert any(viewer.user.nickname and viewer.score for event in lists for viewer in event.top_viewers)
    assert max(len(event.top_viewers) for event in lists) <= 16


def test_banners_of_people_of_a_high_level_are_joins(decoded: list[tuple[RealMessage, Event]]) -> None:
    banners = [event for m, event in decoded if m.method == "WebcastBarrageMessage"]
    kinds = Counter(type(event) for event in banners)
    assert kinds[JoinEvent] >= 1
    assert kinds[SubscribeEvent] >= 1
    assert kinds[BarrageEvent] + kinds[JoinEvent] + kinds[SubscribeEvent] == len(banners)
    assert all(e.entrance and e.user.id and e.user.nickname for e in banners if isinstance(e, JoinEvent))


def test_ordinary_joins_are_no_entrance_and_count_members(decoded: list[tuple[RealMessage, Event]]) -> None:
    joins = [event for m, event in decoded if m.method == "WebcastMemberMessage" and isinstance(event, JoinEvent)]
    assert len(joins) == 40
    assert not any(event.entrance for event in joins)
    assert any(event.member_count for event in joins)


def test_pins_hold_what_is_pinned_and_who_pinned_it(decoded: list[tuple[RealMessage, Event]]) -> None:
    pins = [event for _, event in decoded if isinstance(event, PinEvent)]
    assert all(event.event is not None for event in pins)
    assert all(event.operator is not None and event.operator.id for event in pins)
    assert {event.action for event in pins} <= {1, 2}


def test_envelopes_have_numeric_ids(decoded: list[tuple[RealMessage, Event]]) -> None:
    chests = [event for _, event in decoded if isinstance(event, EnvelopeEvent)]
    assert chests
    assert all(event.envelope_info and event.envelope_info.envelope_id for event in chests)


def test_a_session_delivers_each_real_message_once_as_it_is_decoded(
    decoded: list[tuple[RealMessage, Event]],
) -> None:
    session = LiveSession(0)
    delivered: dict[tuple[int, int], Event] = {}
    for message, event in decoded:
        for told in deliver(session, (message.method, message.payload)):
            assert (told.room_id, told.message_id) not in delivered
            delivered[told.room_id, told.message_id] = told
            assert type(told) is type(event)
            assert (told.raw, told.created_at_ms) == (event.raw, event.created_at_ms)
            assert all(type(value) is ID for _, value in ids_within(told))
    assert delivered.keys() == {(event.room_id, event.message_id) for _, event in decoded}
    assert session.stats()["unknown"] == session.stats()["undecoded"] == 0


def test_decoding_the_same_messages_again_and_again_takes_no_more_memory(real_messages: list[RealMessage]) -> None:
    def decode_all(times: int) -> int:
        for _ in range(times):
            for message in real_messages:
                decode_message(message.method, message.payload)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    warm = decode_all(3)
    assert decode_all(6) - warm < 256 * 1024
    tracemalloc.stop()
