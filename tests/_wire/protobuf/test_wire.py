"""Fields as they stand in the bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.protobytes import field, pieces
from tests._wire.protobytes import varint as written
from tests._wire.session.test_gifts import runs
from tests.shared_data import RealMessage
from tikcast._wire.protobuf.wire import (
    BYTES,
    FIXED32,
    FIXED64,
    GROUP_START,
    VARINT,
    BrokenWireError,
    encode_field,
    encode_varint,
    fields,
    varint,
)


def test_real_messages_are_split_as_by_hand(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        ours = [(item.number, item.kind, message.payload[item.start : item.end]) for item in fields(message.payload)]
        assert ours == [(piece.number, piece.kind, piece.whole) for piece in pieces(message.payload)], message.id


def test_real_fields_are_written_as_they_came(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        assert b"".join(encode_field(item) for item in fields(message.payload)) == message.payload


def test_numbers_and_bytes_are_read() -> None:
    data = field(1, 300) + field(2, b"ab") + b"\x1d\x01\x00\x00\x00" + b"\x21" + bytes(7) + b"\x01"
    items = list(fields(data))
    assert [(item.number, item.kind) for item in items] == [(1, VARINT), (2, BYTES), (3, FIXED32), (4, FIXED64)]
    assert [item.value for item in items] == [300, b"ab", 1, 1 << 56]
    assert [encode_field(item) for item in items] == [data[item.start : item.end] for item in items]


def test_groups_of_the_old_form_are_read_whole() -> None:
    group = b"\x0b" + field(2, 1) + b"\x13" + b"\x14" + b"\x0c"
    (item, after) = fields(group + field(5, 9))
    assert (item.number, item.kind, item.end) == (1, GROUP_START, len(group))
    assert after.value == 9


def test_a_cut_field_of_bytes_tells_what_there_was() -> None:
    (item,) = fields(field(2, b"abcdef")[:-2])
    assert (item.value, item.cut) == (b"abcd", True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00", "field number 0"),
        (b"\x07", "field number 0"),
        (b"\x0f", "wire type 7"),
        (b"\x0e", "wire type 6"),
        (b"\x0c", "wire type 4"),
        (b"\x08", "does not end"),
        (b"\x08\xff\xff", "does not end"),
        (b"\x08" + b"\xff" * 11, "does not end"),
        (b"\xff", "does not end"),
        (b"\x0d\x01\x02", "end inside a number"),
        (b"\x09\x01", "end inside a number"),
        (b"\x0b\x14", "end of another group"),
        (b"\x0b", "does not end"),
        (b"\x0b\x12\x05a", "end inside a group"),
        (b"\x0b" * 50, "too deep"),
        (b"\x12", "does not end"),
        (written(1 << 32) + b"\x00", "field number"),
    ],
)
def test_what_is_no_field_is_told_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(BrokenWireError, match=words) as caught:
        list(fields(field(1, 5) + data))
    assert caught.value.position >= 2


@settings(runs)
@given(st.binary(max_size=60))
def test_any_bytes_are_fields_up_to_a_place(data: bytes) -> None:
    end, stopped = 0, len(data)
    try:
        for item in fields(data):
            assert item.start == end
            end = item.end
    except BrokenWireError as error:
        stopped = error.position
    assert end <= stopped <= len(data)


@settings(runs)
@given(st.integers(0, 2**64 - 1))
def test_every_number_is_read_as_it_was_written(number: int) -> None:
    assert encode_varint(number) == written(number)
    assert varint(written(number), 0) == (number, len(written(number)))
