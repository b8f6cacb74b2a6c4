"""One part of a recording: the name of its files, and its video file from the first chunk to the last."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self

from tikcast._clock import age, now
from tikcast.errors import RecordingError
from tikcast.models.stream import StreamUrl
from tikcast.recording.chat import SUFFIXES as SIDE_SUFFIXES
from tikcast.recording.chunks import Chunk, StreamBroken, VideoTimeline
from tikcast.recording.ffmpeg import CopyOptions, FFmpeg
from tikcast.recording.options import RecordingOptions
from tikcast.recording.paths import NameFields, base_path, candidates, on_disk, remove, reserve, with_suffixes
from tikcast.recording.results import EndedBy, Part

logger = logging.getLogger("tikcast.recording.parts")

_FINISHING: Final = 20.0
"""Seconds in which an ffmpeg has to complete its file."""

_SIZE_EVERY: Final = 0.5


class PartNames:
    """The names of the parts of one recording. The first part's name, which was free, is the base of all."""

    def __init__(self, options: RecordingOptions, fields: NameFields) -> None:
        self._options = options
        self._fields = fields
        self._suffixes = [options.written_format, *(SIDE_SUFFIXES if options.events else ())]
        self._later_suffixes = ["mp4"] if options.file_format == "mp4" else []
        self._base = Path()
        self._number = 1

    async def prepare(self) -> None:
        """Look at the path, before the first part. Raises `RecordingError`."""
        path, fields = self._options.path, self._fields
        self._base = await on_disk(Path(path or "."), lambda: base_path(path, fields))

    async def reserve(self) -> Path:
        """Create the files of the next part, empty, and return their name without suffix. Raises `RecordingError`."""
        stem = await on_disk(self._base, self._reserve)
        self._base = stem if self._number == 1 else self._base
        self._number += 1
        return stem

    async def release(self, stem: Path) -> None:
        """Delete the files of a part in which nothing is."""
        self._number -= 1
        await on_disk(stem, lambda: remove(with_suffixes(stem, self._suffixes)))

    def _reserve(self) -> Path:
        for stem in candidates(self._base, part=self._number, at=now()):
            later = with_suffixes(stem, self._later_suffixes)
            if not any(path.exists() for path in later) and reserve(with_suffixes(stem, self._suffixes)):
                return stem
        raise RecordingError("a thousand files with that name exist", path=str(self._base), advice="choose another")


class PartOutput(Protocol):
    """A file that grows. `size`: its bytes, at most half a second ago."""

    size: int

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError` for a disk that refuses them, `StreamBroken` for media of no use."""

    async def finish(self) -> None:
        """Complete and close the file. Raises as `write` does."""

    def stop_waiting(self) -> None:
        """Make `finish` return at once. The file ends where it is, and can be played."""


class FileOutput:
    """Writes the bytes as they are."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.size = 0
        self._path = path
        self._file = file
        self._lock = threading.Lock()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open a file that exists already. Raises `RecordingError`."""
        return cls(path, await on_disk(path, lambda: path.open("wb", buffering=0)))

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError`."""
        await on_disk(self._path, lambda: self._write(data))
        self.size += len(data)

    async def finish(self) -> None:
        """Close the file, after a write that still runs. Raises `RecordingError`."""
        await on_disk(self._path, self._close)

    def stop_waiting(self) -> None:
        """Do nothing: only the disk is waited for."""

    def _write(self, data: bytes) -> None:
        # A write that was cancelled goes on in its thread. Closing waits for it.
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]

    def _close(self) -> None:
        with self._lock:
            self._file.close()


class FFmpegOutput:
    """Copies the media into another container with an ffmpeg, without encoding it again."""

    def __init__(self, path: Path, ffmpeg: FFmpeg) -> None:
        self.size = 0
        self._path = path
        self._ffmpeg = ffmpeg
        self._size_read_at = float("-inf")

    @classmethod
    async def open(cls, path: Path, options: CopyOptions) -> Self:
        """Start ffmpeg on a file that exists already. Raises `RecordingError`."""
        return cls(path, await FFmpeg.start(options.program, options.arguments(path), feed=True))

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError`, or `StreamBroken` for media that ffmpeg cannot read."""
        if not await self._ffmpeg.write(data):
            await self._end()  # without an error when it has copied all that it had to
        if age() - self._size_read_at > _SIZE_EVERY:
            self._size_read_at = age()
            await self._read_size()

    async def finish(self) -> None:
        """Let ffmpeg complete the file. Raises as `write` does."""
        try:
            await self._end()
        finally:
            await self._read_size()

    def stop_waiting(self) -> None:
        """End ffmpeg now. What it wrote stays."""
        self._ffmpeg.kill()

    async def _end(self) -> None:
        await self._ffmpeg.end(within=_FINISHING)
        failure = self._ffmpeg.failure(path=self._path)
        if failure is not None:
            raise failure

    async def _read_size(self) -> None:
        try:
            self.size = (await asyncio.to_thread(self._path.stat)).st_size
        except OSError:
            self.size = 0


class PartWriter:
    """Writes one part.

    `start_ms`: where it begins in its stream. `duration_ms`: of the video in it. `failure`: the error of
    the disk, after `finish`.
    """

    def __init__(
        self,
        path: Path,
        output: PartOutput,
        *,
        first: Chunk,
        stream: StreamUrl,
        timeline: VideoTimeline,
        limit_ms: int | None,
    ) -> None:
        self.path = path
        self.config = first.config
        self.start_ms = first.start_ms
        self.duration_ms = 0
        self.failure: RecordingError | None = None
        self._stream = stream
        self._timeline = timeline
        self._output = output
        self._limit_ms = limit_ms
        self._header = first.config.header

    @property
    def size(self) -> int:
        """Bytes on disk, at most half a second ago."""
        return self._output.size

    async def write(self, chunk: Chunk) -> None:
        """Add a chunk of the same decoder configuration. Raises `RecordingError` or `StreamBroken`."""
        until = None if self._limit_ms is None else self.start_ms + self._limit_ms
        data = chunk.encode(since_ms=self.start_ms, until_ms=until)
        header, self._header, self.config = self._header, b"", chunk.config
        await self._output.write(header + data)
        duration = max(self.duration_ms, chunk.end_ms - self.start_ms)
        self.duration_ms = duration if self._limit_ms is None else min(duration, self._limit_ms)

    def stop_waiting(self) -> None:
        """Make `finish` return at once, with what is in the file."""
        self._output.stop_waiting()

    async def finish(self, ended_by: EndedBy) -> Part | None:
        """Close the file and describe it; None when nothing is in it. Errors are logged, or in `failure`."""
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
            started_at_ms=self._timeline.wall_ms(self.start_ms),
            duration=self.duration_ms / 1000,
            size=self.size,
            quality=self._stream.quality,
            video=self.config.video,
            audio=self.config.audio,
            width=self.config.width or self._stream.width,
            height=self.config.height or self._stream.height,
            ended_by="failed" if self.failure else ended_by,
        )


async def open_output(
    path: Path, options: RecordingOptions, *, first: Chunk, program: str | None, limit_ms: int | None
) -> PartOutput:
    """Open the file of a part that begins with this chunk. `program`: the ffmpeg, None to do without.

    Raises `RecordingError`.
    """
    source = first.config.container
    if program is None or options.written_format == source:
        return await FileOutput.open(path)
    copy = CopyOptions(
        program=program,
        source=source,
        target=options.written_format,
        sound_only=options.sound_only,
        seconds=None if limit_ms is None else limit_ms / 1000,
    )
    return await FFmpegOutput.open(path, copy)
