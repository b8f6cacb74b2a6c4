"""Chunks of video, as the readers of FLV and HLS return them, and the times at which they were live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tikcast._clock import age, now

Container: TypeAlias = Literal["flv", "mpegts", "mp4"]
"""The container of the bytes, as ffmpeg names it."""


class StreamBroken(Exception):  # noqa: N818 - it describes the stream
    """The bytes are not video that can be read, or none came. Another address or attempt may work."""


def flv_timestamp(ms: int) -> bytes:
    """A timestamp as FLV writes it: the lower three bytes, then the highest."""
    return (ms & 0xFFFFFF).to_bytes(3, "big") + bytes([ms >> 24 & 0xFF])


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoderConfig:
    """What a decoder must know before the first frame. All video of one file has the same.

    `number` differs when a new file has to begin. `header`: the bytes with which a file begins. `video` and
    `audio`: the codecs, "" for none or unknown. `width` and `height`: pixels, 0 when they are unknown.
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
    """Video from `start_ms` to `end_ms` of its stream, whose first frame is at 0.

    `key`: a file can begin with it. `timestamps`: the FLV timestamps in `data`, each as its offset and value.
    """

    config: DecoderConfig
    data: bytes
    start_ms: int
    end_ms: int
    key: bool
    timestamps: tuple[tuple[int, int], ...] = ()

    def encode(self, *, since_ms: int = 0, until_ms: int | None = None) -> bytes:
        """The bytes up to `until_ms`, with timestamps counted from `since_ms`. Only FLV can be changed so."""
        end = len(self.data)
        if until_ms is not None:
            end = next((offset - 4 for offset, value in self.timestamps if value >= until_ms), end)
        if not since_ms or not self.timestamps:
            return self.data[:end]
        data = bytearray(self.data[:end])
        for offset, value in self.timestamps:
            if offset < end:
                data[offset : offset + 4] = flv_timestamp(max(0, value - since_ms))
        return bytes(data)


class VideoTimeline:
    """Relates positions in a stream to the time at which they were live.

    A server sends the last seconds of video at once when a stream is opened, and networks delay video. So
    the video with the least delay decides. Ages are those of `tikcast._clock`: the wall clock may be set
    while a recording runs. All times are milliseconds.
    """

    def __init__(self) -> None:
        self._origin_ms: int | None = None
        self._wall_offset_ms = round((now() - age()) * 1000)

    def arrived(self, *, until_ms: int, age_ms: int) -> None:
        """Video up to this position of the stream has arrived at this age."""
        origin = age_ms - until_ms
        self._origin_ms = origin if self._origin_ms is None else min(self._origin_ms, origin)

    def position_ms(self, age_ms: int) -> int:
        """The position in the stream that was live at an age."""
        return age_ms - (self._origin_ms or 0)

    def wall_ms(self, position_ms: int) -> int:
        """The time of day (milliseconds since 1970) at which a position was live."""
        return position_ms + (self._origin_ms or 0) + self._wall_offset_ms
