"""Protobuf without a schema: raw fields, and messages with reordered fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tikcast._wire.protobuf.wire import GROUP_START, RawField, encode_bytes, encode_varint
from tikcast._wire.protobuf.wire import fields as raw_fields


def field(number: int, value: int | bytes) -> bytes:
    """One field: a varint, or bytes with their length."""
    if isinstance(value, int):
        return encode_varint(number << 3) + encode_varint(value)
    return encode_bytes(number, value)


def fields(payload: bytes) -> Iterator[RawField]:
    """The top-level fields in their order. Raises `ValueError` for bytes that are not a message."""
    for entry in raw_fields(payload):
        if entry.cut or entry.kind == GROUP_START:
            raise ValueError("cut off in a field" if entry.cut else "a group")
        yield entry


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
