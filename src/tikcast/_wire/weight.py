"""How much some bytes hold, told before they are parsed.

Sixteen kilobytes, decompressed, can hold eight million empty messages, and each becomes an object of its own.
Bytes too few to do harm are not weighed, so that what TikTok sends is not slowed.
"""

from __future__ import annotations

from typing import Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tikcast._proto import schema
from tikcast._wire.wire import BYTES, BrokenWireError, fields

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
_AS_THEY_ARE = frozenset({_F.TYPE_STRING, _F.TYPE_BYTES})
_PLANS: dict[str, dict[int, Descriptor | None]] = {}


def weigh(name: str, data: bytes, *, most: int = MOST_FIELDS) -> int:
    """How many fields a schema message holds with those inside it; past `most` it stops counting.

    Broken bytes are counted up to the break.
    """
    count = 0
    todo = [(_plan(getattr(schema, name).DESCRIPTOR), data, 0)]
    while todo and count <= most:
        plan, data, depth = todo.pop()
        try:
            for item in fields(data):
                count += 1
                if count > most:
                    break
                if item.kind != BYTES or item.number not in plan:
                    continue
                inner, value = plan[item.number], item.value
                if inner is None:
                    count += len(value) // _PACKED_FIELD if isinstance(value, bytes) else 0
                elif depth < _DEEPEST and isinstance(value, bytes):
                    todo.append((_plan(inner), value, depth + 1))
        except BrokenWireError:
            continue
    return min(count, most + 1)


def _plan(descriptor: Descriptor) -> dict[int, Descriptor | None]:
    """The fields that hold more: messages, and numbers in a row (None)."""
    plan = _PLANS.get(descriptor.full_name)
    if plan is None:
        holding = [field for field in descriptor.fields if field.type not in _AS_THEY_ARE]
        plan = _PLANS[descriptor.full_name] = {field.number: field.message_type for field in holding}
    return plan
