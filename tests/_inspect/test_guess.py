"""What bytes look like that no schema explains."""

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._wire.protobytes import field, pieces, varint
from tests.shared_data import RealMessage
from tikcast._inspect import guess
from tikcast._inspect.dissect import dissect
from tikcast.wire import WireField


def looks(data: bytes) -> str:
    """The guessed type of a field with these bytes."""
    (found,) = dissect(field(5, data))
    return found.type


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, ""),
        (1, ""),
        (150, ""),
        (1_775_541_449, "seconds?"),
        (1_775_541_449_605, "milliseconds?"),
        (1_775_541_449_605_123, "microseconds?"),
        (7_312_006_313_936_450_716, "id?"),
        (2**62, ""),
    ],
)
def test_times_and_ids_are_told_from_other_numbers(number: int, kind: str) -> None:
    assert guess.number(number) == (number, kind)


def test_a_number_past_63_bits_is_a_negative_one() -> None:
    assert guess.number(2**64 - 5) == (-5, "int64?")


@pytest.mark.parametrize("value", [3.14, -2.5, 1e9, 0.001])
def test_fixed_bytes_that_make_an_everyday_float_are_one(value: float) -> None:
    assert guess.fixed(int.from_bytes(struct.pack("<d", value), "little"), size=8) == (value, "double?")
    read, kind = guess.fixed(int.from_bytes(struct.pack("<f", value), "little"), size=4)
    assert read == pytest.approx(value)
    assert kind == "float?"


@pytest.mark.parametrize("number", [0, 1, 1_775_541_449_605, 2**63])
def test_fixed_bytes_that_make_none_stay_a_number(number: int) -> None:
    assert guess.fixed(number, size=8) == (number, "")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "string?"),
        (b"hello", "string?"),
        ("Ana 🌸 \u200d пример\n\t例".encode(), "string?"),
        (b'{"a": 1}', "string?"),
        (b"hi", "string?"),
        (field(1, 7) + field(2, "text"), "message?"),
        (field(1, "a text alone in field 1 which needs no other sign at all"), "message?"),
        (field(4, "#80FF367F"), "message?"),
        (field(1, field(1, field(1, 1))), "message?"),
        (bytes([1, 2, 3, 4]), "packed?"),
        (b"".join(varint(7_312_006_313_936_450_716 + at) for at in range(5)), "packed?"),
        (gzip.compress(b"x"), "gzip?"),
        (b"\xff\xfe\xfd", "bytes?"),
        (bytes.fromhex("8f3a1cc0917de2b4a55a0ff1c3d4e5f6"), "bytes?"),
        (b"\x00", "bytes?"),
    ],
)
def test_bytes_are_known_by_their_looks(data: bytes, kind: str) -> None:
    assert looks(data) == kind


def test_packed_numbers_are_shown_as_numbers() -> None:
    (found,) = dissect(field(5, bytes([1, 2, 3])))
    assert found.value == tuple(WireField(number=0, wire="varint", value=value) for value in (1, 2, 3))


def test_the_texts_and_messages_in_real_payloads_are_known_for_what_they_are(real_messages: list[RealMessage]) -> None:
    right = wrong = 0
    for message in real_messages:
        for found in dissect(message.payload):
            known = {"WebcastInRoomBannerMessage"}
            if found.wire == "bytes" and found.number == 1 and message.method not in known:
                right += found.type in {"Common?", "message?"}
                wrong += found.type not in {"Common?", "message?"}
    assert right > 700
    assert wrong < right / 50


@given(st.binary(max_size=200))
def test_no_bytes_make_a_guess_raise(data: bytes) -> None:
    for look in (guess.text, guess.is_message, guess.is_message_though_text, guess.packed, guess.is_gzip):
        look(data)


@given(st.binary(min_size=1, max_size=80))
def test_what_is_taken_for_a_message_is_one(data: bytes) -> None:
    if guess.is_message(data):
        assert b"".join(piece.whole for piece in pieces(data)) == data
