"""Plain frames through a session once more, by the clock of the messages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikcast import LiveSession, decode_frame
from tikcast.capture.format import MAGIC, CaptureReader, Kind, is_capture
from tikcast.capture.plain import read_frames
from tikcast.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

    from tikcast.capture.format import Record
    from tikcast.capture.plain import PlainFrame
    from tikcast.events import Event

_TICK_MS = 1000
_LONGEST_GAP_MS = 3_600_000


class Replay:
    """Frames of any room become events, as on the day they came.

    `now_ms` is the clock: the newest `created_at_ms` so far. `frames` counts the frames played,
    `broken` those that hold no readable response.
    """

    def __init__(self, frames: Iterable[PlainFrame], *, session: LiveSession | None = None) -> None:
        self.session = session or LiveSession(0)
        self.now_ms = 0
        self.frames = 0
        self.broken = 0
        self._source = frames

    def __iter__(self) -> Iterator[Event]:
        """Play the frames; a cut in them is raised after every event before it."""
        cut = None
        try:
            for frame in self._source:
                yield from self._play(frame.data)
        except CaptureError as error:
            cut = error
        yield from self.session.closed(self.now_ms, final=True)
        if cut:
            raise cut

    def _play(self, data: bytes) -> Iterator[Event]:
        frame = decode_frame(data)
        if not self.frames:
            self.now_ms = _newest(frame.events)
            self.session.opened(self.now_ms)
        self.frames += 1
        self.broken += frame.error is not None
        yield from self._advance(_newest(event for event in frame.events if not event.is_history))
        yield from self.session.receive(data, self.now_ms)
        self.session.to_send()

    def _advance(self, to_ms: int) -> Iterator[Event]:
        """Tick as often as a live connection would have, but in one step over a long silence."""
        if to_ms - self.now_ms > _LONGEST_GAP_MS:
            self.now_ms = to_ms - _TICK_MS
        while self.now_ms < to_ms:
            self.now_ms = min(self.now_ms + _TICK_MS, to_ms)
            yield from self.session.tick(self.now_ms)


def _newest(events: Iterable[Event]) -> int:
    return max((event.created_at_ms for event in events), default=0)


def open_replay(file: BufferedReader, *, name: str) -> Replay | Rerun:
    """What plays a file: a capture, or plain frames. Raises `CaptureError` for a broken header."""
    if is_capture(file.peek(len(MAGIC))):
        return Rerun(CaptureReader(file, name=name))
    return Replay(read_frames(file, name=name))


class Rerun:
    """Records of a capture become events again.

    `now_ms` is the clock: the time of the newest record. `frames` counts the frames that were
    received, `broken` those that hold no readable response, `lost` the records that the capture
    itself is missing.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.now_ms = 0
        self.frames = 0
        self.lost = 0
        self._source = records
        self._sessions: list[LiveSession] = []
        self._open: dict[int, LiveSession] = {}

    @property
    def broken(self) -> int:
        """Frames that hold no readable response."""
        return sum(session.stats()["bad_frames"] for session in self._sessions)

    def __iter__(self) -> Iterator[Event]:
        """Play the records; a cut in them is raised after every event before it."""
        cut = None
        try:
            for record in self._source:
                yield from self._advance(record.at_us // 1000)
                yield from self._play(record)
        except CaptureError as error:
            cut = error
        for session in self._sessions:
            yield from session.closed(self.now_ms, final=True)
        if cut:
            raise cut

    def _play(self, record: Record) -> Iterator[Event]:
        if record.kind == Kind.OPENED:
            self._open[record.connection] = session = self._session_for(_room_id(record))
            session.opened(self.now_ms)
        elif record.kind == Kind.RECEIVED:
            self.frames += 1
            session = self._session_of(record)
            yield from session.receive(record.data, self.now_ms)
            session.to_send()
        elif record.kind == Kind.ANSWER:
            yield from self._session_of(record).receive_response(record.data, self.now_ms)
        elif record.kind == Kind.CLOSED and record.connection in self._open:
            yield from self._open.pop(record.connection).closed(self.now_ms)
        elif record.kind == Kind.LOST:
            lost = record.facts.get("records")
            self.lost += lost if isinstance(lost, int) else 0

    def _session_of(self, record: Record) -> LiveSession:
        """The session of a record's connection, one for any room when its opening is missing."""
        if record.connection not in self._open:
            self._open[record.connection] = session = self._new_session(0)
            session.opened(self.now_ms)
        return self._open[record.connection]

    def _session_for(self, room_id: int) -> LiveSession:
        """The room's session so far, a new one when it is connected already or its live is over."""
        busy = [id(session) for session in self._open.values()]
        for session in self._sessions:
            if session.room_id == room_id and id(session) not in busy and not session.ended:
                return session
        return self._new_session(room_id)

    def _new_session(self, room_id: int) -> LiveSession:
        session = LiveSession(room_id, session=f"{self.now_ms}.{len(self._sessions)}")
        self._sessions.append(session)
        return session

    def _advance(self, to_ms: int) -> Iterator[Event]:
        """Tick as often as a live connection would have, but in one step over a long silence."""
        if to_ms - self.now_ms > _LONGEST_GAP_MS:
            self.now_ms = to_ms - _TICK_MS
        while self.now_ms < to_ms:
            self.now_ms = min(self.now_ms + _TICK_MS, to_ms)
            for session in self._sessions:
                yield from session.tick(self.now_ms)
                session.to_send()


def _room_id(record: Record) -> int:
    told = str(record.facts.get("room_id", ""))
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0
