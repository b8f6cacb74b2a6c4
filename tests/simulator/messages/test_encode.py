"""Encoded messages have the fields and sizes of real ones."""

from collections import defaultdict
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import RealMessage
from tests.simulator.worlds import START_MS
from tests.wire_schema import parsed
from tikcast import ChatEvent, GiftEvent, JoinEvent, LikeEvent, UnknownEvent, ViewersEvent, decode_message, events
from tikcast.simulator import RoomPlan, SimulatorConfig, World
from tikcast.simulator.messages.encode import ENCODERS, Message, encode
from tikcast.simulator.messages.wire import fields
from tikcast.simulator.room.actions import PlannedChat, RoomAction, RoomControl
from tikcast.simulator.room.gifts import GIFTS, GiftStep
from tikcast.simulator.room.traffic import GeneratedTraffic

MEDIANS = {
    "WebcastChatMessage": 2374,
    "WebcastGiftMessage": 5542,
    "WebcastLikeMessage": 2319,
    "WebcastMemberMessage": 2923,
    "WebcastRoomUserSeqMessage": 3299,
    "WebcastLinkMessage": 23165,
}


@pytest.fixture(scope="module")
def traffic() -> GeneratedTraffic:
    made = World(SimulatorConfig(plans=(RoomPlan(user="ana", rate=20.0, mix="joins"),), seed=5), now_ms=START_MS)
    source = made.hosts["ana"].room._traffic
    assert isinstance(source, GeneratedTraffic)
    return source


@pytest.fixture(scope="module")
def messages(traffic: GeneratedTraffic) -> list[Message]:
    deliveries = traffic.between(START_MS, START_MS + 300_000)
    return [message for delivery in deliveries for message in delivery.messages]


def action(method: str, **fields: object) -> RoomAction:
    return RoomAction(at_ms=START_MS, method=method, number=1, **fields)  # type: ignore[arg-type]


def test_sizes_are_near_the_real_medians(messages: list[Message]) -> None:
    sizes = defaultdict(list)
    for message in messages:
        sizes[message.method].append(len(message.payload))
    found = {method: median(sizes[method]) for method in MEDIANS}
    assert found == {method: pytest.approx(size, rel=0.25) for method, size in MEDIANS.items()}


def test_every_message_decodes_to_an_event_of_its_own_type(messages: list[Message]) -> None:
    for message in messages:
        event = decode_message(message.method, message.payload)
        assert not isinstance(event, (UnknownEvent, events.UndecodedEvent)), message.method
        assert event.message_id == message.message_id
        assert event.notes == ()


def test_ids_are_unique_but_not_in_order_of_time(messages: list[Message]) -> None:
    ids = [message.message_id for message in messages]
    assert len(set(ids)) == len(ids)
    assert sorted(ids) != ids
    assert {len(str(message_id)) for message_id in ids} == {19}


def test_one_message_in_ten_has_its_fields_in_rotated_order(messages: list[Message]) -> None:
    chats = [message.payload for message in messages if message.method == "WebcastChatMessage"]
    rotated = [payload for payload in chats if next(fields(payload)).number != 1]
    assert 0.05 < len(rotated) / len(chats) < 0.16


def test_totals_of_likes_come_from_two_servers_and_jump_backwards(traffic: GeneratedTraffic) -> None:
    deliveries = traffic.between(START_MS, START_MS + 60_000)
    sent = [m for d in deliveries for m in d.messages if m.method == "WebcastLikeMessage"]
    likes = [parsed("WebcastLikeMessage", message.payload) for message in sent]
    assert max(like.count for like in likes) == 15
    assert [like.count for like in likes] == [message.likes for message in sent]
    totals = [like.total for like in likes]
    middle = (min(totals) + max(totals)) / 2
    low, high = [t for t in totals if t < middle], [t for t in totals if t > middle]
    assert low
    assert high
    assert max(low) - min(low) < min(high) - max(low)


def test_users_have_the_small_picture_first_then_those_of_100_pixels(messages: list[Message]) -> None:
    chat = parsed("WebcastChatMessage", _first(messages, "WebcastChatMessage").payload)
    urls = list(chat.user.avatar_thumb.url_list)
    assert "tiktok-shrink:72:72" in urls[0]
    assert all("100x100" in url for url in urls[1:])
    assert all("x-expires=" in url for url in urls)
    assert chat.user.unique_id
    assert chat.user.sec_uid.startswith("MS4wLjAB")


def test_a_text_shows_its_user_as_on_tiktok(messages: list[Message]) -> None:
    joined = parsed("WebcastMemberMessage", _first(messages, "WebcastMemberMessage").payload)
    text = joined.common.display_text
    assert (text.key, text.default_pattern) == ("live_room_enter_toast", "{0:user} joined")
    assert text.pieces[0].user_value.user == joined.user


def test_badges_have_levels_in_their_log_extra(traffic: GeneratedTraffic) -> None:
    found = set()
    for index in range(200):
        joined = encode(traffic._context, action("WebcastMemberMessage", person=index))
        user = parsed("WebcastMemberMessage", joined.payload).user
        found |= {badge.badge_scene for badge in user.badge_list}
        levels = [badge.log_extra.level for badge in user.badge_list if badge.badge_scene == 8]
        assert all(level.isdecimal() or not level for level in levels)
    assert found >= {1, 2, 4, 8, 10}


def test_people_of_a_high_level_join_with_a_barrage_message(messages: list[Message]) -> None:
    barrage = decode_message(*_pair(_first(messages, "WebcastBarrageMessage")))
    assert isinstance(barrage, JoinEvent)
    assert barrage.entrance
    assert (barrage.user.gifter_level or 25) >= 25


def test_each_kind_of_event_says_what_happened(messages: list[Message]) -> None:
    kinds: dict[str, type] = {
        "WebcastChatMessage": ChatEvent,
        "WebcastGiftMessage": GiftEvent,
        "WebcastLikeMessage": LikeEvent,
        "WebcastRoomUserSeqMessage": ViewersEvent,
    }
    for method, kind in kinds.items():
        event = decode_message(*_pair(_first(messages, method)))
        assert isinstance(event, kind)


def test_chats_have_emotes_mentions_and_hostile_words(traffic: GeneratedTraffic) -> None:
    draws = [(index << 24 | index * 64 + index % 7) for index in range(600)]
    payloads = [encode(traffic._context, action("WebcastChatMessage", random_bits=bits)).payload for bits in draws]
    chats = [parsed("WebcastChatMessage", payload) for payload in payloads]
    assert any(len(chat.emotes) > 1 for chat in chats)
    assert any(chat.at_user.id and chat.content.startswith("@") for chat in chats)
    assert any("\x1b" in chat.content for chat in chats)
    assert len({chat.content_language for chat in chats}) > 10


def test_one_kind_of_room_message_has_its_time_in_seconds(traffic: GeneratedTraffic) -> None:
    filtered = encode(traffic._context, action("WebcastRoomMessage", random_bits=0))
    note = parsed("WebcastRoomMessage", filtered.payload)
    assert note.common.display_text.key == "pm_mt_LIVE_commentFiltered_notif"
    assert note.common.create_time == START_MS // 1000


@given(st.sampled_from(sorted(ENCODERS)), st.integers(0, 2**64 - 1), st.integers(0, 1999), st.integers(0, 2**40))
def test_any_action_is_read_back_unchanged(
    traffic: GeneratedTraffic, method: str, bits: int, person: int, number: int
) -> None:
    about = RoomAction(at_ms=START_MS, method=method, number=number, person=person, random_bits=bits)
    made = encode(traffic._context, about)
    event = decode_message(made.method, made.payload, room_id=traffic._context.room_id)
    assert event.message_id == made.message_id
    assert event.room_id == traffic._context.room_id
    assert not isinstance(event, (UnknownEvent, events.UndecodedEvent))


@given(st.text())
def test_any_text_is_read_back_unchanged(traffic: GeneratedTraffic, text: str) -> None:
    words = text.encode("utf-8", "replace").decode()
    made = encode(traffic._context, action("WebcastChatMessage", detail=PlannedChat(text=words)))
    event = decode_message(made.method, made.payload)
    assert isinstance(event, ChatEvent)
    assert event.comment == words


@given(st.sampled_from(GIFTS), st.integers(1, 9999), st.booleans(), st.integers(0, 2**42))
def test_any_gift_is_read_back_unchanged(
    traffic: GeneratedTraffic, gift: object, count: int, end: bool, group_id: int
) -> None:
    step = GiftStep(gift=gift, group_id=group_id, repeat_count=count, repeat_end=end)  # type: ignore[arg-type]
    made = encode(traffic._context, action("WebcastGiftMessage", detail=step))
    event = decode_message(made.method, made.payload)
    assert isinstance(event, GiftEvent)
    assert (event.gift.id, event.gift.diamonds, event.gift.type) == (step.gift.id, step.gift.diamonds, step.gift.type)
    assert (event.repeat_count, event.repeat_end, event.group_id) == (count, end, group_id)
    assert made.gift is not None
    assert made.gift.repeat_count == count


@pytest.mark.parametrize(("code", "change"), [(1, "paused"), (2, "resumed"), (3, "ended"), (4, "suspended")])
def test_control_messages_have_the_action_of_the_change(traffic: GeneratedTraffic, code: int, change: str) -> None:
    made = encode(traffic._context, action("WebcastControlMessage", detail=RoomControl(code=code)))
    event = decode_message(made.method, made.payload)
    assert isinstance(event, events.ControlEvent)
    assert event.action == change


def test_real_messages_have_the_fields_that_simulated_ones_have(
    messages: list[Message], real_messages: list[RealMessage]
) -> None:
    for method in ("WebcastChatMessage", "WebcastGiftMessage", "WebcastLikeMessage", "WebcastMemberMessage"):
        real = {f.number for m in real_messages if m.method == method for f in fields(m.payload)}
        ours = {f.number for m in messages if m.method == method for f in fields(m.payload)}
        emotes = {13}
        assert ours - emotes <= real, method


def _first(messages: list[Message], method: str) -> Message:
    return next(message for message in messages if message.method == method)


def _pair(message: Message) -> tuple[str, bytes]:
    return message.method, message.payload
