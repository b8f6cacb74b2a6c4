"""The files beside a video: every event with its moment in it, and the chat as subtitles."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from tikcast.events import Event, to_json
from tikcast.recording.disk import on_disk
from tikcast.recording.subtitles import SrtWriter, ass_header, ass_line, line_of

ENDINGS: Final = ("jsonl", "srt", "ass")


@dataclass(kw_only=True, slots=True)
class _Waiting:
    """Text for each of the files, in the order of `ENDINGS`."""

    jsonl: list[str] = field(default_factory=list)
    srt: list[str] = field(default_factory=list)
    ass: list[str] = field(default_factory=list)


class BesideFiles:
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
    async def open(cls, stem: Path, *, width: int, height: int) -> BesideFiles:
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
