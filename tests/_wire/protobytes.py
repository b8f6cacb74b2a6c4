"""Protobuf's wire format read and written by hand: a second opinion that shares no code with the decoder."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One field as it stands: `whole` with its tag, `body` what follows tag (and length)."""

    number: int
    kind: int
    whole: bytes
    body: bytes


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def pieces(data: bytes) -> list[Piece]:
    """The fields of a sound message, in its order."""
    out, at = [], 0
    while at < len(data):
        start = at
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind == 2:
            size, at = read_varint(data, at)
        elif kind == 0:
            size = read_varint(data, at)[1] - at
        else:
            size = {1: 8, 5: 4}[kind]
        end = at + size
        assert end <= len(data)
        out.append(Piece(number=tag >> 3, kind=kind, whole=data[start:end], body=data[at:end]))
        at = end
    return out


def field(number: int, value: bytes | str | int) -> bytes:
    """A field of bytes, text or a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value & 0xFFFF_FFFF_FFFF_FFFF)
    body = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(body)) + body


def replaced(data: bytes, number: int, value: bytes | str | int) -> bytes:
    """A message with every field of this number replaced by one at the first one's place."""
    out, done = b"", False
    for piece in pieces(data):
        if piece.number != number:
            out += piece.whole
        elif not done:
            out, done = out + field(number, value), True
    assert done
    return out


def within(data: bytes, *path: int) -> bytes:
    """The bytes of a nested field, by the numbers that lead there."""
    for number in path:
        data = next(piece.body for piece in pieces(data) if piece.number == number)
    return data
