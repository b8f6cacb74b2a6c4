"""Counts, over many messages, of the types and fields that are not in the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tikcast._inspect.dissect import UNKNOWN, Difference, Fields, Value, WireField, problems
from tikcast._inspect.guess import RECORDS
from tikcast._inspect.inspection import InspectedMessage

MOST_METHODS: Final = 1000
MOST_FIELDS: Final = 200
_LONGEST_EXAMPLE: Final = 100
_DEEPEST: Final = 4


class FieldCount(msgspec.Struct, kw_only=True):
    """One field by its path: how many `times` it came, its types, and the first value that is not empty."""

    path: str
    problem: str
    wire: str
    type: str
    times: int = 0
    example: int | float | str | bytes = ""


class MethodCount(msgspec.Struct, kw_only=True):
    """The messages of one wire name. Sizes are bytes of one message; `total` of all.

    `fields` are those that differ from the schema; all fields if the name is unknown.
    """

    method: str
    known: bool
    messages: int = 0
    total: int = 0
    smallest: int = 0
    largest: int = 0
    undecoded: int = 0
    salvaged: int = 0
    differing: int = 0
    fields: list[FieldCount] = []

    @property
    def strange(self) -> bool:
        """Whether anything about these messages is unknown or differs from the schema."""
        return not self.known or bool(self.undecoded or self.salvaged or self.differing)


class RecordCount(msgspec.Struct, kw_only=True):
    """The fields that differ in one record of the schema, such as User. `methods` are the messages that contain it."""

    record: str
    methods: list[str] = []
    fields: list[FieldCount] = []


class Census:
    """Counts messages; its size is limited, however many names and fields come."""

    def __init__(self) -> None:
        self._methods: dict[str, MethodCount] = {}
        self._records: dict[str, RecordCount] = {}
        self._fields: dict[tuple[str, str, str, str], FieldCount] = {}

    def add(self, message: InspectedMessage) -> None:
        """Count one message."""
        row = self._row(message)
        if row is None:
            return
        row.messages += 1
        row.total += message.size
        row.smallest = min(row.smallest, message.size)
        row.largest = max(row.largest, message.size)
        row.undecoded += message.event == "undecoded"
        row.salvaged += message.event != "undecoded" and bool(message.notes)
        differences = list(problems(message.fields))
        row.differing += bool(differences)
        if not message.known:
            for path, field in _leaves(message.fields, above=""):
                self._count(row, path=path, field=field, problem=field.problem)
        for item in differences:
            self._differs(row, item)

    def methods(self) -> list[MethodCount]:
        """Every wire name: unknown names first, then those with differences, then all others; frequent ones first."""
        for row in self._methods.values():
            row.fields.sort(key=_place)
        return sorted(self._methods.values(), key=lambda row: (row.known, not row.strange, -row.messages, row.method))

    def records(self) -> list[RecordCount]:
        """Every record with differences, by its name."""
        for row in self._records.values():
            row.fields.sort(key=_place)
        return sorted(self._records.values(), key=lambda row: row.record)

    def _row(self, message: InspectedMessage) -> MethodCount | None:
        row = self._methods.get(message.method)
        if row is None and len(self._methods) < MOST_METHODS:
            row = MethodCount(method=message.method, known=message.known, smallest=message.size)
            self._methods[message.method] = row
        return row

    def _differs(self, row: MethodCount, item: Difference) -> None:
        holder: MethodCount | RecordCount = row
        if item.holder:
            holder = self._records.setdefault(item.holder, RecordCount(record=item.holder))
            if row.method not in holder.methods:
                holder.methods.append(row.method)
        inside = [(item.local, item.field)]
        if item.field.problem == UNKNOWN:
            above = item.local.rpartition(".")[0]
            inside = list(_leaves((item.field,), above=f"{above}." if above else ""))
        for path, field in inside:
            self._count(holder, path=path, field=field, problem=field.problem or item.field.problem)

    def _count(self, row: MethodCount | RecordCount, *, path: str, field: WireField, problem: str) -> None:
        name = row.method if isinstance(row, MethodCount) else row.record
        key = (name, path, problem, field.type)
        known = self._fields.get(key)
        if known is None:
            if len(row.fields) >= MOST_FIELDS:
                return
            known = self._fields[key] = FieldCount(path=path, problem=problem, wire=field.wire, type=field.type)
            row.fields.append(known)
        known.times += 1
        known.example = known.example or _example(field.value)


def _leaves(fields: Fields, *, above: str, depth: int = 0) -> Iterator[tuple[str, WireField]]:
    """Every field with a value, and its path; records of the schema and messages deep inside count as one field."""
    for field in fields:
        path = f"{above}{field.name or field.number}"
        whole = field.type.startswith("packed") or field.type.removesuffix("?") in RECORDS
        if isinstance(field.value, tuple) and field.value and depth < _DEEPEST and not whole:
            yield from _leaves(field.value, above=f"{path}.", depth=depth + 1)
        else:
            yield path, field


def _place(field: FieldCount) -> list[tuple[int, str]]:
    """The sort key of a field's path: names first, then numbers in their order."""
    return [(int(step), "") if step.isdecimal() else (0, step) for step in field.path.split(".")]


def _example(value: Value) -> int | float | str | bytes:
    """A value that is short enough to show; for fields inside, the first text, else the first value not empty."""
    if isinstance(value, tuple):
        examples = [example for field in value if (example := _example(field.value))]
        return next((text for text in examples if isinstance(text, str)), examples[0] if examples else "")
    return value[:_LONGEST_EXAMPLE] if isinstance(value, str | bytes) else value
