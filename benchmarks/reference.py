"""A decoder in pure Python for comparison: every field of every message becomes an attribute of an object.

It reads the bytes one by one and builds the whole tree, as libraries do that use dataclasses and have no compiled code.
"""

from __future__ import annotations

import gzip
from types import SimpleNamespace
from typing import Any

from tikcast._proto import schema
from tikcast._wire.protobuf.wire import fields
from tikcast._wire.table import schema_name


def decode_everything(frame: bytes) -> list[SimpleNamespace]:
    """All messages of a push frame as trees of objects."""
    push = _read(schema.WebcastPushFrame.DESCRIPTOR, frame)
    response = _read(schema.WebcastResponse.DESCRIPTOR, gzip.decompress(push.payload))
    return [_read(getattr(schema, schema_name(m.method)).DESCRIPTOR, m.payload) for m in response.messages]


def _read(descriptor: Any, data: bytes) -> SimpleNamespace:  # noqa: ANN401  # protobuf's own type
    record = SimpleNamespace()
    table = descriptor.fields_by_number
    for item in fields(data):
        field = table.get(item.number)
        if field is None:
            continue
        value: Any = item.value
        if field.message_type is not None:
            value = _read(field.message_type, value)
        elif field.type == field.TYPE_STRING:
            value = value.decode()
        elif field.type == field.TYPE_BOOL:
            value = bool(value)
        if field.default_value == []:
            record.__dict__.setdefault(field.name, []).append(value)
        else:
            record.__dict__[field.name] = value
    return record
