"""The addresses of a live's video, in the forms in which TikTok's answers name them."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

Json = dict[str, object]


class Quality(NamedTuple):
    """One quality of the video: its names in three places, and its size."""

    key: str
    name: str
    old_key: str
    level: int
    width: int
    height: int
    bitrate: int


QUALITIES: Final = (
    Quality("origin", "Original", "FULL_HD1", 10, 1080, 1920, 4_500_000),
    Quality("hd", "720p", "HD1", 4, 720, 1280, 2_000_000),
    Quality("sd", "540p", "SD1", 3, 540, 960, 1_000_000),
    Quality("ld", "360p", "SD2", 2, 360, 640, 500_000),
)


def stream_url(media: str, *, room_id: int) -> Json:
    """The block `stream_url` of a room's info; `media` is the base URL of the video server."""
    flv = {quality.old_key: _flv(media, room_id, quality.key) for quality in QUALITIES}
    return {
        "id": room_id,
        "id_str": str(room_id),
        "provider": 0,
        "candidate_resolution": ["default"],
        "default_resolution": "SD1",
        "complete_push_urls": [],
        "push_urls": [],
        "flv_pull_url": flv,
        "flv_pull_url_params": dict.fromkeys(flv, ""),
        "hls_pull_url": f"{media}/{room_id}/hd/index.m3u8",
        "hls_pull_url_map": {},
        "hls_pull_url_params": "",
        "rtmp_pull_url": flv["SD1"],
        "rtmp_pull_url_params": "",
        "rtmp_push_url": "",
        "rtmp_push_url_params": "",
        "stream_control_type": 0,
        "resolution_name": {"AUTO": "Auto", "ORIGION": "Original"} | {q.old_key: q.name for q in QUALITIES},
        "extra": {"height": 1280, "width": 720, "fps": 30, "default_bitrate": 2000, "hardware_encode": True},
        "live_core_sdk_data": {"pull_data": pull_data(media, room_id=room_id)},
    }


def pull_data(media: str, *, room_id: int) -> Json:
    """The richer block: options, and the addresses as JSON in a string."""
    qualities = [_described(quality) for quality in QUALITIES]
    options: Json = {"default_quality": qualities[1], "qualities": qualities, "show_quality_button": True}
    data = {quality.key: {"main": _addresses(media, room_id, quality=quality)} for quality in QUALITIES}
    data["ao"] = {"main": {"flv": _flv(media, room_id, "ao"), "hls": "", "cmaf": "", "lls": "", "sdk_params": "{}"}}
    stream_data: Json = {"common": {"session_id": str(room_id), "version": 1}, "data": data}
    return {"options": options, "stream_data": msgspec.json.encode(stream_data).decode()}


def _addresses(media: str, room_id: int, *, quality: Quality) -> Json:
    parameters = {
        "VCodec": "h264",
        "vbitrate": quality.bitrate,
        "resolution": f"{quality.width}x{quality.height}",
        "stream_suffix": quality.key,
    }
    return {
        "flv": _flv(media, room_id, quality.key),
        "hls": f"{media}/{room_id}/{quality.key}/index.m3u8",
        "cmaf": "",
        "dash": "",
        "lls": "",
        "sdk_params": msgspec.json.encode(parameters).decode(),
    }


def _described(quality: Quality) -> Json:
    return {
        "icon_type": 0,
        "level": quality.level,
        "name": quality.name,
        "resolution": f"{quality.width}x{quality.height}",
        "sdk_key": quality.key,
        "v_codec": "h264",
    }


def _flv(media: str, room_id: int, key: str) -> str:  # noqa: PLR0917 - the three parts of one path
    return f"{media}/{room_id}/{key}.flv"
