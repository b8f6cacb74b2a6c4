"""What is in a segment of MPEG-TS: the codecs, and the parameters of the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PACKET: Final = 188
_SYNC: Final = 0x47
_VIDEO: Final = {0x1B: "h264", 0x24: "h265"}
_AUDIO: Final = {0x0F: "aac", 0x11: "aac", 0x03: "mp3", 0x04: "mp3", 0x81: "ac3"}
_ENOUGH: Final = 16_384
"""A key frame has its parameters at its start."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """`parameters`: the sequence parameter set as it stands there, b"" when there is none to see."""

    video: str = ""
    audio: str = ""
    parameters: bytes = b""


def is_mpegts(data: bytes) -> bool:
    """Whether these bytes are MPEG-TS."""
    return len(data) >= PACKET and data[0] == _SYNC and (len(data) == PACKET or data[PACKET : PACKET + 1] == b"\x47")


def contents(data: bytes) -> Contents:
    """Look into a segment. Whatever is damaged is taken as not being there."""
    tracks = _tracks(data)
    video = next(((pid, codec) for pid, codec in tracks.items() if codec in _VIDEO.values()), None)
    audio = next((codec for codec in tracks.values() if codec in _AUDIO.values()), "")
    if video is None:
        return Contents(audio=audio)
    pid, codec = video
    return Contents(video=codec, audio=audio, parameters=_parameter_set(_first_picture(data, pid=pid), codec=codec))


def _tracks(data: bytes) -> dict[int, str]:
    """The codec of each track by its packet id."""
    table = next((payload for pid, starts, payload in _packets(data) if pid == 0 and starts), b"")
    section = _section(table)
    programs = (section[at : at + 4] for at in range(8, len(section) - 7, 4))
    where = next((_pid(entry[2:]) for entry in programs if entry[:2] != b"\0\0"), None)
    program = next((payload for pid, starts, payload in _packets(data) if pid == where and starts), b"")
    return dict(_described(_section(program)))


def _described(section: bytes) -> Iterator[tuple[int, str]]:
    """The tracks that a program's table lists."""
    if len(section) < 12:
        return
    at = 12 + (int.from_bytes(section[10:12], "big") & 0x0FFF)
    while at + 5 <= len(section) - 4:
        codec = {**_VIDEO, **_AUDIO}.get(section[at])
        if codec:
            yield _pid(section[at + 1 :]), codec
        at += 5 + (int.from_bytes(section[at + 3 : at + 5], "big") & 0x0FFF)


def _section(payload: bytes) -> bytes:
    """A table that fits into one packet, as those of lives do."""
    start = 1 + payload[0] if payload else 0
    size = int.from_bytes(payload[start + 1 : start + 3], "big") & 0x0FFF
    return payload[start : start + 3 + size]


def _first_picture(data: bytes, *, pid: int) -> bytes:
    """The beginning of the first picture."""
    picture = bytearray()
    for found, starts, payload in _packets(data):
        if found == pid and (starts or picture):
            if starts and picture:
                break
            picture += payload
            if len(picture) > _ENOUGH:
                break
    return bytes(picture)


def _parameter_set(picture: bytes, *, codec: str) -> bytes:
    """The first sequence parameter set in a picture, without the start code."""
    at = picture.find(b"\0\0\1")
    while 0 <= at < len(picture) - 3:
        head, following = picture[at + 3], picture.find(b"\0\0\1", at + 3)
        if (codec == "h264" and head & 0x1F == 7) or (codec == "h265" and head >> 1 & 0x3F == 33):
            return picture[at + 3 : following if following > 0 else len(picture)].rstrip(b"\0")
        at = following
    return b""


def _packets(data: bytes) -> Iterator[tuple[int, bool, bytes]]:
    """The packet id, whether something starts, and the payload of each packet."""
    for at in range(0, len(data) - PACKET + 1, PACKET):
        if data[at] != _SYNC:
            return
        body = at + 4
        if data[at + 3] & 0x20:
            body += 1 + data[at + 4]
        if data[at + 3] & 0x10:
            yield _pid(data[at + 1 : at + 3]), bool(data[at + 1] & 0x40), data[body : at + PACKET]


def _pid(field: bytes) -> int:
    return int.from_bytes(field[:2], "big") & 0x1FFF
