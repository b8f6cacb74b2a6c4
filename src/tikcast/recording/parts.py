"""One file of a recording: named, written, closed."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from tikcast.errors import RecordingError
from tikcast.models.stream import StreamUrl
from tikcast.recording import paths
from tikcast.recording.chat import ENDINGS as CHAT_ENDINGS
from tikcast.recording.chunks import Chunk, DecoderConfig, StreamBroken, VideoTimeline
from tikcast.recording.ffmpeg import Copier, CopyJob, remux
from tikcast.recording.options import Plan
from tikcast.recording.paths import on_disk, remove, reserve, run_to_end
from tikcast.recording.results import EndedBy, Part

logger = logging.getLogger("tikcast.recording.parts")


class PartNames:
    """The names of the parts of one recording; the first one that is free decides for all."""

    def __init__(self, plan: Plan, fields: paths.NameFields) -> None:
        self._base = paths.base_path(plan.path, fields)
        self._endings = [plan.recorded_as, *(CHAT_ENDINGS if plan.events else ())]
        self._made_later = ["mp4"] if plan.format == "mp4" else []
        self._number = 1

    async def reserve(self) -> Path:
        """The next name, without an ending, with all its files made. Raises `RecordingError`."""
        stem = await on_disk(self._base, self._reserve)
        self._base = stem if self._number == 1 else self._base
        self._number += 1
        return stem

    async def release(self, stem: Path) -> None:
        """Delete the files of a part in which nothing is."""
        self._number -= 1
        await on_disk(stem, lambda: remove(paths.with_endings(stem, self._endings)))

    def _reserve(self) -> Path:
        for stem in paths.candidates(self._base, part=self._number, now=time.time()):
            later = paths.with_endings(stem, self._made_later)
            if not any(path.exists() for path in later) and reserve(paths.with_endings(stem, self._endings)):
                return stem
        raise RecordingError("a thousand files of that name are there", path=str(self._base), advice="choose another")


class PartWriter:
    """A part that is being written.

    `start_ms`: where it begins in its stream. `duration_ms`: of the video in it. `failure`: what the
    disk refused.
    """

    def __init__(
        self,
        path: Path,
        output: Output,
        *,
        first: Chunk,
        stream: StreamUrl,
        timeline: VideoTimeline,
        limit_ms: int | None,
    ) -> None:
        self.path = path
        self.setup: DecoderConfig = first.setup
        self.start_ms = first.start_ms
        self.duration_ms = 0
        self.failure: RecordingError | None = None
        self._stream = stream
        self._timeline = timeline
        self._output = output
        self._limit_ms = limit_ms
        self._header = first.setup.header

    @property
    def size(self) -> int:
        """Bytes on disk, up to half a second ago."""
        return self._output.size

    @property
    def full(self) -> bool:
        """Whether everything is in it that it may hold."""
        return self._limit_ms is not None and self.duration_ms >= self._limit_ms

    async def write(self, chunk: Chunk) -> None:
        """Add a chunk of the same setup. Raises `RecordingError` or `StreamBroken`."""
        until = None if self._limit_ms is None else self.start_ms + self._limit_ms
        data = chunk.encode(since_ms=self.start_ms, until_ms=until)
        header, self._header, self.setup = self._header, b"", chunk.setup
        await self._output.write(header + data)
        duration = max(self.duration_ms, chunk.end_ms - self.start_ms)
        self.duration_ms = duration if self._limit_ms is None else min(duration, self._limit_ms)

    def stop_waiting(self) -> None:
        """Let `finish` return at once, with what is in the file."""
        self._output.stop_waiting()

    async def finish(self, ended_by: EndedBy) -> Part | None:
        """Close the file and describe it, None when nothing is in it. Never raises: see `failure`."""
        try:
            await self._output.finish()
        except StreamBroken as error:
            logger.warning("%s ends early: %s", self.path, error)
        except RecordingError as error:
            self.failure = error
        if not self.duration_ms or not self.size:
            return None
        return Part(
            path=self.path,
            started_at_ms=self._timeline.time_ms(self.start_ms),
            duration=self.duration_ms / 1000,
            size=self.size,
            quality=self._stream.quality,
            video=self.setup.video,
            audio=self.setup.audio,
            width=self.setup.width or self._stream.width,
            height=self.setup.height or self._stream.height,
            ended_by="failed" if self.failure else ended_by,
        )


async def open_part(
    stem: Path,
    plan: Plan,
    *,
    first: Chunk,
    stream: StreamUrl,
    timeline: VideoTimeline,
    program: str | None,
    limit_ms: int | None,
) -> PartWriter:
    """Begin a part with a chunk that is yet to be written. `program`: the ffmpeg, None to do without.

    Raises `RecordingError`.
    """
    path = stem.with_name(f"{stem.name}.{plan.recorded_as}")
    source = first.setup.container
    if program is None or plan.recorded_as == source:
        output: Output = await FileOutput.open(path)
    else:
        job = CopyJob(
            program=program,
            source=source,
            target=plan.recorded_as,
            sound_only=plan.sound_only,
            seconds=None if limit_ms is None else limit_ms / 1000,
        )
        output = await CopiedOutput.open(path, job)
    return PartWriter(path, output, first=first, stream=stream, timeline=timeline, limit_ms=limit_ms)


@asynccontextmanager
async def as_mp4(part: Part, *, program: str) -> AsyncIterator[Path]:
    """An MP4 of a finished part, which is gone after the context unless `put_in_place` took it.

    Raises `RecordingError`.
    """
    made = await run_to_end(on_disk(part.path, lambda: _reserve_next_to(part, "mp4.tmp")))
    try:
        await remux(part.path, made, program=program, video=part.video)
        yield made
    finally:
        await asyncio.to_thread(made.unlink, missing_ok=True)


async def put_in_place(made: Path, *, of: Part) -> Part:
    """Take an MP4 for the file that it was made of, which is deleted. Raises `RecordingError`."""
    return await on_disk(of.path, lambda: _replace(of, made))


def _replace(part: Part, made: Path) -> Part:
    target = _reserve_next_to(part, "mp4")
    made.replace(target)
    part.path.unlink()
    return replace(part, path=target, size=target.stat().st_size)


def _reserve_next_to(part: Part, ending: str) -> Path:
    """A new file with the name of a part and another ending."""
    for stem in paths.candidates(part.path.with_suffix(""), part=1, now=time.time()):
        target = stem.with_name(f"{stem.name}.{ending}")
        if reserve([target]):
            return target
    raise FileExistsError(str(part.path))


_LOOK_EVERY: Final = 0.5


class Output(Protocol):
    """A file that grows. `size`: its bytes, up to half a second ago."""

    size: int

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError` when the disk refuses them."""

    async def finish(self) -> None:
        """Close the file, which then holds everything. Raises `RecordingError`."""

    def stop_waiting(self) -> None:
        """Let `finish` return at once; the file ends where it is, and can be played."""


class FileOutput:
    """Bytes straight into a file."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.size = 0
        self._path = path
        self._file = file
        self._lock = threading.Lock()

    @classmethod
    async def open(cls, path: Path) -> FileOutput:
        """Open a file that is there already. Raises `RecordingError`."""
        return cls(path, await on_disk(path, lambda: path.open("wb", buffering=0)))

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError`."""
        await on_disk(self._path, lambda: self._write(data))
        self.size += len(data)

    async def finish(self) -> None:
        """Close the file, after what is being written. Raises `RecordingError`."""
        await on_disk(self._path, self._close)

    def stop_waiting(self) -> None:
        """There is nothing to wait for but the disk."""

    def _write(self, data: bytes) -> None:
        # A write that was cancelled goes on in its thread: closing waits for it.
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]

    def _close(self) -> None:
        with self._lock:
            self._file.close()


class CopiedOutput:
    """Bytes through ffmpeg into another container."""

    def __init__(self, path: Path, copier: Copier) -> None:
        self.size = 0
        self._path = path
        self._copier = copier
        self._looked = 0.0

    @classmethod
    async def open(cls, path: Path, job: CopyJob) -> CopiedOutput:
        """Start ffmpeg on a file that is there already. Raises `RecordingError`."""
        return cls(path, await Copier.start(path, job))

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError`, or `StreamBroken` for video that ffmpeg cannot read."""
        await self._copier.write(data)
        if time.monotonic() - self._looked > _LOOK_EVERY:
            self._looked = time.monotonic()
            await self._look()

    async def finish(self) -> None:
        """Let ffmpeg end. Raises as `write` does."""
        try:
            await self._copier.finish()
        finally:
            await self._look()

    def stop_waiting(self) -> None:
        """End ffmpeg now: what it wrote until then stays."""
        self._copier.kill()

    async def _look(self) -> None:
        try:
            self.size = (await asyncio.to_thread(self._path.stat)).st_size
        except OSError:
            self.size = 0
