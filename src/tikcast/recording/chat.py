"""The events of a recorded live stream, in files next to its video: JSON lines, and the chat as subtitles."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from tikcast.events import Event, to_json
from tikcast.recording.chunks import VideoTimeline
from tikcast.recording.paths import on_disk
from tikcast.recording.subtitles import SrtWriter, ass_header, ass_line, line_of

if TYPE_CHECKING:
    from tikcast.recording.chunks import DecoderConfig

SUFFIXES: Final = ("jsonl", "srt", "ass")

_MAX_EARLY: Final = 1000
_MAX_BUFFERED: Final = 200
_MAX_DELAY_MS: Final = 60_000
"""How long an event may wait until it is handled. A longer time means that the wall clock was set meanwhile."""


def age_of(event: Event, *, now_ms: int, age_ms: int) -> int:
    """The age at which an event happened, computed at `age_ms`, when the wall clock is at `now_ms`."""
    if event.is_history:
        return age_ms - (now_ms - event.created_at_ms)
    delay_ms = now_ms - event.received_at_ms
    return age_ms - delay_ms if 0 <= delay_ms <= _MAX_DELAY_MS else age_ms


class ChatWriter:
    """Writes events into the side files of the part that is being recorded.

    Events that come while there is no video go into the files of the last part, and those from before
    the first video are left out. `begin`, `write` and `close` raise `RecordingError`, and so does `add`.
    """

    def __init__(self) -> None:
        self._early: deque[tuple[Event, int]] = deque(maxlen=_MAX_EARLY)
        self._files: SideFiles | None = None
        self._timeline = VideoTimeline()
        self._start_ms = 0

    async def add(self, event: Event, *, age_ms: int) -> None:
        """Add an event that happened at an age."""
        files = self._files
        if files is None:
            self._early.append((event, age_ms))
            return
        self._place(files, event, age_ms=age_ms)
        # `write` is called with each chunk of video. This is for the time without video.
        if files.buffered >= _MAX_BUFFERED:
            await files.write()

    async def begin(self, stem: Path, timeline: VideoTimeline, *, config: DecoderConfig, start_ms: int) -> None:
        """Begin the files of a new part, which starts at a position of its stream."""
        await self.close()
        files = await SideFiles.open(stem, width=config.width, height=config.height)
        self._timeline, self._start_ms, self._files = timeline, start_ms, files
        while self._early:
            event, age_ms = self._early.popleft()
            self._place(files, event, age_ms=age_ms)

    async def write(self) -> None:
        """Write what was added to the disk."""
        if self._files is not None:
            await self._files.write()

    async def close(self) -> None:
        """Complete the files that are open."""
        files, self._files = self._files, None
        if files is not None:
            await files.close()

    def _place(self, files: SideFiles, event: Event, *, age_ms: int) -> None:
        position_ms = self._timeline.position_ms(age_ms) - self._start_ms
        if position_ms >= 0:
            files.add(event, at_ms=position_ms)


@dataclass(kw_only=True, slots=True)
class _UnwrittenText:
    """Text for each of the files, in the order of `SUFFIXES`."""

    jsonl: list[str] = field(default_factory=list)
    srt: list[str] = field(default_factory=list)
    ass: list[str] = field(default_factory=list)

    def texts(self) -> tuple[str, str, str]:
        return "".join(self.jsonl), "".join(self.srt), "".join(self.ass)


class SideFiles:
    """`NAME.jsonl`, `NAME.srt` and `NAME.ass` of one part.

    A line of the JSONL is what `to_json` returns, preceded by `offset`, in seconds of the video.
    """

    def __init__(self, files: tuple[TextIO, ...], *, path: Path) -> None:
        self._files = files
        self._path = path
        self._buffer = _UnwrittenText()
        self._srt = SrtWriter()
        self._lock = threading.Lock()
        self._in_order = asyncio.Lock()

    @classmethod
    async def open(cls, stem: Path, *, width: int, height: int) -> SideFiles:
        """Open the files, which exist already. Raises `RecordingError`."""
        side_files = cls(await on_disk(stem, lambda: _open_files(stem)), path=stem)
        side_files._buffer.ass.append(ass_header(width=width, height=height))
        return side_files

    @property
    def buffered(self) -> int:
        """How many events are not written to the disk yet."""
        return len(self._buffer.jsonl)

    def add(self, event: Event, *, at_ms: int) -> None:
        """Add an event at a position of the video. `write` writes it to the disk."""
        self._buffer.jsonl.append(f'{{"offset":{at_ms / 1000:.3f},{to_json(event)[1:].decode()}\n')
        line = line_of(event)
        if line is not None:
            self._buffer.srt.append(self._srt.add(line, at_ms=at_ms))
            self._buffer.ass.append(ass_line(line, at_ms=at_ms))

    async def write(self) -> None:
        """Write what was added to the disk. Raises `RecordingError`."""
        async with self._in_order:
            buffer, self._buffer = self._buffer, _UnwrittenText()
            texts = buffer.texts()
            await on_disk(self._path, lambda: self._write(texts))

    async def close(self) -> None:
        """Write the rest, and close the files. Raises `RecordingError`."""
        self._buffer.srt.append(self._srt.end())
        try:
            await self.write()
        finally:
            await on_disk(self._path, self._close)

    def _write(self, texts: tuple[str, str, str]) -> None:
        with self._lock:
            for file, text in zip(self._files, texts, strict=True):
                if text:
                    file.write(text)
                    file.flush()

    def _close(self) -> None:
        with self._lock:
            for file in self._files:
                file.close()


def _open_files(stem: Path) -> tuple[TextIO, ...]:
    """Open all files, or none when one fails."""
    with ExitStack() as on_failure:
        paths = [stem.with_name(f"{stem.name}.{suffix}") for suffix in SUFFIXES]
        files = [on_failure.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in paths]
        on_failure.pop_all()
        return tuple(files)
