"""The work of one recording: from its first request to its last file."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

from tikcast._clock import age, now
from tikcast._net.retry import backoff
from tikcast.errors import (
    FFmpegNotFound,
    LiveEndedError,
    NetworkError,
    RecordingError,
    StreamUrlNotFound,
    TikcastError,
    happening,
)
from tikcast.recording.chat import ChatWriter, age_of
from tikcast.recording.chunks import StreamBroken, VideoTimeline
from tikcast.recording.ffmpeg import find_ffmpeg
from tikcast.recording.flv import flv_chunks
from tikcast.recording.hls import hls_chunks
from tikcast.recording.parts import PartNames
from tikcast.recording.paths import run_to_end
from tikcast.recording.splitter import Splitter

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from tikcast.events import Event
    from tikcast.models.stream import StreamUrl
    from tikcast.options import Reconnect, Timeouts
    from tikcast.recording.chunks import Chunk
    from tikcast.recording.options import RecordingOptions
    from tikcast.recording.results import EndedBy
    from tikcast.recording.source import Subscription, VideoSource

logger = logging.getLogger("tikcast.recording.job")

_LINGER: Final = 10.0
"""Seconds for which video may go on after the live stream ended: it reaches viewers later than events do."""

_FIRST_ATTEMPTS: Final = 3
"""Attempts before any video came: what is wrong then is seldom repaired by waiting."""

_HEALTHY_MS: Final = 10_000
"""Video of one stream, after which the delays between attempts start again with the shortest."""


class Job:
    """Records one live stream: opens its video, opens it again when it is lost, and writes it to files.

    It owns all that runs for a recording: the subscription to events, the connections to the video
    servers, and the files. `started` is set when the first video is on disk.
    """

    def __init__(
        self, options: RecordingOptions, source: VideoSource, *, reconnect: Reconnect, timeouts: Timeouts
    ) -> None:
        self.started = asyncio.Event()
        self._options = options
        self._source = source
        self._media = source.media()
        self._attempts = _Attempts(reconnect, quality=options.quality)
        self._stall_timeout = timeouts.video
        self._chat = ChatWriter() if options.events else None
        self.splitter = Splitter(options, PartNames(options, source.name_fields()), chat=self._chat)
        self._program: str | None = None
        self._following: asyncio.Task[None] | None = None
        self._ended_by: EndedBy | None = None

    def end(self, ended_by: EndedBy) -> None:
        """Come to an end. The first call decides; later ones do nothing."""
        if self._ended_by is None:
            self._ended_by = ended_by
            if self._following is not None:
                self._following.cancel()

    async def run(self) -> None:
        """Record until `end`, the end of the live stream or a failure, and complete every file.

        Raises `RecordingError`. When cancelled, it completes the files too.
        """
        with closing(self._source.subscribe(all_events=self._options.events)) as events:
            self._program = await self._find_ffmpeg()
            await self.splitter.prepare(program=self._program)
            failure: BaseException | None = None
            try:
                failure = await self._record(events)
            finally:
                failure = await self._finish(failure)
        if failure is not None:
            raise failure

    async def _find_ffmpeg(self) -> str | None:
        """The ffmpeg to use. FLV can be recorded without."""
        try:
            return await asyncio.to_thread(find_ffmpeg)
        except FFmpegNotFound:
            if self._options.file_format != "flv":
                raise
            return None

    async def _record(self, events: Subscription[Event]) -> BaseException | None:
        """Record until there is nothing more to record. Returns the error that ended it."""
        try:
            async with self._reading(events) as reading:
                following = self._following = asyncio.create_task(self._follow(), name="tikcast recorder")
                if self._ended_by is not None:
                    following.cancel()
                try:
                    await self._until_done(following, reading)
                finally:
                    following.cancel()
                    await asyncio.gather(following, return_exceptions=True)
        finally:
            await self._media.aclose()
        return None if following.cancelled() else following.exception()

    async def _finish(self, failure: BaseException | None) -> BaseException | None:
        """Complete every file. Returns the first error."""
        splitter = self.splitter
        ended_by: EndedBy = "failed" if failure else self._ended_by or ("duration" if splitter.full else "ended")
        try:
            await splitter.finish(ended_by)
        except RecordingError as error:
            return failure or error
        if failure is None and not splitter.parts and ended_by == "ended":
            return RecordingError("the live stream ended before any video came", advice="look the user up again")
        return failure

    async def _until_done(self, following: asyncio.Task[None], reading: asyncio.Task[None]) -> None:
        """Wait until the video has ended, or was recorded for long enough after the end of the live stream."""
        await asyncio.wait({following, reading}, return_when=asyncio.FIRST_COMPLETED)
        if self._source.over:
            await asyncio.wait({following}, timeout=_LINGER)
            if not following.done():
                self.end("ended")
        await asyncio.wait({following})

    @asynccontextmanager
    async def _reading(self, events: Subscription[Event]) -> AsyncIterator[asyncio.Task[None]]:
        """Read events meanwhile. At the end, those that came already are still read."""
        reading = asyncio.create_task(self._read(events), name="tikcast events of recording")
        try:
            yield reading
        finally:
            events.close()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, events: Subscription[Event]) -> None:
        """Read until the live stream is over or the subscription is closed. Without events, video is still recorded."""
        try:
            async for event in events:
                await self._add_to_chat(event)
        except TikcastError as error:
            logger.log(logging.WARNING if self._chat else logging.INFO, "No more events are recorded: %s", error)
        except Exception:
            logger.exception("No more events are recorded")
        finally:
            events.close()

    async def _add_to_chat(self, event: Event) -> None:
        if self._chat is None:
            return
        try:
            await self._chat.add(event, age_ms=age_of(event, now_ms=round(now() * 1000), age_ms=round(age() * 1000)))
        except RecordingError as error:
            logger.warning("No more events are recorded: %s", error)
            self._chat = None

    async def _follow(self) -> None:
        """Write the video of one stream after the other, until the live stream or `duration` ends it.

        Raises `RecordingError` when no video comes any more, or the disk refuses it.
        """
        splitter = self.splitter
        while True:
            before_ms = splitter.duration_ms
            try:
                await self._try_addresses()
            except LiveEndedError:
                return
            except TikcastError as error:
                self._attempts.failed(error)
            if splitter.full or await self._source.is_over():
                return
            await run_to_end(splitter.end_part("dropped"))
            healthy = splitter.duration_ms - before_ms >= _HEALTHY_MS
            if healthy or before_ms == 0 < splitter.duration_ms:
                self._attempts.restart()
            if not healthy:
                await self._attempts.wait()

    async def _try_addresses(self) -> None:
        """Record from the first address that sends video, until it sends no more."""
        splitter = self.splitter
        for stream in await self._addresses():
            before_ms = splitter.duration_ms
            try:
                await self._record_stream(stream)
                self._attempts.last_error = StreamBroken("the stream ended")
            except (StreamBroken, NetworkError) as error:
                logger.info("No video from the %s of quality %s: %s", stream.kind, stream.quality, error)
                self._attempts.last_error = error
            if splitter.duration_ms > before_ms or splitter.full or self._source.over:
                return

    async def _addresses(self) -> list[StreamUrl]:
        """The addresses to try, in order. Raises lookup errors, `StreamUrlNotFound` and `FFmpegNotFound`."""
        urls = await self._source.addresses()
        offered = urls.choose(self._options.quality)
        if not offered:
            raise StreamUrlNotFound(self._options.quality, available=urls.qualities)
        streams = [stream for stream in offered if stream.kind == "flv" or self._program is not None]
        if not streams:
            raise FFmpegNotFound(only_hls=True)
        return streams

    async def _record_stream(self, stream: StreamUrl) -> None:
        splitter, timeline = self.splitter, VideoTimeline()
        async with aclosing(self._chunks(stream)) as chunks:
            async for chunk in chunks:
                timeline.arrived(until_ms=chunk.end_ms, age_ms=round(age() * 1000))
                await splitter.write(chunk, stream=stream, timeline=timeline)
                if splitter.duration_ms:
                    self.started.set()
                if splitter.full:
                    return

    def _chunks(self, stream: StreamUrl) -> AsyncGenerator[Chunk, None]:
        if stream.kind == "hls":
            return hls_chunks(self._media, stream.url, stall_timeout=self._stall_timeout)
        sound_only = self._options.sound_only
        return flv_chunks(self._media, stream.url, stall_timeout=self._stall_timeout, sound_only=sound_only)


class _Attempts:
    """How often, and after which delays, lost video is tried again. `last_error`: why no video came."""

    def __init__(self, reconnect: Reconnect, *, quality: str) -> None:
        self.last_error: Exception = StreamUrlNotFound(quality)
        self._reconnect = reconnect
        self._random = Random()  # noqa: S311 - it spreads attempts, it guards nothing
        self._any_video = False
        attempts = _FIRST_ATTEMPTS if reconnect.attempts is None else min(reconnect.attempts, _FIRST_ATTEMPTS)
        self._delays = backoff(replace(reconnect, attempts=attempts), random=self._random)

    def restart(self) -> None:
        """Start again with the shortest delay: there was video."""
        self._any_video = True
        self._delays = backoff(self._reconnect, random=self._random)

    def failed(self, error: TikcastError) -> None:
        """Keep why no video came. Raises the error when another attempt is of no use."""
        if isinstance(error, RecordingError) and not isinstance(error, StreamUrlNotFound):
            raise error
        self.last_error = error

    async def wait(self) -> None:
        """Wait before the next attempt. Raises `RecordingError` when none is left."""
        delay = next(self._delays, None)
        if delay is None:
            raise self._give_up()
        logger.info("The video is tried again in %.1f s: %s", delay, self.last_error)
        await asyncio.sleep(delay)

    def _give_up(self) -> RecordingError:
        if isinstance(self.last_error, RecordingError):
            return self.last_error
        what = "no video comes any more" if self._any_video else "no video comes"
        error = RecordingError(f"{what}: {happening(self.last_error)}", advice="try again, or choose another quality")
        error.__cause__ = self.last_error
        return error
