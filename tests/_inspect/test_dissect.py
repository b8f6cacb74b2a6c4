"""Protobuf bytes taken apart down to the wire."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._wire.protobytes import field as by_hand
from tests.shared_data import RealMessage
from tests.wire_schema import WireMessage, build, encoded, record_name
from tikcast._inspect.dissect import DEEPEST, MOST_FIELDS, dissect
from tikcast.wire import Difference, WireField, problems


def broken(fields: tuple[WireField, ...]) -> bool:
    nested = (field.value for field in fields if isinstance(field.value, tuple))
    return any(field.wire == "broken" for field in fields) or any(map(broken, nested))


def test_real_messages_are_read_to_their_last_byte(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        assert not broken(dissect(message.payload, message=record_name(message.method)))


def test_fields_have_the_names_and_values_of_the_schema() -> None:
    chat = build("WebcastChatMessage", content="héllo")
    chat.user.id = 7
    assert dissect(chat.SerializeToString(), message="WebcastChatMessage") == (
        WireField(
            number=2,
            wire="bytes",
            name="user",
            type="User",
            value=(WireField(number=1, wire="varint", name="id", type="int64", value=7),),
        ),
        WireField(number=3, wire="bytes", name="content", type="string", value="héllo"),
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"\x08\x96\x01", WireField(number=1, wire="varint", value=150)),
        (b"\x08" + b"\xff" * 9 + b"\x01", WireField(number=1, wire="varint", value=-1, type="int64?")),
        (b"\x0d" + struct.pack("<I", 5), WireField(number=1, wire="fixed32", value=5)),
        (b"\x09" + struct.pack("<Q", 5), WireField(number=1, wire="fixed64", value=5)),
        (b"\x0a\x02hi", WireField(number=1, wire="bytes", value="hi", type="string?")),
        (b"\x0a\x02\xff\xfe", WireField(number=1, wire="bytes", value=b"\xff\xfe", type="bytes?")),
        (
            b"\x0a\x02\x08\x05",
            WireField(number=1, wire="bytes", type="message?", value=(WireField(number=1, wire="varint", value=5),)),
        ),
        (
            b"\x0b\x10\x05\x0c",
            WireField(number=1, wire="group", type="group", value=(WireField(number=2, wire="varint", value=5),)),
        ),
        (b"\xc2\x3e\x00", WireField(number=1000, wire="bytes", value="", type="string?")),
    ],
)
def test_without_a_schema_the_wire_alone_is_shown(data: bytes, field: WireField) -> None:
    assert dissect(data) == (field,)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\x08", "a number that does not end at byte 3"),
        (b"\x0f", "wire type 7 at byte 2"),
        (b"\x00\x01", "field number 0 at byte 2"),
        (b"\xff" * 12, "a number that does not end at byte 2"),
        (b"\x0c", "wire type 4 at byte 2"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_is_and_told(data: bytes, problem: str) -> None:
    assert dissect(b"\x10\x01" + data) == (
        WireField(number=2, wire="varint", value=1),
        WireField(number=0, wire="broken", value=data, problem=problem),
    )


def test_a_field_that_was_cut_shows_what_is_there() -> None:
    assert dissect(b"\x0a\x05hi") == (
        WireField(number=1, wire="bytes", value="hi", type="string?", problem="cut short"),
    )
    (chat,) = dissect(b"\x12\x20\x08\x07", message="WebcastChatMessage")
    assert (chat.name, chat.type, chat.problem) == ("user", "User", "cut short")
    assert chat.value == (WireField(number=1, wire="varint", name="id", type="int64", value=7),)


def test_negative_numbers_and_packed_ones_are_read_by_their_type() -> None:
    message = build("WebcastImDeleteMessage", delete_msg_ids_list=[1, 2])
    (field,) = dissect(message.SerializeToString(), message="WebcastImDeleteMessage")
    assert field.type == "packed int64"
    assert isinstance(field.value, tuple)
    assert [inner.value for inner in field.value] == [1, 2]
    (negative,) = dissect(encoded("User", id=-1), message="User")
    assert negative.value == -1


def test_text_that_is_no_utf8_is_shown_as_bytes() -> None:
    (field,) = dissect(b"\x1a\x02\xff\xfe", message="WebcastChatMessage")
    assert (field.name, field.value, field.problem) == ("content", b"\xff\xfe", "not UTF-8")


@pytest.mark.parametrize(
    ("message", "data", "path", "problem"),
    [
        ("WebcastChatMessage", by_hand(20_000, 5), "20000", "unknown field"),
        ("WebcastChatMessage", by_hand(2, by_hand(20_000, 5)), "user.20000", "unknown field"),
        ("WebcastChatMessage", by_hand(3, 5), "content", "ours is string"),
        ("WebcastChatMessage", by_hand(2, 5), "user", "ours is User"),
        ("WebcastChatMessage", by_hand(2, "Ana \u2713"), "user", "ours is User"),
        (
            "WebcastChatMessage",
            by_hand(3, by_hand(1, 7) + by_hand(2, by_hand(5, 7))),
            "content",
            "looks like message",
        ),
        ("WebcastChatMessage", by_hand(3, "a") + by_hand(3, "b"), "content", "comes again, the last one counts"),
        ("User", by_hand(1, b"\xff\xfe\xfd"), "id", "ours is int64"),
        ("User", by_hand(1, "seven"), "id", "ours is int64"),
        ("Image", by_hand(9, 7), "is_animated", "too large for bool"),
        ("BadgeStruct", by_hand(1, 99), "display_type", "a value that ours does not have"),
        ("BadgeStruct", by_hand(2, 2**40), "priority_type", "too large for int32"),
        ("BadgeStruct", b"\x0d\x01\x00\x00\x00", "display_type", "ours is BadgeDisplayType"),
        ("User", by_hand(9, by_hand(1, "url") + b"\x07"), "avatar_thumb", "not readable as Image to its end"),
        (
            "WebcastImDeleteMessage",
            by_hand(2, b"\x01\xff"),
            "delete_msg_ids_list",
            "a number that does not end at byte 1",
        ),
    ],
)
def test_where_the_bytes_are_not_as_the_schema_says_is_told(message: str, data: bytes, path: str, problem: str) -> None:
    found = [(item.path, item.field.problem) for item in problems(dissect(data, message=message))]
    assert (path, problem) in found


def test_what_agrees_with_the_schema_has_no_problem() -> None:
    user = build("User", id=7, nickname="Ana", badge_list=[build("BadgeStruct", display_type=1), build("BadgeStruct")])
    chat = build("WebcastChatMessage", content="hello", user=user)
    assert not list(problems(dissect(chat.SerializeToString(), message="WebcastChatMessage")))


def test_a_difference_tells_the_record_that_it_stands_in() -> None:
    data = by_hand(2, by_hand(9, by_hand(77, by_hand(5, b"\xff\xfe\x80"))))
    (found,) = problems(dissect(data, message="WebcastChatMessage"))
    assert isinstance(found, Difference)
    assert (found.path, found.holder, found.local) == ("user.avatar_thumb.77", "Image", "77")


def test_bytes_of_our_schema_are_opened_where_they_look_like_something() -> None:
    envelope = build("ResponseMessage", method="X", payload=by_hand(1, 300) + by_hand(2, "hello"))
    opened = {field.name: field for field in dissect(envelope.SerializeToString(), message="ResponseMessage")}
    assert opened["payload"].type == "bytes, message?"
    assert not opened["payload"].problem
    closed = dissect(envelope.SerializeToString(), message="ResponseMessage", closed={"payload"})
    assert [field.value for field in closed if field.name == "payload"] == [envelope.payload]


def test_the_head_of_a_message_that_nobody_knows_is_named() -> None:
    data = by_hand(1, by_hand(1, "WebcastNewMessage") + by_hand(2, 5)) + by_hand(2, 6)
    head, other = dissect(data)
    assert head.type == "Common?"
    assert isinstance(head.value, tuple)
    assert [(field.name, field.value) for field in head.value] == [("method", "WebcastNewMessage"), ("msg_id", 5)]
    assert (other.name, other.value) == ("", 6)


USER = build("User", id=7_000_000_000_000_000_000, nickname="Ana", unique_id="ana")
SENTENCE = build("Text", key="pm_mt_hello", default_pattern="{0:user} waves")
SENTENCE.default_format.color = "#ffffffff"
RECORDS: list[WireMessage] = [
    USER,
    SENTENCE,
    build("Image", url_list=["https://example.com/a.webp", "https://example.com/b.webp"], uri="a"),
    build("GiftStruct", id=5655, diamond_count=1, name="Rose", image=build("Image", uri="rose")),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.DESCRIPTOR.name))
def test_a_record_of_ours_is_recognized_where_nobody_knows_what_stands(record: WireMessage) -> None:
    data = by_hand(7, by_hand(3, record.SerializeToString()))
    (outer,) = dissect(data)
    assert isinstance(outer.value, tuple)
    (field,) = outer.value
    name = record.DESCRIPTOR.name
    assert (field.name, field.type, field.problem) == ("", f"{name}?", "")
    assert field.value == dissect(record.SerializeToString(), message=name)


@pytest.mark.parametrize(
    "data",
    [
        by_hand(1, "https://example.com") + by_hand(2, 5),
        by_hand(1, 7 << 40) + by_hand(3, "Ana") + by_hand(9, 1),
        by_hand(1, "pm_mt_hello") + by_hand(2, b"\x08\x01") + by_hand(4, 1),
        by_hand(5, 1) + by_hand(12, 1) + by_hand(16, b"\xff"),
    ],
)
def test_what_only_begins_like_a_record_of_ours_is_none(data: bytes) -> None:
    (outer,) = dissect(by_hand(7, data))
    assert outer.type == "message?"


def test_millions_of_fields_are_shown_up_to_a_number() -> None:
    found = dissect(by_hand(1, 1) * (MOST_FIELDS + 10))
    assert len(found) == MOST_FIELDS + 1
    assert "more fields than are shown" in found[-1].problem
    packed = dissect(by_hand(2, b"\x01" * (MOST_FIELDS * 2)), message="WebcastImDeleteMessage")[0]
    assert isinstance(packed.value, tuple)
    assert len(packed.value) < MOST_FIELDS
    assert packed.problem == "more numbers than are shown"


def nested(data: bytes, number: int, *, depth: int) -> bytes:
    for _ in range(depth):
        data = by_hand(number, data)
    return data


@pytest.mark.parametrize("message", ["", "WebcastChatMessage"])
def test_nesting_without_end_stops_somewhere(message: str) -> None:
    found = dissect(nested(b"", 1, depth=4 * DEEPEST), message=message)
    depth = 0
    while found and isinstance(found[0].value, tuple):
        found, depth = found[0].value, depth + 1
    assert DEEPEST - 2 <= depth <= DEEPEST + 2


@given(st.binary(max_size=200), st.sampled_from(["", "WebcastChatMessage", "WebcastGiftMessage", "User"]))
def test_no_bytes_make_it_raise(data: bytes, message: str) -> None:
    dissect(data, message=message)
