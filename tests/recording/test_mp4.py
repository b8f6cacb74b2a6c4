"""MP4s that are whole, and those that are not."""

from pathlib import Path

import pytest

from tikcast.recording.mp4 import is_whole


def box(kind: bytes, size: int = 8) -> bytes:
    return (8 + size).to_bytes(4, "big") + kind + bytes(size)


def long_box(kind: bytes, size: int = 8) -> bytes:
    return (1).to_bytes(4, "big") + kind + (16 + size).to_bytes(8, "big") + bytes(size)


WHOLE = box(b"ftyp") + box(b"moov") + long_box(b"mdat")


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (WHOLE, True),
        (box(b"mdat") + box(b"moov"), True),
        (WHOLE[:-1], False),
        (WHOLE + b"more", False),
        (box(b"ftyp") + box(b"mdat"), False),
        (bytes(100), False),
        (b"", False),
    ],
)
def test_an_mp4_is_whole_when_its_boxes_fill_it(tmp_path: Path, data: bytes, whole: bool) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(data)
    assert is_whole(path) is whole
