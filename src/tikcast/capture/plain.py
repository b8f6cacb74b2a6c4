"""Plain frame files: repeated [u32 little-endian length][WebcastPushFrame]."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from tikcast.capture.format import read_up_to
from tikcast.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainFrame:
    """One frame, and the position of its length in the file."""

    offset: int
    data: bytes


def read_frames(file: BinaryIO, *, name: str) -> Iterator[PlainFrame]:
    """Read one frame after the other.

    Raises `CaptureError` with the offset of a truncated frame, after the complete frames before it. A
    length beyond the end of the file costs no memory.
    """
    offset = 0
    while head := file.read(_LENGTH.size):
        if len(head) < _LENGTH.size:
            raise _cut(name, f"the file ends after {len(head)} of a length's 4 bytes", offset=offset)
        (length,) = _LENGTH.unpack(head)
        data = read_up_to(file, length)
        if len(data) < length:
            raise _cut(name, f"a frame of {length} bytes starts there, {len(data)} are left", offset=offset)
        yield PlainFrame(offset=offset, data=data)
        offset += _LENGTH.size + length
    if not offset:
        raise CaptureError(name, "it is empty", offset=0, advice="give a file with frames in it")


def _cut(name: str, reason: str, *, offset: int) -> CaptureError:
    if offset:
        advice = "copy the file from its source again to get the rest; the frames before it are complete"
    else:
        advice = "give a file of frames, each after its length as 4 little-endian bytes"
    return CaptureError(name, reason, offset=offset, advice=advice)
