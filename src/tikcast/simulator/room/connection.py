"""The server's side of one connection to a room: what it sends, what it waits for, and when it closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from tikcast._proto import schema
from tikcast.simulator.config import Strictness
from tikcast.simulator.faults.hooks import ACKNOWLEDGEMENT, ENDING, HEARTBEAT, PONG, STREAM_END, Ending, StreamEnd
from tikcast.simulator.faults.orders import WaitingFaults
from tikcast.simulator.faults.registry import F, Hook, Method
from tikcast.simulator.messages.frames import HEARTBEAT_MS, SentFrame
from tikcast.simulator.messages.outgoing import RESET, Closing, OutboxEntry
from tikcast.simulator.room.ledger import Ledger
from tikcast.simulator.room.outbox import Outbox

M = TypeVar("M", bound=Message)
Later = Callable[[int, Callable[[int], None]], None]
"""Calls a function with the time, at a time in epoch milliseconds."""


class MalformedError(ValueError):
    """A client sent something malformed."""


class BadAckError(MalformedError):
    """A malformed acknowledgement, or one of a frame that was not sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomLink:
    """What a connection needs of its room: its records, and what the room does for a client.

    `enter` lets a connection into the room, at a time; `heartbeat` answers a heartbeat with that number, and
    `close_frame` gives the frame that ends a stream for a reason.
    """

    room_id: int
    ledger: Ledger
    faults: WaitingFaults
    enter: Callable[[PushConnection, int], None]
    heartbeat: Callable[[int], SentFrame]
    close_frame: Callable[[str], SentFrame]


class PushConnection:
    """The server's side of one WebSocket. Times are epoch milliseconds and passed in.

    `receive` takes what the client sends. `pop` returns what to send, and `sent` is called when it was sent.
    `tick` closes the connection when something is overdue. `closing` is set when the socket is to be closed,
    `silent` when nothing is sent or read any more, `mute` when no message is sent, and `stopped` when a close frame
    has ended the stream. `on_change` is called when there is something to send, or when one of the first two was
    set. `later` calls the connection back at a time.
    """

    def __init__(
        self,
        room: RoomLink,
        *,
        number: int,
        now_ms: int,
        strictness: Strictness,
        heartbeat_ms: int,
        cursor_ms: int | None,
        packed: bool,
        method: Method,
        later: Later,
    ) -> None:
        self.room_id = room.room_id
        self.method = method
        self.number = number
        self.cursor_ms = cursor_ms
        self.entered = False
        self.silent = False
        self.mute = False
        self.stopped = False
        self.closing: Closing | None = None
        self.on_change: Callable[[], None] = lambda: None
        self._room = room
        self._strictness = strictness
        self._later = later
        self._outbox = Outbox(room.faults, room_id=room.room_id, packed=packed, remind=self._remind)
        self._unacknowledged: dict[int, tuple[int, bytes]] = {}
        self._newest_log_id = 0
        self._heartbeat_at_ms = now_ms
        self.heartbeat_ms = heartbeat_ms
        self._close_at_ms: int | None = None
        self._planned_closing = Closing(code=1000, reason="")

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take a binary message of the client; one that is malformed ends the connection soon."""
        if self.silent:
            return
        try:
            frame = _push_frame(data)
            if frame.payload_type == "hb":
                self._heartbeat(frame, now_ms)
            elif frame.payload_type == "im_enter_room":
                self._enter_room(frame, now_ms)
            elif frame.payload_type == "ack":
                self._acknowledge(frame)
        except MalformedError as error:
            self._close_for(error, now_ms)

    def pings(self, now_ms: int) -> bool:
        """Whether a ping of the WebSocket protocol that the client sent is answered."""
        if self.silent:
            return False
        fault = self._take(PONG, now_ms)
        return fault is None or fault()

    def enter(self, now_ms: int) -> None:
        """Note that the client has entered the room."""
        self.entered = True
        self._outbox.since_ms = now_ms
        self.expect_end()

    def expect_end(self) -> None:
        """Check for a fault at each time at which one may end the connection."""
        faults = self._room.faults
        for at_ms in [
            *faults.due_times(STREAM_END, since_ms=self._since_ms),
            *faults.due_times(ENDING, since_ms=self._since_ms),
        ]:
            self._later(at_ms, self._check_end)

    def take_stream_end(self, now_ms: int) -> StreamEnd | None:
        """Use a fault that ends the stream by a close frame, if one is due."""
        fault = self._take(STREAM_END, now_ms)
        return None if fault is None else fault()

    def stop(self, end: StreamEnd, now_ms: int) -> None:
        """End the stream by a close frame: nothing is sent any more, and later the socket is closed."""
        self.put(self._room.close_frame(end.reason), now_ms)
        self.stopped = True
        self._later(now_ms + end.open_ms, lambda _: self._close(Closing(code=1000, reason=end.reason)))

    def put(self, frame: SentFrame, now_ms: int) -> None:
        """Add a frame to the outbox. When it is full, the connection closes."""
        if self.silent or self.stopped:
            return
        if self._outbox.full:
            self._close(Closing(code=1013, reason="too slow"))
            return
        self._outbox.put(frame, now_ms)
        self.on_change()

    def pop(self, now_ms: int) -> OutboxEntry | None:
        """Take the next entry to send; call `sent` when it was sent."""
        return None if self.silent or self.closing else self._outbox.pop(now_ms)

    def sent(self, entry: OutboxEntry, now_ms: int) -> None:
        """Note in the ledger that all of an entry was sent, and wait for its acknowledgement."""
        frame = entry.frame
        if frame is not None and frame.messages:
            self._room.ledger.sent(frame.messages, connection=self.number, at_ms=now_ms)
        if frame is not None and frame.needs_ack:
            self._unacknowledged[frame.log_id] = (now_ms, frame.internal_ext)
            self._newest_log_id = max(self._newest_log_id, frame.log_id)
        if frame is not None and frame.heartbeat_ms not in {0, self.heartbeat_ms}:
            self.heartbeat_ms, self._heartbeat_at_ms = frame.heartbeat_ms, now_ms
        if entry.break_after_ms is not None:
            self._end(Ending(closing=RESET, silent_ms=entry.break_after_ms), now_ms)

    def take(self, now_ms: int) -> list[bytes]:
        """Take and send all that is due; return the complete binary messages. For callers without a socket."""
        out = []
        while (entry := self.pop(now_ms)) is not None:
            if entry.message is not None:
                out.append(entry.message)
            self.sent(entry, now_ms)
        return out

    def tick(self, now_ms: int) -> None:
        """Close the connection if it is due, or if something is missing for too long."""
        if self.silent or self.closing:
            return
        if self._close_at_ms is not None and now_ms >= self._close_at_ms:
            self._close(self._planned_closing)
        elif self._ack_is_missing(now_ms):
            self._take(ACKNOWLEDGEMENT, now_ms)
            self._close(Closing(code=1008, reason="no acknowledgement"))
        elif now_ms - self._heartbeat_at_ms > self._heartbeat_timeout_ms:
            self._close(Closing(code=1008, reason="no heartbeat"))

    def close_at(self, at_ms: int, *, code: int, reason: str) -> None:
        """Close at that time, unless an earlier one is set."""
        if self._close_at_ms is None or at_ms < self._close_at_ms:
            self._close_at_ms, self._planned_closing = at_ms, Closing(code=code, reason=reason)

    @property
    def _since_ms(self) -> int:
        return self._outbox.since_ms

    def _take(self, hook: Hook[F], now_ms: int) -> F | None:
        return self._room.faults.take(hook, now_ms, since_ms=self._since_ms, method=self.method)

    @property
    def _heartbeat_timeout_ms(self) -> float:
        """How long the server waits for a heartbeat, in proportion to the interval that it asked for."""
        return self._strictness.heartbeat_timeout * 1000 * self.heartbeat_ms / HEARTBEAT_MS

    def _ack_is_missing(self, now_ms: int) -> bool:
        if not self._unacknowledged:
            return False
        fault = self._room.faults.peek(ACKNOWLEDGEMENT, now_ms, since_ms=self._since_ms)
        timeout_ms = fault() if fault is not None else self._strictness.ack_timeout * 1000
        oldest, _ = next(iter(self._unacknowledged.values()))
        return now_ms - oldest > timeout_ms

    def _close_for(self, error: MalformedError, now_ms: int) -> None:
        if isinstance(error, BadAckError) and self._take(ACKNOWLEDGEMENT, now_ms):
            self._close(Closing(code=1008, reason=str(error)))
        else:
            at_ms = now_ms + round(self._strictness.malformed_timeout * 1000)
            self.close_at(at_ms, code=1008, reason=str(error))

    def _remind(self, at_ms: int) -> None:
        self._later(at_ms, lambda _: self.on_change())

    def _check_end(self, now_ms: int) -> None:
        """End the stream or the connection if a fault does so now."""
        if not self.entered or self.silent or self.stopped or self.closing:
            return
        stream_end = self.take_stream_end(now_ms)
        if stream_end is not None:
            self.stop(stream_end, now_ms)
            return
        fault = self._take(ENDING, now_ms)
        if fault is not None:
            self._end(fault(), now_ms)

    def _end(self, ending: Ending, now_ms: int) -> None:
        """End the connection at once, or after a time in which it sends and reads nothing."""
        if not ending.silent_ms:
            self._close(ending.closing)
            return
        self.silent = True
        self._outbox.clear()
        self._later(now_ms + ending.silent_ms, lambda _: self._close(ending.closing))
        self.on_change()

    def _close(self, closing: Closing) -> None:
        if self.closing is None:
            self.closing = closing
            self.on_change()

    def _heartbeat(self, frame: schema.WebcastPushFrame, now_ms: int) -> None:
        beat = _parsed(schema.HeartbeatMessage, frame.payload)
        if beat.room_id not in {0, self.room_id}:
            raise MalformedError("a heartbeat for another room")
        self._heartbeat_at_ms = now_ms
        self._answer_heartbeat(beat.send_packet_seq_id, now_ms)

    def _answer_heartbeat(self, number: int, now_ms: int) -> None:
        right_answer = partial(self._room.heartbeat, number)
        fault = self._take(HEARTBEAT, now_ms)
        answer = right_answer() if fault is None else fault(right_answer)
        if answer is not None:
            self.put(answer, now_ms)

    def _enter_room(self, frame: schema.WebcastPushFrame, now_ms: int) -> None:
        entering = _parsed(schema.WebcastImEnterRoomMessage, frame.payload)
        if entering.room_id != self.room_id:
            raise MalformedError("another room entered")
        if not self.entered and not self.mute:
            self._room.enter(self, now_ms)

    def _acknowledge(self, frame: schema.WebcastPushFrame) -> None:
        expected = self._unacknowledged.get(frame.log_id)
        if expected is None and 0 < frame.log_id <= self._newest_log_id:
            return
        if expected is None:
            raise BadAckError("an acknowledgement of nothing")
        if frame.payload_encoding not in {"", "pb"} or frame.payload != (expected[1] or b"-"):
            raise BadAckError("a malformed acknowledgement")
        del self._unacknowledged[frame.log_id]
        self._room.ledger.acks += 1


def _push_frame(data: bytes) -> schema.WebcastPushFrame:
    return _parsed(schema.WebcastPushFrame, data)


def _parsed(cls: type[M], data: bytes) -> M:
    try:
        return cls.FromString(data)
    except DecodeError as error:
        raise MalformedError("bytes that are no frame") from error
