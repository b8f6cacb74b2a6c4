"""Saving what can be saved of a message that does not parse: one broken field must not cost the others.

The bytes are walked with the full schema; strings that are not UTF-8 are repaired, what does not fit is left
out, and each such place is told in a note. The result is bytes that parse.
"""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tikcast._proto import schema
from tikcast._wire.wire import BYTES, FIXED32, FIXED64, VARINT, BrokenWireError, WireField, encode_bytes, fields

LARGEST = 4 * 1024 * 1024
MOST_FIELDS = 100_000
MOST_NOTES = 16
DEEPEST = 64

_F = FieldDescriptor
_FIXED64 = frozenset({_F.TYPE_DOUBLE, _F.TYPE_FIXED64, _F.TYPE_SFIXED64})
_FIXED32 = frozenset({_F.TYPE_FLOAT, _F.TYPE_FIXED32, _F.TYPE_SFIXED32})
_LENGTH = frozenset({_F.TYPE_STRING, _F.TYPE_BYTES, _F.TYPE_MESSAGE})


def repair(name: str, data: bytes | bytearray) -> tuple[bytes, tuple[str, ...]]:
    """Bytes that parse as the schema message `name`, and a note on each place where they differ from `data`.

    Empty bytes when nothing of the message is left. Bounded: messages over LARGEST bytes are not tried.
    """
    if len(data) > LARGEST:
        return b"", (f"{len(data)} bytes are too many to salvage",)
    data = bytes(data)
    walk = _Walk()
    kept, known = walk.message(getattr(schema, name).DESCRIPTOR, data=data, path="", depth=0)
    return (kept if known else b""), tuple(walk.notes)


class _Walk:
    """One repair: its notes and how many fields it may still look at."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._left = MOST_FIELDS

    def note(self, path: str, *, what: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"{path or 'message'}: {what}")

    def message(self, descriptor: Descriptor, *, data: bytes, path: str, depth: int) -> tuple[bytes, int]:
        """What is left of a message, and how many known fields that is."""
        kept: list[bytes] = []
        known = 0
        table = descriptor.fields_by_number
        try:
            for item in fields(data):
                self._left -= 1
                if self._left < 0 or depth > DEEPEST:
                    self.note(path, what="too much to salvage, the rest is left out")
                    break
                field = table.get(item.number)
                if field is None:
                    if item.cut:
                        self.note(_join(path, f"field {item.number}"), what="cut short, left out")
                    continue
                piece = self._field(field, item=item, data=data, path=_join(path, field.name), depth=depth)
                if piece is not None:
                    kept.append(piece)
                    known += 1
        except BrokenWireError as error:
            self.note(path, what=f"{error}, the rest is left out")
        return b"".join(kept), known

    def _field(self, field: FieldDescriptor, *, item: WireField, data: bytes, path: str, depth: int) -> bytes | None:
        """The field as it may stay, None when it must go."""
        if not _fits(field, item.kind):
            self.note(path, what="of another wire type, left out")
            return None
        if field.message_type is not None and isinstance(item.value, bytes):
            return self._inner(field.message_type, item=item, path=path, depth=depth)
        if item.cut:
            self.note(path, what="cut short, left out")
            return None
        if field.type == _F.TYPE_STRING and isinstance(item.value, bytes):
            return self._string(item, path=path, whole=data)
        return data[item.start : item.end]

    def _inner(self, inner: Descriptor, *, item: WireField, path: str, depth: int) -> bytes | None:
        value = item.value if isinstance(item.value, bytes) else b""
        if item.cut:
            self.note(path, what="cut short")
        kept, known = self.message(inner, data=value, path=path, depth=depth + 1)
        if value and not known:
            self.note(path, what=f"not readable as {inner.name}, left out")
            return None
        return encode_bytes(item.number, kept)

    def _string(self, item: WireField, *, path: str, whole: bytes) -> bytes:
        value = item.value if isinstance(item.value, bytes) else b""
        try:
            value.decode()
        except UnicodeDecodeError:
            self.note(path, what="not UTF-8, repaired")
            return encode_bytes(item.number, value.decode(errors="replace").encode())
        return whole[item.start : item.end]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _fits(field: FieldDescriptor, kind: int) -> bool:
    if kind == BYTES:
        return field.type in _LENGTH or field.default_value == []
    if kind == VARINT:
        return field.type not in _LENGTH and field.type not in _FIXED32 | _FIXED64
    return (kind == FIXED32 and field.type in _FIXED32) or (kind == FIXED64 and field.type in _FIXED64)
