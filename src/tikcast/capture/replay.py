"""Replays files of frames: captures, and plain frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tikcast import LiveSession, decode_frame
from tikcast.capture.format import MAGIC, CaptureReader, CaptureRecord, Kind, is_capture
from tikcast.capture.plain import read_frames
from tikcast.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

    from tikcast.capture.plain import PlainFrame
    from tikcast.events import Event

_TICK_MS: Final = 1000
_MAX_GAP_MS: Final = 3_600_000


class Replay:
    """Records become events again: each room has a session, as when they were captured.

    `now_ms` is the clock, which is the time of the newest record. `frames` counts the received frames,
    `broken` those without a readable response, and `lost` the records that the capture does not hold.
    """

    def __init__(self, records: Iterable[CaptureRecord]) -> None:
        self.now_ms = 0
        self.frames = 0
        self.lost = 0
        self._records = records
        self._sessions: list[LiveSession] = []
        self._open: dict[int, LiveSession] = {}

    @classmethod
    def of_frames(cls, frames: Iterable[PlainFrame]) -> Replay:
        """Replay frames of any rooms in one session. The newest `created_at_ms` so far is the time of a frame."""
        return cls(_as_records(frames))

    @property
    def broken(self) -> int:
        """Frames without a readable response."""
        return sum(session.stats()["bad_frames"] for session in self._sessions)

    def __iter__(self) -> Iterator[Event]:
        """Play the records. A damaged file raises `CaptureError` after every event before the damage."""
        damage = None
        try:
            for record in self._records:
                yield from self._advance(record.at_us // 1000)
                yield from self._play(record)
        except CaptureError as error:
            damage = error
        for session in self._sessions:
            yield from session.closed(self.now_ms, final=True)
        if damage:
            raise damage

    def _play(self, record: CaptureRecord) -> Iterator[Event]:
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

    def _session_of(self, record: CaptureRecord) -> LiveSession:
        """The session of a connection. If its opening is missing, the session accepts every room."""
        if record.connection not in self._open:
            self._open[record.connection] = session = self._new_session(0)
            session.opened(self.now_ms)
        return self._open[record.connection]

    def _session_for(self, room_id: int) -> LiveSession:
        """The session of a room so far; a new one if it is connected already, or its live stream is over."""
        connected = [id(session) for session in self._open.values()]
        for session in self._sessions:
            if session.room_id == room_id and id(session) not in connected and not session.ended:
                return session
        return self._new_session(room_id)

    def _new_session(self, room_id: int) -> LiveSession:
        # The same names in each replay, so that the events have the same keys.
        session = LiveSession(room_id, session=f"{self.now_ms}.{len(self._sessions)}")
        self._sessions.append(session)
        return session

    def _advance(self, to_ms: int) -> Iterator[Event]:
        """Tick as often as a live connection, but over a long pause only once."""
        if to_ms - self.now_ms > _MAX_GAP_MS:
            self.now_ms = to_ms - _TICK_MS
        while self.now_ms < to_ms:
            self.now_ms = min(self.now_ms + _TICK_MS, to_ms)
            for session in self._sessions:
                yield from session.tick(self.now_ms)
                session.to_send()


def open_replay(file: BufferedReader, *, name: str) -> Replay:
    """A replay of a file: a capture, or plain frames. Raises `CaptureError` for a damaged header."""
    if is_capture(file.peek(len(MAGIC))):
        return Replay(CaptureReader(file, name=name))
    return Replay.of_frames(read_frames(file, name=name))


def _as_records(frames: Iterable[PlainFrame]) -> Iterator[CaptureRecord]:
    """Frames as records of one connection. History counts for the time of the first frame only."""
    at_ms = 0
    for number, frame in enumerate(frames):
        events = decode_frame(frame.data).events
        at_ms = max([at_ms, *(event.created_at_ms for event in events if not (number and event.is_history))])
        yield CaptureRecord(kind=Kind.RECEIVED, connection=1, at_us=at_ms * 1000, data=frame.data, offset=frame.offset)


def _room_id(record: CaptureRecord) -> int:
    text = str(record.facts.get("room_id", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
