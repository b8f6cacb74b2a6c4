"""Splits the input of `tikcast inspect`: capture files, files of frames, single frames, base64 or hex."""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from tikcast.capture.format import CaptureReader, CaptureRecord, Kind, is_capture
from tikcast.capture.plain import read_frames
from tikcast.wire import inspect

_HEX: Final = re.compile(rb"(0x)?([0-9a-fA-F]{2}\s*)+")
_DUMP: Final = re.compile(rb"([0-9a-fA-F]{4,16})(:?)(.*)")
# The width of the hex bytes in a line of xxd; after them come the same bytes as text.
_XXD_WIDTH: Final = 41
_FRAMES: Final = frozenset({Kind.RECEIVED, Kind.SENT, Kind.ANSWER})


@dataclass(frozen=True, kw_only=True)
class InputItem:
    """Some bytes of the input. `unit` ("byte" or "line") and `position` say where they start.

    `record` has the kind, connection and time of a record in a capture. `facts` has the contents of a record
    without a frame.
    """

    unit: str
    position: int
    data: bytes
    record: Mapping[str, object] | None = None
    facts: Mapping[str, object] | None = None


def input_items(data: bytes, *, name: str, method: str) -> Iterator[InputItem]:
    """The frames of a file, the lines of a text, or the unchanged bytes.

    Raises `CaptureError` if a capture or a file of frames is truncated, after the complete frames.
    """
    lines = _text_items(data) if data.isascii() else None
    if is_capture(data):
        yield from map(_record_item, CaptureReader(BytesIO(data), name=name))
    elif lines is not None:
        yield from lines
    elif not method and _are_frames(data):
        for frame in read_frames(BytesIO(data), name=name):
            yield InputItem(unit="byte", position=frame.offset, data=frame.data)
    else:
        yield InputItem(unit="byte", position=0, data=data)


def _are_frames(data: bytes) -> bool:
    """Whether the bytes begin with a length and a frame of this length, which may be truncated."""
    end = 4 + int.from_bytes(data[:4], "little")
    if inspect(data[4:end]).kind in {"frame", "response"}:
        return True
    return end <= len(data) and inspect(data).kind == "unknown"


def _record_item(record: CaptureRecord) -> InputItem:
    names = {kind.value: kind.name.lower() for kind in Kind}
    about = {
        "record": names.get(record.kind, f"of kind {record.kind}"),
        "connection": record.connection,
        "at_ms": record.at_us // 1000,
    }
    facts = {"text": record.data.decode(errors="replace")} if record.kind == Kind.TEXT else record.facts
    holds_frame = record.kind in _FRAMES
    return InputItem(
        unit="byte", position=record.offset, data=record.data, record=about, facts=None if holds_frame else facts
    )


def _text_items(data: bytes) -> list[InputItem] | None:
    """The lines of a text of base64, hex or Python bytes literals; None if it is none of these.

    If the lines cannot be read one by one, they are read together as one dump.
    """
    rows = [(number, row.strip()) for number, row in enumerate(data.splitlines(), start=1) if row.strip()]
    if (dump := _hex_dump([row for _, row in rows])) is not None:
        return [InputItem(unit="line", position=1, data=dump)]
    decoded = [(number, _from_text(row)) for number, row in rows]
    whole = _from_text(b"".join(row for _, row in rows))
    if whole is not None and not all(row and inspect(row).kind != "unknown" for _, row in decoded):
        return [InputItem(unit="line", position=1, data=whole)]
    items = [InputItem(unit="line", position=number, data=row) for number, row in decoded if row is not None]
    return items if len(items) == len(rows) else None


def _hex_dump(rows: list[bytes]) -> bytes | None:
    """The bytes of a dump by `xxd`, `hexdump -C` or Wireshark, with an offset in each line; None if it is no dump."""
    out = bytearray()
    has_marks = len(rows) > 1 or any(mark in row for row in rows for mark in b":|")
    for row in rows if has_marks else ():
        match = _DUMP.fullmatch(row)
        if match is None or int(match[1], 16) != len(out):
            return None
        digits = match[3][:_XXD_WIDTH] if match[2] else re.split(rb" {3,}|\|", match[3].strip())[0]
        try:
            out += bytes.fromhex(digits.decode())
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
    """The bytes of a Python bytes literal."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, bytes) else None
