"""The video of a recording, divided into parts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from tikcast.errors import RecordingError
from tikcast.recording.chunks import StreamBroken
from tikcast.recording.mp4 import Mp4Converter
from tikcast.recording.parts import PartNames, PartWriter, open_output
from tikcast.recording.paths import run_to_end
from tikcast.recording.results import EndedBy, Part

if TYPE_CHECKING:
    from pathlib import Path

    from tikcast.models.stream import StreamUrl
    from tikcast.recording.chat import ChatWriter
    from tikcast.recording.chunks import Chunk, VideoTimeline
    from tikcast.recording.options import RecordingOptions

logger = logging.getLogger("tikcast.recording.splitter")

_READ_IN_FLV: Final = frozenset({"", "h264", "h263", "vp6"})
"""Of other video in FLV, many versions of ffmpeg copy the sound only, without an error."""


class Splitter:
    """Writes chunks of video into parts. It owns the part that is open, and the conversions to MP4.

    A part ends where the decoder configuration changes, where `segment` requires it, and by `end_part`.
    `chat` is written next to the parts. When `write` is cancelled, a part is still opened, or completed,
    as a whole.
    """

    def __init__(self, options: RecordingOptions, names: PartNames, *, chat: ChatWriter | None = None) -> None:
        self._options = options
        self._names = names
        self._chat = chat
        self._program: str | None = None
        self._open: PartWriter | None = None
        self._closing: PartWriter | None = None
        self._converter: Mp4Converter | None = None
        self._no_waiting = False
        self._parts: list[Part] = []
        self._failure: RecordingError | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that are finished, in order."""
        return tuple(self._parts)

    @property
    def is_open(self) -> bool:
        """Whether a part is being written."""
        return self._open is not None

    @property
    def duration_ms(self) -> int:
        """Of all video so far."""
        return round(sum(part.duration for part in self._parts) * 1000) + (self._open.duration_ms if self._open else 0)

    @property
    def size(self) -> int:
        """Bytes of all parts so far."""
        return sum(part.size for part in self._parts) + (self._open.size if self._open else 0)

    @property
    def full(self) -> bool:
        """Whether the whole `duration` is recorded."""
        return self._options.duration is not None and self.duration_ms >= round(self._options.duration * 1000)

    async def prepare(self, *, program: str | None) -> None:
        """Prepare for the first chunk. `program`: the ffmpeg, None to do without. Raises `RecordingError`."""
        self._program = program
        await self._names.prepare()

    async def write(self, chunk: Chunk, *, stream: StreamUrl, timeline: VideoTimeline) -> None:
        """Add the next chunk of a stream. Raises `RecordingError`, or `StreamBroken` when ffmpeg cannot read it."""
        part = self._open
        if part is not None and chunk.config.number != part.config.number:
            await run_to_end(self.end_part("changed"))
        elif part is not None and chunk.key and self._segment_is_over(part):
            await run_to_end(self.end_part("segment"))
        if self._open is None:
            if not chunk.key:
                return
            await run_to_end(self._begin(chunk, stream=stream, timeline=timeline))
        if self._open is not None:
            await self._open.write(chunk)
        if self._chat is not None:
            await self._chat.write()

    async def end_part(self, ended_by: EndedBy) -> None:
        """Complete the open part, if there is one. Raises `RecordingError`."""
        writer, self._open = self._open, None
        if writer is None:
            return
        part = await self._complete(writer, ended_by)
        if part is None:
            await self._discard(writer)
        else:
            logger.info("%s: %.1f s, %d bytes, %s", part.path, part.duration, part.size, part.ended_by)
            self._parts.append(part)
            self._convert(part, index=len(self._parts) - 1)
        if writer.failure is not None:
            self._failure = self._failure or writer.failure
            raise writer.failure

    async def finish(self, ended_by: EndedBy) -> None:
        """Complete all files. Raises the `RecordingError` of any of them."""
        try:
            await self.end_part(ended_by)
        finally:
            if self._chat is not None:
                await self._chat.close()
            if self._converter is not None:
                await self._converter.wait()
        self._warn_of_unconverted()
        failure = self._failure or (self._converter.failure if self._converter is not None else None)
        if failure is not None:
            raise failure

    def stop_waiting(self) -> None:
        """Make `finish` return at once. An open file ends where it is, and what is not yet an MP4 stays a TS."""
        self._no_waiting = True
        if self._closing is not None:
            self._closing.stop_waiting()
        if self._converter is not None:
            self._converter.cancel()

    async def _complete(self, writer: PartWriter, ended_by: EndedBy) -> Part | None:
        self._closing = writer
        if self._no_waiting:
            writer.stop_waiting()
        try:
            return await writer.finish(ended_by)
        finally:
            self._closing = None

    def _segment_is_over(self, part: PartWriter) -> bool:
        return self._options.segment is not None and part.duration_ms >= round(self._options.segment * 1000)

    async def _begin(self, chunk: Chunk, *, stream: StreamUrl, timeline: VideoTimeline) -> None:
        config = chunk.config
        if config.container == "flv" and self._options.written_format != "flv" and config.video not in _READ_IN_FLV:
            raise StreamBroken(f"ffmpeg cannot read {config.video} in FLV")
        stem = await self._names.reserve()
        try:
            self._open = await self._open_part(stem, chunk, stream=stream, timeline=timeline)
        except RecordingError:
            await self._names.release(stem)
            raise
        if self._chat is not None:
            await self._chat.begin(stem, timeline, config=config, start_ms=chunk.start_ms)

    async def _open_part(self, stem: Path, chunk: Chunk, *, stream: StreamUrl, timeline: VideoTimeline) -> PartWriter:
        path = stem.with_name(f"{stem.name}.{self._options.written_format}")
        duration = self._options.duration
        limit_ms = None if duration is None else round(duration * 1000) - self.duration_ms
        output = await open_output(path, self._options, first=chunk, program=self._program, limit_ms=limit_ms)
        return PartWriter(path, output, first=chunk, stream=stream, timeline=timeline, limit_ms=limit_ms)

    async def _discard(self, writer: PartWriter) -> None:
        """Delete the files of a part in which nothing is."""
        if self._chat is not None:
            await self._chat.close()
        await self._names.release(writer.path.with_suffix(""))

    def _convert(self, part: Part, *, index: int) -> None:
        if self._options.file_format != "mp4" or self._program is None or self._no_waiting:
            return

        def replace(converted: Part) -> None:
            self._parts[index] = converted

        self._converter = self._converter or Mp4Converter(self._program)
        self._converter.start(part, done=replace)

    def _warn_of_unconverted(self) -> None:
        for part in self._parts:
            if self._no_waiting and part.path.suffix != f".{self._options.file_format}":
                logger.warning("%s stays as it was recorded: there was no time to make an MP4 of it", part.path)
