"""What a file or stdin holds for `tikcast inspect`: captures, files of frames, bare bytes, base64 or hex."""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from tikcast.capture.format import CaptureReader, Kind, Record, is_capture
from tikcast.capture.plain import read_frames
from tikcast.wire import inspect

_HEX: Final = re.compile(rb"(0x)?([0-9a-fA-F]{2}\s*)+")
_DUMP: Final = re.compile(rb"([0-9a-fA-F]{4,16})(:?)(.*)")
# How wide the bytes of a line are in xxd's form; what stands behind them is the same as text.
_XXD_WIDTH: Final = 41
_FRAMES: Final = frozenset({Kind.RECEIVED, Kind.SENT, Kind.ANSWER})


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some bytes of the input, and the byte or the line where they start.

    `note` is what a capture says beside: which record, on which connection, when. `facts` are those of a
    record that holds no frame.
    """

    place: str
    at: int
    data: bytes
    note: Mapping[str, object] | None = None
    facts: Mapping[str, object] | None = None


def pieces(data: bytes, *, name: str, method: str) -> Iterator[Piece]:
    """The frames of a file, the lines of a text, or the bytes as they are.

    Raises `CaptureError` where a capture or a file of frames is cut, after the whole ones.
    """
    lines = _lines(data) if data.isascii() else None
    if is_capture(data):
        yield from map(_of_record, CaptureReader(BytesIO(data), name=name))
    elif lines is not None:
        yield from lines
    elif not method and _are_frames(data):
        for frame in read_frames(BytesIO(data), name=name):
            yield Piece(place="byte", at=frame.offset, data=frame.data)
    else:
        yield Piece(place="byte", at=0, data=data)


def _are_frames(data: bytes) -> bool:
    """Whether the bytes begin with a length and what may be a frame of it, cut or not."""
    end = 4 + int.from_bytes(data[:4], "little")
    if inspect(data[4:end]).kind in {"frame", "response"}:
        return True
    return end <= len(data) and inspect(data).kind == "unknown"


def _of_record(record: Record) -> Piece:
    names = {kind.value: kind.name.lower() for kind in Kind}
    note = {
        "record": names.get(record.kind, f"of kind {record.kind}"),
        "connection": record.connection,
        "at_ms": record.at_us // 1000,
    }
    facts = {"text": record.data.decode(errors="replace")} if record.kind == Kind.TEXT else record.facts
    holds_frame = record.kind in _FRAMES
    return Piece(place="byte", at=record.offset, data=record.data, note=note, facts=None if holds_frame else facts)


def _lines(data: bytes) -> list[Piece] | None:
    """The lines of a text of base64, hex or Python's bytes, None when it is none of these.

    Lines that mean nothing each by itself are one dump that spans them.
    """
    rows = [(at, row.strip()) for at, row in enumerate(data.splitlines(), start=1) if row.strip()]
    if (dump := _dumped([row for _, row in rows])) is not None:
        return [Piece(place="line", at=1, data=dump)]
    read = [(at, _from_text(row)) for at, row in rows]
    whole = _from_text(b"".join(row for _, row in rows))
    if whole is not None and not all(row and inspect(row).kind != "unknown" for _, row in read):
        return [Piece(place="line", at=1, data=whole)]
    found = [Piece(place="line", at=at, data=row) for at, row in read if row is not None]
    return found if len(found) == len(rows) else None


def _dumped(rows: list[bytes]) -> bytes | None:
    """What `xxd`, `hexdump -C` or Wireshark show with the place of each line before it, None when it is no such."""
    out = bytearray()
    marked = len(rows) > 1 or any(mark in row for row in rows for mark in b":|")
    for row in rows if marked else ():
        found = _DUMP.fullmatch(row)
        if found is None or int(found[1], 16) != len(out):
            return None
        shown = found[3][:_XXD_WIDTH] if found[2] else re.split(rb" {3,}|\|", found[3].strip())[0]
        try:
            out += bytes.fromhex(shown.decode())
        except ValueError:
            return None
    return bytes(out) or None


def _from_text(row: bytes) -> bytes | None:
    if _HEX.fullmatch(row):
        return bytes.fromhex(row.decode().strip().removeprefix("0x"))
    if row.startswith((b"b'", b'b"')):
        return _from_python(row.decode())
    try:
        return base64.b64decode(row.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except binascii.Error:
        return None


def _from_python(text: str) -> bytes | None:
    """Bytes as Python prints them."""
    try:
        found = ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, bytes) else None
