"""How much some bytes hold, told before they are parsed.

Sixteen kilobytes, decompressed, can hold eight million empty messages, and each becomes an object of its own.
Bytes too few to do harm are not weighed, so that what TikTok sends is not slowed.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tikcast._proto import schema
from tikcast._wire.protobuf.wire import BYTES, FIXED64, LONGEST_VARINT, VARINT, BrokenWireError, fields, varint

# What TikTok sends stays far below: its largest messages known have 46 kB and a thousand fields.
LIGHT: Final = 128 * 1024
MOST_FIELDS: Final = 20_000
MOST_FIELDS_TOGETHER: Final = 200_000
# Real messages have one field in some 30 bytes, those inside messages counted.
FEWEST_BYTES_A_FIELD: Final = 20
# What a message costs beside its fields, in fields: it becomes an event.
A_MESSAGE: Final = 8
_DEEPEST: Final = 100
_PACKED_FIELD: Final = 8

_F = FieldDescriptor
_TWO_BYTES: Final = 1 << 14
"""Tags from here on have more than two bytes."""
_AS_THEY_ARE = frozenset({_F.TYPE_STRING, _F.TYPE_BYTES})
_Plan: TypeAlias = dict[int, Descriptor | None]
_PLANS: dict[str, _Plan] = {}


def weigh(name: str, data: bytes, *, most: int = MOST_FIELDS) -> int:
    """How many fields a schema message holds with those inside it; past `most` it stops counting.

    Broken bytes are counted up to the break.
    """
    count = 0
    todo = [(_plan(getattr(schema, name).DESCRIPTOR), data, 0)]
    while todo and count <= most:
        plan, data, depth = todo.pop()
        held: list[tuple[Descriptor | None, bytes]] = []
        count += _count(data, plan, most=most - count, held=held)
        for inner, value in held:
            if inner is None:
                count += len(value) // _PACKED_FIELD
            elif depth < _DEEPEST:
                todo.append((_plan(inner), value, depth + 1))
    return min(count, most + 1)


def _count(data: bytes, plan: _Plan, *, most: int, held: list[tuple[Descriptor | None, bytes]]) -> int:
    """How many fields stand in `data`; the values of those that hold more are added to `held`.

    It reads as `wire.fields` does, in one loop: a large response holds a hundred thousand fields.
    """
    count = position = 0
    end = len(data)
    try:
        while position < end and count <= most:
            start, tag = position, data[position]
            position += 1
            if tag > 0x7F:
                tag, position = tag & 0x7F | data[position] << 7, position + 1
            kind = tag & 7
            if kind > BYTES or kind == FIXED64 or not 7 < tag < _TWO_BYTES:
                position = next(fields(data, start)).end
            elif kind == VARINT:
                position = _past_varint(data, position) if data[position] > 0x7F else position + 1
            else:
                size, position = (data[position], position + 1) if data[position] < 0x80 else varint(data, position)
                number = tag >> 3
                if number in plan:
                    held.append((plan[number], data[position : position + size]))
                position += size
            count += 1
    except (IndexError, BrokenWireError):
        pass
    return count


def _past_varint(data: bytes, position: int) -> int:
    for index in range(position, position + LONGEST_VARINT):
        if data[index] < 0x80:
            return index + 1
    raise BrokenWireError("a number that does not end", position=position)


def _plan(descriptor: Descriptor) -> _Plan:
    """The fields that hold more: messages, and numbers in a row (None)."""
    plan = _PLANS.get(descriptor.full_name)
    if plan is None:
        holding = [field for field in descriptor.fields if field.type not in _AS_THEY_ARE]
        plan = _PLANS[descriptor.full_name] = {field.number: field.message_type for field in holding}
    return plan
