"""`tikcast inspect`: frames and messages down to the wire."""

import base64
import binascii
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from tikcast._wire.dissect import WireField
from tikcast._wire.inspection import Inspected
from tikcast._wire.inspection import inspect as take_apart
from tikcast.capture.format import CaptureReader, Kind, Record, is_capture
from tikcast.capture.plain import read_frames
from tikcast.cli._clean import clean
from tikcast.cli._options import Output
from tikcast.cli._run import DONE, fail
from tikcast.cli._screen import encode, make_console
from tikcast.errors import CaptureError

_HEX = re.compile(rb"(0x)?([0-9a-fA-F]{2}\s*)+")
_SHOWN_BYTES = 32


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


def inspect(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)], /, *, method: str = "", output: Output = Output()
) -> int:
    """Show every field of frames, responses and messages, with our names where we have them.

    Args:
        file: A capture, a file of frames, one frame, response or message, or base64 or hex lines of
            these; - for stdin.
        method: The wire name of the message that the bytes are, as in WebcastChatMessage.
    """
    show = _show_json if output.json else _show_tree
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    if not data.strip():
        fail(f"{'stdin' if file == '-' else file} is empty")
    name = "stdin" if file == "-" else file
    unread = None
    for piece in pieces(data, name=name, method=method):
        if piece.facts is not None:
            _show_facts(piece, json=output.json)
            continue
        seen = take_apart(piece.data, method=method)
        show(piece, seen)
        if seen.fields and seen.fields[-1].wire == "broken":
            unread = unread or piece
    sys.stdout.flush()
    if unread is not None:
        raise _unreadable(unread, name=name)
    return DONE


def pieces(data: bytes, *, name: str, method: str) -> Iterator[Piece]:
    """The frames of a file, the lines of a text, or the bytes as they are.

    Raises `CaptureError` where a capture or a file of frames is cut, after the whole ones.
    """
    if is_capture(data):
        yield from map(_of_record, CaptureReader(BytesIO(data), name=name))
        return
    lines = _lines(data)
    if lines is not None:
        yield from lines
    elif not method and take_apart(data).kind == "unknown" and _starts_with_length(data):
        for frame in read_frames(BytesIO(data), name=name):
            yield Piece(place="byte", at=frame.offset, data=frame.data)
    else:
        yield Piece(place="byte", at=0, data=data)


def _of_record(record: Record) -> Piece:
    names = {kind.value: kind.name.lower() for kind in Kind}
    note = {
        "record": names.get(record.kind, f"of kind {record.kind}"),
        "connection": record.connection,
        "at_ms": record.at_us // 1000,
    }
    frame = record.kind in {Kind.RECEIVED, Kind.SENT, Kind.ANSWER}
    facts = {"text": record.data.decode(errors="replace")} if record.kind == Kind.TEXT else record.facts
    return Piece(place="byte", at=record.offset, data=record.data, note=note, facts=None if frame else facts)


def _unreadable(piece: Piece, *, name: str) -> CaptureError:
    reason = f"{len(piece.data)} bytes there are no whole frame, response or message"
    advice = "give --method for a bare message, or check where the bytes come from"
    return CaptureError(name, reason, offset=piece.at, place=piece.place, advice=advice)


def _starts_with_length(data: bytes) -> bool:
    return 4 + int.from_bytes(data[:4], "little") <= len(data)


def _lines(data: bytes) -> list[Piece] | None:
    """The lines of a text of base64 or hex, None when it is neither.

    Lines that mean nothing each by itself are one dump that spans them.
    """
    rows = [(at, row.strip()) for at, row in enumerate(data.splitlines(), start=1) if row.strip()]
    read = [(at, _from_text(row)) for at, row in rows]
    whole = _from_text(b"".join(row for _, row in rows))
    if whole is not None and not all(row and take_apart(row).kind != "unknown" for _, row in read):
        return [Piece(place="line", at=1, data=whole)]
    found = [Piece(place="line", at=at, data=row) for at, row in read if row is not None]
    return found if len(found) == len(rows) else None


def _from_text(row: bytes) -> bytes | None:
    if _HEX.fullmatch(row):
        return _from_hex(row)
    try:
        return base64.b64decode(row.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except binascii.Error:
        return None


def _from_hex(row: bytes) -> bytes:
    return bytes.fromhex(row.decode().strip().removeprefix("0x"))


def _show_json(piece: Piece, seen: Inspected) -> None:
    messages = [{"method": m.method, "known": m.known, "size": m.size} for m in seen.messages]
    whole = {piece.place: piece.at, **(piece.note or {}), **msgspec.structs.asdict(seen), "messages": messages}
    sys.stdout.write(f"{msgspec.json.encode(whole).decode()}\n")


def _show_facts(piece: Piece, *, json: bool) -> None:
    if json:
        whole = {piece.place: piece.at, **(piece.note or {}), **(piece.facts or {})}
        sys.stdout.write(f"{msgspec.json.encode(whole).decode()}\n")
        return
    told = ", ".join(f"{name} {clean(str(value))}" for name, value in (piece.facts or {}).items() if value != "")
    line = Text(f"{_when(piece)} at {piece.place} {piece.at}  ", style="bold").append(told, style="cyan")
    sys.stdout.buffer.write(encode(make_console(), line))


def _when(piece: Piece) -> str:
    """What a capture says of a piece, "" outside of captures."""
    if piece.note is None:
        return ""
    moment = datetime.fromtimestamp(int(str(piece.note["at_ms"])) / 1000).astimezone()
    return f"{moment:%H:%M:%S.%f}"[:-3] + f" #{piece.note['connection']} {piece.note['record']}"


def _show_tree(piece: Piece, seen: Inspected) -> None:
    console = make_console()
    names = ", ".join(m.method if m.known else f"{m.method} (unknown)" for m in seen.messages)
    title = f"{_when(piece)} {seen.kind} {seen.name}".strip()
    head = Text(f"{title} at {piece.place} {piece.at}, {seen.size} bytes", style="bold")
    head.append(f"  {clean(names)}" if names else "", style="cyan")
    head.append(f"  {clean(seen.error)}" if seen.error else "", style="red")
    for line in [head, *_tree(seen.fields, depth=1)]:
        sys.stdout.buffer.write(encode(console, line))


def _tree(fields: tuple[WireField, ...], *, depth: int) -> Iterator[Text]:
    for field in fields:
        line = Text("  " * depth)
        line.append(f"{field.number:>3} ", style="yellow")
        line.append(f"{field.name or '?'} ", style="bold" if field.name else "red")
        line.append(f"{field.wire}{f' {field.type}' if field.type else ''}", style="bright_black")
        nested = isinstance(field.value, tuple)
        yield line if nested else line.append(f"  {_value(field)}")
        if isinstance(field.value, tuple):
            yield from _tree(field.value, depth=depth + 1)


def _value(field: WireField) -> str:
    value = field.value
    if isinstance(value, str):
        return f'"{clean(value, longest=200)}"'
    if isinstance(value, bytes):
        rest = f"… ({len(value)} bytes)" if len(value) > _SHOWN_BYTES else ""
        return f"{value[:_SHOWN_BYTES].hex(' ')}{rest}"
    return str(value)
