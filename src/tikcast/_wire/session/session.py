"""One room over all its connections: bytes and times in, events and bytes to send out. No clock, no sockets."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from tikcast._wire.convert.head import Head
from tikcast._wire.frames import ENTERED, MESSAGES, ack_frame, enter_room_frame, heartbeat_frame, open_frame
from tikcast._wire.gunzip import DEFAULT_LIMIT
from tikcast._wire.protobuf.salvage import RepairBudget
from tikcast._wire.response import Response, read_response
from tikcast._wire.session.gaps import Gaps
from tikcast._wire.session.problems import Problems
from tikcast._wire.session.rooms import Rooms, SessionTotals
from tikcast._wire.table import decode_payload
from tikcast.errors import ConfigError
from tikcast.events._base import ID, NO_ID, Event
from tikcast.events.life import EventNumbers
from tikcast.events.raw import UndecodedEvent

History = Literal["mark", "skip", "deliver"]
HISTORY: Final[tuple[History, ...]] = ("mark", "skip", "deliver")
SHORTEST_HEARTBEAT, LONGEST_HEARTBEAT = 1.0, 60.0


class Counts(msgspec.Struct, gc=False):
    """What `stats` returns in addition to the sums of gifts and likes."""

    connections: int = 0
    frames: int = 0
    bytes: int = 0
    messages: int = 0
    acks: int = 0
    heartbeats: int = 0
    duplicates: int = 0
    history: int = 0
    other_rooms: int = 0
    bad_frames: int = 0


class LiveSession:
    """The protocol of one room, without any I/O: it makes events of received bytes, and the bytes to send.

    Pass it what the socket received (`receive`) and the time (`tick`, at least once a second), and send what
    `to_send` returns. One session serves all connections to a room: call `opened` and `closed` around each.

    Every call takes two times in milliseconds. `now_ms` is the wall clock since 1970: it only stamps events.
    `age_ms` comes from a clock that nobody sets (CLOCK_BOOTTIME or a monotonic clock): it measures every duration,
    such as how long ids and streaks are kept. `age_ms` is `now_ms` by default; then the times need not be real,
    but must not jump.

    `history` is for messages from before the connection: "mark" delivers them with `is_history` and drops
    duplicates, "skip" drops both, "deliver" also delivers duplicates, with `is_history` and adding nothing. A message
    that was created before the moment up to which everything had come is history whatever its flag; it adds to gifts
    and likes only if it lies in a gap. Times are compared by the server's clock, once a response has stated it.
    `heartbeat_interval` and `stale_after` are seconds, `gunzip_limit` bytes. Room 0 accepts every room's
    messages. With `report_unknown`, `to_log` also gives a line on each message type without a converter. No bytes
    make a session raise.

    `session` is a name for this session, part of the keys of the events that it makes itself. Sessions of one room
    whose events go into the same store need different names. The default is the time of the first connection, so
    that a replay gives the same keys again.
    """

    def __init__(
        self,
        room_id: int,
        *,
        history: History = "mark",
        heartbeat_interval: float = 10.0,
        stale_after: float = 60.0,
        gunzip_limit: int = DEFAULT_LIMIT,
        report_unknown: bool = False,
        session: str = "",
    ) -> None:
        if history not in HISTORY:
            raise ConfigError(f"there is no {history!r}", option="history", advice=f"use one of {HISTORY}")
        self.room_id = ID(room_id)
        self.cursor = ""
        self.internal_ext = b""
        self.heartbeat_interval = heartbeat_interval
        self._history = history
        self._stale_after = stale_after
        self._limit = gunzip_limit
        self._problems = Problems(report_unknown=report_unknown)
        self._totals = SessionTotals(self._problems)
        self._rooms = Rooms(self._totals)
        self._gaps = Gaps()
        self._outbox: list[bytes] = []
        self._counts = Counts()
        self._open = False
        self._brings_messages = False
        self._close_reason: str | None = None
        self._name = session
        self._numbers: EventNumbers | None = None
        self._now_ms = self._age_ms = 0
        self._received_age_ms = self._beat_age_ms = 0
        self._beats = 0

    @property
    def ended(self) -> str | None:
        """How the live stream ended, "ended" or "suspended", after a message that is not history."""
        return self._totals.ended

    @property
    def entered(self) -> bool:
        """Whether the room has answered on the open connection; heartbeats are answered outside of rooms too."""
        return self._gaps.entered

    @property
    def brings_messages(self) -> bool:
        """Whether the open connection has brought a frame of messages, or an answer to entering that holds some.

        A frame of messages counts also when it is empty or cannot be read: it comes in rooms where nobody writes, too.
        """
        return self._brings_messages

    @property
    def close_reason(self) -> str | None:
        """The reason for which the server ended the open connection with a frame, None as long as it goes on."""
        return self._close_reason

    @property
    def stale(self) -> bool:
        """Whether the open connection has been silent for longer than `stale_after`, at the latest time given."""
        return self._open and self._age_ms - self._received_age_ms > self._stale_after * 1000

    def opened(self, now_ms: int, *, age_ms: int | None = None) -> None:
        """A connection is open: the frames that enter the room and a heartbeat are due."""
        self._open = True
        self._name = self._name or str(now_ms)
        self._received_age_ms = self._set_time(now_ms, age_ms)
        self._beats = 0
        self._brings_messages, self._close_reason = False, None
        self._gaps.opened(self._age_ms, now_ms=now_ms)
        self._counts.connections += 1
        self._outbox = [enter_room_frame(self.room_id)]
        self._heartbeat()

    def receive(self, data: bytes, now_ms: int, *, age_ms: int | None = None) -> list[Event]:
        """The events of one push frame; its acknowledgement, if one is due, waits in `to_send`."""
        age = self._received_age_ms = self._set_time(now_ms, age_ms)
        self._counts.frames += 1
        self._counts.bytes += len(data)
        opened = open_frame(data, self._limit)
        events: list[Event] = []
        response = opened.response
        if opened.payload_type == MESSAGES or (response is not None and response.messages):
            self._brings_messages = True
        if opened.close_reason is not None:
            self._close_reason = opened.close_reason
        if opened.error is not None:
            self._counts.bad_frames += 1
            events.append(self._undecoded("WebcastPushFrame", data=data, error=opened.error))
            self._gaps.damaged(age, latest=self._latest_ids())
        if response is not None:
            if response.needs_ack:
                self._outbox.append(ack_frame(opened.log_id, response.internal_ext))
                self._counts.acks += 1
            self._gaps.answered(age, server_ms=response.now)
            self._take(response, events)
        elif opened.payload_type == ENTERED:
            self._gaps.answered(age, server_ms=0)
        if opened.error is None:
            self._gaps.received(age)
        return events

    def receive_response(self, data: bytes, now_ms: int, *, age_ms: int | None = None) -> list[Event]:
        """The events of a bare response, as a signer gives it; it needs no acknowledgement."""
        self._set_time(now_ms, age_ms)
        events: list[Event] = []
        try:
            response, error = read_response(data)
        except ValueError as reason:
            return [self._undecoded("WebcastResponse", data=data, error=str(reason))]
        if error:
            events.append(self._undecoded("WebcastResponse", data=data, error=error))
        self._take(response, events)
        return events

    def tick(self, now_ms: int, *, age_ms: int | None = None) -> list[Event]:
        """Let the time pass: a heartbeat when one is due, a gap that is over, streaks whose end was lost."""
        age = self._set_time(now_ms, age_ms)
        if self._open and age - self._beat_age_ms >= self.heartbeat_interval * 1000:
            self._heartbeat()
        events: list[Event] = [self._numbered(event) for event in self._totals.streaks.tick(age, now_ms=now_ms)]
        if self._gaps.pending and self._gaps.is_over_at(age):
            events.append(self._report_gap())
        return events

    def to_send(self) -> list[bytes]:
        """The frames to send now, in order; each is given once."""
        out, self._outbox = self._outbox, []
        return out

    def closed(self, now_ms: int, *, final: bool = False, age_ms: int | None = None) -> list[Event]:
        """The connection is closed: a gap begins, unless the live stream ended. Counts are kept.

        `final` says that no other connection follows: open streaks end, and a pending gap is reported.
        """
        age = self._set_time(now_ms, age_ms)
        was_open, self._open = self._open, False
        self._outbox = []
        if not final:
            if was_open and not self.ended:
                self._gaps.closed(age, latest=self._latest_ids())
            return []
        events: list[Event] = [self._numbered(event) for event in self._totals.streaks.close_all(now_ms)]
        if self._gaps.pending and self._gaps.is_final_gap(age):
            events.append(self._report_gap())
        return events

    def stats(self) -> dict[str, int]:
        """Counts since the session was made: connections, frames, bytes, messages, acks, heartbeats, duplicates,
        history, other_rooms, unknown, undecoded, salvaged, bad_frames, gaps, recovered, gifts, diamonds, likes (a lower
        bound), room_likes, open_streaks.
        """
        totals, problems = self._totals, self._problems
        return msgspec.structs.asdict(self._counts) | {
            "unknown": problems.unknown,
            "undecoded": problems.undecoded,
            "salvaged": problems.salvaged,
            "gaps": self._gaps.reported,
            "recovered": self._gaps.recovered,
            "gifts": totals.gifts,
            "diamonds": totals.diamonds,
            "likes": totals.likes.sent,
            "room_likes": totals.likes.highest,
            "open_streaks": len(totals.streaks),
        }

    def problems(self) -> dict[str, int]:
        """How many messages of each wire name were unknown, not decoded, or salvaged in parts."""
        return dict(self._problems.by_name)

    def to_log(self) -> list[str]:
        """Lines for a log, each given once: the first message of each wire name that was not read whole, and why."""
        return self._problems.take_lines()

    def _set_time(self, now_ms: int, age_ms: int | None) -> int:
        """Keep the time that the caller gives; the age."""
        self._now_ms = now_ms
        self._age_ms = age = now_ms if age_ms is None else age_ms
        return age

    def _latest_ids(self) -> list[int]:
        return self._rooms.get(self.room_id).seen.latest() if self.room_id else []

    def _report_gap(self) -> Event:
        return self._numbered(self._gaps.report(self._age_ms, now_ms=self._now_ms, room_id=self.room_id))

    def _numbered(self, event: Event) -> Event:
        """An event that the session makes itself, with the note that makes it different from all others."""
        if self._numbers is None:
            self._numbers = EventNumbers(self._name or str(self._now_ms))
        return msgspec.structs.replace(event, notes=(*event.notes, self._numbers.note()))

    def _heartbeat(self) -> None:
        self._beats += 1
        self._beat_age_ms = self._age_ms
        self._counts.heartbeats += 1
        self._outbox.append(heartbeat_frame(self.room_id, self._beats))

    def _take(self, response: Response, events: list[Event]) -> None:
        """Keep what a response says about the stream, and add the events of its messages."""
        if not self._gaps.needs_resend(self._age_ms):
            self.cursor = response.cursor or self.cursor
            self.internal_ext = response.internal_ext or self.internal_ext
        if response.heart_beat_duration > 0:
            seconds = response.heart_beat_duration / 1000
            self.heartbeat_interval = min(max(seconds, SHORTEST_HEARTBEAT), LONGEST_HEARTBEAT)
        messages = response.messages
        self._counts.messages += len(messages)
        if self.room_id:
            self._gaps.read(self._age_ms)
        budget = RepairBudget()
        for method, payload, message_id, is_history in messages:
            head = Head(self.room_id, message_id, self._now_ms, is_history, payload, budget)
            event = self._admit(decode_payload(method, head))
            if event is not None:
                if event.notes and not isinstance(event, UndecodedEvent):
                    self._problems.add_salvaged(method, event.notes)
                if self._gaps.pending and self._gaps.is_over_with(event):
                    events.append(self._report_gap())
                events.append(event)

    def _admit(self, event: Event) -> Event | None:
        """The event to deliver, None if the message is dropped."""
        room_id = event.room_id
        if room_id != self.room_id and self.room_id:
            self._counts.other_rooms += 1
            return None
        room = self._rooms.get(room_id)
        again, counts = room.seen.add(event.message_id, age_ms=self._age_ms), True
        if not again and event.created_at_ms < self._gaps.checked_until_ms:
            judgement = self._gaps.judge(event)
            again, counts = judgement == "again", judgement != "past"
            if judgement in {"missed", "past"} and not event.is_history:
                event = msgspec.structs.replace(event, is_history=True)
        if again:
            self._counts.duplicates += 1
            return room.repeated(event) if self._history == "deliver" else None
        if event.is_history:
            self._counts.history += 1
            if self._history == "skip":
                return None
        if self._gaps.pending:
            self._gaps.add(event)
        return room.complete(event, age_ms=self._age_ms) if counts else room.past(event, age_ms=self._age_ms)

    def _undecoded(self, method: str, *, data: bytes, error: str) -> Event:
        event = UndecodedEvent(
            room_id=self.room_id,
            message_id=NO_ID,
            received_at_ms=self._now_ms,
            raw=data,
            method=method,
            payload=data,
            error=error,
        )
        self._problems.add(event)
        return self._numbered(event)
