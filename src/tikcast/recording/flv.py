"""FLV: a stream read over HTTP, and parsed into chunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tikcast._clock import age
from tikcast.recording.chunks import Chunk, DecoderConfig, StreamBroken, flv_timestamp
from tikcast.recording.h264 import h264_size

if TYPE_CHECKING:
    from tikcast._net.media import Media

_SIGNATURE: Final = b"FLV\1"
_FILE_HEADER: Final = 13
_TAG_HEADER: Final = 11
_TAG_TRAILER: Final = 4
_AUDIO: Final = 8
_VIDEO: Final = 9
_SCRIPT: Final = 18

_AVC: Final = 7
_VIDEO_CODECS: Final = {2: "h263", 4: "vp6", _AVC: "h264", 12: "h265", 13: "av1"}
_FOURCC: Final = {b"avc1": "h264", b"hvc1": "h265", b"av01": "av1", b"vp09": "vp9"}
_AUDIO_CODECS: Final = {2: "mp3", 10: "aac", 13: "opus", 14: "mp3"}

Packet: TypeAlias = Literal["config", "frame", "other"]
"""What a tag holds: the parameters of the decoder, media, or something else."""

# Timestamps of a live stream run evenly. Larger steps mean that the server started again.
_MAX_STEP_BACK_MS: Final = 1_000
_MAX_STEP_AHEAD_MS: Final = 10_000

_NO_VIDEO_MS: Final = 3_000
"""After so much sound without video, there will be no video, whatever the header says."""

_SAME_START_MS: Final = 1_000
"""ffmpeg still finds a track that begins within so long, when it chooses what to copy."""

_BATCH: Final = 0.25
"""Seconds of video that are handled at once. One packet at a time would use much more processor time."""

_MAX_BUFFERED: Final = 64 * 2**20


async def flv_chunks(
    media: Media, url: str, *, stall_timeout: float, sound_only: bool = False
) -> AsyncGenerator[Chunk, None]:
    """Read the stream at `url` until it ends.

    Raises `StreamBroken` when nothing comes for `stall_timeout` seconds, or what comes is not video, and
    what `media` raises.
    """
    reader, buffer = FlvReader(sound_only=sound_only), _UnparsedBytes()
    transfer = asyncio.create_task(media.stream(url, buffer), name="tikcast video")
    last_data = age()
    try:
        while True:
            ended = transfer.done()
            data = buffer.take()
            if data:
                last_data = age()
                for chunk in await _parse(reader, data, transfer=transfer):
                    yield chunk
            if ended:
                break
            if age() - last_data > stall_timeout:
                raise StreamBroken("no video came")
            await asyncio.wait({transfer}, timeout=_BATCH)
        if buffer.full:
            raise StreamBroken("the disk takes the video more slowly than it comes")
        transfer.result()
    finally:
        transfer.cancel()
        await asyncio.gather(transfer, return_exceptions=True)


async def _parse(reader: FlvReader, data: bytes, *, transfer: asyncio.Task[None]) -> list[Chunk]:
    try:
        return reader.feed(data)
    except StreamBroken:
        # The body of a refusal is not video either, and the error of the refusal is more precise.
        await asyncio.wait({transfer}, timeout=_BATCH)
        if transfer.done():
            transfer.result()
        raise


class _UnparsedBytes:
    """Bytes that came and are not parsed yet. `full`: more came than may wait."""

    def __init__(self) -> None:
        self.full = False
        self._data = bytearray()

    def write(self, chunk: bytes) -> bool:
        """Add bytes; False ends the transfer."""
        self._data += chunk
        self.full = len(self._data) > _MAX_BUFFERED
        return not self.full

    def take(self) -> bytes:
        """Remove and return everything."""
        data, self._data = bytes(self._data), bytearray()
        return data


class FlvReader:
    """Parses an FLV stream: bytes in, chunks out.

    A chunk begins with a key frame, or continues the chunk before it. A new decoder configuration begins
    where the parameters of a decoder change, where the timestamps jump, and at the first key frame after
    a track that started late. `sound_only` leaves the video out.
    """

    def __init__(self, *, sound_only: bool = False) -> None:
        self._sound_only = sound_only
        self._unparsed = bytearray()
        self._started = False
        self._tracks = _Tracks()
        self._position = _Position()
        self._config: DecoderConfig | None = None
        self._number = 0
        self._began_ms = 0
        self._track_is_late = False
        self._pending = _Pending()
        self._chunks: list[Chunk] = []
        self._no_video_since: int | None = None

    def feed(self, data: bytes) -> list[Chunk]:
        """Add bytes, and return the chunks that they complete. Raises `StreamBroken` for what is not FLV."""
        self._unparsed += data
        if not self._started and not self._start():
            return []
        offset = 0
        while offset + _TAG_HEADER <= len(self._unparsed):
            size = int.from_bytes(self._unparsed[offset + 1 : offset + 4], "big")
            end = offset + _TAG_HEADER + size + _TAG_TRAILER
            if end > len(self._unparsed):
                break
            self._add_tag(bytes(self._unparsed[offset:end]))
            offset = end
        del self._unparsed[:offset]
        self._flush()
        chunks, self._chunks = self._chunks, []
        return chunks

    def _start(self) -> bool:
        """Read the header of the file, when all of it has come."""
        if not _SIGNATURE.startswith(self._unparsed[:4]):
            raise StreamBroken("the server sent no video")
        if len(self._unparsed) < _FILE_HEADER:
            return False
        self._tracks.video_announced = bool(self._unparsed[4] & 1) and not self._sound_only
        del self._unparsed[:_FILE_HEADER]
        self._started = True
        return True

    def _add_tag(self, tag: bytes) -> None:
        kind = tag[0] & 0x1F
        if kind not in {_AUDIO, _VIDEO, _SCRIPT}:
            raise StreamBroken("the video is damaged")
        if self._sound_only and kind != _AUDIO:
            return
        if kind == _SCRIPT:
            self._tracks.script = tag
        elif len(tag) > _TAG_HEADER + _TAG_TRAILER:
            self._add_media(tag, video=kind == _VIDEO)

    def _add_media(self, tag: bytes, *, video: bool) -> None:
        info = self._tracks.add_video(tag) if video else self._tracks.add_audio(tag)
        # The timestamps of parameters mean nothing.
        jumps = info.is_frame and self._position.advance(int.from_bytes(tag[4:7], "big") | tag[7] << 24)
        self._track_is_late |= info.is_new and self._position.latest_ms - self._began_ms > _SAME_START_MS
        if jumps or info.changes or (info.is_key and self._track_is_late):
            self._flush()
            self._config = None
        if info.is_frame:
            if self._config is not None or self._can_begin(key=info.is_key, video=video):
                self._append(tag, key=info.is_key)
        elif info.is_new and self._config is not None:
            # FLV players accept a track that begins later. Files that begin later start with it.
            self._append(tag, key=False)
            self._config = self._config if self._track_is_late else self._tracks.config(self._number)

    def _can_begin(self, *, key: bool, video: bool) -> bool:
        """Whether a file can begin with this frame. Frames before it are left out."""
        if video and not key:
            return False
        if not video and self._tracks.expects_video:
            latest_ms = self._position.latest_ms
            self._no_video_since = latest_ms if self._no_video_since is None else self._no_video_since
            if latest_ms - self._no_video_since < _NO_VIDEO_MS:
                return False
        self._no_video_since = None
        self._began_ms, self._track_is_late = self._position.latest_ms, False
        self._number += 1
        self._config = self._tracks.config(self._number)
        self._pending.key = True
        return True

    def _append(self, tag: bytes, *, key: bool) -> None:
        if key and self._pending.data:
            self._flush()
        pending, ms = self._pending, self._position.ms
        if not pending.data:
            pending.start_ms = ms
            pending.key = pending.key or key or not self._tracks.expects_video
        pending.timestamps.append((len(pending.data) + 4, ms))
        pending.data += tag[:4] + flv_timestamp(ms) + tag[8:]

    def _flush(self) -> None:
        if not self._pending.data or self._config is None:
            return
        pending, self._pending = self._pending, _Pending()
        self._chunks.append(
            Chunk(
                config=self._config,
                data=bytes(pending.data),
                start_ms=pending.start_ms,
                end_ms=max(self._position.latest_ms, pending.start_ms),
                key=pending.key,
                timestamps=tuple(pending.timestamps),
            )
        )


class _Position:
    """The position in the stream: 0 at its first frame, and without jumps. `ms`: of the last frame."""

    def __init__(self) -> None:
        self.ms = 0
        self.latest_ms = 0
        self._base: int | None = None

    def advance(self, timestamp: int) -> bool:
        """Advance to the timestamp of a frame. True when it jumps, which the position does not."""
        if self._base is None:
            self._base = timestamp
        jumps = not -_MAX_STEP_BACK_MS <= timestamp - self._base - self.latest_ms <= _MAX_STEP_AHEAD_MS
        if jumps:
            self._base = timestamp - self.latest_ms
        self.ms = max(0, timestamp - self._base)
        self.latest_ms = max(self.latest_ms, self.ms)
        return jumps


class _Pending:
    """The tags of the next chunk."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.timestamps: list[tuple[int, int]] = []
        self.key = False
        self.start_ms = 0


class _TagInfo(NamedTuple):
    """What a tag means: `changes`: other parameters or another codec; `is_new`: the first of its track."""

    changes: bool = False
    is_new: bool = False
    is_frame: bool = False
    is_key: bool = False


class _Tracks:
    """The tracks so far. `video_announced`: by the header. `script`: the server's description, until it is used."""

    def __init__(self) -> None:
        self.video_announced = True
        self.script = b""
        self._video = _Track()
        self._audio = _Track()
        self._size = (0, 0)

    @property
    def expects_video(self) -> bool:
        """Whether there is video, or the header announced it."""
        return self.video_announced or bool(self._video.codec)

    def add_video(self, tag: bytes) -> _TagInfo:
        """Add a tag of video."""
        body = tag[_TAG_HEADER:-_TAG_TRAILER]
        codec, packet, parameters = _video_header(body)
        if packet == "config" and codec == "h264":
            self._size = h264_size(_avc_sps(parameters))
        key = packet == "frame" and body[0] >> 4 & 7 == 1
        return self._video.add(tag, codec=codec, packet=packet)._replace(is_key=key)

    def add_audio(self, tag: bytes) -> _TagInfo:
        """Add a tag of sound."""
        body = tag[_TAG_HEADER:-_TAG_TRAILER]
        codec = _AUDIO_CODECS.get(body[0] >> 4, "sound")
        is_config = codec == "aac" and body[1:2] == b"\0"
        return self._audio.add(tag, codec=codec, packet="config" if is_config else "frame")

    def config(self, number: int) -> DecoderConfig:
        """The configuration for a file that begins now. The server's description is part of the first one only."""
        flags = (4 if self._audio.codec else 0) | (1 if self._video.codec else 0)
        script, self.script = _at_zero(self.script), b""
        header = _SIGNATURE + bytes([flags, 0, 0, 0, 9, 0, 0, 0, 0])
        return DecoderConfig(
            number=number,
            container="flv",
            header=header + script + self._video.parameters + self._audio.parameters,
            video=self._video.codec,
            audio=self._audio.codec,
            width=self._size[0],
            height=self._size[1],
        )


class _Track:
    """The codec of a track, and the tag with its parameters."""

    def __init__(self) -> None:
        self.codec = ""
        self.parameters = b""

    def add(self, tag: bytes, *, codec: str, packet: Packet) -> _TagInfo:
        """Add a tag of this track."""
        is_new, changes = not self.codec, bool(self.codec) and self.codec != codec
        known, self.codec = self.parameters, codec
        if packet != "config":
            self.parameters = b"" if changes else known
            return _TagInfo(changes=changes, is_new=is_new, is_frame=packet == "frame")
        self.parameters = _at_zero(tag)
        return _TagInfo(changes=changes or bool(known and known != self.parameters), is_new=not known)


def _at_zero(tag: bytes) -> bytes:
    """A tag with the timestamp 0."""
    return tag[:4] + bytes(4) + tag[8:] if tag else b""


def _video_header(body: bytes) -> tuple[str, Packet, bytes]:
    """The codec, what the tag holds, and the bytes after the header."""
    kinds: dict[int, Packet]
    if body[0] & 0x80:
        kinds = {0: "config", 1: "frame", 3: "frame"}
        return _FOURCC.get(body[1:5], "video"), kinds.get(body[0] & 0x0F, "other"), body[5:]
    codec = body[0] & 0x0F
    name = _VIDEO_CODECS.get(codec, "video")
    if codec not in {_AVC, 12, 13}:
        return name, "frame", body[1:]
    kinds = {0: "config", 1: "frame"}
    return name, kinds.get(body[1] if len(body) > 1 else 0xFF, "other"), body[5:]


def _avc_sps(parameters: bytes) -> bytes:
    """The first sequence parameter set of an AVC configuration."""
    size = int.from_bytes(parameters[6:8], "big")
    return parameters[8 : 8 + size] if len(parameters) > 8 and parameters[5] & 0x1F else b""
