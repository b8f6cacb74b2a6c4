"""An HLS stream followed: its segments one after the other, as chunks."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tikcast.recording.chunks import Chunk, DecoderConfig, StreamBroken
from tikcast.recording.h264 import h264_size
from tikcast.recording.mpegts import Contents, contents, is_mpegts

if TYPE_CHECKING:
    from tikcast._net.media import Media

_FROM_THE_END: Final = 3
"""Players start that many segments before the newest, and so does a recording."""

_SHORTEST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 10.0


async def hls_chunks(media: Media, url: str, *, silence: float) -> AsyncGenerator[Chunk, None]:
    """Follow the playlist at `url` until it ends. A segment is a chunk.

    Raises `StreamBroken` when nothing new comes for `silence` seconds, or what comes is no video,
    and what `media` raises.
    """
    configs = _DecoderConfigs(media)
    done, clock_ms, heard = -1, 0, time.monotonic()
    while True:
        asked = time.monotonic()
        playlist, url = await _playlist(media, url)
        if done < 0:
            done = max([-1, *(segment.number for segment in playlist.segments[:-_FROM_THE_END])])
        for segment in playlist.segments:
            if segment.number > done:
                data = await media.get(segment.url, what="a segment")
                setup = await configs.of(data, segment)
                end_ms = clock_ms + max(1, round(segment.seconds * 1000))
                yield Chunk(setup=setup, data=data, start_ms=clock_ms, end_ms=end_ms, key=True)
                done, clock_ms, heard = segment.number, end_ms, time.monotonic()
        if playlist.ended:
            return
        if time.monotonic() - heard > silence + playlist.target:
            raise StreamBroken("no new video came")
        await asyncio.sleep(_pause(playlist) - (time.monotonic() - asked))


async def _playlist(media: Media, url: str) -> tuple[Playlist, str]:
    """The playlist with segments, and where it is: of several, the best."""
    for _ in range(2):
        playlist = parse_playlist((await media.get(url, what="the playlist")).decode(errors="replace"), url=url)
        if not playlist.variants:
            return playlist, url
        url = playlist.variants[0]
    raise StreamBroken("the playlist only names other playlists")


def _pause(playlist: Playlist) -> float:
    """Seconds between two looks at the playlist: half a segment."""
    newest = playlist.segments[-1].seconds if playlist.segments else playlist.target
    return min(max(newest / 2, _SHORTEST_WAIT), _LONGEST_WAIT)


class _DecoderConfigs:
    """Tells when a segment needs a new file."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._init = ""
        self._header = b""
        self._known = Contents()
        self._now: DecoderConfig | None = None

    async def of(self, data: bytes, segment: Segment) -> DecoderConfig:
        """The setup of a segment: the one before as long as a decoder can go on."""
        changed = self._now is None or segment.breaks
        if segment.init != self._init:
            self._header = await self._media.get(segment.init, what="a segment") if segment.init else b""
            self._init = segment.init
            changed = True
        if not segment.init:
            changed = self._look(data) or changed
        if changed or self._now is None:
            self._now = self._make()
        return self._now

    def _look(self, data: bytes) -> bool:
        """Look into a segment of MPEG-TS; True when its decoder differs from the one before."""
        if not is_mpegts(data):
            raise StreamBroken("the segments are of an unknown kind")
        before, found = self._known, contents(data)
        if not found.parameters and found.video == before.video:
            found = Contents(video=found.video, audio=found.audio, parameters=before.parameters)
        self._known = found
        return found != before

    def _make(self) -> DecoderConfig:
        number = 1 if self._now is None else self._now.number + 1
        if self._init:
            return DecoderConfig(number=number, container="mp4", header=self._header)
        known = self._known
        width, height = h264_size(known.parameters) if known.video == "h264" else (0, 0)
        return DecoderConfig(
            number=number, container="mpegts", video=known.video, audio=known.audio, width=width, height=height
        )


_ATTRIBUTE: Final = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_LONGEST_SEGMENT: Final = 600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A file of video. `seconds`: how long it plays. `init`: the file that it needs before it, "" for none.

    `breaks`: it does not continue the one before.
    """

    number: int
    url: str = field(repr=False)
    seconds: float
    init: str = field(default="", repr=False)
    breaks: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Playlist:
    """The segments that there are now, or `variants`: other playlists, the best first. `target`: seconds."""

    segments: tuple[Segment, ...] = ()
    variants: tuple[str, ...] = field(default=(), repr=False)
    target: float = 0.0
    ended: bool = False


def parse_playlist(text: str, *, url: str) -> Playlist:
    """Read a playlist that came from `url`. Raises `StreamBroken` for what is none, or cannot be recorded."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        raise StreamBroken("the server sent no playlist")
    reader = _Reader(url)
    for line in lines[1:]:
        if line.startswith("#EXT"):
            reader.tag(*_split(line))
        elif line and not line.startswith("#"):
            reader.address(line)
    return reader.playlist()


class _Reader:
    """A playlist while it is read, line by line."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._segments: list[Segment] = []
        self._variants: list[tuple[int, str]] = []
        self._number = 0
        self._seconds: float | None = None
        self._bandwidth: int | None = None
        self._target = 0.0
        self._init = ""
        self._breaks = False
        self._ended = False

    def tag(self, name: str, value: str) -> None:
        match name:
            case "#EXTINF":
                self._seconds = min(_float(value.partition(",")[0]), _LONGEST_SEGMENT)
            case "#EXT-X-MEDIA-SEQUENCE":
                self._number = int(_float(value))
            case "#EXT-X-TARGETDURATION":
                self._target = min(_float(value), _LONGEST_SEGMENT)
            case "#EXT-X-STREAM-INF":
                self._bandwidth = int(_float(_attributes(value).get("BANDWIDTH", "")))
            case "#EXT-X-MAP":
                self._init = self._absolute(_attributes(value).get("URI", ""))
            case "#EXT-X-DISCONTINUITY":
                self._breaks = True
            case "#EXT-X-ENDLIST":
                self._ended = True
            case "#EXT-X-KEY" if _attributes(value).get("METHOD") != "NONE":
                raise StreamBroken("the video is encrypted")
            case "#EXT-X-BYTERANGE":
                raise StreamBroken("the video lies in parts of files")

    def address(self, line: str) -> None:
        url = self._absolute(line)
        if self._bandwidth is not None:
            self._variants.append((self._bandwidth, url))
        elif self._seconds is not None:
            segment = Segment(number=self._number, url=url, seconds=self._seconds, init=self._init, breaks=self._breaks)
            self._segments.append(segment)
            self._number += 1
            self._breaks = False
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
            fine = urlsplit(url).scheme in {"http", "https"}
        except ValueError:
            fine, url = False, ""
        if not fine:
            raise StreamBroken("the playlist names something that is no web address")
        return url


def _split(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value


def _attributes(text: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(text)}


def _float(text: str) -> float:
    """A number of seconds or bits, 0 for anything else."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 2**53 else 0.0
