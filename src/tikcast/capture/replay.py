"""Plain frames through a session once more, by the clock of the messages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikcast import LiveSession, decode_frame
from tikcast.capture.format import MAGIC, CaptureReader, is_capture
from tikcast.capture.plain import read_frames
from tikcast.capture.rerun import Rerun
from tikcast.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

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
