"""One connection to a room as the server sees it: what it owes, what it gets, and why it is closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from google.protobuf.message import DecodeError, Message

from tikcast._proto import schema
from tikcast.simulator.config import Strictness
from tikcast.simulator.frames import Frame

if TYPE_CHECKING:
    from tikcast.simulator.rooms import Room

M = TypeVar("M", bound=Message)
_OUTBOX: Final = 4096


class MalformedError(ValueError):
    """A client sent what no client of TikTok sends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """The server is done with a connection: the close code, and why."""

    code: int
    reason: str


class Connection:
    """The server's half of one WebSocket. Times are epoch milliseconds and passed in.

    `receive` takes what the client sends; `pop` gives what to send and `sent` says that it went out; `tick`
    looks at what is overdue; `closing` says that the socket is to be closed. `on_change` is called whenever
    there is something to send or `closing` was set.
    """

    def __init__(
        self, room: Room, *, number: int, now_ms: int, strictness: Strictness, cursor_ms: int | None, packed: bool
    ) -> None:
        self.room = room
        self.number = number
        self.cursor_ms = cursor_ms
        self.entered = False
        self.closing: Closing | None = None
        self.on_change: Callable[[], None] = lambda: None
        self._packed = packed
        self._strictness = strictness
        self._outbox: deque[Frame] = deque()
        self._owed: dict[int, tuple[int, bytes]] = {}
        self._newest = 0
        self._heard_at_ms = now_ms
        self._close_at_ms: int | None = None
        self._close_reason = ""
        self._close_code = 1000

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take a binary message of the client; one that is malformed ends the connection soon."""
        try:
            frame = _push_frame(data)
            if frame.payload_type == "hb":
                self._heartbeat(frame, now_ms)
            elif frame.payload_type == "im_enter_room":
                self._enter_room(frame, now_ms)
            elif frame.payload_type == "ack":
                self._acknowledge(frame)
        except MalformedError as error:
            self.close_at(now_ms + round(self._strictness.malformed_timeout * 1000), code=1008, reason=str(error))

    def put(self, frame: Frame) -> None:
        """Queue a frame. A client that reads far too slowly is cut off."""
        if len(self._outbox) >= _OUTBOX:
            self._close(code=1013, reason="too slow")
            return
        self._outbox.append(frame)
        self.on_change()

    def pop(self) -> Frame | None:
        """Take the next frame to send; call `sent` once it is out."""
        return self._outbox.popleft() if self._outbox and self.closing is None else None

    def data(self, frame: Frame) -> bytes:
        """The bytes of a frame as this client asked for them."""
        return frame.data(packed=self._packed)

    def sent(self, frame: Frame, now_ms: int) -> None:
        """A frame went out: note it in the ledger, and wait for its acknowledgement."""
        if frame.messages:
            self.room.ledger.sent(frame.messages, connection=self.number, at_ms=now_ms)
        if frame.needs_ack:
            self._owed[frame.log_id] = (now_ms, frame.internal_ext)
            self._newest = frame.log_id

    def take(self, now_ms: int) -> list[bytes]:
        """Everything there is to send, sent at once: for callers without a socket."""
        out = []
        while (frame := self.pop()) is not None:
            out.append(self.data(frame))
            self.sent(frame, now_ms)
        return out

    def tick(self, now_ms: int) -> None:
        """Close what is due, or owes too long."""
        if self._close_at_ms is not None and now_ms >= self._close_at_ms:
            self._close(code=self._close_code, reason=self._close_reason)
        elif self._overdue(now_ms):
            self._close(code=1008, reason="no acknowledgement")
        elif now_ms - self._heard_at_ms > self._strictness.heartbeat_timeout * 1000:
            self._close(code=1008, reason="no heartbeat")

    def close_at(self, at_ms: int, *, code: int, reason: str) -> None:
        """Close then, unless an earlier moment is set already."""
        if self._close_at_ms is None or at_ms < self._close_at_ms:
            self._close_at_ms, self._close_code, self._close_reason = at_ms, code, reason

    def _overdue(self, now_ms: int) -> bool:
        if not self._owed:
            return False
        oldest, _ = next(iter(self._owed.values()))
        return now_ms - oldest > self._strictness.ack_timeout * 1000

    def _close(self, *, code: int, reason: str) -> None:
        if self.closing is None:
            self.closing = Closing(code=code, reason=reason)
            self.on_change()

    def _heartbeat(self, frame: schema.WebcastPushFrame, now_ms: int) -> None:
        beat = _parsed(schema.HeartbeatMessage, frame.payload)
        if beat.room_id not in {0, self.room.room_id}:
            raise MalformedError("a heartbeat for another room")
        self._heard_at_ms = now_ms
        if self.entered:
            self.put(self.room.heartbeat(beat.send_packet_seq_id))

    def _enter_room(self, frame: schema.WebcastPushFrame, now_ms: int) -> None:
        entering = _parsed(schema.WebcastImEnterRoomMessage, frame.payload)
        if entering.room_id != self.room.room_id:
            raise MalformedError("another room entered")
        if not self.entered:
            self.room.enter(self, now_ms)

    def _acknowledge(self, frame: schema.WebcastPushFrame) -> None:
        owed = self._owed.get(frame.log_id)
        if owed is None and 0 < frame.log_id <= self._newest:
            return
        if owed is None:
            raise MalformedError("an acknowledgement of nothing")
        if frame.payload_encoding not in {"", "pb"} or frame.payload != (owed[1] or b"-"):
            raise MalformedError("a malformed acknowledgement")
        del self._owed[frame.log_id]
        self.room.ledger.acks += 1


def _push_frame(data: bytes) -> schema.WebcastPushFrame:
    return _parsed(schema.WebcastPushFrame, data)


def _parsed(cls: type[M], data: bytes) -> M:
    try:
        return cls.FromString(data)
    except DecodeError as error:
        raise MalformedError("bytes that are no frame") from error
