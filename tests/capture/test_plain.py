"""Files of plain frames."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room_server import plain_file
from tikcast.capture.plain import PlainFrame, read_frames
from tikcast.errors import CaptureError


def read(data: bytes) -> tuple[list[PlainFrame], CaptureError | None]:
    frames: list[PlainFrame] = []
    try:
        frames.extend(read_frames(BytesIO(data), name="x.frames"))
    except CaptureError as error:
        return frames, error
    return frames, None


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=8))
def test_what_was_written_is_read(frames: list[bytes]) -> None:
    found, error = read(plain_file(*frames))
    assert error is None
    assert [frame.data for frame in found] == frames
    offsets = [sum(4 + len(frame) for frame in frames[:at]) for at in range(len(frames))]
    assert [frame.offset for frame in found] == offsets


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5), st.data())
def test_a_cut_file_gives_its_whole_frames_and_the_byte_of_the_cut_one(
    frames: list[bytes], data: st.DataObject
) -> None:
    whole = plain_file(*frames)
    cut = data.draw(st.integers(1, len(whole) - 1))
    ends = [0]
    for frame in frames:
        ends.append(ends[-1] + 4 + len(frame))
    found, error = read(whole[:cut])
    before = max(end for end in ends if end <= cut)
    assert [frame.data for frame in found] == frames[: ends.index(before)]
    assert (error is None) == (cut == before)
    if error is not None:
        assert error.offset == before
        assert f"from byte {before} on" in str(error)


def test_a_length_of_four_gigabytes_costs_no_memory() -> None:
    found, error = read(struct.pack("<I", 2**32 - 1) + b"short")
    assert found == []
    assert error is not None
    assert "a frame of 4294967295 bytes starts there, 5 are left" in str(error)
    assert "little-endian" in error.advice


def test_an_empty_file_is_reported() -> None:
    with pytest.raises(CaptureError, match="it is empty"):
        list(read_frames(BytesIO(b""), name="x.frames"))
