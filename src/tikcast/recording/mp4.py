"""Finished parts converted to MP4, which cannot be written while recording: half of one cannot be played."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tikcast.errors import RecordingError
from tikcast.recording.ffmpeg import FFmpeg, mp4_arguments
from tikcast.recording.paths import on_disk, reserve_next_to, run_to_end
from tikcast.recording.results import Part

logger = logging.getLogger("tikcast.recording.mp4")

_REQUIRED_BOXES: Final = frozenset({b"moov", b"mdat"})
_HEADER: Final = 8
_LONG_LENGTH: Final = 1
"""This length means that the real one follows, in eight bytes."""


class Mp4Converter:
    """Converts parts one after the other: many short parts on a slow disk would start many ffmpegs at once.

    `program`: the ffmpeg. `failure`: the last error; the part that it names stays as it was recorded.
    """

    def __init__(self, program: str) -> None:
        self.failure: RecordingError | None = None
        self._program = program
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    def start(self, part: Part, *, done: Callable[[Part], None]) -> None:
        """Convert a part in the background, and call `done` with the part that replaces it."""
        task = asyncio.create_task(self._convert(part, done), name="tikcast remux")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> None:
        """Wait until all parts are converted."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        """Convert no more. Parts that are not converted stay as they were recorded."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _convert(self, part: Part, done: Callable[[Part], None]) -> None:
        async with self._one_at_a_time:
            try:
                temporary = await run_to_end(on_disk(part.path, lambda: reserve_next_to(part.path, "mp4.tmp")))
                try:
                    await remux(part.path, temporary, program=self._program, video=part.video)
                    await run_to_end(self._put_in_place(temporary, part, done=done))
                finally:
                    await asyncio.to_thread(temporary.unlink, missing_ok=True)
            except RecordingError as error:
                logger.warning("%s", error)
                self.failure = error

    async def _put_in_place(self, temporary: Path, part: Part, *, done: Callable[[Part], None]) -> None:
        done(await on_disk(part.path, lambda: _replace(part, temporary)))


async def remux(source: Path, target: Path, *, program: str, video: str = "") -> None:
    """Copy a finished MPEG-TS file with such video to an MP4, over `target`.

    Raises `RecordingError`. Cancelling it ends ffmpeg.
    """
    ffmpeg = await FFmpeg.start(program, mp4_arguments(source, target, video=video), feed=False)
    await ffmpeg.end()
    failure = ffmpeg.failure(path=target)
    if failure is None and await on_disk(target, lambda: is_whole(target)):
        return
    reason = failure.reason if isinstance(failure, RecordingError) else ffmpeg.last_error
    raise RecordingError(f"no MP4 could be made, {reason}", advice=f"the recording itself is in {source}")


def _replace(part: Part, temporary: Path) -> Part:
    target = reserve_next_to(part.path, "mp4")
    temporary.replace(target)
    part.path.unlink()
    return replace(part, path=target, size=target.stat().st_size)


def is_whole(path: Path) -> bool:
    """Whether the boxes of an MP4 fill the file, and include the index and the media. Raises `OSError`."""
    kinds, offset, size = set(), 0, path.stat().st_size
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            header = file.read(2 * _HEADER)
            length = int.from_bytes(header[:4], "big")
            length = int.from_bytes(header[_HEADER:], "big") if length == _LONG_LENGTH else length
            if length < _HEADER:
                return False
            kinds.add(header[4:_HEADER])
            offset += length
    return offset == size and kinds >= _REQUIRED_BOXES
