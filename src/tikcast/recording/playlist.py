"""HLS playlists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from tikcast.recording.pieces import StreamBroken

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
