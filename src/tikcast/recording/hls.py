"""HLS: a playlist followed, and its segments as chunks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tikcast._clock import age
from tikcast.recording.chunks import Chunk, DecoderConfig, StreamBroken
from tikcast.recording.h264 import h264_size
from tikcast.recording.mpegts import Contents, contents, is_mpegts

if TYPE_CHECKING:
    from tikcast._net.media import Media

_FROM_THE_END: Final = 3
"""Players start so many segments before the newest, and so does a recording."""

_MIN_PAUSE: Final = 0.5
_MAX_PAUSE: Final = 10.0


async def hls_chunks(media: Media, url: str, *, stall_timeout: float) -> AsyncGenerator[Chunk, None]:
    """Follow the playlist at `url` until it ends. Each segment is a chunk.

    Raises `StreamBroken` when nothing new comes for `stall_timeout` seconds, or what comes is not video,
    and what `media` raises.
    """
    configs = _DecoderConfigs(media)
    last_number, position_ms, last_data = -1, 0, age()
    while True:
        requested = age()
        playlist, url = await _playlist(media, url)
        if last_number < 0:
            last_number = max([-1, *(segment.number for segment in playlist.segments[:-_FROM_THE_END])])
        for segment in playlist.segments:
            if segment.number > last_number:
                data = await media.get(segment.url, what="a segment")
                config = await configs.of(data, segment)
                end_ms = position_ms + max(1, round(segment.seconds * 1000))
                yield Chunk(config=config, data=data, start_ms=position_ms, end_ms=end_ms, key=True)
                last_number, position_ms, last_data = segment.number, end_ms, age()
        if playlist.ended:
            return
        if age() - last_data > stall_timeout + playlist.target:
            raise StreamBroken("no new video came")
        await asyncio.sleep(_pause(playlist) - (age() - requested))


async def _playlist(media: Media, url: str) -> tuple[Playlist, str]:
    """The playlist with the segments, of several the best, and its URL."""
    for _ in range(2):
        playlist = parse_playlist((await media.get(url, what="the playlist")).decode(errors="replace"), url=url)
        if not playlist.variants:
            return playlist, url
        url = playlist.variants[0]
    raise StreamBroken("the playlist only names other playlists")


def _pause(playlist: Playlist) -> float:
    """Seconds between two requests of the playlist: half a segment."""
    newest = playlist.segments[-1].seconds if playlist.segments else playlist.target
    return min(max(newest / 2, _MIN_PAUSE), _MAX_PAUSE)


class _DecoderConfigs:
    """The decoder configurations of the segments, one after the other."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._init = ""
        self._header = b""
        self._contents = Contents()
        self._last: DecoderConfig | None = None

    async def of(self, data: bytes, segment: Segment) -> DecoderConfig:
        """The configuration of a segment: the same as before, as long as a decoder can go on."""
        changed = self._last is None or segment.discontinuity
        if segment.init != self._init:
            self._header = await self._media.get(segment.init, what="a segment") if segment.init else b""
            self._init = segment.init
            changed = True
        if not segment.init:
            changed = self._contents_change(data) or changed
        if changed or self._last is None:
            self._last = self._make()
        return self._last

    def _contents_change(self, data: bytes) -> bool:
        """Parse a segment of MPEG-TS. True when its decoder differs from the one before."""
        if not is_mpegts(data):
            raise StreamBroken("the segments are of an unknown kind")
        before, after = self._contents, contents(data)
        if not after.parameters and after.video == before.video:
            after = Contents(video=after.video, audio=after.audio, parameters=before.parameters)
        self._contents = after
        return after != before

    def _make(self) -> DecoderConfig:
        number = 1 if self._last is None else self._last.number + 1
        if self._init:
            return DecoderConfig(number=number, container="mp4", header=self._header)
        now = self._contents
        width, height = h264_size(now.parameters) if now.video == "h264" else (0, 0)
        return DecoderConfig(
            number=number, container="mpegts", video=now.video, audio=now.audio, width=width, height=height
        )


_ATTRIBUTE: Final = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_MAX_SEGMENT: Final = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A file of video. `seconds`: its duration. `init`: the URL of the file that has to precede it, "" for none.

    `discontinuity`: it does not continue the segment before it.
    """

    number: int
    url: str = field(repr=False)
    seconds: float
    init: str = field(default="", repr=False)
    discontinuity: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Playlist:
    """The current segments, or `variants`: the URLs of other playlists, the best first. `target`: seconds."""

    segments: tuple[Segment, ...] = ()
    variants: tuple[str, ...] = field(default=(), repr=False)
    target: float = 0.0
    ended: bool = False


def parse_playlist(text: str, *, url: str) -> Playlist:
    """Parse a playlist that came from `url`. Raises `StreamBroken` for what is not one, or cannot be recorded."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        raise StreamBroken("the server sent no playlist")
    parser = _PlaylistParser(url)
    for line in lines[1:]:
        if line.startswith("#EXT"):
            parser.tag(*_split(line))
        elif line and not line.startswith("#"):
            parser.address(line)
    return parser.playlist()


class _PlaylistParser:
    """Parses a playlist line by line."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._segments: list[Segment] = []
        self._variants: list[tuple[int, str]] = []
        self._number = 0
        self._seconds: float | None = None
        self._bandwidth: int | None = None
        self._target = 0.0
        self._init = ""
        self._discontinuity = False
        self._ended = False

    def tag(self, name: str, value: str) -> None:
        match name:
            case "#EXTINF":
                self._seconds = min(_float(value.partition(",")[0]), _MAX_SEGMENT)
            case "#EXT-X-MEDIA-SEQUENCE":
                self._number = int(_float(value))
            case "#EXT-X-TARGETDURATION":
                self._target = min(_float(value), _MAX_SEGMENT)
            case "#EXT-X-STREAM-INF":
                self._bandwidth = int(_float(_attributes(value).get("BANDWIDTH", "")))
            case "#EXT-X-MAP":
                self._init = self._absolute(_attributes(value).get("URI", ""))
            case "#EXT-X-DISCONTINUITY":
                self._discontinuity = True
            case "#EXT-X-ENDLIST":
                self._ended = True
            case "#EXT-X-KEY" if _attributes(value).get("METHOD") != "NONE":
                raise StreamBroken("the video is encrypted")
            case "#EXT-X-BYTERANGE":
                raise StreamBroken("the playlist uses byte ranges")

    def address(self, line: str) -> None:
        url = self._absolute(line)
        if self._bandwidth is not None:
            self._variants.append((self._bandwidth, url))
        elif self._seconds is not None:
            segment = Segment(
                number=self._number, url=url, seconds=self._seconds, init=self._init, discontinuity=self._discontinuity
            )
            self._segments.append(segment)
            self._number += 1
            self._discontinuity = False
        self._bandwidth = self._seconds = None

    def playlist(self) -> Playlist:
        variants = sorted(self._variants, key=lambda variant: -variant[0])
        return Playlist(
            segments=tuple(self._segments),
            variants=tuple(url for _, url in variants),
            target=self._target,
            ended=self._ended,
        )

    def _absolute(self, address: str) -> str:
        try:
            url = urljoin(self._url, address)
            valid = urlsplit(url).scheme in {"http", "https"}
        except ValueError:
            valid, url = False, ""
        if not valid:
            raise StreamBroken("the playlist contains something that is not a web address")
        return url


def _split(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value


def _attributes(text: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(text)}


def _float(text: str) -> float:
    """A number that is not negative, else 0."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 2**53 else 0.0
