"""The size of H.264 pictures, read from parameters that x264 wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast.recording.h264 import h264_size

WRITTEN = [
    ("67640016acd9417051e5f011000003000100000300140f162d96", (360, 640)),
    ("67640028acd9404403c797c044000003000400000300503c60c658", (1080, 1920)),
    ("67640016acd940d83de6f011000003000100000300140f162d96", (854, 480)),
    ("6764001facd980b40a1b011000000300100000030140f18319a0", (720, 1280)),
    ("67f40016919b281485fc7cf80880000003008000000a078b16cb", (642, 362)),  # 4:4:4
    ("67640016acd940a063f3e022000003000200000300283e28532c", (640, 360)),  # interlaced
]


@pytest.mark.parametrize(("parameters", "size"), WRITTEN)
def test_the_size_is_that_of_the_pictures(parameters: str, size: tuple[int, int]) -> None:
    assert h264_size(bytes.fromhex(parameters)) == size


@given(st.binary(max_size=80))
def test_whatever_is_no_parameter_set_has_no_size_or_a_possible_one(data: bytes) -> None:
    width, height = h264_size(b"\x67" + data)
    assert 0 <= width < 65536
    assert 0 <= height < 65536
