"""Protobuf bytes taken apart down to the wire, known or not, with our schema's names beside them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from tikcast._proto import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

Wire = Literal["varint", "fixed64", "bytes", "group", "fixed32", "broken"]
Value: TypeAlias = "int | float | str | bytes | tuple[WireField, ...]"

_VARINT, _FIXED64, _BYTES, _GROUP, _END_GROUP, _FIXED32 = range(6)
_WIRES: Final[tuple[Wire, ...]] = ("varint", "fixed64", "bytes", "group", "broken", "fixed32")
_DEEPEST: Final = 32
_WORD: Final = 2**64

# The numbers that protobuf's descriptors give to types.
_TYPES: Final = (
    "", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string",
    "group", "message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64",
)  # fmt: skip
_VARINT_TYPES: Final = {
    "int64", "uint64", "int32", "bool", "uint32", "enum", "sint32", "sint64",
}  # fmt: skip
_FIXED: Final = {
    "double": "<d", "fixed64": "<Q", "sfixed64": "<q", "float": "<f", "fixed32": "<I", "sfixed32": "<i",
}  # fmt: skip


class WireField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field as it stands on the wire.

    `name` and `type` are our schema's, "" where it has none for this number; a `type` that ends
    with "?" is a guess. `value` is a number, a text, bytes, or the fields inside. A field with
    `wire="broken"` holds what cannot be read.
    """

    number: int
    wire: Wire
    value: Value
    name: str = ""
    type: str = ""


def dissect(data: bytes, *, message: str = "") -> tuple[WireField, ...]:
    """Every field of `data` in the order of the wire, read as the schema's `message` if named.

    Never raises: from the first unreadable byte on, the rest is one `broken` field.
    """
    return tuple(_fields(_Reader(data), _descriptor(message), depth=0))


def in_schema(message: str) -> bool:
    """Whether the schema has a message of this name."""
    return _descriptor(message) is not None


class _Broken(Exception):  # noqa: N818 - it ends a loop and never leaves this module
    """The bytes end or make no sense here."""


class _Reader:
    """A position in bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def more(self) -> bool:
        return self.at < len(self.data)

    def varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value % _WORD
        raise _Broken

    def take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise _Broken
        self.at += size
        return piece


def _descriptor(message: str) -> Descriptor | None:
    found = getattr(schema, message, None) if message.isidentifier() else None
    descriptor: Descriptor | None = getattr(found, "DESCRIPTOR", None)
    return descriptor


def _fields(reader: _Reader, known: Descriptor | None, *, depth: int) -> Iterator[WireField]:
    while reader.more:
        start = reader.at
        try:
            tag = reader.varint()
            if tag & 7 == _END_GROUP and depth:
                return
            yield _field(reader, tag, known=known, depth=depth)
        except _Broken:
            reader.at = len(reader.data)
            yield WireField(number=0, wire="broken", value=reader.data[start:])


def _field(reader: _Reader, tag: int, *, known: Descriptor | None, depth: int) -> WireField:
    number, wire = tag >> 3, tag & 7
    if not number or depth > _DEEPEST:
        raise _Broken
    field = known.fields_by_number.get(number) if known else None
    value, kind = _value(reader, wire, field=field, depth=depth)
    name = field.name if field else ""
    return WireField(number=number, wire=_WIRES[wire], value=value, name=name, type=kind)


def _value(reader: _Reader, wire: int, *, field: FieldDescriptor | None, depth: int) -> tuple[Value, str]:
    """Read the value of a field and tell its type, "" when the schema says something else."""
    if wire == _VARINT:
        return _varint(reader.varint(), field)
    if wire in {_FIXED64, _FIXED32}:
        return _fixed(reader, field, size=8 if wire == _FIXED64 else 4)
    if wire == _BYTES:
        return _sized(reader.take(reader.varint()), field, depth=depth + 1)
    if wire == _GROUP:
        return tuple(_fields(reader, None, depth=depth + 1)), "group"
    raise _Broken


def _kind(field: FieldDescriptor | None) -> str:
    return _TYPES[field.type] if field else ""


def _varint(value: int, field: FieldDescriptor | None) -> tuple[int, str]:
    kind = _kind(field)
    if kind in {"int32", "int64"}:
        return (value - _WORD if value >= _WORD // 2 else value), kind
    if kind in {"sint32", "sint64"}:
        return (value >> 1) ^ -(value & 1), kind
    if field is not None and kind == "enum" and field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return value, f"{field.enum_type.name}.{named.name}" if named else field.enum_type.name
    return value, kind if kind in _VARINT_TYPES else ""


def _fixed(reader: _Reader, field: FieldDescriptor | None, *, size: int) -> tuple[int | float, str]:
    kind = _kind(field)
    if _fixed_size(kind) != size:
        kind = ""
    default = "fixed64" if size == 8 else "fixed32"
    (value,) = struct.unpack(_FIXED[kind or default], reader.take(size))
    return value, kind


def _fixed_size(kind: str) -> int:
    return struct.calcsize(_FIXED[kind]) if kind in _FIXED else 0


def _sized(data: bytes, field: FieldDescriptor | None, *, depth: int) -> tuple[Value, str]:
    kind = _kind(field)
    if field is not None and kind == "message" and field.message_type is not None:
        known = field.message_type
        return tuple(_fields(_Reader(data), known, depth=depth)), known.name
    if kind == "string":
        text = _text(data)
        return data if text is None else text, kind
    if kind in _VARINT_TYPES or kind in _FIXED:
        return tuple(_packed(data, field)), f"packed {kind}"
    if kind == "bytes":
        return data, kind
    return _guess(data, depth)


def _packed(data: bytes, field: FieldDescriptor | None) -> Iterator[WireField]:
    """Read numbers that stand in one field without tags of their own."""
    reader, size, number = _Reader(data), _fixed_size(_kind(field)), field.number if field else 0
    wire: Wire = "varint" if not size else "fixed64" if size == 8 else "fixed32"
    while reader.more:
        start = reader.at
        try:
            read = _fixed(reader, field, size=size) if size else _varint(reader.varint(), field)
        except _Broken:
            yield WireField(number=0, wire="broken", value=data[start:])
            return
        yield WireField(number=number, wire=wire, value=read[0], type=read[1])


def _guess(data: bytes, depth: int) -> tuple[Value, str]:
    """Read bytes that no schema explains: as a text, else as a message, else as they are."""
    text = _text(data)
    if text is not None and all(mark.isprintable() or mark in "\n\t" for mark in text):
        return text, "string?"
    if depth <= _DEEPEST:
        inside = tuple(_fields(_Reader(data), None, depth=depth))
        if not any(field.wire == "broken" for field in inside):
            return inside, "message?"
    return data, "bytes?"


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
