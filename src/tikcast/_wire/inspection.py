"""Frames, responses and messages opened down to the last field, each known by its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from tikcast._wire.dissect import WireField, dissect
from tikcast._wire.gunzip import GZIP_MAGIC, BadCompressionError, gunzip
from tikcast._wire.table import TABLE, schema_name

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["frame", "response", "message", "unknown"]
Fields = tuple[WireField, ...]

_PAYLOADS: Final = {
    "msg": "WebcastResponse",
    "im_enter_room_resp": "WebcastResponse",
    "im_enter_room": "WebcastImEnterRoomMessage",
    "hb": "HeartbeatMessage",
}
_LONGEST_NAME: Final = 64


class InspectedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a response: its wire name, whether it is known, its size and its fields."""

    method: str
    known: bool
    size: int
    fields: Fields


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What some bytes turned out to be.

    `name` is a frame's payload type or a message's wire name. `fields` are all that stand in the
    bytes, in their order; compressed and nested payloads are opened in place. `error` tells what
    could not be opened.
    """

    kind: Kind
    name: str
    size: int
    fields: Fields
    messages: tuple[InspectedMessage, ...] = ()
    error: str = ""


def inspect(data: bytes, *, method: str = "") -> Inspected:
    """Take bytes apart as the message `method`, or as what they look like. Never raises."""
    if method:
        fields = dissect(data, message=schema_name(method))
        return Inspected(kind="message", name=method, size=len(data), fields=fields)
    frame = dissect(data, message="WebcastPushFrame")
    if _is_frame(frame):
        return _frame(frame, size=len(data))
    response = dissect(data, message="WebcastResponse")
    if _is_response(response):
        fields, messages = _response(response)
        return Inspected(kind="response", name="", size=len(data), fields=fields, messages=messages)
    return Inspected(kind="unknown", name="", size=len(data), fields=dissect(data))


def _is_frame(fields: Fields) -> bool:
    kind = _text(fields, "payload_type")
    named = bool(kind) and kind.isascii() and kind.isprintable() and len(kind) <= _LONGEST_NAME
    return named and all(field.name for field in fields)


def _is_response(fields: Fields) -> bool:
    messages = [field.value for field in fields if field.name == "messages"]
    named = [_text(value, "method") for value in messages if isinstance(value, tuple)]
    route = [field for field in fields if field.name in {"push_server", "cursor", "internal_ext"}]
    return all(field.name for field in fields) and (any(named) or len(route) > 1)


def _frame(fields: Fields, *, size: int) -> Inspected:
    name = _text(fields, "payload_type")
    opened, error = fields, ""
    messages: tuple[InspectedMessage, ...] = ()
    payload = next((field for field in fields if field.name == "payload"), None)
    if payload is not None and isinstance(payload.value, bytes) and name in _PAYLOADS:
        inside, error, packed = _unpacked(payload.value)
        if not error:
            value = dissect(inside, message=_PAYLOADS[name])
            if _PAYLOADS[name] == "WebcastResponse":
                value, messages = _response(value)
            kind = f"{packed}{_PAYLOADS[name]}"
            replaced = msgspec.structs.replace(payload, value=value, type=kind)
            opened = tuple(replaced if field is payload else field for field in fields)
    return Inspected(kind="frame", name=name, size=size, fields=opened, messages=messages, error=error)


def _unpacked(payload: bytes) -> tuple[bytes, str, str]:
    """The payload, decompressed when it needs to be; what went wrong; what it was packed with."""
    if payload[:2] != GZIP_MAGIC:
        return payload, "", ""
    try:
        return bytes(gunzip(payload)), "", "gzip "
    except BadCompressionError as error:
        return payload, str(error), "gzip "


def _response(fields: Fields) -> tuple[Fields, tuple[InspectedMessage, ...]]:
    """Open the payload of every message in a response."""
    opened, messages = [], []
    for field in fields:
        if field.name == "messages" and isinstance(field.value, tuple):
            message, value = _message(field.value)
            messages.append(message)
            field = msgspec.structs.replace(field, value=value)  # noqa: PLW2901 - the opened one
        opened.append(field)
    return tuple(opened), tuple(messages)


def _message(fields: Fields) -> tuple[InspectedMessage, Fields]:
    method = _text(fields, "method")
    payload = next((field for field in fields if field.name == "payload"), None)
    data = payload.value if payload is not None and isinstance(payload.value, bytes) else b""
    inside = dissect(data, message=schema_name(method))
    message = InspectedMessage(method=method, known=method in TABLE, size=len(data), fields=inside)
    if payload is None:
        return message, fields
    replaced = msgspec.structs.replace(payload, value=inside, type=method)
    return message, tuple(replaced if field is payload else field for field in fields)


def _text(fields: Fields, name: str) -> str:
    found: Iterator[WireField] = (field for field in fields if field.name == name)
    field = next(found, None)
    return field.value if field is not None and isinstance(field.value, str) else ""
