"""The video server: `/media/{room}/{quality}.flv` and `/media/{room}/{quality}/index.m3u8`."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.responses import Response, StreamingResponse

from tikcast.errors import FFmpegNotFound
from tikcast.recording.ffmpeg import find_ffmpeg
from tikcast.simulator.video.channel import Channel
from tikcast.simulator.video.clips import PLAYLIST, SIZES, SOUND_ONLY
from tikcast.simulator.world import Host, World

_PATH: Final = re.compile(r"/media/(?P<room>\d{1,20})/(?P<quality>\w+)(?:\.(?P<flv>flv)|/(?P<file>[\w.]+))")
_SEGMENT: Final = re.compile(r"\d+\.ts")
_PATIENCE: Final = 10.0
_LOOK: Final = 0.05
_HLS: Final = "application/vnd.apple.mpegurl"


class MediaServer:
    """Plays the video of all rooms; nothing runs, and no file exists, before the first viewer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder: Path | None = None
        self._channels: dict[tuple[int, str], Channel] = {}
        self._frozen: dict[tuple[int, str], str] = {}
        self._closed = False

    async def answer(self, path: str, query: Mapping[str, str]) -> Response | None:
        """The answer to a request; None for another path."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        room_id, quality, owner = int(match["room"]), match["quality"], self._world.owner_of(int(match["room"]))
        known = not self._closed and (quality in SIZES or quality == SOUND_ONLY)
        if owner is None or not known or owner.video.fault == "missing" or owner.room.room_id != room_id:
            return _plain(404, "there is no such video")
        if match["file"] and _SEGMENT.fullmatch(match["file"]):
            return await self._segment(room_id, quality, name=match["file"])
        if query.get("sign") != str(owner.video.token):
            return _plain(403, "this address has expired")
        try:
            await asyncio.to_thread(find_ffmpeg)
        except FFmpegNotFound as error:
            return _plain(503, str(error))
        if self._closed:  # closed meanwhile: a new channel would have no owner
            return _plain(404, "there is no such video")
        if match["flv"] and owner.video.fault == "no_flv":
            return _plain(404, "there is no such video")
        if match["flv"]:
            return await self._flv(owner, quality)
        return await self._playlist(owner, quality) if match["file"] == PLAYLIST else _plain(404, "no such file")

    async def aclose(self) -> None:
        """Stop all channels and delete their files."""
        self._closed = True
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))
        self._channels.clear()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _flv(self, owner: Host, quality: str) -> Response:
        if owner.room.over:
            return _plain(404, "the live is over")
        return StreamingResponse(self._channel(owner, quality).watch(), media_type="video/x-flv")

    async def _playlist(self, owner: Host, quality: str) -> Response:
        """The playlist as ffmpeg wrote it, once it exists; with an end if the live stream is over."""
        key = (owner.room.room_id, quality)
        if owner.room.over and key not in self._channels:
            return _plain(404, "the live is over")
        channel = self._channels[key] if owner.room.over else self._channel(owner, quality)
        file = channel.folder / PLAYLIST
        for _ in range(round(_PATIENCE / _LOOK)):
            if await asyncio.to_thread(file.exists):
                break
            channel.keep_playing()
            await asyncio.sleep(_LOOK)
        else:
            return _plain(404, "the video has not begun")
        text = await asyncio.to_thread(file.read_text)
        text = self._frozen.setdefault(key, text) if owner.video.fault == "stall" else text
        if owner.video.fault != "stall":
            self._frozen.pop(key, None)
        return Response(f"{text}#EXT-X-ENDLIST\n" if owner.room.over else text, media_type=_HLS)

    async def _segment(self, room_id: int, quality: str, *, name: str) -> Response:
        channel = self._channels.get((room_id, quality))
        if channel is None:
            return _plain(404, "no such file")
        channel.keep_playing()
        try:
            return Response(await asyncio.to_thread((channel.folder / name).read_bytes), media_type="video/mp2t")
        except FileNotFoundError:
            return _plain(404, "no such file")

    def _channel(self, owner: Host, quality: str) -> Channel:
        """The channel of a quality; a new one continues the files of one that has stopped."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="tikcast-video-"))
        room, key = owner.room, (owner.room.room_id, quality)
        channel = self._channels.get(key)
        if channel is None or channel.done:
            folder = self._folder / f"{room.room_id}-{quality}"
            folder.mkdir(exist_ok=True)
            channel = self._channels[key] = Channel(quality, folder=folder, video=owner.video, over=lambda: room.over)
        channel.keep_playing()
        return channel


def _plain(status: int, text: str) -> Response:
    return Response(text, status_code=status, media_type="text/plain")
