"""The work of a recording: one stream after the other onto the tape, until the live ends."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import replace
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
from tikcast.recording.clock import VideoClock
from tikcast.recording.disk import whole
from tikcast.recording.hls import hls_pieces
from tikcast.recording.http_flv import flv_pieces
from tikcast.recording.pieces import Piece, StreamBroken

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from random import Random

    from tikcast._net.media import Media
    from tikcast.models.stream import StreamUrl
    from tikcast.options import Reconnect
    from tikcast.recording.plan import Plan
    from tikcast.recording.room import Room
    from tikcast.recording.tape import Tape

logger = logging.getLogger("tikcast.recording.recorder")

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
        tape: Tape,
        media: Media,
        reconnect: Reconnect,
        silence: float,
        random: Random,
        started: asyncio.Event,
        kinds: tuple[str, ...] = ("flv", "hls"),
    ) -> None:
        self._plan = plan
        self._room = room
        self._tape = tape
        self._media = media
        self._reconnect = reconnect
        self._silence = silence
        self._random = random
        self._kinds = kinds
        self._reason: Exception = StreamUrlNotFound(plan.quality)
        self._started = started

    async def run(self) -> None:
        """Record until the live or the plan ends it; cancelling it leaves the tape as it is.

        Raises `RecordingError` when no video comes any more, or the disk takes none.
        """
        delays = self._delays()
        while True:
            before = self._tape.duration_ms
            try:
                await self._try_addresses()
            except LiveEndedError:
                return
            except TikcastError as error:
                self._refuse_for_good(error)
            if self._tape.full or await self._room.is_over():
                return
            await whole(self._tape.cut("dropped"))
            healthy = self._tape.duration_ms - before >= _HEALTHY_MS
            if healthy or before == 0 < self._tape.duration_ms:
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
            before = self._tape.duration_ms
            try:
                await self._record(stream)
                self._reason = StreamBroken("the stream ended")
            except (StreamBroken, NetworkError) as error:
                logger.info("No video from the %s of quality %s: %s", stream.kind, stream.quality, error)
                self._reason = error
            if self._tape.duration_ms > before or self._tape.full or self._room.over:
                return

    async def _record(self, stream: StreamUrl) -> None:
        clock = VideoClock()
        async with aclosing(self._pieces(stream)) as pieces:
            async for piece in pieces:
                clock.came(until_ms=piece.end_ms, now_ms=time.time_ns() // 1_000_000)
                await self._tape.take(piece, stream=stream, clock=clock)
                if self._tape.duration_ms:
                    self._started.set()
                if self._tape.full:
                    return

    def _pieces(self, stream: StreamUrl) -> AsyncGenerator[Piece, None]:
        if stream.kind == "hls":
            return hls_pieces(self._media, stream.url, silence=self._silence)
        return flv_pieces(self._media, stream.url, silence=self._silence, sound_only=self._plan.sound_only)

    async def _wait(self, delays: Iterator[float]) -> None:
        delay = next(delays, None)
        if delay is None:
            raise self._given_up()
        logger.info("The video is tried again in %.1f s: %s", delay, self._reason)
        await asyncio.sleep(delay)

    def _delays(self) -> Iterator[float]:
        reconnect = self._reconnect
        if not self._tape.duration_ms:
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
        some = "no video comes any more" if self._tape.parts else "no video comes"
        error = RecordingError(f"{some}: {happening(self._reason)}", advice="try again, or choose another quality")
        error.__cause__ = self._reason
        return error
