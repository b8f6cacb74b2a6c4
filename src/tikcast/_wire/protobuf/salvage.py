"""Repair of a message that does not parse: one broken field must not cost the others.

The fields are read with the full schema. Strings that are not UTF-8 are repaired, fields that do not fit are left
out, and there is a note on each such place. The result is bytes that parse.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from tikcast._proto import schema
from tikcast._wire.protobuf.wire import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    BrokenWireError,
    RawField,
    encode_bytes,
    encode_field,
    fields,
    varint,
)

LARGEST = 4 * 1024 * 1024
MOST_FIELDS = 100_000
MOST_NOTES = 16
DEEPEST = 64

_F = FieldDescriptor
_FIXED64 = frozenset({_F.TYPE_DOUBLE, _F.TYPE_FIXED64, _F.TYPE_SFIXED64})
_FIXED32 = frozenset({_F.TYPE_FLOAT, _F.TYPE_FIXED32, _F.TYPE_SFIXED32})
_LENGTH = frozenset({_F.TYPE_STRING, _F.TYPE_BYTES, _F.TYPE_MESSAGE})


class RepairBudget(msgspec.Struct, gc=False):
    """How many fields may still be read: one budget for all messages of a frame, so that no frame takes long."""

    left: int = MOST_FIELDS


def misplaced(message: Message, among: Container[int] | None = None) -> bool:
    """Whether a field of the schema came with another wire type; the parser silently treats it as an unknown field.

    `among` are the numbers of the fields that count, by default all fields of the message.
    """
    unknown = UnknownFieldSet(message)
    if not unknown:
        return False
    ours = message.DESCRIPTOR.fields_by_number if among is None else among
    return any(unknown[index].field_number in ours for index in range(len(unknown)))


def repair(name: str, data: bytes | bytearray, *, budget: RepairBudget | None = None) -> tuple[bytes, tuple[str, ...]]:
    """Bytes that parse as the schema message `name`, and a note on each place where they differ from `data`.

    Empty bytes when nothing of the message is left. Messages over LARGEST bytes are not repaired, and none when the
    budget is used up.
    """
    if len(data) > LARGEST:
        return b"", (f"{len(data)} bytes are too many to salvage",)
    data = bytes(data)
    walk = _Walk(budget or RepairBudget())
    kept = walk.message(getattr(schema, name).DESCRIPTOR, data=data, path="", depth=0)
    return kept or b"", tuple(walk.notes)


class _Walk:
    """One repair and its notes."""

    def __init__(self, budget: RepairBudget) -> None:
        self.notes: list[str] = []
        self._budget = budget

    def note(self, path: str, *, what: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"{path or 'message'}: {what}")

    def message(self, descriptor: Descriptor, *, data: bytes, path: str, depth: int) -> bytes | None:
        """The parts of a message that fit, None when it is broken and no part fits."""
        kept: list[bytes] = []
        broken = False
        table = descriptor.fields_by_number
        try:
            for item in fields(data):
                self._budget.left -= 1
                if self._budget.left < 0 or depth > DEEPEST:
                    self.note(path, what="too much to salvage, the rest is left out")
                    broken = True
                    break
                field = table.get(item.number)
                if field is None:
                    if item.cut:
                        self.note(_join(path, f"field {item.number}"), what="cut short, left out")
                        broken = True
                    continue
                piece = self._field(field, item=item, path=_join(path, field.name), depth=depth)
                if piece is None:
                    broken = True
                else:
                    kept.append(piece)
        except BrokenWireError as error:
            self.note(path, what=f"{error}, the rest is left out")
            broken = True
        return b"".join(kept) if kept or not broken else None

    def _field(self, field: FieldDescriptor, *, item: RawField, path: str, depth: int) -> bytes | None:
        """The field, written again so that it parses; None when it must be left out."""
        if not _fits(field, item.kind):
            self.note(path, what="of another wire type, left out")
            return None
        if field.message_type is not None and isinstance(item.value, bytes):
            return self._inner(field.message_type, item=item, path=path, depth=depth)
        if item.cut:
            self.note(path, what="cut short, left out")
            return None
        if field.type == _F.TYPE_STRING and isinstance(item.value, bytes):
            return self._string(item, path=path)
        if item.kind == BYTES and field.type not in _LENGTH and not _holds_numbers(field, item.value):
            self.note(path, what="not readable as numbers, left out")
            return None
        return encode_field(item)

    def _inner(self, inner: Descriptor, *, item: RawField, path: str, depth: int) -> bytes | None:
        value = item.value if isinstance(item.value, bytes) else b""
        if item.cut:
            self.note(path, what="cut short")
        kept = self.message(inner, data=value, path=path, depth=depth + 1)
        if kept is None:
            self.note(path, what=f"not readable as {inner.name}, left out")
            return None
        return encode_bytes(item.number, kept)

    def _string(self, item: RawField, *, path: str) -> bytes:
        value = item.value if isinstance(item.value, bytes) else b""
        try:
            value.decode()
        except UnicodeDecodeError:
            self.note(path, what="not UTF-8, repaired")
            value = value.decode(errors="replace").encode()
        return encode_bytes(item.number, value)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _fits(field: FieldDescriptor, kind: int) -> bool:
    if kind == BYTES:
        return field.type in _LENGTH or field.default_value == []
    if kind == VARINT:
        return field.type not in _LENGTH and field.type not in _FIXED32 | _FIXED64
    return (kind == FIXED32 and field.type in _FIXED32) or (kind == FIXED64 and field.type in _FIXED64)


def _holds_numbers(field: FieldDescriptor, packed: int | bytes) -> bool:
    """Whether bytes can be the packed form of a repeated field's numbers."""
    if not isinstance(packed, bytes):
        return False
    if size := 8 if field.type in _FIXED64 else 4 if field.type in _FIXED32 else 0:
        return len(packed) % size == 0
    position = 0
    try:
        while position < len(packed):
            _, position = varint(packed, position)
    except BrokenWireError:
        return False
    return True
