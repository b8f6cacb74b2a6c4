"""What every converter uses: the head of a message, ids and times, and how a message is read with its converter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypedDict

import msgspec

from tikcast._proto import UNREADABLE
from tikcast._wire.protobuf import salvage
from tikcast.events._base import ID, NO_ID, Event
from tikcast.events.raw import UndecodedEvent

# A millisecond time below this one is in the past of TikTok itself (1973): the wire gave seconds.
FIRST_MILLISECOND = 100_000_000_000
# The paths of a picked message's head. The most frequent converters repeat what `Head.event_fields` returns: a call
# with a dict of keywords is slower.
HEAD = ("common.room_id", "common.msg_id", "common.create_time")


class EventFields(TypedDict):
    """The fields that every event of a message has."""

    room_id: ID
    message_id: ID
    created_at_ms: int
    received_at_ms: int
    is_history: bool
    raw: bytes


class Common(Protocol):
    """What converters read of the head that almost every message carries."""

    @property
    def room_id(self) -> int: ...
    @property
    def msg_id(self) -> int: ...
    @property
    def create_time(self) -> int: ...


class Head(msgspec.Struct, gc=False):
    """What the envelope says about a message, the message's bytes, and how much may be spent on salvaging it."""

    room_id: int = 0
    message_id: int = 0
    received_at_ms: int = 0
    is_history: bool = False
    raw: bytes = b""
    budget: salvage.RepairBudget | None = None

    def fields(self, c: Common) -> EventFields:
        """The fields that every event has: from the message, else from the envelope."""
        return self.event_fields(c.room_id, message_id=c.msg_id, create_time=c.create_time)

    def event_fields(self, room_id: int, *, message_id: int, create_time: int) -> EventFields:
        """The same from the values at HEAD of a picked message."""
        return {
            "room_id": ID(room_id or self.room_id),
            "message_id": ID(message_id or self.message_id),
            "created_at_ms": milliseconds(create_time),
            "received_at_ms": self.received_at_ms,
            "is_history": self.is_history,
            "raw": self.raw,
        }


class Converter(Protocol):
    """Makes the event of a parsed message."""

    # `m` is what the parser beside the converter in the table returns.
    def __call__(self, m: Any, head: Head, /) -> Event: ...  # noqa: ANN401


# How a message is read: its parser, and the converter of what the parser returns.
Reading = tuple[Callable[[bytes], Any], Converter]


def salvaged(method: str, *, reading: Reading, head: Head, schema: str, error: Exception) -> Event:
    """The event of a message that does not parse, without the parts that do not fit; never raises.

    Each part that was left out has a note. `schema` is the name of the message in the schema, `error` why it does
    not parse.
    """
    parse, convert = reading
    kept, notes = salvage.repair(schema, head.raw, budget=head.budget)
    if kept:
        try:
            event = convert(parse(kept), head)
        except UNREADABLE as reason:
            error = reason
        else:
            return msgspec.structs.replace(event, notes=notes or (f"message: {error}",))
    return undecoded(method, head=head, error=f"{method} could not be read: {error}", notes=notes)


def undecoded(method: str, *, head: Head, error: str, notes: tuple[str, ...] = ()) -> UndecodedEvent:
    """The event of a message of a known type that could not be read."""
    return UndecodedEvent(
        room_id=ID(head.room_id),
        message_id=ID(head.message_id),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        notes=notes,
        raw=head.raw,
        method=method,
        payload=head.raw,
        error=error,
    )


def milliseconds(time: int) -> int:
    """A `create_time` in milliseconds; a few system messages give it in seconds."""
    return time * 1000 if 0 < time < FIRST_MILLISECOND else time


def numeric(text: str) -> ID:
    """The id in a wire string, 0 when it is not a number."""
    return ID(text) if text.isdecimal() and text.isascii() and len(text) < 40 else NO_ID
