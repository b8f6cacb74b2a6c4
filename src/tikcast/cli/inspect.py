"""`tikcast inspect`: shows every wire field of frames and messages."""

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
from tikcast.cli._inspect_input import InputItem, input_items
from tikcast.cli._options import Output
from tikcast.cli._output import escape
from tikcast.cli._run import DONE, fail
from tikcast.errors import CaptureError
from tikcast.wire import Census, Inspected, InspectedMessage, problems
from tikcast.wire import inspect as inspect_bytes


def inspect(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    method: str = "",
    only: str = "",
    unknown: bool = False,
    output: Output = Output(),
) -> int:
    """Show every field of frames, responses and messages, with its name if it is known.

    "!" marks what is not in the schema of tikcast, or differs from it. A type that ends with "?" is a guess.

    Args:
        file: A capture file, a file of frames, or one frame, response or message. These can also be base64, hex,
            a hex dump or a Python bytes literal. - reads stdin.
        method: The wire name of the message if the bytes are a message, such as WebcastChatMessage.
        only: Show only the messages of these wire names, such as WebcastChatMessage,WebcastLikeMessage.
        unknown: Count what is unknown, by wire name and field, instead of showing every message.
    """
    name = "stdin" if file == "-" else file
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    if not data.strip():
        fail(f"{name} is empty")
    selected = frozenset(part.strip() for part in only.split(",") if part.strip())
    printer = _Printer(json=output.json, only=selected)
    items = input_items(data, name=name, method=method)
    inspections = ((item, inspect_bytes(item.data, method=method)) for item in items)
    unread = _count(inspections, printer=printer) if unknown else _show(inspections, printer=printer)
    sys.stdout.flush()
    if unread is not None:
        raise _unreadable(unread, name=name, method=method)
    return DONE


class _Printer:
    """Writes to stdout, as JSON or as text; `only` are the wire names to show, an empty set means all."""

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


def _show(inspections: Iterator[tuple[InputItem, Inspected]], *, printer: _Printer) -> InputItem | None:
    """Show every item; returns the first that could not be read completely."""
    unread = None
    for item, inspected in inspections:
        if item.facts is None:
            (_show_messages if printer.only else _show_whole)(item, inspected, printer=printer)
            unread = unread or (item if _is_cut(inspected) else None)
        elif not printer.only:
            _show_facts(item, printer)
    return unread


def _count(inspections: Iterator[tuple[InputItem, Inspected]], *, printer: _Printer) -> InputItem | None:
    """Show what is unknown in all items together, also if they are truncated; returns the first unreadable one."""
    census, unread, frames = Census(), None, 0
    try:
        for item, inspected in inspections:
            if item.facts is None:
                frames += 1
                unread = unread or (item if _is_cut(inspected) else None)
                for message in filter(printer.wants, inspected.messages):
                    census.add(message)
    finally:
        _show_census(census, printer, frames=frames)
    return unread


def _show_census(census: Census, printer: _Printer, *, frames: int) -> None:
    rows, records = census.methods(), census.records()
    if printer.json:
        for row in (*rows, *records):
            printer.document(row)
        return
    for row in rows:
        if not row.known or row.undecoded or row.salvaged or row.fields:
            printer.lines(method_lines(row))
    for record in records:
        printer.lines(record_lines(record))
    total, unknown = sum(row.messages for row in rows), sum(not row.known for row in rows)
    differ = sum(row.strange for row in rows) - unknown
    text = f"{count(total, 'message')} of {count(len(rows), 'type')} in {count(frames, 'frame')}: "
    text += f"{count(unknown, 'type')} unknown, {differ} with differences"
    printer.lines([Text(text, style="bold")])


def _show_whole(item: InputItem, inspected: Inspected, *, printer: _Printer) -> None:
    if printer.json:
        place = {item.unit: item.position, **(item.record or {})}
        messages = [_summary(message) for message in inspected.messages]
        printer.document({**place, **msgspec.structs.asdict(inspected), "messages": messages})
        return
    title = f"{_when(item)} {inspected.kind} {escape(inspected.name)}".strip()
    printer.lines(
        inspected_lines(inspected, title=f"{title} at {item.unit} {item.position}, {count(inspected.size, 'byte')}")
    )


def _show_messages(item: InputItem, inspected: Inspected, *, printer: _Printer) -> None:
    for message in filter(printer.wants, inspected.messages):
        if printer.json:
            place = {item.unit: item.position, **(item.record or {})}
            printer.document({**place, **_summary(message), "fields": message.fields})
        else:
            where = f"{_when(item)} at {item.unit} {item.position}".strip()
            head = message_line(message).append(f"  {where}", style="bright_black")
            printer.lines([head, *field_lines(message.fields, depth=1)])


def _summary(message: InspectedMessage) -> dict[str, object]:
    """A message without its fields, except those that differ from the schema."""
    differences = problems(message.fields)
    facts = {name: value for name, value in msgspec.structs.asdict(message).items() if name != "fields"}
    return facts | {"differences": [{"path": item.path, "problem": item.field.problem} for item in differences]}


def _show_facts(item: InputItem, printer: _Printer) -> None:
    """Show a record of a capture that holds no frame."""
    if printer.json:
        printer.document({item.unit: item.position, **(item.record or {}), **(item.facts or {})})
        return
    text = ", ".join(f"{name} {escape(str(value))}" for name, value in (item.facts or {}).items() if value != "")
    line = Text(f"{_when(item)} at {item.unit} {item.position}  ", style="bold").append(text, style="cyan")
    printer.lines([line])


def _when(item: InputItem) -> str:
    """Time, connection and kind of an item in a capture; "" if the input is not a capture."""
    if item.record is None:
        return ""
    moment = datetime.fromtimestamp(int(str(item.record["at_ms"])) / 1000).astimezone()
    return f"{moment:%H:%M:%S.%f}"[:-3] + f" #{item.record['connection']} {item.record['record']}"


def _is_cut(inspected: Inspected) -> bool:
    return bool(inspected.fields) and (
        inspected.fields[-1].wire == "broken" or inspected.fields[-1].problem == "cut short"
    )


def _unreadable(item: InputItem, *, name: str, method: str) -> CaptureError:
    if item.data.isascii() and " ".join(item.data.decode().split()).isprintable():
        reason = f"{count(len(item.data), 'byte')} there are a text, but neither base64 nor hex"
        return CaptureError(
            name, reason, offset=item.position, place=item.unit, advice="check where the text comes from"
        )
    reason = f"{count(len(item.data), 'byte')} there are no whole {method or 'frame, response or message'}"
    advice = "check where the bytes come from" if method else "give --method for a bare message, or check the bytes"
    return CaptureError(name, reason, offset=item.position, place=item.unit, advice=advice)
