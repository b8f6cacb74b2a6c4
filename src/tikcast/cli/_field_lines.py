"""Wire fields as text: numbers, names, wire types and values, with marks for differences from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from rich.text import Text

from tikcast.cli._event_lines import count
from tikcast.cli._output import escape
from tikcast.wire import FieldCount, Inspected, InspectedMessage, MethodCount, RecordCount, WireField, problems

_SHOWN_BYTES: Final = 32
_SHOWN_NUMBERS: Final = 16
_FAINT: Final = "bright_black"
_UNITS: Final = {"seconds?": 1, "milliseconds?": 1_000, "microseconds?": 1_000_000}


def inspected_lines(inspected: Inspected, *, title: str) -> Iterator[Text]:
    """The lines of a frame, response or message: a title, its messages, and every field."""
    head = Text(title, style="bold")
    head.append(f"  {escape(inspected.error)}" if inspected.error else "", style="red")
    yield head
    for message in inspected.messages:
        yield message_line(message, indent=2)
        yield from _differences(message.fields, indent=4)
    if not inspected.messages:
        yield from _differences(inspected.fields, indent=2)
    yield from field_lines(inspected.fields, depth=1)


def message_line(message: InspectedMessage, *, indent: int = 0) -> Text:
    """The line of a message: its wire name, its size, and the event that it becomes."""
    line = Text(" " * indent)
    line.append(escape(message.method) or "(no name)", style="cyan" if message.known else "red")
    line.append(f", {count(message.size, 'byte')}", style=_FAINT)
    line.append(f" → {message.event}" if message.known else " → unknown", style="default" if message.known else "red")
    for note in message.notes:
        line.append(f"  ! {escape(note)}", style="red")
    return line


def field_lines(fields: tuple[WireField, ...], *, depth: int = 0) -> Iterator[Text]:
    """One line per field, followed by the lines of its inner fields."""
    for field in fields:
        line = Text("  " * depth)
        line.append(f"{field.number:>3} ", style="yellow")
        line.append(f"{field.name or '?'} ", style="bold" if field.name else "red")
        line.append(f"{field.wire}{f' {escape(field.type)}' if field.type else ''}", style=_FAINT)
        value = value_text(field)
        line.append(f"  {value}" if value else "")
        line.append(f"  ! {escape(field.problem)}" if field.problem else "", style="red")
        yield line
        if isinstance(field.value, tuple) and not value:
            yield from field_lines(field.value, depth=depth + 1)


def value_text(field: WireField) -> str:
    """A value on one line; "" if the value is fields, which have their own lines."""
    value = field.value
    if isinstance(value, tuple):
        numbers = [inner.value for inner in value if isinstance(inner.value, int | float)]
        packed = field.type.startswith("packed") and len(numbers) == len(value)
        return _number_list(numbers) if packed else "" if value else "(empty)"
    return short_value(value, kind=field.type)


def short_value(value: float | str | bytes, *, kind: str) -> str:
    """A value, escaped and truncated."""
    if isinstance(value, str):
        return f'"{escape(value, longest=200)}"'
    if isinstance(value, bytes):
        rest = f"… ({len(value)} bytes)" if len(value) > _SHOWN_BYTES else ""
        return f"{value[:_SHOWN_BYTES].hex(' ')}{rest}"
    if kind in _UNITS:
        moment = datetime.fromtimestamp(value / _UNITS[kind], tz=UTC)
        return f"{value} ({moment:%Y-%m-%d %H:%M:%S} UTC)"
    return str(value)


def method_lines(row: MethodCount) -> Iterator[Text]:
    """What is unknown or different in the messages of one wire name."""
    line = Text(escape(row.method) or "(no name)", style="cyan" if row.known else "red")
    sizes = f"{row.smallest}" if row.smallest == row.largest else f"{row.smallest} to {row.largest}"
    unknown = "" if row.known else "unknown, "
    line.append(f"  {unknown}{count(row.messages, 'message')} of {sizes} bytes", style="default")
    line.append(f", {row.differing} with differences" if row.differing else "", style="default")
    line.append(f", {row.undecoded} not decoded" if row.undecoded else "", style="red")
    line.append(f", {row.salvaged} salvaged" if row.salvaged else "", style="red")
    yield line
    yield from map(_count_line, row.fields)


def record_lines(row: RecordCount) -> Iterator[Text]:
    """What is unknown or different in one record of the schema, in all messages together."""
    line = Text(row.record, style="cyan")
    place = row.methods[0] if len(row.methods) == 1 else f"{len(row.methods)} types of message"
    yield line.append(f"  in {escape(place)}", style="default")
    yield from map(_count_line, row.fields)


def _count_line(field: FieldCount) -> Text:
    line = Text("    ")
    line.append(f"{escape(field.path)} ", style="bold")
    line.append(f"{field.wire}{f' {escape(field.type)}' if field.type else ''}", style=_FAINT)
    line.append(f"  {field.times}×")
    line.append(f"  {short_value(field.example, kind=field.type)}" if field.example != "" else "")
    line.append(f"  ! {escape(field.problem)}" if field.problem else "", style="red")
    return line


def _differences(fields: tuple[WireField, ...], *, indent: int) -> Iterator[Text]:
    """One line per place at which the bytes differ from the schema."""
    differences = dict.fromkeys(f"{item.path}: {item.field.problem}" for item in problems(fields))
    for difference in differences:
        yield Text(f"{' ' * indent}! {escape(difference)}", style="red")


def _number_list(numbers: list[int | float]) -> str:
    more = f", … ({len(numbers)} numbers)" if len(numbers) > _SHOWN_NUMBERS else ""
    return f"[{', '.join(map(str, numbers[:_SHOWN_NUMBERS]))}{more}]"
