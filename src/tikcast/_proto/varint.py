"""Varints, the variable-length numbers of the protobuf wire format: 7 bits a byte, the lowest first.

This is the only reader of them in Python: the descriptor sets are split with it, and the decoder reads broken and
unknown messages with it.
"""

from __future__ import annotations

LONGEST_VARINT = 10


class BrokenWireError(ValueError):
    """The bytes are not protobuf from `position` on."""

    def __init__(self, reason: str, *, position: int) -> None:
        super().__init__(f"{reason} at byte {position}")
        self.position = position


def varint(data: bytes, position: int) -> tuple[int, int]:
    """The varint at a position and the position after it; BrokenWireError when there is none."""
    value = shift = 0
    for index in range(position, min(position + LONGEST_VARINT, len(data))):
        byte = data[index]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, index + 1
        shift += 7
    raise BrokenWireError("a number that does not end", position=position)


def encode_varint(value: int) -> bytes:
    """A non-negative number as a varint."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
