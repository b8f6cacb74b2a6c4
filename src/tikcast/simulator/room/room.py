"""A room with a live stream, without I/O: it takes the time and clients' bytes, and makes frames and ledger entries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from tikcast.simulator.config import Strictness
from tikcast.simulator.faults.hooks import ENTRY, ENTRY_ANSWER, FIRST_MESSAGES, FirstMessages
from tikcast.simulator.faults.orders import WaitingFaults
from tikcast.simulator.faults.registry import Method
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.frames import (
    HEARTBEAT_MS,
    SentFrame,
    close_frame,
    entered_frame,
    heartbeat_frame,
    message_frame,
)
from tikcast.simulator.room.connection import Later, PushConnection, RoomLink
from tikcast.simulator.room.ledger import Ledger
from tikcast.simulator.room.state import RoomState
from tikcast.simulator.room.traffic import Traffic

_CONTROLS: Final[dict[RoomState, int]] = {"paused": 1, "live": 2, "ended": 3, "suspended": 4}
_FINAL: Final = ("ended", "suspended")
_LARGEST_FRAME: Final = 40


class SimulatedRoom:
    """The room of one live stream. It makes no messages while no client is in it; times are epoch milliseconds.

    `heartbeat_ms`: the heartbeat interval that clients are asked for.
    """

    def __init__(self, *, room_id: int, traffic: Traffic, ledger: Ledger, faults: WaitingFaults, linger: float) -> None:
        self.room_id = room_id
        self.ledger = ledger
        self.faults = faults
        self.heartbeat_ms = HEARTBEAT_MS
        self.state: RoomState = "live"
        self.connections: set[PushConnection] = set()
        self._traffic = traffic
        self._linger_ms = round(linger * 1000)
        self._produced_until_ms = 0
        self._log_id = 0
        self._admits_when_over = False

    @property
    def over(self) -> bool:
        """Whether the live stream has ended."""
        return self.state in _FINAL

    @property
    def admits(self) -> bool:
        """Whether clients can open a WebSocket and enter; one that enters when it is over gets no messages."""
        return not self.over or self._admits_when_over

    @property
    def watched(self) -> bool:
        """Whether any client has entered."""
        return any(connection.entered for connection in self.connections)

    def enter(self, connection: PushConnection, now_ms: int) -> None:
        """Let a client enter: it gets the messages since its cursor, or without one the recent messages."""
        if not self.admits or not self._lets_in(connection, now_ms):
            return
        if self.watched:
            self.advance(now_ms)
        else:
            self._traffic.started(now_ms)
            self._produced_until_ms = now_ms
        connection.enter(now_ms)
        stream_end = connection.take_stream_end(now_ms)
        if stream_end is not None:
            connection.put(entered_frame(log_id=self._next_log_id()), now_ms)
            connection.stop(stream_end, now_ms)
        else:
            self._greet(connection, now_ms)

    def _greet(self, connection: PushConnection, now_ms: int) -> None:
        """Answer the entering of a client, and send it its first messages."""
        messages = self._first(connection.cursor_ms, now_ms)
        parts = [messages[start : start + _LARGEST_FRAME] for start in range(0, len(messages), _LARGEST_FRAME)]
        fault = self.faults.take(ENTRY_ANSWER, now_ms) if parts else None
        if fault is not None:
            connection.put(fault(self._frame(parts.pop(0), now_ms)), now_ms)
        else:
            connection.put(entered_frame(log_id=self._next_log_id()), now_ms)
        for part in parts:
            connection.put(self._frame(part, now_ms), now_ms)

    def connect(
        self,
        now_ms: int,
        *,
        strictness: Strictness,
        cursor_ms: int | None,
        packed: bool,
        method: Method,
        later: Later,
    ) -> PushConnection:
        """A WebSocket was opened."""
        self.ledger.connections += 1
        link = RoomLink(
            room_id=self.room_id,
            ledger=self.ledger,
            faults=self.faults,
            enter=self.enter,
            heartbeat=self.heartbeat,
            close_frame=self.close_frame,
        )
        connection = PushConnection(
            link,
            number=self.ledger.connections,
            now_ms=now_ms,
            strictness=strictness,
            heartbeat_ms=self.heartbeat_ms,
            cursor_ms=cursor_ms,
            packed=packed,
            method=method,
            later=later,
        )
        self.connections.add(connection)
        return connection

    def leave(self, connection: PushConnection) -> None:
        """Forget a connection that is closed."""
        self.connections.discard(connection)

    def recent(self, now_ms: int) -> list[Message]:
        """The first messages of a client without a cursor."""
        return self._traffic.recent(now_ms)

    def since(self, cursor_ms: int, now_ms: int) -> list[Message]:
        """The messages since `cursor_ms`, for a client that resumes."""
        return self._traffic.since(cursor_ms, now_ms)

    def before(self, until_ms: int, types: Collection[str]) -> Iterator[Message]:
        """The messages of these types up to a moment, the newest first."""
        return self._traffic.before(until_ms, types)

    def _lets_in(self, connection: PushConnection, now_ms: int) -> bool:
        fault = self.faults.take(ENTRY, now_ms, method=connection.method)
        entry = "mute" if fault is None and self.over else fault and fault()
        if entry == "mute":
            connection.mute = True
            connection.put(entered_frame(log_id=self._next_log_id()), now_ms)
        return entry is None

    def _first(self, cursor_ms: int | None, now_ms: int) -> list[Message]:
        """The first messages of a client that has just entered."""
        messages = self.recent(now_ms) if cursor_ms is None else self.since(cursor_ms, now_ms)
        fault = self.faults.take(FIRST_MESSAGES, now_ms)
        if fault is None:
            return messages
        since = partial(self.since, now_ms=now_ms)
        return fault(FirstMessages(messages=messages, since=since, before=self.before, now_ms=now_ms))

    def advance(self, now_ms: int) -> None:
        """Make the messages that are due, and queue them for each client that has entered."""
        if self.over or not self.watched or now_ms <= self._produced_until_ms:
            return
        for delivery in self._traffic.between(self._produced_until_ms, now_ms):
            self._broadcast(self._frame(delivery.messages, delivery.at_ms), now_ms)
        self._produced_until_ms = now_ms
        if self._traffic.next_after(now_ms) is None:
            self.change("ended", now_ms)

    def next_due(self) -> int | None:
        """When `advance` has something to do next; None while no client is in the room."""
        if self.over or not self.watched:
            return None
        return self._traffic.next_after(self._produced_until_ms)

    def change(self, state: RoomState, now_ms: int, *, announced: bool = True, admits: bool = False) -> None:
        """Pause, resume or end the live stream, and send a control message to each client.

        Not `announced`: without that message, and without closing the connections. `admits`: clients can still
        enter when it is over.
        """
        if self.over or state == self.state:
            return
        self.advance(now_ms)
        self.state = state
        self._admits_when_over = admits
        if not announced:
            return
        self._broadcast(self._frame([self._traffic.control(_CONTROLS[state], now_ms)], now_ms), now_ms)
        if state in _FINAL:
            for connection in self.connections:
                wait = self._linger_ms if connection.entered else 0
                connection.close_at(now_ms + wait, code=1000, reason="the live is over")

    def heartbeat(self, sequence: int) -> SentFrame:
        """The answer to a heartbeat."""
        return heartbeat_frame(room_id=self.room_id, log_id=self._next_log_id(), sequence=sequence)

    def close_frame(self, reason: str) -> SentFrame:
        """The frame that ends a stream."""
        return close_frame(reason, log_id=self._next_log_id())

    def _frame(self, messages: Sequence[Message], now_ms: int) -> SentFrame:
        log_id = self._next_log_id()
        return message_frame(
            messages, room_id=self.room_id, log_id=log_id, now_ms=now_ms, heartbeat_ms=self.heartbeat_ms
        )

    def _broadcast(self, frame: SentFrame, now_ms: int) -> None:
        for connection in self.connections:
            if connection.entered:
                connection.put(frame, now_ms)

    def _next_log_id(self) -> int:
        self._log_id += 1
        return self._log_id
