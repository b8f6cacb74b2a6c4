"""A recording as its owner sees it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from tikcast.errors import TikcastError
from tikcast.recording.results import Part, Progress, State

if TYPE_CHECKING:
    from collections.abc import Generator

    from tikcast.recording.job import Job

logger = logging.getLogger("tikcast.recording")

_GRACE: Final = 0.6
_LAST: Final = 0.3


class Recording:
    """A recording that runs; `Live.download` makes it.

    `await recording` waits for the first video and gives the recording itself; `async with` does that
    too, and stops it at the end. It ends with the live, after `duration`, by `stop`, or with an error,
    which each of these and `wait` raise. Closing the live closes it.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> Self:
        """Start working in the background, once; `Live.download` has done it."""
        if self._task is None:
            self._task = asyncio.create_task(self._job.run(), name="tikcast recording")
            self._task.add_done_callback(self._over)
        return self

    def __await__(self) -> Generator[object, None, Self]:
        return self._started().__await__()

    async def __aenter__(self) -> Self:
        return await self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(*(() if kind is None else (TikcastError,))):
            await self.stop()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that are finished, in order."""
        return self._job.splitter.parts if self._job.splitter is not None else ()

    @property
    def done(self) -> bool:
        """Whether everything is finished, or failed."""
        return self._task is not None and self._task.done()

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        splitter = self._job.splitter
        milliseconds, size = (splitter.duration_ms, splitter.size) if splitter is not None else (0, 0)
        return Progress(
            state=self._state(),
            duration=milliseconds / 1000,
            size=size,
            bitrate=size * 8000 // milliseconds if milliseconds else 0,
            part=len(self.parts) + (splitter is not None and splitter.opened is not None),
        )

    async def wait(self) -> tuple[Part, ...]:
        """Wait until it is over, and give its parts. Cancelling this leaves it running.

        Raises `RecordingError` (`FFmpegNotFound`, `StreamUrlNotFound`); what was recorded before is in `parts`.
        """
        task = self.begin()._task
        if task is not None:
            await asyncio.wait({task})
            task.result()
        return self.parts

    async def stop(self) -> tuple[Part, ...]:
        """End it now, finish its files, and return the parts. Every call returns the same. Raises as `wait` does."""
        self._job.end("stopped")
        return await self.wait()

    async def close(self) -> None:
        """End it within a second; what takes longer to finish stays as it is, and can be played.

        An MP4 that there is no time to make stays the TS that was recorded: `parts` and a warning in the
        log name it. Doing it again is fine, and cancelling it makes the end come sooner. Raises no error.
        """
        task = self.begin()._task
        if task is None or task.done():
            return
        self._job.end("stopped")
        try:
            await asyncio.wait({task}, timeout=_GRACE)
        finally:
            self._job.stop_waiting()
        await asyncio.wait({task}, timeout=_LAST)
        if task.cancel():
            logger.error("A recording was closed without waiting for a disk or an ffmpeg that does not answer")

    async def _started(self) -> Self:
        await self.begin()._job.started.wait()
        if self._task is not None and self._task.done():
            self._task.result()
        return self

    def _state(self) -> State:
        splitter = self._job.splitter
        if self.done:
            return "done"
        if splitter is not None and splitter.opened is not None:
            return "recording"
        return "waiting" if self.parts else "starting"

    def _over(self, task: asyncio.Task[None]) -> None:
        self._job.started.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.warning("%s", error)
