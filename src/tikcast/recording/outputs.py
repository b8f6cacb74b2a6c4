"""Where the bytes of a part go: into a file as they are, or through ffmpeg."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from tikcast.recording.disk import on_disk
from tikcast.recording.ffmpeg import Copier, CopyJob

_LOOK_EVERY: Final = 0.5


class Output(Protocol):
    """A file that grows. `size`: its bytes, up to half a second ago."""

    size: int

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError` when the disk refuses them."""

    async def finish(self) -> None:
        """Close the file, which then holds everything. Raises `RecordingError`."""

    def hurry(self) -> None:
        """Let `finish` return at once; the file ends where it is, and can be played."""


class PlainOutput:
    """Bytes straight into a file."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.size = 0
        self._path = path
        self._file = file
        self._lock = threading.Lock()

    @classmethod
    async def open(cls, path: Path) -> PlainOutput:
        """Open a file that is there already. Raises `RecordingError`."""
        return cls(path, await on_disk(path, lambda: path.open("wb", buffering=0)))

    async def write(self, data: bytes) -> None:
        """Add bytes. Raises `RecordingError`."""
        await on_disk(self._path, lambda: self._write(data))
        self.size += len(data)

    async def finish(self) -> None:
        """Close the file, after what is being written. Raises `RecordingError`."""
        await on_disk(self._path, self._close)

    def hurry(self) -> None:
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

    def hurry(self) -> None:
        """End ffmpeg now: what it wrote until then stays."""
        self._copier.kill()

    async def _look(self) -> None:
        try:
            self.size = (await asyncio.to_thread(self._path.stat)).st_size
        except OSError:
            self.size = 0
