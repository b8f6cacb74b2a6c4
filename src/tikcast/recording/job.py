"""Everything that runs for one recording, from finding ffmpeg to the last file."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

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
from tikcast.events import LiveEnded
from tikcast.models.stream import StreamUrls
from tikcast.recording.chat import Chat
from tikcast.recording.chunks import Chunk, StreamBroken, VideoTimeline
from tikcast.recording.ffmpeg import find_ffmpeg
from tikcast.recording.flv import flv_chunks
from tikcast.recording.hls import hls_chunks
from tikcast.recording.parts import PartNames
from tikcast.recording.paths import NameFields, on_disk, run_to_end
from tikcast.recording.results import EndedBy
from tikcast.recording.splitter import Splitter

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator

    from tikcast._net.media import Media
    from tikcast._net.network import Network
    from tikcast.live import Live
    from tikcast.models.stream import StreamUrl
    from tikcast.options import Reconnect
    from tikcast.recording.options import Plan

logger = logging.getLogger("tikcast.recording")

_LINGER: Final = 10.0
"""Seconds that video may go on after the live ended: it reaches viewers later than the events."""


class Job:
    """One recording. `started` is set when its first video is on disk, `splitter` when there is one."""

    def __init__(self, plan: Plan, room: Room, *, reconnect: Reconnect, silence: float) -> None:
        self.started = asyncio.Event()
        self.splitter: Splitter | None = None
        self._plan = plan
        self._room = room
        self._reconnect = reconnect
        self._silence = silence
        self._chat = Chat(room.live.events()) if plan.events else None
        self._work: asyncio.Task[None] | None = None
        self._ended_by: EndedBy | None = None

    def end(self, ended_by: EndedBy) -> None:
        """Come to an end; the first call decides how, and the others do nothing."""
        if self._ended_by is None:
            self._ended_by = ended_by
            if self._work is not None:
                self._work.cancel()

    def stop_waiting(self) -> None:
        """Let the end come at once, with files as they are."""
        if self.splitter is not None:
            self.splitter.stop_waiting()

    async def run(self) -> None:
        """Record until `end`, or until the recorder is done, and finish every file. Raises `RecordingError`."""
        program = await self._find_ffmpeg()
        place = Path(self._plan.path or ".")
        names = await on_disk(place, lambda: PartNames(self._plan, self._name_fields()))
        splitter = self.splitter = Splitter(self._plan, names, program=program, chat=self._chat)
        failure: BaseException | None = None
        try:
            failure = await self._record(splitter, program=program)
        finally:
            failure = await self._finish(splitter, failure)
        if failure is not None:
            raise failure

    async def _finish(self, splitter: Splitter, failure: BaseException | None) -> BaseException | None:
        """Close every file; what went wrong first."""
        ended_by: EndedBy = "failed" if failure else self._ended_by or ("duration" if splitter.full else "ended")
        try:
            await splitter.finish(ended_by)
        except RecordingError as error:
            return failure or error
        if failure is None and not splitter.parts and ended_by == "ended":
            return RecordingError("the live ended before any video came", advice="look the user up again")
        return failure

    async def _record(self, splitter: Splitter, *, program: str | None) -> BaseException | None:
        """Let the recorder work until it is done or ended; what it raised."""
        media = self._room.network.media()
        recorder = Recorder(
            self._plan,
            self._room,
            splitter=splitter,
            media=media,
            reconnect=self._reconnect,
            silence=self._silence,
            random=Random(),  # noqa: S311 - it spreads tries, it guards nothing
            kinds=("flv",) if program is None else ("flv", "hls"),
            started=self.started,
        )
        try:
            async with self._helpers():
                self._work = asyncio.create_task(recorder.run(), name="tikcast recorder")
                if self._ended_by is not None:
                    self._work.cancel()
                try:
                    await asyncio.wait({self._work})
                finally:
                    self._work.cancel()
                    await asyncio.gather(self._work, return_exceptions=True)
        finally:
            await media.aclose()
        return None if self._work.cancelled() else self._work.exception()

    @asynccontextmanager
    async def _helpers(self) -> AsyncIterator[None]:
        """What runs beside the recorder; the chat that came is taken to its end."""
        watch = asyncio.create_task(self._end_with_live(), name="tikcast end of recording")
        chat = None
        if self._chat is not None:
            chat = asyncio.create_task(self._chat.run(), name="tikcast chat of recording")
        try:
            yield
        finally:
            watch.cancel()
            if self._chat is not None:
                self._chat.stop()
            for outcome in await asyncio.gather(watch, *([chat] if chat else []), return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.error("A part of a recording went wrong; it goes on without", exc_info=outcome)

    async def _end_with_live(self) -> None:
        if await self._room.wait_over():
            await asyncio.sleep(_LINGER)
            self.end("ended")

    async def _find_ffmpeg(self) -> str | None:
        """The ffmpeg to use; FLV can do without."""
        try:
            return await asyncio.to_thread(find_ffmpeg)
        except FFmpegNotFound:
            if self._plan.format != "flv":
                raise
            return None

    def _name_fields(self) -> NameFields:
        live, info = self._room.live, self._room.live.info
        user = live.host.username if live.host is not None else ""
        started_at = (info.started_at or info.created_at) if info is not None else 0
        return NameFields(
            user=user or str(int(live.room_id)),
            title=info.title if info is not None else "",
            room_id=live.room_id,
            started_at=started_at or time.time(),
        )


_AT_FIRST: Final = 3
"""Tries before any video came: then something is wrong that waiting does not mend."""

_HEALTHY_MS: Final = 10_000
"""Video of a stream that was a good one: after it, the delays between tries start anew."""


class Recorder:
    """Follows the video of a room.

    `silence`: seconds without video after which a stream counts as lost. `kinds`: of streams that can be
    recorded. `started` is set when the first video is on disk.
    """

    def __init__(
        self,
        plan: Plan,
        room: Room,
        *,
        splitter: Splitter,
        media: Media,
        reconnect: Reconnect,
        silence: float,
        random: Random,
        started: asyncio.Event,
        kinds: tuple[str, ...] = ("flv", "hls"),
    ) -> None:
        self._plan = plan
        self._room = room
        self._splitter = splitter
        self._media = media
        self._reconnect = reconnect
        self._silence = silence
        self._random = random
        self._kinds = kinds
        self._reason: Exception = StreamUrlNotFound(plan.quality)
        self._started = started

    async def run(self) -> None:
        """Record until the live or the plan ends it; cancelling it leaves the splitter as it is.

        Raises `RecordingError` when no video comes any more, or the disk takes none.
        """
        delays = self._delays()
        while True:
            before = self._splitter.duration_ms
            try:
                await self._try_addresses()
            except LiveEndedError:
                return
            except TikcastError as error:
                self._refuse_for_good(error)
            if self._splitter.full or await self._room.is_over():
                return
            await run_to_end(self._splitter.cut("dropped"))
            healthy = self._splitter.duration_ms - before >= _HEALTHY_MS
            if healthy or before == 0 < self._splitter.duration_ms:
                delays = self._delays()
            if not healthy:
                await self._wait(delays)

    async def _try_addresses(self) -> None:
        """Record from the first address that gives video, until it gives no more."""
        urls = await self._room.addresses()
        offered = urls.choose(self._plan.quality)
        if not offered:
            raise StreamUrlNotFound(self._plan.quality, available=urls.qualities)
        streams = [stream for stream in offered if stream.kind in self._kinds]
        if not streams:
            raise FFmpegNotFound(only_hls=True)
        for stream in streams:
            before = self._splitter.duration_ms
            try:
                await self._record(stream)
                self._reason = StreamBroken("the stream ended")
            except (StreamBroken, NetworkError) as error:
                logger.info("No video from the %s of quality %s: %s", stream.kind, stream.quality, error)
                self._reason = error
            if self._splitter.duration_ms > before or self._splitter.full or self._room.over:
                return

    async def _record(self, stream: StreamUrl) -> None:
        timeline = VideoTimeline()
        async with aclosing(self._chunks(stream)) as chunks:
            async for chunk in chunks:
                timeline.came(until_ms=chunk.end_ms, now_ms=time.time_ns() // 1_000_000)
                await self._splitter.take(chunk, stream=stream, timeline=timeline)
                if self._splitter.duration_ms:
                    self._started.set()
                if self._splitter.full:
                    return

    def _chunks(self, stream: StreamUrl) -> AsyncGenerator[Chunk, None]:
        if stream.kind == "hls":
            return hls_chunks(self._media, stream.url, silence=self._silence)
        return flv_chunks(self._media, stream.url, silence=self._silence, sound_only=self._plan.sound_only)

    async def _wait(self, delays: Iterator[float]) -> None:
        delay = next(delays, None)
        if delay is None:
            raise self._given_up()
        logger.info("The video is tried again in %.1f s: %s", delay, self._reason)
        await asyncio.sleep(delay)

    def _delays(self) -> Iterator[float]:
        reconnect = self._reconnect
        if not self._splitter.duration_ms:
            attempts = _AT_FIRST if reconnect.attempts is None else min(reconnect.attempts, _AT_FIRST)
            reconnect = replace(reconnect, attempts=attempts)
        return backoff(reconnect, random=self._random)

    def _refuse_for_good(self, error: TikcastError) -> None:
        """Note why no video came; raise it when trying again is of no use."""
        if isinstance(error, RecordingError) and not isinstance(error, StreamUrlNotFound):
            raise error
        self._reason = error

    def _given_up(self) -> RecordingError:
        if isinstance(self._reason, RecordingError):
            return self._reason
        some = "no video comes any more" if self._splitter.parts else "no video comes"
        error = RecordingError(f"{some}: {happening(self._reason)}", advice="try again, or choose another quality")
        error.__cause__ = self._reason
        return error


_OVER: Final = frozenset({"ended", "suspended", "restarted"})


class Room:
    """The room of a live that is open."""

    def __init__(self, live: Live, network: Network) -> None:
        self.live = live
        self.network = network
        # A reader, so that a live from which nobody else reads is not held up by its own queue.
        self._end = live.events(LiveEnded)

    @property
    def over(self) -> bool:
        """Whether the live is known to be over."""
        return self.live.end_reason in _OVER

    async def addresses(self) -> StreamUrls:
        """Fresh addresses of the video. Raises `LiveEndedError` when there will be none, and other lookup errors."""
        if self.over:
            raise LiveEndedError(self.live.room_id)
        try:
            info = await self.network.lookups.room_info(self.live.room_id)
        except LiveEndedError:
            raise
        except TikcastError as error:
            if self.live.info is None:
                raise
            logger.info("Taking the addresses of the video that are known: %s", error)
            info = self.live.info
        return StreamUrls.from_webcast(info.stream_url)

    async def is_over(self) -> bool:
        """Ask whether the live is over, and ask again when it seems so; not when nobody can tell."""
        if self.over:
            return True
        room_id = self.live.room_id
        try:
            if (await self.network.lookups.check_alive([room_id])).get(room_id) is not False:
                return False
        except TikcastError as error:
            logger.debug("Could not tell whether the room is live: %s", error)
            return False
        try:
            return (await self.network.lookups.room_info(room_id)).ended
        except TikcastError:
            return True

    async def wait_over(self) -> bool:
        """Wait until nothing more comes from the live; True when it is over, False when only we are."""
        try:
            async for _ in self._end:
                pass
        except TikcastError as error:
            logger.info("The video is recorded on without the live's events: %s", error)
        return self.over
