"""An FLV stream read over HTTP, as pieces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final

from tikcast.recording.flv import FlvReader
from tikcast.recording.pieces import Piece, StreamBroken

if TYPE_CHECKING:
    from tikcast._net.media import Media

_BATCH: Final = 0.25
"""Seconds of video that are handled at once: a packet at a time would keep the processor busy."""

_MOST_WAITING: Final = 64 * 2**20


async def flv_pieces(
    media: Media, url: str, *, silence: float, sound_only: bool = False
) -> AsyncGenerator[Piece, None]:
    """Read the stream at `url` until it ends.

    Raises `StreamBroken` when nothing comes for `silence` seconds, or what comes is no video, and
    what `media` raises.
    """
    reader, waiting = FlvReader(sound_only=sound_only), _Waiting()
    transfer = asyncio.create_task(media.stream(url, waiting), name="tikcast video")
    heard = time.monotonic()
    try:
        while True:
            over = transfer.done()
            data = waiting.give()
            if data:
                heard = time.monotonic()
                for piece in await _read(reader, data, transfer=transfer):
                    yield piece
            if over:
                break
            if time.monotonic() - heard > silence:
                raise StreamBroken("no video came")
            await asyncio.wait({transfer}, timeout=_BATCH)
        if waiting.full:
            raise StreamBroken("the disk takes the video more slowly than it comes")
        transfer.result()
    finally:
        transfer.cancel()
        await asyncio.gather(transfer, return_exceptions=True)


async def _read(reader: FlvReader, data: bytes, *, transfer: asyncio.Task[None]) -> list[Piece]:
    try:
        return reader.feed(data)
    except StreamBroken:
        # The body of a refusal is no video either, and the refusal says more.
        await asyncio.wait({transfer}, timeout=_BATCH)
        if transfer.done():
            transfer.result()
        raise


class _Waiting:
    """What came and was not read yet, within bounds."""

    def __init__(self) -> None:
        self.full = False
        self._data = bytearray()

    def take(self, chunk: bytes) -> bool:
        self._data += chunk
        self.full = len(self._data) > _MOST_WAITING
        return not self.full

    def give(self) -> bytes:
        data, self._data = bytes(self._data), bytearray()
        return data
