"""Pieces in, parts out."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from tikcast.errors import RecordingError
from tikcast.recording.chunks import StreamBroken
from tikcast.recording.parts import PartNames, PartWriter, as_mp4, open_part, put_in_place
from tikcast.recording.paths import run_to_end
from tikcast.recording.results import EndedBy, Part

if TYPE_CHECKING:
    from pathlib import Path

    from tikcast.models.stream import StreamUrl
    from tikcast.recording.chat import Chat
    from tikcast.recording.chunks import Chunk, VideoTimeline
    from tikcast.recording.options import Plan

logger = logging.getLogger("tikcast.recording.splitter")


_READ_IN_FLV: Final = frozenset({"", "h264", "h263", "vp6"})
"""Of other pictures in FLV many an ffmpeg keeps the sound alone, and says nothing."""


class Splitter:
    """The parts of a recording, the last of which is open.

    A part ends where a file has to (another setup), where the plan says so, and where `cut` is called.
    `program`: the ffmpeg, None to do without. `chat` goes beside the parts. Cancelling leaves it whole.
    """

    def __init__(self, plan: Plan, names: PartNames, *, program: str | None, chat: Chat | None) -> None:
        self._plan = plan
        self._names = names
        self._program = program
        self._chat = chat
        self._open: PartWriter | None = None
        self._closing: PartWriter | None = None
        self._no_waiting = False
        self._done: list[Part] = []
        self._conversions: set[asyncio.Task[None]] = set()
        self._converting = asyncio.Lock()
        self.failure: RecordingError | None = None
        """What happened to a part that is closed: the others go on."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that are finished, in order."""
        return tuple(self._done)

    @property
    def duration_ms(self) -> int:
        """Of all video so far."""
        return round(sum(part.duration for part in self._done) * 1000) + (self._open.duration_ms if self._open else 0)

    @property
    def size(self) -> int:
        """Bytes of all parts so far."""
        return sum(part.size for part in self._done) + (self._open.size if self._open else 0)

    @property
    def opened(self) -> PartWriter | None:
        """The part that is being written."""
        return self._open

    @property
    def full(self) -> bool:
        """Whether all of `duration` is there."""
        return self._plan.duration is not None and self.duration_ms >= round(self._plan.duration * 1000)

    async def take(self, chunk: Chunk, *, stream: StreamUrl, timeline: VideoTimeline) -> None:
        """Add the next chunk of a stream. Raises `RecordingError`, or `StreamBroken` when ffmpeg cannot read it."""
        part = self._open
        if part is not None and chunk.setup.number != part.setup.number:
            await run_to_end(self.cut("changed"))
        elif part is not None and chunk.key and self._segment_is_over(part):
            await run_to_end(self.cut("segment"))
        if self._open is None:
            if not chunk.key:
                return
            await run_to_end(self._begin(chunk, stream=stream, timeline=timeline))
        if self._open is not None:
            await self._open.write(chunk)
        if self._chat is not None:
            await self._chat.write()

    async def cut(self, ended_by: EndedBy) -> None:
        """End the open part, if there is one. Raises `RecordingError`."""
        writer, self._open = self._open, None
        if writer is None:
            return
        part = await self._finished(writer, ended_by)
        if part is None:
            await self._discard(writer)
        else:
            logger.info("%s: %.1f s, %d bytes, %s", part.path, part.duration, part.size, part.ended_by)
            self._done.append(part)
            self._convert(len(self._done) - 1)
        if writer.failure is not None:
            self.failure = self.failure or writer.failure
            raise writer.failure

    async def finish(self, ended_by: EndedBy) -> None:
        """End everything. Raises `RecordingError`."""
        try:
            await self.cut(ended_by)
        finally:
            if self._chat is not None:
                await self._chat.close()
            if self._conversions:
                await asyncio.wait(self._conversions)
        self._tell_what_stays()
        if self.failure is not None:
            raise self.failure

    def stop_waiting(self) -> None:
        """Let `finish` return at once: a file that is open ends where it is, and what was to become an MP4 stays."""
        self._no_waiting = True
        if self._closing is not None:
            self._closing.stop_waiting()
        for conversion in tuple(self._conversions):
            conversion.cancel()

    async def _finished(self, writer: PartWriter, ended_by: EndedBy) -> Part | None:
        self._closing = writer
        if self._no_waiting:
            writer.stop_waiting()
        try:
            return await writer.finish(ended_by)
        finally:
            self._closing = None

    def _segment_is_over(self, part: PartWriter) -> bool:
        return self._plan.segment is not None and part.duration_ms >= round(self._plan.segment * 1000)

    async def _begin(self, chunk: Chunk, *, stream: StreamUrl, timeline: VideoTimeline) -> None:
        setup = chunk.setup
        if setup.container == "flv" and self._plan.recorded_as != "flv" and setup.video not in _READ_IN_FLV:
            raise StreamBroken(f"ffmpeg reads no {setup.video} out of FLV")
        stem = await self._names.reserve()
        limit = None if self._plan.duration is None else round(self._plan.duration * 1000) - self.duration_ms
        try:
            self._open = await open_part(
                stem, self._plan, first=chunk, stream=stream, timeline=timeline, program=self._program, limit_ms=limit
            )
        except RecordingError:
            await self._names.release(stem)
            raise
        if self._chat is not None:
            await self._chat.begin(stem, timeline, setup=setup, start_ms=chunk.start_ms)

    async def _discard(self, writer: PartWriter) -> None:
        """Forget a part in which nothing is, and the files beside it."""
        if self._chat is not None:
            await self._chat.close()
        await self._names.release(writer.path.with_suffix(""))

    def _convert(self, index: int) -> None:
        if self._plan.format == "mp4" and self._program is not None and not self._no_waiting:
            task = asyncio.create_task(self._make_mp4(index, program=self._program), name="tikcast remux")
            self._conversions.add(task)
            task.add_done_callback(self._conversions.discard)

    async def _make_mp4(self, index: int, *, program: str) -> None:
        """One at a time: short segments on a slow disk would start an ffmpeg each."""
        try:
            async with self._converting, as_mp4(self._done[index], program=program) as made:
                await run_to_end(self._exchange(index, made))
        except RecordingError as error:
            logger.warning("%s", error)
            self.failure = error

    async def _exchange(self, index: int, made: Path) -> None:
        self._done[index] = await put_in_place(made, of=self._done[index])

    def _tell_what_stays(self) -> None:
        """Name what was to become an MP4, when there was no time for it."""
        for part in self._done:
            if self._no_waiting and part.path.suffix != f".{self._plan.format}":
                logger.warning("%s stays as it was recorded: there was no time to make an MP4 of it", part.path)
