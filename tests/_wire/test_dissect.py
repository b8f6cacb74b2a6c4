"""Protobuf bytes taken apart down to the wire."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import RealMessage
from tikcast._proto import schema
from tikcast._wire.dissect import WireField, dissect, in_schema
from tikcast._wire.table import schema_name


def broken(fields: tuple[WireField, ...]) -> bool:
    nested = (field.value for field in fields if isinstance(field.value, tuple))
    return any(field.wire == "broken" for field in fields) or any(map(broken, nested))


def test_real_messages_are_read_to_their_last_byte(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        assert not broken(dissect(message.payload, message=schema_name(message.method)))


def test_fields_have_the_names_and_values_of_the_schema() -> None:
    chat = schema.WebcastChatMessage(content="héllo")
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
        (b"\x08" + b"\xff" * 9 + b"\x01", WireField(number=1, wire="varint", value=2**64 - 1)),
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


@pytest.mark.parametrize("data", [b"\x08", b"\x0a\x05hi", b"\x0f", b"\x00\x01", b"\xff" * 12, b"\x0c"])
def test_what_cannot_be_read_is_kept_as_it_is(data: bytes) -> None:
    assert dissect(b"\x10\x01" + data) == (
        WireField(number=2, wire="varint", value=1),
        WireField(number=0, wire="broken", value=data),
    )


def test_negative_numbers_and_packed_ones_are_read_by_their_type() -> None:
    message = schema.WebcastImDeleteMessage(delete_msg_ids_list=[1, 2])
    (field,) = dissect(message.SerializeToString(), message="WebcastImDeleteMessage")
    assert field.type == "packed int64"
    assert isinstance(field.value, tuple)
    assert [inner.value for inner in field.value] == [1, 2]
    (negative,) = dissect(schema.User(id=-1).SerializeToString(), message="User")
    assert negative.value == -1


def test_text_that_is_no_utf8_is_shown_as_bytes() -> None:
    (field,) = dissect(b"\x1a\x02\xff\xfe", message="WebcastChatMessage")
    assert (field.name, field.value) == ("content", b"\xff\xfe")


def test_nesting_without_end_stops_somewhere() -> None:
    data = b""
    for _ in range(200):
        data = b"\x0a" + _varint(len(data)) + data
    assert dissect(data)


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])


@given(st.binary(max_size=200), st.sampled_from(["", "WebcastChatMessage", "WebcastGiftMessage", "User"]))
def test_no_bytes_make_it_raise(data: bytes, message: str) -> None:
    dissect(data, message=message)


def test_the_schema_says_what_it_knows() -> None:
    assert in_schema("WebcastChatMessage")
    assert not in_schema("WebcastNewMessage")
    assert not in_schema("not a name")
