"""Fields that are written and read without a schema, compared with protobuf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire_schema import parsed
from tikcast.simulator.messages.wire import field, fields, replaced, rotated

VALUES = st.one_of(st.integers(0, 2**63 - 1), st.binary(max_size=300))
MESSAGES = st.lists(st.tuples(st.integers(1, 2000), VALUES), max_size=8)


@given(MESSAGES)
def test_fields_are_read_as_they_were_written(parts: list[tuple[int, int | bytes]]) -> None:
    payload = b"".join(field(number, value) for number, value in parts)
    assert [(entry.number, entry.value) for entry in fields(payload)] == parts


@given(st.integers(0, 2**63 - 1), st.text(max_size=40))
def test_protobuf_reads_fields_that_are_written_without_a_schema(number: int, text: str) -> None:
    heard = parsed("Common", field(1, text.encode()) + field(2, number))
    assert (heard.method, heard.msg_id) == (text, number)


@given(MESSAGES, st.integers(0, 100))
def test_rotation_keeps_every_field(parts: list[tuple[int, int | bytes]], by: int) -> None:
    payload = b"".join(field(number, value) for number, value in parts)
    turned = rotated(payload, by=by)
    entries = [(entry.number, entry.value) for entry in fields(turned)]
    assert sorted(map(repr, entries)) == sorted(map(repr, parts))


def test_a_replaced_field_leaves_the_others_as_they_were() -> None:
    payload = field(1, b"a") + field(3, 5) + field(1, b"b")
    assert replaced(payload, 3, change=lambda _: 2**60) == field(1, b"a") + field(3, 2**60) + field(1, b"b")


@pytest.mark.parametrize("payload", [b"\x08", b"\x0a\x05ab", b"\x0f", b"\x00\x00", b"\x09\x01", b"\xff" * 12])
def test_bytes_that_are_cut_or_broken_are_an_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|wire type|the end inside|does not end|field number"):
        list(fields(payload))
