"""`tikcast inspect`: frames and messages down to the wire."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from tikcast.cli._event_lines import count, encode, make_console
from tikcast.cli._field_lines import field_lines, inspected_lines, message_line, method_lines, record_lines
from tikcast.cli._inspect_input import Piece, pieces
from tikcast.cli._options import Output
from tikcast.cli._output import clean
from tikcast.cli._run import DONE, fail
from tikcast.errors import CaptureError
from tikcast.wire import Census, Inspected, InspectedMessage, problems
from tikcast.wire import inspect as take_apart


def inspect(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    method: str = "",
    only: str = "",
    unknown: bool = False,
    output: Output = Output(),
) -> int:
    """Show every field of frames, responses and messages, with our names where we have them.

    What stands in the bytes and not in our schema, or otherwise there, is marked with "!". A type that ends
    with "?" is a guess.

    Args:
        file: A capture, a file of frames, one frame, response or message, or these as base64, hex, a hex
            dump or Python's bytes; - for stdin.
        method: The wire name of the message that the bytes are, as in WebcastChatMessage.
        only: Show just the messages of these wire names, as in WebcastChatMessage,WebcastLikeMessage.
        unknown: Count what is not known, by wire name and field, instead of showing every message.
    """
    name = "stdin" if file == "-" else file
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    if not data.strip():
        fail(f"{name} is empty")
    found = pieces(data, name=name, method=method)
    wanted = frozenset(part.strip() for part in only.split(",") if part.strip())
    show = _Shown(json=output.json, only=wanted)
    seen = ((piece, take_apart(piece.data, method=method)) for piece in found)
    unread = _count(seen, show=show) if unknown else _show(seen, show=show)
    sys.stdout.flush()
    if unread is not None:
        raise _unreadable(unread, name=name, method=method)
    return DONE


class _Shown:
    """Writes to stdout, as JSON or for people; `only` are the wire names to show, all when empty."""

    def __init__(self, *, json: bool, only: frozenset[str]) -> None:
        self.json = json
        self.only = only
        self._console = make_console()

    def document(self, content: object) -> None:
        sys.stdout.write(f"{msgspec.json.encode(content).decode()}\n")

    def lines(self, lines: Iterable[Text]) -> None:
        whole = Text("\n").join(lines)
        if self._console.is_terminal:
            sys.stdout.buffer.write(encode(self._console, whole))
        else:
            sys.stdout.write(f"{whole.plain}\n")

    def wants(self, message: InspectedMessage) -> bool:
        return not self.only or message.method in self.only


def _show(found: Iterator[tuple[Piece, Inspected]], *, show: _Shown) -> Piece | None:
    """Show every piece; the first that could not be read to its end."""
    unread = None
    for piece, seen in found:
        if piece.facts is None:
            (_show_messages if show.only else _show_whole)(piece, seen, show=show)
            unread = unread or (piece if _is_cut(seen) else None)
        elif not show.only:
            _show_facts(piece, show)
    return unread


def _count(found: Iterator[tuple[Piece, Inspected]], *, show: _Shown) -> Piece | None:
    """Show what is not known of all pieces together, also when they are cut; the first that could not be read."""
    census, unread, frames = Census(), None, 0
    try:
        for piece, seen in found:
            if piece.facts is None:
                frames += 1
                unread = unread or (piece if _is_cut(seen) else None)
                for message in filter(show.wants, seen.messages):
                    census.add(message)
    finally:
        _show_census(census, show, frames=frames)
    return unread


def _show_census(census: Census, show: _Shown, *, frames: int) -> None:
    rows, records = census.methods(), census.records()
    if show.json:
        for row in (*rows, *records):
            show.document(row)
        return
    for row in rows:
        if not row.known or row.undecoded or row.salvaged or row.fields:
            show.lines(method_lines(row))
    for record in records:
        show.lines(record_lines(record))
    total, strangers = sum(row.messages for row in rows), sum(not row.known for row in rows)
    differ = sum(row.strange for row in rows) - strangers
    told = f"{count(total, 'message')} of {count(len(rows), 'type')} in {count(frames, 'frame')}: "
    told += f"{count(strangers, 'type')} unknown, {differ} with differences"
    show.lines([Text(told, style="bold")])


def _show_whole(piece: Piece, seen: Inspected, *, show: _Shown) -> None:
    if show.json:
        place = {piece.place: piece.at, **(piece.note or {})}
        messages = [_summary(message) for message in seen.messages]
        show.document({**place, **msgspec.structs.asdict(seen), "messages": messages})
        return
    title = f"{_when(piece)} {seen.kind} {clean(seen.name)}".strip()
    show.lines(inspected_lines(seen, title=f"{title} at {piece.place} {piece.at}, {count(seen.size, 'byte')}"))


def _show_messages(piece: Piece, seen: Inspected, *, show: _Shown) -> None:
    for message in filter(show.wants, seen.messages):
        if show.json:
            place = {piece.place: piece.at, **(piece.note or {})}
            show.document({**place, **_summary(message), "fields": message.fields})
        else:
            where = f"{_when(piece)} at {piece.place} {piece.at}".strip()
            head = message_line(message).append(f"  {where}", style="bright_black")
            show.lines([head, *field_lines(message.fields, depth=1)])


def _summary(message: InspectedMessage) -> dict[str, object]:
    """A message without its fields, but for those that differ from our schema."""
    found = problems(message.fields)
    told = {name: value for name, value in msgspec.structs.asdict(message).items() if name != "fields"}
    return told | {"differences": [{"path": item.path, "problem": item.field.problem} for item in found]}


def _show_facts(piece: Piece, show: _Shown) -> None:
    """What a capture tells beside its frames."""
    if show.json:
        show.document({piece.place: piece.at, **(piece.note or {}), **(piece.facts or {})})
        return
    told = ", ".join(f"{name} {clean(str(value))}" for name, value in (piece.facts or {}).items() if value != "")
    line = Text(f"{_when(piece)} at {piece.place} {piece.at}  ", style="bold").append(told, style="cyan")
    show.lines([line])


def _when(piece: Piece) -> str:
    """What a capture says of a piece, "" outside of captures."""
    if piece.note is None:
        return ""
    moment = datetime.fromtimestamp(int(str(piece.note["at_ms"])) / 1000).astimezone()
    return f"{moment:%H:%M:%S.%f}"[:-3] + f" #{piece.note['connection']} {piece.note['record']}"


def _is_cut(seen: Inspected) -> bool:
    return bool(seen.fields) and (seen.fields[-1].wire == "broken" or seen.fields[-1].problem == "cut short")


def _unreadable(piece: Piece, *, name: str, method: str) -> CaptureError:
    if piece.data.isascii() and " ".join(piece.data.decode().split()).isprintable():
        reason = f"{count(len(piece.data), 'byte')} there are a text, but neither base64 nor hex"
        return CaptureError(name, reason, offset=piece.at, place=piece.place, advice="check where the text comes from")
    reason = f"{count(len(piece.data), 'byte')} there are no whole {method or 'frame, response or message'}"
    advice = "check where the bytes come from" if method else "give --method for a bare message, or check the bytes"
    return CaptureError(name, reason, offset=piece.at, place=piece.place, advice=advice)
