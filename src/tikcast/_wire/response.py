"""The response that contains messages, in a push frame or as the answer of a signer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tikcast._proto import UNREADABLE, fast
from tikcast._wire.protobuf import salvage
from tikcast._wire.protobuf.picking import picker
from tikcast._wire.protobuf.sizes import (
    COST_OF_A_MESSAGE,
    FEWEST_BYTES_A_FIELD,
    MOST_FIELDS,
    MOST_FIELDS_TOGETHER,
    SMALL,
    count_fields,
)
from tikcast._wire.protobuf.wire import BrokenWireError, RawField, fields
from tikcast._wire.table import TABLE, schema_name

_MESSAGES = fast.WebcastResponse.DESCRIPTOR.fields_by_name["messages"].number
_ROUTE = {fast.WebcastResponse.DESCRIPTOR.fields_by_name[name].number for name in ("push_server", "route_params_map")}


_RESPONSE = picker("WebcastResponse", "messages", "cursor", "internal_ext", "needs_ack", "heart_beat_duration", "now")
_MESSAGE = picker("ResponseMessage", "method", "payload", "msg_id", "is_history")


class Response(msgspec.Struct, gc=False):
    """The parts of a response that are read. A message is its wire name, its bytes, its id, and whether it is history.

    `body` are the bytes of the response, after salvage if that was necessary.
    """

    body: bytes | bytearray
    messages: Sequence[tuple[str, bytes, int, bool]]
    cursor: str
    internal_ext: bytes
    needs_ack: bool
    heart_beat_duration: int
    now: int


class ResponseHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a signer's answer says about the connection to open; `messages` is how many messages it contains."""

    push_server: str
    route_params: dict[str, str]
    cursor: str
    internal_ext: bytes
    heart_beat_duration: int
    messages: int


def read_response(data: bytes | bytearray) -> tuple[Response, str]:
    """The response, and what is wrong with it ("" when nothing is).

    The other messages of a response with a broken one are kept. Raises ValueError when nothing can be read.
    """
    refused: tuple[str, ...] = ()
    if len(data) > SMALL:
        data, refused = _without_huge_messages(bytes(data))
    try:
        return _read(data), "; ".join(refused)
    except UNREADABLE as error:
        kept, notes = salvage.repair("WebcastResponse", data)
        if not kept:
            raise ValueError(f"not a response: {error}") from error
        return _read(kept), "; ".join(notes + refused) or str(error)


def _read(data: bytes | bytearray) -> Response:
    messages, *rest = _RESPONSE(data)
    return Response(data, [_MESSAGE(blob) for blob in messages], *rest)


def _without_huge_messages(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A large response without the messages that would cost too much, and a sentence on each kind of them."""
    allowance, kept, end = _FieldAllowance(), bytearray(), 0
    try:
        for item in fields(data):
            end = item.end
            if allowance.left < -MOST_FIELDS_TOGETHER:
                break
            if allowance.accepts(item):
                kept += data[item.start : end]
    except BrokenWireError:
        kept += data[end:]
    return bytes(kept), tuple(allowance.refused)


class _FieldAllowance:
    """Counts the fields of a response's messages, one after the other.

    `left` is how many fields may come beyond those that so many bytes ordinarily hold: thousands of messages
    after a long absence are no attack; a field in every other byte is.
    """

    def __init__(self) -> None:
        self.left = MOST_FIELDS_TOGETHER
        self.refused: list[str] = []
        self._budget = salvage.RepairBudget()

    def accepts(self, item: RawField) -> bool:
        """Whether a field may stay."""
        if item.number != _MESSAGES or not isinstance(item.value, bytes):
            self.left -= 1
            return True
        ordinary = len(item.value) // FEWEST_BYTES_A_FIELD
        if self.left <= 0:
            self.left -= 1
            self._refuse(f"over {MOST_FIELDS_TOGETHER:,} fields more than so many bytes hold, messages are left out")
            return False
        envelope = self._envelope(item.value)
        most = min(MOST_FIELDS, self.left + ordinary)
        known = envelope.method in TABLE
        count = count_fields(schema_name(envelope.method), envelope.payload, most=most) if known else 0
        self.left -= max(count + COST_OF_A_MESSAGE - ordinary, 0)
        if count > most:
            self._refuse(f"{envelope.method} holds more than {most:,} fields, left out")
        return count <= most

    def _refuse(self, reason: str) -> None:
        if reason not in self.refused:
            self.refused.append(reason)

    def _envelope(self, message: bytes) -> fast.ResponseMessage:
        """The envelope of a message, after salvage if that is necessary."""
        try:
            return fast.ResponseMessage.FromString(message)
        except UNREADABLE:
            kept, _ = salvage.repair("ResponseMessage", message, budget=self._budget)
            return fast.ResponseMessage.FromString(kept)


def parse_response(data: bytes | bytearray) -> ResponseHead:
    """The head of a bare response; ValueError when the bytes are none."""
    response, _ = read_response(data)
    route = fast.WebcastResponse.FromString(response.body)
    return ResponseHead(
        push_server=route.push_server,
        route_params=dict(route.route_params_map),
        cursor=response.cursor,
        internal_ext=response.internal_ext,
        heart_beat_duration=response.heart_beat_duration,
        messages=len(response.messages),
    )


def without_route(data: bytes) -> bytes:
    """A response without the push server and its signature; all other bytes are unchanged.

    The bytes after a broken field are left out, because a signature could be in them.
    """
    kept = bytearray()
    try:
        for field in fields(data):
            if field.number not in _ROUTE:
                kept += data[field.start : field.end]
    except BrokenWireError:
        pass
    return bytes(kept)
