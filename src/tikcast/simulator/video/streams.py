"""The video of a live stream: its qualities, its addresses in TikTok's answers, and how it behaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

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


class Addresses:
    """The addresses of a room's video on a server; they contain `token`, and are valid as long as it is."""

    def __init__(self, media: str, *, room_id: int, token: int) -> None:
        self.room_id = room_id
        self._base = f"{media}/{room_id}"
        self._signed = f"sign={token}"

    def flv(self, key: str) -> str:
        """The address of a quality as FLV."""
        return f"{self._base}/{key}.flv?{self._signed}"

    def hls(self, key: str) -> str:
        """The address of a quality as an HLS playlist."""
        return f"{self._base}/{key}/index.m3u8?{self._signed}"


def stream_url(addresses: Addresses) -> Json:
    """The block `stream_url` of the room info."""
    room_id = addresses.room_id
    flv = {quality.old_key: addresses.flv(quality.key) for quality in QUALITIES}
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
        "hls_pull_url": addresses.hls("hd"),
        "hls_pull_url_map": {},
        "hls_pull_url_params": "",
        "rtmp_pull_url": flv["SD1"],
        "rtmp_pull_url_params": "",
        "rtmp_push_url": "",
        "rtmp_push_url_params": "",
        "stream_control_type": 0,
        "resolution_name": {"AUTO": "Auto", "ORIGION": "Original"} | {q.old_key: q.name for q in QUALITIES},
        "extra": {"height": 1280, "width": 720, "fps": 30, "default_bitrate": 2000, "hardware_encode": True},
        "live_core_sdk_data": {"pull_data": pull_data(addresses)},
    }


def pull_data(addresses: Addresses) -> Json:
    """The block `pull_data`: options, and the addresses as JSON in a string."""
    qualities = [_described(quality) for quality in QUALITIES]
    options: Json = {"default_quality": qualities[1], "qualities": qualities, "show_quality_button": True}
    data = {quality.key: {"main": _addresses(addresses, quality)} for quality in QUALITIES}
    data["ao"] = {"main": {"flv": addresses.flv("ao"), "hls": "", "cmaf": "", "lls": "", "sdk_params": "{}"}}
    stream_data: Json = {"common": {"session_id": str(addresses.room_id), "version": 1}, "data": data}
    return {"options": options, "stream_data": msgspec.json.encode(stream_data).decode()}


def _addresses(addresses: Addresses, quality: Quality) -> Json:
    parameters = {
        "VCodec": "h264",
        "vbitrate": quality.bitrate,
        "resolution": f"{quality.width}x{quality.height}",
        "stream_suffix": quality.key,
    }
    return {
        "flv": addresses.flv(quality.key),
        "hls": addresses.hls(quality.key),
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


VideoAction: TypeAlias = Literal[
    "resize", "recode", "drop", "expire", "missing", "unnamed", "no_flv", "stall", "slow", "restore"
]
"""`resize`: switch between the whole and half the size. `recode`: switch between AAC and MP3.
`drop`: every open stream breaks off.
`expire`: the present addresses are refused, and their streams break off. `missing`: no address works, `unnamed`: no
answer has an address, `no_flv`: only HLS works. `stall`: streams stay open and send nothing. `slow`: streams send at
a fraction of the normal speed. `restore`: ends the last five."""

VIDEO_ACTIONS: Final[tuple[VideoAction, ...]] = get_args(VideoAction)


class ClipVariant(NamedTuple):
    """A variant of the clips: half the picture size, and another audio codec."""

    halved: bool = False
    recoded: bool = False


ORIGINAL: Final = ClipVariant()


@dataclass(kw_only=True, slots=True)
class VideoState:
    """How one host's video behaves. `token` is in valid addresses; `cuts` counts how often all streams broke off."""

    token: int = 1
    cuts: int = 0
    variant: ClipVariant = ORIGINAL
    fault: VideoAction | None = None

    def act(self, action: VideoAction) -> None:
        """Carry out an action."""
        if action == "resize":
            self.variant = self.variant._replace(halved=not self.variant.halved)
        elif action == "recode":
            self.variant = self.variant._replace(recoded=not self.variant.recoded)
        elif action in {"drop", "expire"}:
            self.cuts += 1
            self.token += action == "expire"
        else:
            self.fault = None if action == "restore" else action
