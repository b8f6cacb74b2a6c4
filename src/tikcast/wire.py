"""The bytes below the events, also of types and fields that tikcast does not know.

TikTok sends message types and fields without a public description. Events keep their bytes: `wire_fields` splits the
bytes of an event into fields, `inspect` those of a frame, response or message from anywhere, and `Census` counts over
many messages what differs from the schema. `tikcast inspect` uses these functions.

    for field in wire_fields(event):
        print(field.number, field.name or "?", field.type, field.value, field.problem)
"""

from functools import cache

from tikcast._inspect.census import Census, FieldCount, MethodCount, RecordCount
from tikcast._inspect.dissect import Difference, WireField, dissect, problems
from tikcast._inspect.inspection import Inspected, InspectedMessage, inspect, name_inside
from tikcast._wire.table import TABLE, decode_message, schema_name
from tikcast.events import EXCEPTIONS, Event, UndecodedEvent, UnknownEvent

__all__ = [
    "Census",
    "Difference",
    "FieldCount",
    "Inspected",
    "InspectedMessage",
    "MethodCount",
    "RecordCount",
    "WireField",
    "inspect",
    "problems",
    "wire_fields",
]


def wire_fields(event: Event) -> tuple[WireField, ...]:
    """Every field of the message that an event was made from, in the order of the bytes; never raises.

    Empty for events without bytes: those that tikcast makes itself, and those read from JSON without `raw`. If an event
    can come from several message types and its bytes do not name theirs, the type with the fewest problems is used.
    """
    method = event.method if isinstance(event, UnknownEvent | UndecodedEvent) else name_inside(event.raw)
    if method:
        return dissect(event.raw, message=schema_name(method))
    candidates = [dissect(event.raw, message=name) for name in _messages(type(event))]
    return min(candidates, key=lambda fields: sum(1 for _ in problems(fields)), default=dissect(event.raw))


@cache
def _messages(kind: type[Event]) -> tuple[str, ...]:
    """The schema messages that can become an event of this class."""
    names = [schema_name(method) for method in TABLE if kind in _kinds(method)]
    return tuple(dict.fromkeys(names))


@cache
def _kinds(method: str) -> tuple[type[Event], ...]:
    return EXCEPTIONS.get(method) or (type(decode_message(method, b"")),)
