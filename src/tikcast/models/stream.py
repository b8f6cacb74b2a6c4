"""The addresses of a live stream's video, in all qualities that TikTok offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, Self, TypeAlias, get_args

import msgspec

from tikcast.events._base import Record

VideoQuality: TypeAlias = Literal["origin", "uhd", "hd", "sd", "ld"]
StreamQuality: TypeAlias = Literal["origin", "uhd", "hd", "sd", "ld", "audio"]
"""From the original video of the host, through smaller sizes, to sound only."""

StreamKind: TypeAlias = Literal["flv", "hls"]

VIDEO_QUALITIES: Final[tuple[VideoQuality, ...]] = get_args(VideoQuality)
STREAM_QUALITIES: Final[tuple[StreamQuality, ...]] = get_args(StreamQuality)

# The meaning of keys in the older list, if the list does not contain their names.
_OLD_KEYS: Final[Mapping[str, StreamQuality]] = {
    "ORIGION": "origin", "ORIGIN": "origin", "FULL_HD1": "uhd", "HD1": "hd", "SD2": "sd", "SD1": "ld",
}  # fmt: skip
_BY_LINES: Final[tuple[tuple[int, VideoQuality], ...]] = ((1000, "uhd"), (700, "hd"), (500, "sd"), (0, "ld"))
_CODECS: Final[Mapping[str, str]] = {"h264": "h264", "avc": "h264", "h265": "h265", "hevc": "h265", "bytevc1": "h265"}
_DIGITS: Final = re.compile(r"\d{3,4}")


class StreamUrl(Record, frozen=True, kw_only=True):
    """One address of a live stream's video. Unknown values are "" or 0. `bitrate`: bits per second.

    Addresses are signed and expire, usually within days, sometimes within minutes.
    """

    quality: StreamQuality
    kind: StreamKind
    url: str
    codec: str = ""
    width: int = 0
    height: int = 0
    bitrate: int = 0


class StreamUrls(Record, frozen=True, kw_only=True):
    """All addresses of a live stream's video, the best first. `default`: the start quality of TikTok's player."""

    streams: tuple[StreamUrl, ...] = ()
    default: str = ""

    @classmethod
    def from_webcast(cls, stream_url: Mapping[str, object]) -> Self:
        """From `stream_url` of room/info; entries that cannot be read are left out."""
        pull_data = _object(_object(stream_url.get("live_core_sdk_data")).get("pull_data"))
        default = _text(_object(_object(pull_data.get("options")).get("default_quality")).get("sdk_key"))
        streams = [*_stream_data_urls(pull_data), *_old_list_urls(stream_url, default=default)]
        return cls(streams=_ranked(streams), default=default)

    @property
    def qualities(self) -> tuple[StreamQuality, ...]:
        """The available qualities, the best first."""
        available = {stream.quality for stream in self.streams}
        return tuple(quality for quality in STREAM_QUALITIES if quality in available)

    def choose(self, quality: str = "best") -> tuple[StreamUrl, ...]:
        """The addresses to try for a quality, in order; an empty tuple if there is no video.

        `best` gives all qualities, the best first. Any other quality comes first, then lower ones, then
        higher ones. After `audio` come the smallest videos, because every video contains the sound.
        """
        order: tuple[StreamQuality, ...] = VIDEO_QUALITIES
        if quality == "audio":
            order = ("audio", *reversed(VIDEO_QUALITIES))
        elif quality in VIDEO_QUALITIES:
            index = VIDEO_QUALITIES.index(quality)
            order = (*VIDEO_QUALITIES[index:], *reversed(VIDEO_QUALITIES[:index]))
        return tuple(stream for wanted in order for stream in self.streams if stream.quality == wanted)


def _ranked(streams: list[StreamUrl]) -> tuple[StreamUrl, ...]:
    """Each address once, sorted by quality, then by how many players support it."""
    first = {stream.url: stream for stream in reversed(streams)}
    unique = [stream for stream in streams if first[stream.url] is stream]
    return tuple(sorted(unique, key=_rank))


def _rank(stream: StreamUrl) -> tuple[int, bool, bool]:
    return STREAM_QUALITIES.index(stream.quality), stream.codec not in {"", "h264"}, stream.kind != "flv"


def _stream_data_urls(pull_data: Mapping[str, object]) -> Iterator[StreamUrl]:
    """The addresses in `stream_data`: JSON in a string, by quality, with size and codec."""
    data = _object(_json(pull_data.get("stream_data")).get("data"))
    for key, entry in data.items():
        quality = _quality(key)
        main = _object(_object(entry).get("main"))
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


def _old_list_urls(stream_url: Mapping[str, object], *, default: str) -> Iterator[StreamUrl]:
    """The addresses in the older lists, by key."""
    names = _object(stream_url.get("resolution_name"))
    for kind, key in (("flv", "flv_pull_url"), ("hls", "hls_pull_url_map")):
        for old_key, value in _object(stream_url.get(key)).items():
            quality = _old_quality(old_key, name=_text(names.get(old_key)))
            url = _url(value)
            if quality is not None and url:
                yield StreamUrl(quality=quality, kind="flv" if kind == "flv" else "hls", url=url)
    url = _url(stream_url.get("hls_pull_url"))
    if url:
        yield StreamUrl(quality=_quality(default) or "hd", kind="hls", url=url)


def _quality(key: str) -> StreamQuality | None:
    """The quality of a key such as `hd`, `hd_60` (60 frames per second) or `ao` (audio only)."""
    name = key.lower().partition("_")[0]
    return "audio" if name == "ao" else next((known for known in STREAM_QUALITIES if known == name), None)


def _old_quality(key: str, *, name: str) -> StreamQuality | None:
    """The quality by its name, such as "540p" or "Original", else by the usual meaning of the key."""
    lines = _DIGITS.search(name)
    if lines:
        return next(quality for least, quality in _BY_LINES if int(lines[0]) >= least)
    return "origin" if name.lower().startswith("origin") else _OLD_KEYS.get(key.upper())


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _json(value: object) -> Mapping[str, object]:
    """An object, or an object as JSON in a string."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return {}
    return _object(value)


def _url(value: object) -> str:
    """An HTTP URL; "" for anything else."""
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
