"""Protobuf without a schema: raw fields, and messages with reordered fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Field(NamedTuple):
    """One field of a message: its number, its value (an int for a varint, else bytes), and its place."""

    number: int
    value: int | bytes
    start: int
    end: int


def varint(value: int) -> bytes:
    """A number as a varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value: int | bytes) -> bytes:
    """One field: a varint, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(payload: bytes) -> Iterator[Field]:
    """The top-level fields in their order. Raises `ValueError` for bytes that are not a message."""
    position = 0
    while position < len(payload):
        start = position
        key, position = _read_varint(payload, position)
        value, position = _read_value(payload, position, wire_type=key & 7)
        if position > len(payload) or key < 8:
            raise ValueError("cut off in a field")
        yield Field(key >> 3, value, start, position)


def replaced(payload: bytes, number: int, *, change: Callable[[int | bytes], int | bytes]) -> bytes:
    """The message with the value of a field changed, and every other byte as before."""
    parts = [
        field(number, change(entry.value)) if entry.number == number else payload[entry.start : entry.end]
        for entry in fields(payload)
    ]
    return b"".join(parts)


def rotated(payload: bytes, *, by: int) -> bytes:
    """The same message with its top-level fields rotated, as in one of ten messages of TikTok."""
    starts = [entry.start for entry in fields(payload)]
    if len(starts) < 2:
        return payload
    cut = starts[1 + by % (len(starts) - 1)]
    return payload[cut:] + payload[:cut]


def _read_value(payload: bytes, position: int, *, wire_type: int) -> tuple[int | bytes, int]:
    if wire_type == 0:
        return _read_varint(payload, position)
    if wire_type == 2:
        size, position = _read_varint(payload, position)
    elif wire_type in {1, 5}:
        size = 8 if wire_type == 1 else 4
    else:
        raise ValueError(f"wire type {wire_type}")
    return payload[position : position + size], position + size


def _read_varint(payload: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    for end, byte in enumerate(payload[position : position + 10], start=position + 1):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, end
        shift += 7
    raise ValueError("cut off in a number")
