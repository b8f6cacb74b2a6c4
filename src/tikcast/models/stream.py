"""Where the video of a live is, in the qualities in which TikTok offers it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, Self, TypeAlias, get_args

import msgspec

from tikcast.events._base import Record

VideoQuality: TypeAlias = Literal["origin", "uhd", "hd", "sd", "ld"]
StreamQuality: TypeAlias = Literal["origin", "uhd", "hd", "sd", "ld", "audio"]
"""From what the host sends, over ever smaller pictures, to sound alone."""

StreamKind: TypeAlias = Literal["flv", "hls"]

VIDEO_QUALITIES: Final[tuple[VideoQuality, ...]] = get_args(VideoQuality)
STREAM_QUALITIES: Final[tuple[StreamQuality, ...]] = get_args(StreamQuality)

# The keys of the older list when nothing beside it says what they stand for.
_OLD_KEYS: Final[Mapping[str, StreamQuality]] = {
    "ORIGION": "origin", "ORIGIN": "origin", "FULL_HD1": "uhd", "HD1": "hd", "SD2": "sd", "SD1": "ld",
}  # fmt: skip
_BY_LINES: Final[tuple[tuple[int, VideoQuality], ...]] = ((1000, "uhd"), (700, "hd"), (500, "sd"), (0, "ld"))
_CODECS: Final[Mapping[str, str]] = {"h264": "h264", "avc": "h264", "h265": "h265", "hevc": "h265", "bytevc1": "h265"}
_DIGITS: Final = re.compile(r"\d{3,4}")


class StreamUrl(Record, frozen=True, kw_only=True):
    """One address of a live's video. `codec`, the size in pixels and `bitrate` (bits a second): "" or 0, not told.

    Addresses are signed and expire, mostly within days, sometimes within minutes.
    """

    quality: StreamQuality
    kind: StreamKind
    url: str
    codec: str = ""
    width: int = 0
    height: int = 0
    bitrate: int = 0


class StreamUrls(Record, frozen=True, kw_only=True):
    """All addresses of a live's video, the best first. `default`: what TikTok's own player starts with."""

    streams: tuple[StreamUrl, ...] = ()
    default: str = ""

    @classmethod
    def from_webcast(cls, stream_url: Mapping[str, object]) -> Self:
        """From `stream_url` of room/info; what cannot be understood is left out."""
        pull_data = _table(_table(stream_url.get("live_core_sdk_data")).get("pull_data"))
        default = _text(_table(_table(pull_data.get("options")).get("default_quality")).get("sdk_key"))
        found = [*_of_stream_data(pull_data), *_of_old_list(stream_url, default=default)]
        return cls(streams=_ranked(found), default=default)

    @property
    def qualities(self) -> tuple[StreamQuality, ...]:
        """What there is, the best first."""
        there = {stream.quality for stream in self.streams}
        return tuple(quality for quality in STREAM_QUALITIES if quality in there)

    def choose(self, quality: str = "best") -> tuple[StreamUrl, ...]:
        """The addresses to try for a quality, in order; none when there is no video at all.

        `best` goes down from the best. Another quality comes first, then lower ones, then higher
        ones. `audio` that is not offered is in every video, so the smallest ones follow.
        """
        order: tuple[StreamQuality, ...] = VIDEO_QUALITIES
        if quality == "audio":
            order = ("audio", *reversed(VIDEO_QUALITIES))
        elif quality in VIDEO_QUALITIES:
            at = VIDEO_QUALITIES.index(quality)
            order = (*VIDEO_QUALITIES[at:], *reversed(VIDEO_QUALITIES[:at]))
        return tuple(stream for wanted in order for stream in self.streams if stream.quality == wanted)


def _ranked(found: list[StreamUrl]) -> tuple[StreamUrl, ...]:
    """Each address once, better qualities first, then what more players understand."""
    once = {stream.url: stream for stream in reversed(found)}
    in_order = [stream for stream in found if once[stream.url] is stream]
    return tuple(sorted(in_order, key=_rank))


def _rank(stream: StreamUrl) -> tuple[int, bool, bool]:
    return STREAM_QUALITIES.index(stream.quality), stream.codec not in {"", "h264"}, stream.kind != "flv"


def _of_stream_data(pull_data: Mapping[str, object]) -> Iterator[StreamUrl]:
    """The richer block: JSON in a string, by quality."""
    data = _table(_json(pull_data.get("stream_data")).get("data"))
    for key, entry in data.items():
        quality = _quality(key)
        main = _table(_table(entry).get("main"))
        facts = _json(main.get("sdk_params"))
        width, height = _size(facts.get("resolution"))
        for kind in ("flv", "hls"):
            url = _url(main.get(kind))
            if quality is not None and url:
                yield StreamUrl(
                    quality=quality,
                    kind="flv" if kind == "flv" else "hls",
                    url=url,
                    codec=_CODECS.get(_text(facts.get("VCodec")).lower(), ""),
                    width=width,
                    height=height,
                    bitrate=_number(facts.get("vbitrate")),
                )


def _of_old_list(stream_url: Mapping[str, object], *, default: str) -> Iterator[StreamUrl]:
    names = _table(stream_url.get("resolution_name"))
    for kind, key in (("flv", "flv_pull_url"), ("hls", "hls_pull_url_map")):
        for old_key, value in _table(stream_url.get(key)).items():
            quality = _old_quality(old_key, name=_text(names.get(old_key)))
            url = _url(value)
            if quality is not None and url:
                yield StreamUrl(quality=quality, kind="flv" if kind == "flv" else "hls", url=url)
    url = _url(stream_url.get("hls_pull_url"))
    if url:
        yield StreamUrl(quality=_quality(default) or "hd", kind="hls", url=url)


def _quality(key: str) -> StreamQuality | None:
    """As in `hd`, `hd_60` (more pictures a second) and `ao`."""
    name = key.lower().partition("_")[0]
    return "audio" if name == "ao" else next((known for known in STREAM_QUALITIES if known == name), None)


def _old_quality(key: str, *, name: str) -> StreamQuality | None:
    """By the name beside it, "540p" or "Original"; else by what the key mostly stands for."""
    lines = _DIGITS.search(name)
    if lines:
        return next(quality for least, quality in _BY_LINES if int(lines[0]) >= least)
    return "origin" if name.lower().startswith("origin") else _OLD_KEYS.get(key.upper())


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _json(value: object) -> Mapping[str, object]:
    """A table that came as JSON in a string, or plainly."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return {}
    return _table(value)


def _url(value: object) -> str:
    """An address of HTTP, "" for anything else."""
    text = _text(value).strip()
    return text if text.lower().startswith(("https://", "http://")) and text.isprintable() else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:12])
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else 0


def _size(value: object) -> tuple[int, int]:
    width, _, height = _text(value).lower().partition("x")
    return _number(width), _number(height)
