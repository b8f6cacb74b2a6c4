"""MPEG-TS: the codecs in a segment, and the parameters of its video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PACKET: Final = 188
_SYNC: Final = 0x47
_VIDEO: Final = {0x1B: "h264", 0x24: "h265"}
_AUDIO: Final = {0x0F: "aac", 0x11: "aac", 0x03: "mp3", 0x04: "mp3", 0x81: "ac3"}
_MAX_SEARCHED: Final = 16_384
"""Bytes of a key frame. Its parameters are at the beginning."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The codecs, "" for none. `parameters`: the sequence parameter set, b"" when there is none."""

    video: str = ""
    audio: str = ""
    parameters: bytes = b""


def is_mpegts(data: bytes) -> bool:
    """Whether these bytes are MPEG-TS."""
    return len(data) >= PACKET and data[0] == _SYNC and (len(data) == PACKET or data[PACKET : PACKET + 1] == b"\x47")


def contents(data: bytes) -> Contents:
    """Parse a segment. What is damaged counts as missing."""
    tracks = _tracks(data)
    video = next(((pid, codec) for pid, codec in tracks.items() if codec in _VIDEO.values()), None)
    audio = next((codec for codec in tracks.values() if codec in _AUDIO.values()), "")
    if video is None:
        return Contents(audio=audio)
    pid, codec = video
    return Contents(video=codec, audio=audio, parameters=_parameter_set(_first_frame(data, pid=pid), codec=codec))


def _tracks(data: bytes) -> dict[int, str]:
    """The codec of each track by its packet id."""
    table = next((payload for pid, starts, payload in _packets(data) if pid == 0 and starts), b"")
    section = _section(table)
    programs = (section[at : at + 4] for at in range(8, len(section) - 7, 4))
    table_pid = next((_pid(entry[2:]) for entry in programs if entry[:2] != b"\0\0"), None)
    program = next((payload for pid, starts, payload in _packets(data) if pid == table_pid and starts), b"")
    return dict(_listed(_section(program)))


def _listed(section: bytes) -> Iterator[tuple[int, str]]:
    """The tracks in the table of a program: packet id and codec."""
    if len(section) < 12:
        return
    at = 12 + (int.from_bytes(section[10:12], "big") & 0x0FFF)
    while at + 5 <= len(section) - 4:
        codec = {**_VIDEO, **_AUDIO}.get(section[at])
        if codec:
            yield _pid(section[at + 1 :]), codec
        at += 5 + (int.from_bytes(section[at + 3 : at + 5], "big") & 0x0FFF)


def _section(payload: bytes) -> bytes:
    """A table in one packet. Those of live streams fit."""
    start = 1 + payload[0] if payload else 0
    size = int.from_bytes(payload[start + 1 : start + 3], "big") & 0x0FFF
    return payload[start : start + 3 + size]


def _first_frame(data: bytes, *, pid: int) -> bytes:
    """The beginning of the first frame."""
    frame = bytearray()
    for packet_pid, starts, payload in _packets(data):
        if packet_pid == pid and (starts or frame):
            if starts and frame:
                break
            frame += payload
            if len(frame) > _MAX_SEARCHED:
                break
    return bytes(frame)


def _parameter_set(frame: bytes, *, codec: str) -> bytes:
    """The first sequence parameter set in a frame, without the start code."""
    at = frame.find(b"\0\0\1")
    while 0 <= at < len(frame) - 3:
        header, following = frame[at + 3], frame.find(b"\0\0\1", at + 3)
        if (codec == "h264" and header & 0x1F == 7) or (codec == "h265" and header >> 1 & 0x3F == 33):
            return frame[at + 3 : following if following > 0 else len(frame)].rstrip(b"\0")
        at = following
    return b""


def _packets(data: bytes) -> Iterator[tuple[int, bool, bytes]]:
    """The packet id, whether a unit starts, and the payload of each packet."""
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
