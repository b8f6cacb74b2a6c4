"""What the readers of FLV and HLS give: runs of video that can be written one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Container: TypeAlias = Literal["flv", "mpegts", "mp4"]
"""The form of the bytes, as ffmpeg calls it."""


class StreamBroken(Exception):  # noqa: N818 - it says what happened
    """The bytes are no video that can be read, or none came: another address or another try may do."""


def flv_timestamp(moment_ms: int) -> bytes:
    """A moment as FLV writes it: the lower three bytes, then the highest."""
    return (moment_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([moment_ms >> 24 & 0xFF])


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoderConfig:
    """What a decoder must know before the first picture; a file holds one.

    `number` differs when a new file has to begin. `header` is what a file starts with. `video` and
    `audio`: the codecs, "" for none or unknown. `width` and `height`: pixels, 0 when not known.
    """

    number: int
    container: Container
    header: bytes = b""
    video: str = ""
    audio: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """A run of video: `start_ms` to `end_ms` on the connection's own clock, which starts at 0.

    `key`: a file can begin here. `stamps`: where in `data` FLV timestamps stand, and which.
    """

    setup: DecoderConfig
    data: bytes
    start_ms: int
    end_ms: int
    key: bool
    stamps: tuple[tuple[int, int], ...] = ()

    def encode(self, *, since_ms: int = 0, until_ms: int | None = None) -> bytes:
        """The bytes up to `until_ms`, with timestamps that count from `since_ms`; only FLV can do either."""
        end = len(self.data)
        if until_ms is not None:
            end = next((place - 4 for place, stamp in self.stamps if stamp >= until_ms), end)
        if not since_ms or not self.stamps:
            return self.data[:end]
        data = bytearray(self.data[:end])
        for place, stamp in self.stamps:
            if place < end:
                data[place : place + 4] = flv_timestamp(max(0, stamp - since_ms))
        return bytes(data)


class VideoTimeline:
    """The clock of a stream beside ours: the moment of an event is that of the video which came with it.

    A server sends the last seconds at once when a stream is opened, and a network holds video up: what came
    soonest after its time tells how the two clocks stand. Times are milliseconds since 1970.
    """

    def __init__(self) -> None:
        self._origin_ms: int | None = None

    def came(self, *, until_ms: int, now_ms: int) -> None:
        """Video up to this moment of the stream is there now."""
        origin = now_ms - until_ms
        self._origin_ms = origin if self._origin_ms is None else min(self._origin_ms, origin)

    def moment_ms(self, at_ms: int) -> int:
        """The moment of the stream at a time of ours."""
        return at_ms - self.time_ms(0)

    def time_ms(self, moment_ms: int) -> int:
        """When a moment of the stream was; 0 before anything came."""
        return moment_ms + (self._origin_ms or 0)
