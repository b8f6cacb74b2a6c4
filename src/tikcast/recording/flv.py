"""FLV taken apart as it comes, and given back as runs that files can hold."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final, NamedTuple

from tikcast.recording.chunks import Chunk, DecoderConfig, StreamBroken, flv_timestamp
from tikcast.recording.h264 import h264_size

if TYPE_CHECKING:
    from tikcast._net.media import Media

_SIGNATURE: Final = b"FLV\1"
_FILE_HEAD: Final = 13
_AUDIO: Final = 8
_VIDEO: Final = 9
_SCRIPT: Final = 18
_TAG_HEAD: Final = 11
_BEHIND: Final = 4

_AVC: Final = 7
_VIDEO_CODECS: Final = {2: "h263", 4: "vp6", _AVC: "h264", 12: "h265", 13: "av1"}
_FOURCC: Final = {b"avc1": "h264", b"hvc1": "h265", b"av01": "av1", b"vp09": "vp9"}
_AAC: Final = 10
_AUDIO_CODECS: Final = {2: "mp3", _AAC: "aac", 13: "opus", 14: "mp3"}

# A live's clock runs evenly; more than this is another clock.
_BACK_MS: Final = 1_000
_AHEAD_MS: Final = 10_000
_NO_VIDEO_MS: Final = 3_000
"""Sound alone for so long means that no picture will come, whatever the header says."""

_TOGETHER_MS: Final = 1_000
"""A track that joins within so long is still there when ffmpeg looks which ones to copy."""


class FlvReader:
    """Bytes of an FLV stream in, chunks out.

    Each chunk begins at a key frame or goes on with the one before. A new setup begins where the
    decoder's parameters change, where the clock jumps, and at the first key frame after a track joined
    late. `sound_only` leaves the pictures out.
    """

    def __init__(self, *, sound_only: bool = False) -> None:
        self._sound_only = sound_only
        self._rest = bytearray()
        self._started = False
        self._tracks = _Tracks()
        self._clock = _Clock()
        self._setup: DecoderConfig | None = None
        self._number = 0
        self._began_ms = 0
        self._joined_late = False
        self._run = _Run()
        self._chunks: list[Chunk] = []
        self._silent_since: int | None = None

    def feed(self, data: bytes) -> list[Chunk]:
        """Take the next bytes and give what they complete. Raises `StreamBroken` for what is no FLV."""
        self._rest += data
        if not self._started and not self._start():
            return []
        at = 0
        while at + _TAG_HEAD <= len(self._rest):
            end = at + _TAG_HEAD + int.from_bytes(self._rest[at + 1 : at + 4], "big") + _BEHIND
            if end > len(self._rest):
                break
            self._tag(bytes(self._rest[at:end]))
            at = end
        del self._rest[:at]
        self._flush()
        chunks, self._chunks = self._chunks, []
        return chunks

    def _start(self) -> bool:
        """Read the file's header, once all of it is there."""
        if not _SIGNATURE.startswith(self._rest[:4]):
            raise StreamBroken("the server sent no video")
        if len(self._rest) < _FILE_HEAD:
            return False
        self._tracks.promised = bool(self._rest[4] & 1) and not self._sound_only
        del self._rest[:_FILE_HEAD]
        self._started = True
        return True

    def _tag(self, tag: bytes) -> None:
        kind = tag[0] & 0x1F
        if kind not in {_AUDIO, _VIDEO, _SCRIPT}:
            raise StreamBroken("the video is damaged")
        if self._sound_only and kind != _AUDIO:
            return
        if kind == _SCRIPT:
            self._tracks.script = tag
        elif len(tag) > _TAG_HEAD + _BEHIND:
            self._media(tag, video=kind == _VIDEO)

    def _media(self, tag: bytes, *, video: bool) -> None:
        news = self._tracks.video(tag) if video else self._tracks.audio(tag)
        # Parameters come with any time, or none.
        jumps = news.is_frame and self._clock.tick(int.from_bytes(tag[4:7], "big") | tag[7] << 24)
        self._joined_late |= news.joins and self._clock.now - self._began_ms > _TOGETHER_MS
        if jumps or news.changes or (news.is_key and self._joined_late):
            self._flush()
            self._setup = None
        if news.is_frame:
            if self._setup is not None or self._may_begin(key=news.is_key, video=video):
                self._append(tag, key=news.is_key)
        elif news.joins and self._setup is not None:
            # Players of FLV take a track that joins what runs already; files that begin later start with it.
            self._append(tag, key=False)
            self._setup = self._setup if self._joined_late else self._tracks.setup(self._number)

    def _may_begin(self, *, key: bool, video: bool) -> bool:
        """Whether a file can begin with this frame; until then frames are left out."""
        if video and not key:
            return False
        if not video and self._tracks.expects_video:
            self._silent_since = self._clock.now if self._silent_since is None else self._silent_since
            if self._clock.now - self._silent_since < _NO_VIDEO_MS:
                return False
        self._silent_since = None
        self._began_ms, self._joined_late = self._clock.now, False
        self._number += 1
        self._setup = self._tracks.setup(self._number)
        self._run.key = True
        return True

    def _append(self, tag: bytes, *, key: bool) -> None:
        if key and self._run.data:
            self._flush()
        run, moment = self._run, self._clock.moment
        if not run.data:
            run.start_ms = moment
            run.key = run.key or key or not self._tracks.expects_video
        run.stamps.append((len(run.data) + 4, moment))
        run.data += tag[:4] + flv_timestamp(moment) + tag[8:]

    def _flush(self) -> None:
        if not self._run.data or self._setup is None:
            return
        run, self._run = self._run, _Run()
        self._chunks.append(
            Chunk(
                setup=self._setup,
                data=bytes(run.data),
                start_ms=run.start_ms,
                end_ms=max(self._clock.now, run.start_ms),
                key=run.key,
                stamps=tuple(run.stamps),
            )
        )


class _Clock:
    """The connection's clock: 0 at the first tag, and no jumps. `moment`: of this tag; `now`: the latest."""

    def __init__(self) -> None:
        self.moment = 0
        self.now = 0
        self._base: int | None = None

    def tick(self, stamp: int) -> bool:
        """Go on to a tag's timestamp; True when that jumps, which this clock then does not."""
        base = stamp if self._base is None else self._base
        jumps = not -_BACK_MS <= stamp - base - self.now <= _AHEAD_MS
        self._base = stamp - self.now if jumps else base
        self.moment = max(0, stamp - self._base)
        self.now = max(self.now, self.moment)
        return jumps


class _Run:
    """Tags that make the next chunk."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.stamps: list[tuple[int, int]] = []
        self.key = False
        self.start_ms = 0


class _News(NamedTuple):
    """What a tag means: parameters that change the decoder, or join what runs, or a frame of media."""

    changes: bool = False
    joins: bool = False
    is_frame: bool = False
    is_key: bool = False


class _Tracks:
    """What is known of the sound and the pictures."""

    def __init__(self) -> None:
        self.promised = True
        self.script = b""
        self._video = _Track()
        self._audio = _Track()
        self._size = (0, 0)

    @property
    def expects_video(self) -> bool:
        """Whether there are pictures, or the server said that there would be."""
        return self.promised or bool(self._video.codec)

    def video(self, tag: bytes) -> _News:
        """Note a tag with pictures."""
        body = tag[_TAG_HEAD:-_BEHIND]
        codec, packet, parameters = _video_head(body)
        if packet == "setup" and codec == "h264":
            self._size = h264_size(_avc_sps(parameters))
        key = packet == "frame" and body[0] >> 4 & 7 == 1
        return self._video.news(tag, codec=codec, packet=packet)._replace(is_key=key)

    def audio(self, tag: bytes) -> _News:
        """Note a tag with sound."""
        body = tag[_TAG_HEAD:-_BEHIND]
        codec = _AUDIO_CODECS.get(body[0] >> 4, "sound")
        setup = codec == "aac" and body[1:2] == b"\0"
        return self._audio.news(tag, codec=codec, packet="setup" if setup else "frame")

    def setup(self, number: int) -> DecoderConfig:
        """What a file that begins now needs; the server's own description is told once."""
        flags = (4 if self._audio.codec else 0) | (1 if self._video.codec else 0)
        script, self.script = _at_zero(self.script), b""
        head = _SIGNATURE + bytes([flags, 0, 0, 0, 9, 0, 0, 0, 0])
        return DecoderConfig(
            number=number,
            container="flv",
            header=head + script + self._video.parameters + self._audio.parameters,
            video=self._video.codec,
            audio=self._audio.codec,
            width=self._size[0],
            height=self._size[1],
        )


class _Track:
    """The codec of a track, and its parameters as a tag."""

    def __init__(self) -> None:
        self.codec = ""
        self.parameters = b""

    def news(self, tag: bytes, *, codec: str, packet: str) -> _News:
        """Note a tag of this track."""
        joins, changes = not self.codec, bool(self.codec) and self.codec != codec
        known, self.codec = self.parameters, codec
        if packet != "setup":
            self.parameters = b"" if changes else known
            return _News(changes=changes, joins=joins, is_frame=packet == "frame")
        self.parameters = _at_zero(tag)
        return _News(changes=changes or bool(known and known != self.parameters), joins=not known)


def _at_zero(tag: bytes) -> bytes:
    return tag[:4] + bytes(4) + tag[8:] if tag else b""


def _video_head(body: bytes) -> tuple[str, str, bytes]:
    """The codec, whether the tag is a "frame", "setup" or "other", and what follows."""
    if body[0] & 0x80:
        kinds = {0: "setup", 1: "frame", 3: "frame"}
        return _FOURCC.get(body[1:5], "video"), kinds.get(body[0] & 0x0F, "other"), body[5:]
    codec = body[0] & 0x0F
    name = _VIDEO_CODECS.get(codec, "video")
    if codec not in {_AVC, 12, 13}:
        return name, "frame", body[1:]
    return name, {0: "setup", 1: "frame"}.get(body[1] if len(body) > 1 else 0xFF, "other"), body[5:]


def _avc_sps(parameters: bytes) -> bytes:
    """The first sequence parameter set of an AVC configuration."""
    size = int.from_bytes(parameters[6:8], "big")
    return parameters[8 : 8 + size] if len(parameters) > 8 and parameters[5] & 0x1F else b""


_BATCH: Final = 0.25
"""Seconds of video that are handled at once: a packet at a time would keep the processor busy."""

_MOST_WAITING: Final = 64 * 2**20


async def flv_chunks(
    media: Media, url: str, *, silence: float, sound_only: bool = False
) -> AsyncGenerator[Chunk, None]:
    """Read the stream at `url` until it ends.

    Raises `StreamBroken` when nothing comes for `silence` seconds, or what comes is no video, and
    what `media` raises.
    """
    reader, waiting = FlvReader(sound_only=sound_only), _Waiting()
    transfer = asyncio.create_task(media.stream(url, waiting), name="tikcast video")
    heard = time.monotonic()
    try:
        while True:
            over = transfer.done()
            data = waiting.give()
            if data:
                heard = time.monotonic()
                for chunk in await _read(reader, data, transfer=transfer):
                    yield chunk
            if over:
                break
            if time.monotonic() - heard > silence:
                raise StreamBroken("no video came")
            await asyncio.wait({transfer}, timeout=_BATCH)
        if waiting.full:
            raise StreamBroken("the disk takes the video more slowly than it comes")
        transfer.result()
    finally:
        transfer.cancel()
        await asyncio.gather(transfer, return_exceptions=True)


async def _read(reader: FlvReader, data: bytes, *, transfer: asyncio.Task[None]) -> list[Chunk]:
    try:
        return reader.feed(data)
    except StreamBroken:
        # The body of a refusal is no video either, and the refusal says more.
        await asyncio.wait({transfer}, timeout=_BATCH)
        if transfer.done():
            transfer.result()
        raise


class _Waiting:
    """What came and was not read yet, within bounds."""

    def __init__(self) -> None:
        self.full = False
        self._data = bytearray()

    def write(self, chunk: bytes) -> bool:
        self._data += chunk
        self.full = len(self._data) > _MOST_WAITING
        return not self.full

    def give(self) -> bytes:
        data, self._data = bytes(self._data), bytearray()
        return data
