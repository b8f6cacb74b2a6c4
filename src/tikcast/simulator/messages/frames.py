"""Push frames of the server: messages in a response, compressed by gzip, in a push frame."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.encode import Message

HEARTBEAT_MS: Final = 10_000
"""The heartbeat interval that clients are asked for by default."""

ENTERED: Final = "im_enter_room_resp"
"""The payload type of the answer to a client that has entered the room."""

CLOSED: Final = "close"
"""The payload type of the frame by which the server ends a stream."""

_FAST: Final = 3


@dataclass(frozen=True, kw_only=True)
class SentFrame:
    """One frame of a room, the same bytes for each of its connections.

    `payload` is the response inside. The frame is encoded, with gzip or without, when a connection first asks for it.
    `heartbeat_ms`: the heartbeat interval that the frame asks for, 0 if it does not.
    """

    log_id: int
    payload: bytes
    internal_ext: bytes = b""
    needs_ack: bool = False
    messages: tuple[Message, ...] = ()
    payload_type: str = "msg"
    headers: Mapping[str, str] = field(default_factory=dict)
    heartbeat_ms: int = 0

    @cached_property
    def packed(self) -> bytes:
        """The frame with a payload compressed by gzip, for clients that asked for it."""
        payload = gzip.compress(self.payload, _FAST, mtime=0)
        return self._envelope(payload, {**self.headers, "compress_type": "gzip"})

    @cached_property
    def plain(self) -> bytes:
        """The frame with an uncompressed payload."""
        return self._envelope(self.payload, self.headers)

    def data(self, *, packed: bool) -> bytes:
        """The bytes to send. Only responses are compressed."""
        return self.packed if packed and self.payload_type == "msg" else self.plain

    def _envelope(self, payload: bytes, headers: Mapping[str, str]) -> bytes:
        frame = schema.WebcastPushFrame(
            seq_id=self.log_id,
            log_id=self.log_id,
            service=2191,
            method=8,
            headers=dict(headers),
            payload_encoding="pb",
            payload_type=self.payload_type,
            payload=payload,
        )
        return frame.SerializeToString(deterministic=True)


def response(
    messages: Sequence[Message],
    *,
    room_id: int,
    now_ms: int,
    internal_ext: bytes = b"",
    needs_ack: bool = False,
    heartbeat_ms: int = HEARTBEAT_MS,
) -> schema.WebcastResponse:
    """Messages as a response."""
    made = schema.WebcastResponse(
        cursor=cursor(room_id, now_ms),
        fetch_interval=1000,
        now=now_ms,
        internal_ext=internal_ext,
        fetch_type=1,
        heart_beat_duration=heartbeat_ms,
        needs_ack=needs_ack,
    )
    for message in messages:
        made.messages.add(
            method=message.method,
            payload=message.payload,
            msg_id=message.message_id,
            msg_type=1,
            is_history=message.is_history,
        )
    return made


def message_frame(
    messages: Sequence[Message], *, room_id: int, log_id: int, now_ms: int, heartbeat_ms: int
) -> SentFrame:
    """A frame of messages that clients must acknowledge."""
    ext = internal_ext(room_id, now_ms=now_ms, log_id=log_id)
    inside = response(
        messages, room_id=room_id, now_ms=now_ms, internal_ext=ext, needs_ack=True, heartbeat_ms=heartbeat_ms
    )
    return SentFrame(
        log_id=log_id,
        payload=inside.SerializeToString(),
        internal_ext=ext,
        needs_ack=True,
        messages=tuple(messages),
        headers={"im-cursor": inside.cursor, "im-now": str(now_ms)},
        heartbeat_ms=heartbeat_ms,
    )


def heartbeat_frame(*, room_id: int, log_id: int, sequence: int) -> SentFrame:
    """The answer to a heartbeat."""
    beat = schema.HeartbeatMessage(room_id=room_id, send_packet_seq_id=sequence)
    return SentFrame(log_id=log_id, payload=beat.SerializeToString(), payload_type="hb")


def entered_frame(*, log_id: int) -> SentFrame:
    """The answer to a client that has entered the room."""
    return SentFrame(log_id=log_id, payload=b"", payload_type=ENTERED)


def close_frame(reason: str, *, log_id: int) -> SentFrame:
    """The frame by which the server ends a stream; `reason` is in a header (2026-11)."""
    return SentFrame(log_id=log_id, payload=b"", payload_type=CLOSED, headers={"close_reason": reason})


def cursor(room_id: int, at_ms: int) -> str:
    """A cursor: up to which time of the room a client has the messages."""
    return f"{at_ms}_{room_id}_1_1_0_0"


def cursor_ms(text: str) -> int | None:
    """The time of a cursor; None if it is not a cursor of this server."""
    head, _, rest = text.partition("_")
    return int(head) if rest and head.isascii() and head.isdecimal() and len(head) < 15 else None


def internal_ext(room_id: int, *, now_ms: int, log_id: int) -> bytes:
    """The `internal_ext` of a frame, which its acknowledgement must contain."""
    return (
        f"internal_src:dim|wss_push_room_id:{room_id}|wss_push_did:0|first_req_ms:{now_ms}|fetch_time:{now_ms}"
        f"|seq:{log_id}|wss_info:0-{now_ms}-0-0|wrds_v:{room_id % 10**9}"
    ).encode()
