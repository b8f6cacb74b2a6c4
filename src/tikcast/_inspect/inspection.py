"""Frames, responses and messages split into all of their fields; which of them some bytes are is recognised."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from tikcast._inspect.dissect import Fields, WireField, dissect, problems
from tikcast._wire.gunzip import GZIP_MAGIC, BadCompressionError, gunzip
from tikcast._wire.table import TABLE, decode_message, schema_name
from tikcast.events._base import Event
from tikcast.events.raw import UndecodedEvent

Kind = Literal["frame", "response", "message", "unknown"]

_PAYLOADS: Final = {
    "msg": "WebcastResponse",
    "im_enter_room_resp": "WebcastResponse",
    "im_enter_room": "WebcastImEnterRoomMessage",
    "hb": "HeartbeatMessage",
}
_CLOSED: Final = frozenset({"payload"})
_LONGEST_NAME: Final = 64


class InspectedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message: its wire name, whether tikcast knows it, its size in bytes, its fields, and its event.

    `event` is the type of the event that it becomes; `notes` are the event's notes, and why it was not decoded.
    """

    method: str
    known: bool
    size: int
    fields: Fields
    event: str = ""
    notes: tuple[str, ...] = ()


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What some bytes are.

    `name` is a frame's payload type or a message's wire name. `fields` are all fields of the bytes, in their order;
    compressed and nested payloads are replaced by their fields. `error` says what could not be read.
    """

    kind: Kind
    name: str
    size: int
    fields: Fields
    messages: tuple[InspectedMessage, ...] = ()
    error: str = ""


def inspect(data: bytes, *, method: str = "") -> Inspected:
    """Split bytes into fields as the message `method`, or as what they look like. Never raises."""
    if method:
        return _bare(method, data)
    frame = dissect(data, message="WebcastPushFrame", closed=_CLOSED)
    if _is_frame(frame):
        return _frame(frame, size=len(data))
    response = dissect(data, message="WebcastResponse", closed=_CLOSED)
    if _is_response(response):
        fields, messages = _response(response)
        return Inspected(kind="response", name="", size=len(data), fields=fields, messages=messages)
    if name := name_inside(data):
        return _bare(name, data)
    return Inspected(kind="unknown", name="", size=len(data), fields=dissect(data))


def _bare(method: str, data: bytes) -> Inspected:
    message = _message(method, data)
    return Inspected(kind="message", name=method, size=len(data), fields=message.fields, messages=(message,))


def name_inside(data: bytes) -> str:
    """The wire name in the head of a message, "" if there is none or it is unknown."""
    head = next((field.value for field in dissect(data) if field.number == 1), None)
    if not isinstance(head, tuple):
        return ""
    name = next((field.value for field in head if field.number == 1), None)
    return name if isinstance(name, str) and name in TABLE else ""


def _fits(fields: Fields) -> bool:
    """Whether the bytes can be the message that they were read as, also if they are cut or a text is damaged."""
    return all(field.name for field in fields) and not any(
        item.field.problem.startswith("ours is") for item in problems(fields)
    )


def _is_frame(fields: Fields) -> bool:
    kind = _text(fields, "payload_type")
    named = bool(kind) and kind.isascii() and kind.isprintable() and len(kind) <= _LONGEST_NAME
    return named and _fits(fields)


def _is_response(fields: Fields) -> bool:
    messages = [field.value for field in fields if field.name == "messages"]
    named = [_text(value, "method") for value in messages if isinstance(value, tuple)]
    route = [field for field in fields if field.name in {"push_server", "cursor", "internal_ext"}]
    return (any(named) or len(route) > 1) and _fits(fields)


def _frame(fields: Fields, *, size: int) -> Inspected:
    name = _text(fields, "payload_type")
    payload = _payload(fields)
    if payload is None or not isinstance(payload.value, bytes):
        return Inspected(kind="frame", name=name, size=size, fields=fields)
    inside, error, packed = _unpacked(payload.value)
    messages: tuple[InspectedMessage, ...] = ()
    if not error:
        reading = _PAYLOADS.get(name, "")
        value = dissect(inside, message=reading, closed=_CLOSED) if reading else payload.value
        if reading == "WebcastResponse" and isinstance(value, tuple):
            value, messages = _response(value)
        fields = _with(fields, payload, value=value, kind=f"{packed}{reading or payload.type}")
    return Inspected(kind="frame", name=name, size=size, fields=fields, messages=messages, error=error)


def _unpacked(payload: bytes) -> tuple[bytes, str, str]:
    """The payload, decompressed if necessary; an error; and the compression."""
    if payload[:2] != GZIP_MAGIC:
        return payload, "", ""
    try:
        return bytes(gunzip(payload)), "", "gzip "
    except BadCompressionError as error:
        return payload, str(error), "gzip "


def _response(fields: Fields) -> tuple[Fields, tuple[InspectedMessage, ...]]:
    """Split the payload of every message in a response into fields."""
    opened, messages = [], []
    for field in fields:
        if field.name == "messages" and isinstance(field.value, tuple):
            message, value = _enveloped(field.value)
            messages.append(message)
            field = msgspec.structs.replace(field, value=value)  # noqa: PLW2901 - the opened one
        opened.append(field)
    return tuple(opened), tuple(messages)


def _enveloped(fields: Fields) -> tuple[InspectedMessage, Fields]:
    """The message in an envelope, and the envelope's fields with those of the message."""
    payload = _payload(fields)
    data = payload.value if payload is not None and isinstance(payload.value, bytes) else b""
    message = _message(_text(fields, "method"), data)
    if payload is None:
        return message, fields
    return message, _with(fields, payload, value=message.fields, kind=message.method)


def _message(method: str, data: bytes) -> InspectedMessage:
    event = decode_message(method, data)
    return InspectedMessage(
        method=method,
        known=method in TABLE,
        size=len(data),
        fields=dissect(data, message=schema_name(method)),
        event=event.type,
        notes=_notes(event),
    )


def _notes(event: Event) -> tuple[str, ...]:
    return (event.error, *event.notes) if isinstance(event, UndecodedEvent) else event.notes


def _payload(fields: Fields) -> WireField | None:
    """The payload: the last field with this name, as in protobuf."""
    return next((field for field in reversed(fields) if field.name == "payload"), None)


def _with(fields: Fields, opened: WireField, *, value: Fields | bytes, kind: str) -> Fields:
    """The fields with one of them replaced by its content."""
    replaced = msgspec.structs.replace(opened, value=value, type=kind)
    return tuple(replaced if field is opened else field for field in fields)


def _text(fields: Fields, name: str) -> str:
    field = next((field for field in reversed(fields) if field.name == name), None)
    return field.value if field is not None and isinstance(field.value, str) else ""
