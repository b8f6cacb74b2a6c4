"""The capture format: what was written is read, and damage is told where it stands."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import REPO
from tikcast.capture.format import (
    CaptureReader,
    CaptureRecord,
    Header,
    Kind,
    encode_header,
    encode_record,
    is_capture,
)
from tikcast.errors import CaptureError

RECORDS = st.lists(
    st.builds(
        CaptureRecord,
        kind=st.integers(0, 255),
        connection=st.integers(0, 2**32 - 1),
        at_us=st.integers(0, 2**64 - 1),
        data=st.binary(max_size=40),
    ),
    max_size=8,
)
HEADER = Header(program="tikcast 1.2", started_at_us=1_700_000_000_000_000)


def written(*records: CaptureRecord) -> bytes:
    return encode_header(HEADER) + b"".join(encode_record(record) for record in records)


def read(data: bytes) -> tuple[list[CaptureRecord], CaptureError | None]:
    records: list[CaptureRecord] = []
    try:
        records.extend(CaptureReader(BytesIO(data), name="x.cap"))
    except CaptureError as error:
        return records, error
    return records, None


@given(RECORDS, st.text(max_size=20), st.integers(0, 2**63))
def test_what_was_written_is_read(records: list[CaptureRecord], program: str, started_at_us: int) -> None:
    header = Header(program=program, started_at_us=started_at_us)
    data = encode_header(header) + b"".join(encode_record(record) for record in records)
    reader = CaptureReader(BytesIO(data), name="x.cap")
    found = list(reader)
    assert reader.header == header
    assert found == records
    for record in found:
        assert data[record.offset :].startswith(encode_record(record))


@given(RECORDS, st.data())
def test_a_file_cut_anywhere_gives_its_whole_records_and_the_byte_of_the_cut_one(
    records: list[CaptureRecord], data: st.DataObject
) -> None:
    whole = written(*records)
    cut = data.draw(st.integers(0, len(whole)))
    start = len(written())
    ends = [start]
    for record in records:
        ends.append(ends[-1] + len(encode_record(record)))
    found, error = read(whole[:cut])
    before = max((end for end in ends if end <= cut), default=0)
    assert found == records[: ends.index(before)] if before else found == []
    assert (error is None) == (cut == before != 0)
    if error is not None:
        assert error.offset == before
        assert f"from byte {before} on" in str(error)


@given(RECORDS.filter(bool), st.data())
def test_a_damaged_record_is_told_and_those_before_it_are_read(
    records: list[CaptureRecord], data: st.DataObject
) -> None:
    whole = bytearray(written(*records))
    victim = data.draw(st.integers(0, len(records) - 1))
    start = len(written(*records[:victim]))
    at = data.draw(st.integers(start, start + len(encode_record(records[victim])) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    found, error = read(bytes(whole))
    assert found == records[:victim]
    assert error is not None
    assert error.offset == start


@given(st.binary(max_size=60), st.booleans())
def test_no_bytes_raise_anything_else(data: bytes, with_header: bool) -> None:
    read(written() + data if with_header else data)


def test_the_layout_is_the_documented_one() -> None:
    record = CaptureRecord(kind=Kind.SENT, connection=2, at_us=3, data=b"abc")
    assert written().startswith(b"\x89TIKCAP\n" + struct.pack("<HI", 1, len(written()) - 14))
    assert encode_record(record)[:8] == struct.pack("<I", 3) + encode_record(record)[4:8]
    assert encode_record(record)[8:] == bytes([3]) + struct.pack("<IQ", 2, 3) + b"abc"


def test_the_document_of_the_format_names_every_kind() -> None:
    document = (REPO / "docs" / "observability.md").read_text(encoding="utf-8")
    for kind in Kind:
        assert f"| {kind.value} | {kind.name.lower()} |" in document


def test_a_length_of_four_gigabytes_costs_no_memory() -> None:
    found, error = read(written() + struct.pack("<IIBIQ", 2**32 - 1, 0, 2, 1, 1) + b"short")
    assert found == []
    assert error is not None
    assert "a record of 4294967295 bytes starts there, 5 are left" in str(error)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is not a capture file"),
        (struct.pack("<I", 20) + bytes(20), "it is not a capture file"),
        (b"\x89TIKCAP\n\x01", "the file ends in its header"),
        (b"\x89TIKCAP\n" + struct.pack("<HI", 1, 2**32 - 1), "the file ends in its header"),
        (b"\x89TIKCAP\n" + struct.pack("<HI", 2, 2) + b"{}", "its format has version 2; install a newer tikcast"),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(CaptureError, match=reason):
        CaptureReader(BytesIO(data), name="x.cap")


def test_a_capture_is_known_by_its_first_eight_bytes() -> None:
    assert is_capture(written()[:8])
    assert not is_capture(struct.pack("<I", 2**31))


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff", b"[" * 5000, b'{"a": 1'])
def test_facts_that_cannot_be_read_are_none(data: bytes) -> None:
    assert CaptureRecord(kind=Kind.OPENED, at_us=0, data=data).facts == {}
    strange = b"\x89TIKCAP\n" + struct.pack("<HI", 1, len(data)) + data
    assert CaptureReader(BytesIO(strange), name="x.cap").header == Header()
