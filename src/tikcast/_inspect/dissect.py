"""Protobuf bytes split into their fields, with the names of the schema for those that it knows."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tikcast._inspect import guess
from tikcast._proto import schema
from tikcast._wire.protobuf.wire import BYTES, FIXED32, FIXED64, VARINT, BrokenWireError, RawField, fields, numbers

Wire = Literal["varint", "fixed64", "bytes", "group", "fixed32", "broken"]
Value: TypeAlias = "int | float | str | bytes | tuple[WireField, ...]"
Fields: TypeAlias = "tuple[WireField, ...]"
# A value, its type, and a problem with it.
Reading = tuple[Value, str, str]

DEEPEST: Final = 64
MOST_FIELDS: Final = 100_000
_WORD: Final = 2**64
# The problem of a field that is not in the schema.
UNKNOWN: Final = "unknown field"
# The problem of a number that is not in the schema's enum.
NEW_VALUE: Final = "a value that ours does not have"
_HARMLESS: Final = frozenset({UNKNOWN, NEW_VALUE})
# Fields by which the head of a message is recognised.
_TELLING: Final = frozenset({"method", "msg_id", "room_id"})
_WIRES: Final[dict[int, Wire]] = {VARINT: "varint", FIXED64: "fixed64", BYTES: "bytes", FIXED32: "fixed32"}

# The types by the numbers that protobuf's descriptors give them.
_TYPES: Final = (
    "", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string",
    "group", "message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64",
)  # fmt: skip
_FIXED: Final = {
    "double": "<d", "fixed64": "<Q", "sfixed64": "<q", "float": "<f", "fixed32": "<I", "sfixed32": "<i",
}  # fmt: skip
_RANGES: Final = {"int32": (-(2**31), 2**31), "uint32": (0, 2**32), "sint32": (-(2**31), 2**31), "bool": (0, 2)}


class WireField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field as it is in the bytes.

    `name` and `type` are those of the schema, "" if the schema has no field with this number; a `type` that ends with
    "?" is a guess. `value` is a number, a text, bytes, or the fields inside. `problem` says how the bytes differ from
    the schema, "" if they do not. A field with `wire="broken"` contains the bytes that cannot be read.
    """

    number: int
    wire: Wire
    value: Value
    name: str = ""
    type: str = ""
    problem: str = ""


def dissect(data: bytes, *, message: str = "", closed: Collection[str] = ()) -> Fields:
    """Every field of `data` in the order of the bytes, read as the schema's `message` if one is given.

    Bytes that look like a text or a message are read as such, except in the schema's fields named in `closed`. Never
    raises: everything from the first unreadable byte on is one `broken` field.
    """
    return _Dissection(closed).message(data, _descriptor(message), depth=0)


class Difference(NamedTuple):
    """A field with a problem. `path` is its path from the top: names, or numbers for fields without a name.

    `holder` is the schema's message that contains the field, "" for the message at the top; `local` is the path from
    there.
    """

    path: str
    holder: str
    local: str
    field: WireField


def problems(fields: Fields) -> Iterator[Difference]:
    """The fields that differ from the schema, at any depth."""
    yield from _problems(fields, Difference("", "", "", WireField(number=0, wire="bytes", value=fields)))


def _problems(inside: Fields, above: Difference) -> Iterator[Difference]:
    for field in inside:
        step = field.name or str(field.number)
        path, local = f"{above.path}.{step}".lstrip("."), f"{above.local}.{step}".lstrip(".")
        here = Difference(path, above.holder, local, field)
        if field.problem:
            yield here
        if isinstance(field.value, tuple):
            known = bool(field.name) and field.type.isidentifier()
            yield from _problems(field.value, here._replace(holder=field.type, local="") if known else here)


def _descriptor(message: str) -> Descriptor | None:
    kind = getattr(schema, message, None) if message.isidentifier() else None
    descriptor: Descriptor | None = getattr(kind, "DESCRIPTOR", None)
    return descriptor


class _Dissection:
    """One run of `dissect`; it ends after MOST_FIELDS fields."""

    def __init__(self, closed: Collection[str]) -> None:
        self._left = MOST_FIELDS
        self._closed = closed

    def message(self, data: bytes, known: Descriptor | None, *, depth: int) -> Fields:
        """The fields of a message; `known` is its descriptor in the schema, None without one."""
        out: list[WireField] = []
        seen: set[int] = set()
        end = 0
        try:
            for raw in fields(data):
                self._left -= 1
                if self._left < 0:
                    raise BrokenWireError("more fields than are shown", position=raw.start)
                out.append(self._field(raw, known, depth=depth, again=raw.number in seen))
                seen.add(raw.number)
                end = raw.end
        except BrokenWireError as error:
            out.append(WireField(number=0, wire="broken", value=data[end:], problem=str(error)))
        return tuple(out)

    def _field(self, raw: RawField, known: Descriptor | None, *, depth: int, again: bool) -> WireField:
        field = known.fields_by_number.get(raw.number) if known is not None else None
        if field is None:
            value, kind = self._guessed(raw, depth=depth) if depth or known is not None else self._head(raw)
            problem = UNKNOWN if known is not None else ""
        else:
            value, kind, problem = self._known(raw, field, depth=depth)
            if again and not problem and field.default_value != []:
                problem = "comes again, the last one counts"
        return WireField(
            number=raw.number,
            wire=_WIRES.get(raw.kind, "group"),
            value=value,
            name=field.name if field is not None else "",
            type=kind,
            problem="cut short" if raw.cut else problem,
        )

    def _known(self, raw: RawField, field: FieldDescriptor, *, depth: int) -> Reading:
        """A field read with the schema, or with a guess where the schema does not fit."""
        data, wire = raw.value, _wire_of(field)
        if isinstance(data, int):
            return _number(data, field) if raw.kind == wire else (*_likely(raw), f"ours is {_ours(field)}")
        if raw.kind == BYTES and wire == BYTES:
            return self._bytes(data, field, depth=depth)
        if raw.kind == BYTES and field.default_value == []:
            return self._packed(data, field)
        return *self._guessed(raw, depth=depth), f"ours is {_ours(field)}"

    def _bytes(self, data: bytes, field: FieldDescriptor, *, depth: int) -> Reading:
        if field.message_type is not None:
            return self._message(data, field.message_type, depth=depth)
        if field.name in self._closed:
            return data, _TYPES[field.type], ""
        value, looks = self._look(data, depth=depth)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return value, "bytes" if value == data else f"bytes, {looks}", ""
        try:
            read = data.decode()
        except UnicodeDecodeError:
            return value, "string", "not UTF-8"
        hides = isinstance(value, tuple) and guess.text(data) is None
        return (value, "string", f"looks like {looks.removesuffix('?')}") if hides else (read, "string", "")

    def _message(self, data: bytes, known: Descriptor, *, depth: int) -> Reading:
        if depth >= DEEPEST:
            return data, known.name, "too deep to be opened"
        inside = self.message(data, known, depth=depth + 1)
        broken = bool(inside) and inside[-1].wire == "broken"
        if inside and all(field.problem for field in inside) and (broken or guess.text(data) is not None):
            return *self._look(data, depth=depth), f"ours is {known.name}"
        return inside, known.name, f"not readable as {known.name} to its end" if broken else ""

    def _packed(self, data: bytes, field: FieldDescriptor) -> Reading:
        """Packed numbers: one field with many numbers without tags of their own."""
        wire = _wire_of(field)
        out: list[WireField] = []
        try:
            for number in numbers(data, kind=wire):
                self._left -= 1
                if self._left < 0:
                    return tuple(out), f"packed {_ours(field)}", "more numbers than are shown"
                value, kind, problem = _number(number, field)
                out.append(WireField(number=field.number, wire=_WIRES[wire], value=value, type=kind, problem=problem))
        except BrokenWireError as error:
            return tuple(out), f"packed {_ours(field)}", str(error)
        return tuple(out), f"packed {_ours(field)}", ""

    def _guessed(self, raw: RawField, *, depth: int) -> tuple[Value, str]:
        if isinstance(raw.value, int):
            return _likely(raw)
        if raw.kind == BYTES or depth >= DEEPEST:
            return self._look(raw.value, depth=depth)
        return self.message(raw.value, None, depth=depth + 1), "group"

    def _head(self, raw: RawField) -> tuple[Value, str]:
        """A field at the top of an unknown message: in almost all messages the first one is Common."""
        if raw.number == 1 and raw.kind == BYTES and isinstance(raw.value, bytes):
            inside = self.message(raw.value, _descriptor("Common"), depth=1)
            if len(_TELLING & {field.name for field in inside}) > 1 and not any(problems(inside)):
                return inside, "Common?"
        return self._guessed(raw, depth=0)

    def _look(self, data: bytes, *, depth: int) -> tuple[Value, str]:
        """Bytes as what they look like: a text, a record, a message or packed numbers, else unchanged."""
        text, deep = guess.text(data), depth >= DEEPEST
        if text is not None and (deep or not guess.is_message_though_text(data)):
            return text, "string?"
        if guess.is_gzip(data):
            return data, "gzip?"
        if not deep and guess.is_message(data):
            return self._record(data, depth=depth) or (self.message(data, None, depth=depth + 1), "message?")
        if (text := guess.rough_text(data)) is not None:
            return text, "string?"
        if packed := guess.packed(data):
            return tuple([WireField(number=0, wire="varint", value=number) for number in packed]), "packed?"
        return data, "bytes?"

    def _record(self, data: bytes, *, depth: int) -> tuple[Value, str] | None:
        """Bytes as the record of the schema that they look like: a user, a picture, a text, a gift."""
        name = guess.record(data)
        if not name:
            return None
        inside = self.message(data, _descriptor(name), depth=depth + 1)
        fits = all(item.field.problem in _HARMLESS for item in problems(inside))
        return (inside, f"{name}?") if fits else None


def _wire_of(field: FieldDescriptor) -> int:
    kind = _TYPES[field.type]
    if kind in _FIXED:
        return FIXED64 if struct.calcsize(_FIXED[kind]) == 8 else FIXED32
    return BYTES if kind in {"string", "bytes", "message"} else VARINT


def _ours(field: FieldDescriptor) -> str:
    """The schema's name of the type of a field."""
    named = field.message_type or field.enum_type
    return named.name if named is not None else _TYPES[field.type]


def _number(value: int, field: FieldDescriptor) -> Reading:
    """A number by its type in the schema."""
    kind = _TYPES[field.type]
    if kind in _FIXED:
        (read,) = struct.unpack(_FIXED[kind], value.to_bytes(struct.calcsize(_FIXED[kind]), "little"))
        return read, kind, ""
    if kind in {"sint32", "sint64"}:
        value = (value >> 1) ^ -(value & 1)
    elif kind in {"int32", "int64", "enum"} and value >= _WORD // 2:
        value -= _WORD
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        kind = f"{field.enum_type.name}.{named.name}" if named is not None else field.enum_type.name
        return value, kind, "" if named is not None else NEW_VALUE
    low, end = _RANGES.get(kind, (-_WORD, _WORD))
    return value, kind, "" if low <= value < end else f"too large for {kind}"


def _likely(raw: RawField) -> tuple[Value, str]:
    """A number that is not in the schema."""
    value = raw.value if isinstance(raw.value, int) else 0
    return guess.number(value) if raw.kind == VARINT else guess.fixed(value, size=4 if raw.kind == FIXED32 else 8)
