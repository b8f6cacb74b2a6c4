"""The protobuf wire format: tags and fields without a schema, for messages that are broken or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tikcast._proto.varint import BrokenWireError, encode_varint, varint

__all__ = [
    "BYTES",
    "FIXED32",
    "FIXED64",
    "GROUP_START",
    "LARGEST_NUMBER",
    "VARINT",
    "BrokenWireError",
    "RawField",
    "encode_bytes",
    "encode_field",
    "encode_varint",
    "fields",
    "numbers",
    "varint",
]

VARINT, FIXED64, BYTES, GROUP_START, GROUP_END, FIXED32 = range(6)
DEEPEST_GROUP = 32
LARGEST_NUMBER = (1 << 29) - 1


class RawField(NamedTuple):
    """One field as it is in the bytes: `value` is an int for numbers, and bytes for everything else, groups too.

    `start` is where its tag begins, `end` where the next field begins. `cut` says that the bytes ended before the
    value did; `value` is then the part that was there.
    """

    number: int
    kind: int
    value: int | bytes
    start: int
    end: int
    cut: bool = False


def encode_bytes(number: int, value: bytes) -> bytes:
    """A field of bytes with its tag and length."""
    return encode_varint(number << 3 | BYTES) + encode_varint(len(value)) + value


def encode_field(field: RawField) -> bytes:
    """A field in its shortest form, as a strict parser takes it; not for groups."""
    if isinstance(field.value, bytes):
        return encode_bytes(field.number, field.value)
    tag = encode_varint(field.number << 3 | field.kind)
    if field.kind == VARINT:
        return tag + encode_varint(field.value)
    return tag + field.value.to_bytes(4 if field.kind == FIXED32 else 8, "little")


def numbers(data: bytes, *, kind: int) -> Iterator[int]:
    """The numbers of a packed field; BrokenWireError at the first byte that does not begin a number."""
    position, size = 0, 4 if kind == FIXED32 else 8
    while position < len(data):
        if kind == VARINT:
            value, position = varint(data, position)
        elif position + size <= len(data):
            value = int.from_bytes(data[position : position + size], "little")
            position += size
        else:
            raise BrokenWireError("the end inside a number", position=position)
        yield value


def fields(data: bytes, position: int = 0) -> Iterator[RawField]:
    """The fields in their order; BrokenWireError at the first byte that does not begin a field."""
    while position < len(data):
        field = _field(data, position)
        yield field
        position = field.end


def _field(data: bytes, start: int) -> RawField:
    tag, position = varint(data, start)
    number, kind = tag >> 3, tag & 7
    if not 0 < number <= LARGEST_NUMBER:
        raise BrokenWireError(f"field number {number}", position=start)
    if kind == VARINT:
        value, position = varint(data, position)
        return RawField(number, kind, value, start, position)
    if kind == BYTES:
        return _bytes_field(data, number=number, start=start, position=position)
    if kind in (FIXED32, FIXED64):
        end = position + (4 if kind == FIXED32 else 8)
        if end > len(data):
            raise BrokenWireError("the end inside a number", position=position)
        return RawField(number, kind, int.from_bytes(data[position:end], "little"), start, end)
    if kind == GROUP_START:
        inside, end = _group_end(data, position=position, number=number)
        return RawField(number, kind, data[position:inside], start, end)
    raise BrokenWireError(f"wire type {kind}", position=start)


def _bytes_field(data: bytes, *, number: int, start: int, position: int) -> RawField:
    size, position = varint(data, position)
    end = position + size
    cut = end > len(data)
    return RawField(number, BYTES, data[position:end], start, len(data) if cut else end, cut)


def _group_end(data: bytes, *, position: int, number: int) -> tuple[int, int]:
    """Where the fields of a group end, and where the group ends, with the groups inside it."""
    open_groups, inside = [number], position
    while open_groups:
        inside = position
        tag, after = varint(data, position)
        if tag & 7 == GROUP_END:
            if tag >> 3 != open_groups.pop():
                raise BrokenWireError("the end of another group", position=position)
            position = after
        elif tag & 7 == GROUP_START:
            open_groups.append(tag >> 3)
            position = after
            if len(open_groups) > DEEPEST_GROUP:
                raise BrokenWireError("groups too deep", position=position)
        else:
            field = _field(data, position)
            if field.cut:
                raise BrokenWireError("the end inside a group", position=position)
            position = field.end
    return inside, position
