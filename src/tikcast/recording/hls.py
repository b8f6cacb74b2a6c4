"""An HLS stream followed: its segments one after the other, as pieces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final

from tikcast.recording.mpegts import Contents, contents, is_mpegts
from tikcast.recording.pictures import h264_size
from tikcast.recording.pieces import Piece, Setup, StreamBroken
from tikcast.recording.playlist import Playlist, Segment, parse_playlist

if TYPE_CHECKING:
    from tikcast._net.media import Media

_FROM_THE_END: Final = 3
"""Players start that many segments before the newest, and so does a recording."""

_SHORTEST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 10.0


async def hls_pieces(media: Media, url: str, *, silence: float) -> AsyncGenerator[Piece, None]:
    """Follow the playlist at `url` until it ends. A segment is a piece.

    Raises `StreamBroken` when nothing new comes for `silence` seconds, or what comes is no video,
    and what `media` raises.
    """
    setups = _Setups(media)
    done, clock_ms, heard = -1, 0, time.monotonic()
    while True:
        asked = time.monotonic()
        playlist, url = await _playlist(media, url)
        if done < 0:
            done = max([-1, *(segment.number for segment in playlist.segments[:-_FROM_THE_END])])
        for segment in playlist.segments:
            if segment.number > done:
                data = await media.get(segment.url, what="a segment")
                setup = await setups.of(data, segment)
                end_ms = clock_ms + max(1, round(segment.seconds * 1000))
                yield Piece(setup=setup, data=data, start_ms=clock_ms, end_ms=end_ms, key=True)
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


class _Setups:
    """Tells when a segment needs a new file."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._init = ""
        self._header = b""
        self._known = Contents()
        self._now: Setup | None = None

    async def of(self, data: bytes, segment: Segment) -> Setup:
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

    def _make(self) -> Setup:
        number = 1 if self._now is None else self._now.number + 1
        if self._init:
            return Setup(number=number, container="mp4", header=self._header)
        known = self._known
        width, height = h264_size(known.parameters) if known.video == "h264" else (0, 0)
        return Setup(
            number=number, container="mpegts", video=known.video, audio=known.audio, width=width, height=height
        )
