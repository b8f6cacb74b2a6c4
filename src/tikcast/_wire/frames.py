"""Push frames: reading those that come in, and building those that are sent."""

from __future__ import annotations

from typing import Final

import msgspec

from tikcast._proto import UNREADABLE, fast
from tikcast._wire.convert.head import Head
from tikcast._wire.gunzip import DEFAULT_LIMIT, GZIP_MAGIC, BadCompressionError, gunzip
from tikcast._wire.protobuf import salvage
from tikcast._wire.protobuf.picking import picker
from tikcast._wire.protobuf.sizes import MOST_FIELDS, SMALL, count_fields
from tikcast._wire.response import Response, read_response
from tikcast._wire.table import decode_payload
from tikcast.events._base import Event

MESSAGES: Final = "msg"
ENTERED: Final = "im_enter_room_resp"
CLOSE: Final = "close"
_CARRIERS = frozenset({MESSAGES, ENTERED})
_PLAIN = frozenset({"", "none", "identity"})
# What TikTok's own clients send as acknowledgement when the response has no internal_ext.
EMPTY_ACK = b"-"
LIVE_ID = 12
_FRAME = picker("WebcastPushFrame", "payload_type", "payload", "log_id")


class Opened(msgspec.Struct, gc=False):
    """A frame with its parsed response, if it has one. `error` is what could not be read.

    `close_reason` is that of a frame with which the server ends the stream, None for any other frame.
    """

    payload_type: str = ""
    log_id: int = 0
    response: Response | None = None
    error: str | None = None
    close_reason: str | None = None


def open_frame(data: bytes, limit: int = DEFAULT_LIMIT) -> Opened:
    """Read a push frame and the response in it; never raises, whatever the bytes.

    A frame that would need far more memory than its size is not opened. `limit` is for the decompressed bytes, too.
    """
    if len(data) > SMALL and (refusal := _refusal(data, limit)):
        return Opened(error=refusal)
    try:
        kind, payload, log_id = _FRAME(data)
        error = None
    except UNREADABLE as reason:
        kept, notes = salvage.repair("WebcastPushFrame", data)
        if not kept:
            return Opened(error=f"not a push frame: {reason}")
        data = kept
        (kind, payload, log_id), error = _FRAME(data), "; ".join(notes) or str(reason)
    opened = Opened(kind, log_id, None, error)
    if kind == CLOSE:
        opened.close_reason = fast.WebcastPushFrame.FromString(data).headers.get("close_reason", "")
    if kind not in _CARRIERS or not payload:
        return opened
    try:
        body = gunzip(payload, limit) if payload[:2] == GZIP_MAGIC else _plain(data, payload)
        opened.response, wrong = read_response(body)
        opened.error = wrong or error
    except (BadCompressionError, ValueError) as reason:
        # The answer to entering the room contains a response only sometimes: anything else is not an error.
        if kind == MESSAGES or isinstance(reason, BadCompressionError):
            opened.error = str(reason)
    return opened


def _refusal(data: bytes, limit: int) -> str:
    if len(data) > limit + SMALL:
        return f"a frame of {len(data):,} bytes is over the limit of {limit:,}"
    too_many = count_fields("WebcastPushFrame", data) > MOST_FIELDS
    return f"more than {MOST_FIELDS:,} fields in one frame" if too_many else ""


def _plain(frame: bytes, payload: bytes) -> bytes:
    """A payload without gzip's magic bytes. Some frames claim gzip and are not compressed: the bytes decide."""
    compression = fast.WebcastPushFrame.FromString(frame).headers.get("compress_type", "")
    if compression != "gzip" and compression not in _PLAIN:
        raise BadCompressionError(f"compression {compression[:32]!r} is not known")
    return payload


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded push frame. `ack` is the acknowledgement to send (None if none is due), `error` what is unreadable."""

    payload_type: str = ""
    log_id: int = 0
    needs_ack: bool = False
    ack: bytes | None = None
    cursor: str = ""
    internal_ext: bytes = b""
    events: list[Event] = []
    error: str | None = None


def decode_frame(data: bytes) -> Frame:
    """Decode one push frame without a session; never raises, whatever the bytes.

    Times, gift sums and like totals need a session: see decode_message.
    """
    opened = open_frame(data)
    response = opened.response
    if response is None:
        return Frame(payload_type=opened.payload_type, log_id=opened.log_id, error=opened.error)
    internal_ext = response.internal_ext
    needs_ack = response.needs_ack
    budget = salvage.RepairBudget()
    return Frame(
        payload_type=opened.payload_type,
        log_id=opened.log_id,
        needs_ack=needs_ack,
        ack=ack_frame(opened.log_id, internal_ext) if needs_ack else None,
        cursor=response.cursor,
        internal_ext=internal_ext,
        events=[
            decode_payload(method, Head(0, message_id, 0, is_history, payload, budget))
            for method, payload, message_id, is_history in response.messages
        ],
        error=opened.error,
    )


def encode_frame(payload_type: str, payload: bytes) -> bytes:
    """A push frame as a client sends it."""
    frame = fast.WebcastPushFrame(payload_encoding="pb", payload_type=payload_type, payload=payload)
    return frame.SerializeToString()


def ack_frame(log_id: int, internal_ext: bytes) -> bytes:
    """The acknowledgement of a response with `needs_ack`."""
    return fast.WebcastPushFrame(
        log_id=log_id, payload_encoding="pb", payload_type="ack", payload=internal_ext or EMPTY_ACK
    ).SerializeToString()


def enter_room_frame(room_id: int) -> bytes:
    """The frame that must be sent once after connecting: without it no messages come."""
    message = fast.WebcastImEnterRoomMessage(
        room_id=room_id, live_id=LIVE_ID, identity="audience", filter_welcome_msg="0"
    )
    return encode_frame("im_enter_room", message.SerializeToString())


def heartbeat_frame(room_id: int, sequence: int) -> bytes:
    """A heartbeat; `sequence` counts them from 1."""
    message = fast.HeartbeatMessage(room_id=room_id, send_packet_seq_id=sequence)
    return encode_frame("hb", message.SerializeToString())
