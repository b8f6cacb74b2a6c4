"""One quality of one room's video while it has viewers: as FLV for each viewer, and as HLS in a folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from tikcast.simulator.video import clips
from tikcast.simulator.video.clips import SOUND_ONLY
from tikcast.simulator.video.streams import ClipVariant, VideoState

_IDLE: Final = 5.0
_MOST_WAITING: Final = 2000
_LOOK: Final = 0.02
_SLOW: Final = 0.03
_FRAME_MS: Final = 33
_AUDIO: Final = 8
_VIDEO: Final = 9
_SCRIPT: Final = 18
_KEY_FRAME: Final = 0x17


class BrokenOff(Exception):  # noqa: N818 - it names what happened
    """A stream ends without a proper end, as after a crash of the server."""


class Channel:
    """Plays until there has been no viewer for some seconds, or the live stream is over.

    `folder` gets the HLS files. Its owner calls `close`.
    """

    def __init__(self, quality: str, *, folder: Path, video: VideoState, over: Callable[[], bool]) -> None:
        self.folder = folder
        self._quality = quality
        self._video = video
        self._over = over
        self._viewers: set[asyncio.Queue[bytes | None]] = set()
        self._waiting = 0
        self._header = _StreamHeader(quality)
        self._gop: list[bytes] = []
        self._has_key_frame = asyncio.Event()
        self._last_ms = 0
        self._requested_at = time.monotonic()
        self._task = asyncio.create_task(self._run(), name="tikcast simulated video")

    @property
    def done(self) -> bool:
        """Whether it has stopped."""
        return self._task.done()

    def keep_playing(self) -> None:
        """Note that there is a viewer."""
        self._requested_at = time.monotonic()

    async def watch(self) -> AsyncIterator[bytes]:
        """The FLV stream for one viewer, from the last key frame on. Raises `BrokenOff`."""
        self._waiting += 1
        try:
            await self._has_key_frame.wait()
        finally:
            self._waiting -= 1
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_MOST_WAITING)
        self._viewers.add(queue)
        cuts = self._video.cuts
        for tag in (self._header.data(), *self._gop):
            queue.put_nowait(tag)
        try:
            while (data := await self._next(queue, cuts=cuts)) is not None:
                yield data
        finally:
            self._viewers.discard(queue)

    async def close(self) -> None:
        """Stop playing."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _next(self, queue: asyncio.Queue[bytes | None], *, cuts: int) -> bytes | None:
        """The next data for a viewer, with the present faults of the video; None at the end."""
        waited = time.monotonic()
        while True:
            if self._video.cuts != cuts or self._video.fault == "missing":
                raise BrokenOff
            slow = self._video.fault == "slow" and time.monotonic() - waited < _SLOW
            if not (slow or self._video.fault == "stall" or queue.empty()):
                return queue.get_nowait()
            if self.done and queue.empty():
                return None
            await asyncio.sleep(_LOOK if queue.empty() or self._video.fault else 0)

    async def _run(self) -> None:
        try:
            while not self._finished():
                await self._play(self._video.variant)
        finally:
            self._has_key_frame.set()
            for queue in self._viewers:
                if not queue.full():
                    queue.put_nowait(None)

    def _finished(self) -> bool:
        if self._viewers or self._waiting:
            self.keep_playing()
        return self._over() or time.monotonic() - self._requested_at > _IDLE

    async def _play(self, variant: ClipVariant) -> None:
        """Play one clip until another variant is asked for."""
        process = await clips.play(await clips.clip(self._quality, variant), folder=self.folder)
        self._header = _StreamHeader(self._quality)
        shift: int | None = None
        try:
            async for tag in clips.tags(process):
                if self._finished() or self._video.variant != variant:
                    return
                stamp = int.from_bytes(tag[4:7], "big") | tag[7] << 24
                shift = self._last_ms - stamp if shift is None else shift
                self._publish(tag, at_ms=stamp + shift)
        finally:
            self._last_ms += _FRAME_MS
            await clips.end(process)

    def _publish(self, tag: bytes, *, at_ms: int) -> None:
        self._last_ms = max(self._last_ms, at_ms)
        tag = tag[:4] + (at_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([at_ms >> 24 & 0xFF]) + tag[8:]
        if self._header.take(tag):
            self._gop.clear()
        else:
            key = self._quality == SOUND_ONLY or (tag[0] == _VIDEO and tag[11] == _KEY_FRAME)
            if key:
                self._gop.clear()
                self._has_key_frame.set()
            if key or self._gop:
                self._gop.append(tag)
        for queue in [queue for queue in self._viewers if queue.full()]:
            self._viewers.discard(queue)
        for queue in self._viewers:
            queue.put_nowait(tag)


class _StreamHeader:
    """What a viewer gets before the first picture."""

    def __init__(self, quality: str) -> None:
        self._tags: dict[int, bytes] = {}
        self._kinds = {_AUDIO, _VIDEO} if quality != SOUND_ONLY else {_AUDIO}

    def take(self, tag: bytes) -> bool:
        """Keep a tag that configures the decoder; return False for a tag with pictures or sound."""
        # In H.264 and in AAC tags, the second byte tells whether parameters follow.
        is_configuration = tag[0] == _SCRIPT or (tag[0] in {_AUDIO, _VIDEO} and tag[12] == 0)
        if is_configuration:
            self._tags[tag[0]] = tag
        return is_configuration

    def data(self) -> bytes:
        """The beginning of an FLV stream: the file header, and the tags that configure the decoder."""
        flags = (4 if _AUDIO in self._kinds else 0) | (1 if _VIDEO in self._kinds else 0)
        tags = [self._tags[kind] for kind in (_SCRIPT, _VIDEO, _AUDIO) if kind in self._tags]
        return b"FLV\1" + bytes([flags, 0, 0, 0, 9, 0, 0, 0, 0]) + b"".join(tags)
