"""How many fields some bytes hold, counted before they are parsed.

Sixteen kilobytes, decompressed, can hold eight million empty messages, and each becomes an object of its own.
Small bytes are not counted: they can do no harm, and ordinary messages are not slowed down.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tikcast._proto import schema
from tikcast._wire.protobuf.wire import BYTES, LARGEST_NUMBER, VARINT, BrokenWireError, fields, varint

# TikTok's messages are far smaller: the largest known have 46 kB and a thousand fields.
SMALL: Final = 128 * 1024
MOST_FIELDS: Final = 20_000
MOST_FIELDS_TOGETHER: Final = 200_000
# Real messages have one field in some 30 bytes, the fields inside messages included.
FEWEST_BYTES_A_FIELD: Final = 20
# The cost of a message besides its fields, in fields: it becomes an event.
COST_OF_A_MESSAGE: Final = 8
_DEEPEST: Final = 100
_PACKED_FIELD: Final = 8

_FIRST_TAG: Final = 1 << 3
_END_OF_TAGS: Final = LARGEST_NUMBER + 1 << 3

_F = FieldDescriptor
_WITHOUT_FIELDS = frozenset({_F.TYPE_STRING, _F.TYPE_BYTES})
# The fields of a message that hold more, by number: a message, or None for packed numbers.
_Holders: TypeAlias = dict[int, Descriptor | None]
_HOLDERS: dict[str, _Holders] = {}


def count_fields(name: str, data: bytes, *, most: int = MOST_FIELDS) -> int:
    """How many fields a schema message holds, with those inside it; counting stops past `most`.

    Broken bytes are counted up to the break.
    """
    count = 0
    todo = [(_holders(getattr(schema, name).DESCRIPTOR), data, 0)]
    while todo and count <= most:
        holders, data, depth = todo.pop()
        inside: list[tuple[Descriptor | None, bytes]] = []
        count += _count(data, holders, most=most - count, inside=inside)
        for message, value in inside:
            if message is None:
                count += len(value) // _PACKED_FIELD
            elif depth < _DEEPEST:
                todo.append((_holders(message), value, depth + 1))
    return min(count, most + 1)


def _count(data: bytes, holders: _Holders, *, most: int, inside: list[tuple[Descriptor | None, bytes]]) -> int:
    """How many fields `data` has; the values of those that hold more are added to `inside`.

    It reads the same fields as `wire.fields`, in one loop: a large response has a hundred thousand of them.
    """
    count = position = 0
    end = len(data)
    try:
        while position < end and count <= most:
            start, tag = position, data[position]
            tag, position = (tag, position + 1) if tag < 0x80 else varint(data, position)
            kind = tag & 7
            if kind == VARINT and _FIRST_TAG <= tag < _END_OF_TAGS:
                position = position + 1 if data[position] < 0x80 else varint(data, position)[1]
            elif kind == BYTES and _FIRST_TAG <= tag < _END_OF_TAGS:
                size, position = (data[position], position + 1) if data[position] < 0x80 else varint(data, position)
                number = tag >> 3
                if number in holders:
                    inside.append((holders[number], data[position : position + size]))
                position += size
            else:
                position = next(fields(data, start)).end
            count += 1
    except (IndexError, BrokenWireError):
        pass
    return count


def _holders(descriptor: Descriptor) -> _Holders:
    holders = _HOLDERS.get(descriptor.full_name)
    if holders is None:
        holding = [field for field in descriptor.fields if field.type not in _WITHOUT_FIELDS]
        holders = _HOLDERS[descriptor.full_name] = {field.number: field.message_type for field in holding}
    return holders
