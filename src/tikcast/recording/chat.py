"""The chat of a recorded live, written on the clock of its video."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from tikcast.errors import TikcastError
from tikcast.events import Event, to_json
from tikcast.recording.chunks import VideoTimeline
from tikcast.recording.paths import on_disk
from tikcast.recording.subtitles import SrtWriter, ass_header, ass_line, line_of

if TYPE_CHECKING:
    from tikcast.live import EventStream
    from tikcast.recording.chunks import DecoderConfig

logger = logging.getLogger("tikcast.recording.chat")

_MOST_EARLY: Final = 1000
_MOST_WAITING: Final = 200


class Chat:
    """Events on their way into the files beside the part that is being recorded.

    What comes while no video does goes beside the part before; what came before all video is left out.
    """

    def __init__(self, events: EventStream[Event]) -> None:
        self._events = events
        self._early: deque[Event] = deque(maxlen=_MOST_EARLY)
        self._files: SideFiles | None = None
        self._timeline = VideoTimeline()
        self._start_ms = 0

    async def run(self) -> None:
        """Take events until the live ends."""
        try:
            async for event in self._events:
                if self._files is None:
                    self._early.append(event)
                else:
                    self._add(self._files, event)
                    # Video brings them to the disk, as long as it comes.
                    if self._files.waiting >= _MOST_WAITING:
                        await self._files.write()
        except TikcastError as error:
            logger.warning("No more chat is recorded: %s", error)
        finally:
            self._events.close()

    async def begin(self, stem: Path, timeline: VideoTimeline, *, setup: DecoderConfig, start_ms: int) -> None:
        """Go on beside a new part, which begins at `start_ms` of its stream. Raises `RecordingError`."""
        await self.close()
        files = await SideFiles.open(stem, width=setup.width, height=setup.height)
        self._timeline, self._start_ms, self._files = timeline, start_ms, files
        while self._early:
            self._add(files, self._early.popleft())

    async def write(self) -> None:
        """Put what came on disk. Raises `RecordingError`."""
        if self._files is not None:
            await self._files.write()

    async def close(self) -> None:
        """Finish the files that are open. Raises `RecordingError`."""
        files, self._files = self._files, None
        if files is not None:
            await files.close()

    def stop(self) -> None:
        """Take no more events than came already."""
        self._events.close()

    def _add(self, files: SideFiles, event: Event) -> None:
        happened = event.created_at_ms if event.is_history else event.received_at_ms
        at_ms = self._timeline.moment_ms(happened) - self._start_ms
        if at_ms >= 0:
            files.add(event, at_ms=at_ms)


ENDINGS: Final = ("jsonl", "srt", "ass")


@dataclass(kw_only=True, slots=True)
class _Waiting:
    """Text for each of the files, in the order of `ENDINGS`."""

    jsonl: list[str] = field(default_factory=list)
    srt: list[str] = field(default_factory=list)
    ass: list[str] = field(default_factory=list)


class SideFiles:
    """`NAME.jsonl`, `NAME.srt` and `NAME.ass`, which are there already.

    A line of the JSONL is what `to_json` gives, with `offset` before it: seconds of the video.
    """

    def __init__(self, files: tuple[TextIO, TextIO, TextIO], *, path: Path) -> None:
        self._files = files
        self._path = path
        self._waiting = _Waiting()
        self._srt = SrtWriter()
        self._lock = threading.Lock()
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, stem: Path, *, width: int, height: int) -> SideFiles:
        """Open them. Raises `RecordingError`."""
        paths = [stem.with_name(f"{stem.name}.{ending}") for ending in ENDINGS]
        opened = await on_disk(stem, lambda: tuple(path.open("w", encoding="utf-8", newline="\n") for path in paths))
        made = cls((opened[0], opened[1], opened[2]), path=stem)
        made._waiting.ass.append(ass_header(width=width, height=height))
        return made

    @property
    def waiting(self) -> int:
        """How many events are noted and not on disk."""
        return len(self._waiting.jsonl)

    def add(self, event: Event, *, at_ms: int) -> None:
        """Note an event at a moment of the video; `write` puts it on disk."""
        self._waiting.jsonl.append(f'{{"offset":{at_ms / 1000:.3f},{to_json(event)[1:].decode()}\n')
        line = line_of(event)
        if line is not None:
            self._waiting.srt.append(self._srt.add(line, at_ms=at_ms))
            self._waiting.ass.append(ass_line(line, at_ms=at_ms))

    async def write(self) -> None:
        """Put what was noted on disk. Raises `RecordingError`."""
        async with self._turn:
            waiting, self._waiting = self._waiting, _Waiting()
            texts = ("".join(waiting.jsonl), "".join(waiting.srt), "".join(waiting.ass))
            await on_disk(self._path, lambda: self._put(texts))

    async def close(self) -> None:
        """Write the rest and close. Raises `RecordingError`."""
        self._waiting.srt.append(self._srt.end())
        try:
            await self.write()
        finally:
            await on_disk(self._path, self._close)

    def _put(self, texts: tuple[str, str, str]) -> None:
        with self._lock:
            for file, text in zip(self._files, texts, strict=True):
                if text:
                    file.write(text)
                    file.flush()

    def _close(self) -> None:
        with self._lock:
            for file in self._files:
                file.close()
