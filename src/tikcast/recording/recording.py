"""A recording as the program that started it uses it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from tikcast.errors import ConfigError, TikcastError
from tikcast.recording.results import Part, Progress, State

if TYPE_CHECKING:
    from collections.abc import Generator

    from tikcast._net.network import Network
    from tikcast.options import Reconnect, Timeouts
    from tikcast.recording.job import Job
    from tikcast.recording.options import RecordingOptions
    from tikcast.recording.source import LiveStream

logger = logging.getLogger("tikcast.recording")

_CLOSING: Final = 0.6
"""Seconds in which `close` completes the files; then they stay as they are."""

_KILLING: Final = 0.3
"""Seconds in which every ffmpeg has to end after that."""


class Recording:
    """A running recording, which `Live.download` returns. It owns one background task.

    `await recording` waits for the first video and returns the recording itself. `async with` does that
    too, and stops the recording at the end. It ends with the live stream, after `duration`, by `stop`, or
    with an error, which each of these and `wait` raise. Closing the live stream closes it.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> Self:
        """Start the background task. `Live.download` has done it; later calls do nothing."""
        self._started_task()
        return self

    def __await__(self) -> Generator[object, None, Self]:
        return self._first_video().__await__()

    async def __aenter__(self) -> Self:
        try:
            return await self
        except asyncio.CancelledError:
            await self.close()
            raise

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(*(() if kind is None else (TikcastError,))):
            await self.stop()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that are finished, in order."""
        return self._job.splitter.parts

    @property
    def done(self) -> bool:
        """Whether it is over: everything is finished, or it failed."""
        return self._task is not None and self._task.done()

    @property
    def progress(self) -> Progress:
        """How much is recorded now."""
        splitter = self._job.splitter
        milliseconds, size = splitter.duration_ms, splitter.size
        return Progress(
            state=self._state(),
            duration=milliseconds / 1000,
            size=size,
            bitrate=size * 8000 // milliseconds if milliseconds else 0,
            part=len(self.parts) + splitter.is_open,
        )

    async def wait(self) -> tuple[Part, ...]:
        """Wait until it is over, and return its parts. Cancelling this does not stop it.

        Raises `RecordingError` (`FFmpegNotFound`, `StreamUrlNotFound`). What was recorded before is in `parts`.
        """
        task = self._started_task()
        await asyncio.wait({task})
        task.result()
        return self.parts

    async def stop(self) -> tuple[Part, ...]:
        """End it now, complete its files, and return the parts. Every call returns the same. Raises as `wait` does."""
        self._job.end("stopped")
        return await self.wait()

    async def close(self) -> None:
        """End it within a second. Files that take longer to complete stay as they are, and can be played.

        A TS that there is no time to convert to an MP4 stays: `parts` and a warning in the log name it.
        Closing twice is fine, and cancelling this ends it sooner. Raises no error.
        """
        task = self._started_task()
        if task.done():
            return
        self._job.end("stopped")
        try:
            await asyncio.wait({task}, timeout=_CLOSING)
        finally:
            self._job.splitter.stop_waiting()
        await asyncio.wait({task}, timeout=_KILLING)
        if task.cancel():
            logger.error("A recording was closed without waiting for a disk or an ffmpeg that does not answer")

    def _started_task(self) -> asyncio.Task[None]:
        if self._task is None:
            self._task = asyncio.create_task(self._job.run(), name="tikcast recording")
            self._task.add_done_callback(self._on_done)
        return self._task

    async def _first_video(self) -> Self:
        task = self._started_task()
        await self._job.started.wait()
        if task.done():
            task.result()
        return self

    def _state(self) -> State:
        if self.done:
            return "done"
        if self._job.splitter.is_open:
            return "recording"
        return "waiting" if self.parts else "starting"

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._job.started.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.warning("%s", error)


def record(
    live: LiveStream, network: Network, *, options: RecordingOptions, reconnect: Reconnect, timeouts: Timeouts
) -> Recording:
    """Start to record an open live stream. Raises `ConfigError` when it is closed."""
    from tikcast.recording.job import Job
    from tikcast.recording.source import VideoSource

    if live.end_reason == "closed":
        raise ConfigError("this live stream is closed", advice="track the room again")
    return Recording(Job(options, VideoSource(live, network), reconnect=reconnect, timeouts=timeouts)).begin()
