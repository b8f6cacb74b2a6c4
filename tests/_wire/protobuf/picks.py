"""Choices of fields that the compiled reader and the protobuf runtime both read, for tests that compare the two."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import tikcast
from tests._wire.protobytes import pieces
from tests.wire_schema import message_class
from tikcast._proto import UNREADABLE, fast
from tikcast._wire.protobuf.picking import MOST_PATHS, compiled_reader, plain_picker
from tikcast._wire.table import TABLE, schema_name

NUMBERS = frozenset({3, 4, 5, 8, 13, 14})  # FieldDescriptor.TYPE_…: int64, uint64, int32, bool, uint32, enum
BLOBS = frozenset({9, 12})  # string, bytes
DEEPEST = 3


@dataclass(frozen=True)
class Choice:
    """Paths of a message, read in both ways."""

    name: str
    paths: tuple[str, ...]
    checked: bool = False

    @cached_property
    def read(self) -> Any:
        return compiled_reader(self.name, *self.paths)

    @cached_property
    def plain(self) -> Any:
        return plain_picker(self.name, *self.paths, checked=self.checked)

    def agrees(self, data: bytes) -> bool:
        """Whether the compiled reader read the bytes, which then must be as the protobuf runtime reads them."""
        got = self.read(data) if self.read else None
        try:
            expected = self.plain(data)
        except UNREADABLE as error:
            expected = error
        if got is None:
            return False
        assert type(got) is tuple, self
        assert got == expected, (self, data)
        assert [*map(type, got)] == [*map(type, expected)], (self, data)
        return True


@cache
def used() -> list[Choice]:
    """What the decoder itself picks: every call of `picker` in its source."""
    found: list[Choice] = []

    def picker(name: str, *paths: str, checked: bool = False) -> None:
        found.append(Choice(name, paths, checked))

    for source in sorted(Path(tikcast.__file__).parent.rglob("*.py")):
        text = source.read_text("utf-8")
        if "picker(" not in text or source.name == "picking.py":
            continue
        module = ".".join(source.relative_to(Path(tikcast.__file__).parent.parent).with_suffix("").parts)
        known = {**vars(import_module(module)), "picker": picker}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "picker":
                eval(compile(ast.Expression(node), str(source), "eval"), known)
    return found


def leaves(message: Any, *, depth: int = DEEPEST) -> Iterator[str]:
    """The paths of all values that can be chosen, down to a depth."""
    for field in message.fields:
        oneof = field.containing_oneof
        if oneof is not None and len(oneof.fields) > 1:
            continue
        repeated = field.default_value == []
        if field.type in (BLOBS if repeated else BLOBS | NUMBERS):
            yield field.name
        elif field.message_type is not None and not repeated and depth:
            yield from (f"{field.name}.{leaf}" for leaf in leaves(field.message_type, depth=depth - 1))


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """Three choices of any message: what stands in it first, then anything, then a few values that may be missing."""
    message = getattr(fast, name).DESCRIPTOR
    luck = random.Random(name)
    paths = sorted(leaves(message), key=lambda path: path.count("."))
    if not paths:
        return ()
    marked = {prefix for path in paths for prefix in prefixes(path) if luck.random() < 0.5}
    some = luck.sample(paths, min(len(paths), MOST_PATHS))
    few = luck.sample(paths, min(len(paths), luck.randint(1, 8)))
    oneofs = [oneof.name for oneof in message.oneofs if len(oneof.fields) > 1 and kinds(oneof) <= BLOBS | NUMBERS]
    return (
        Choice(name, tuple(paths[:MOST_PATHS])),
        Choice(name, tuple(optional(path, marked) for path in some), checked=True),
        Choice(name, (*oneofs, *(optional(path, set(prefixes(path))) for path in few))),
    )


@cache
def about(name: str) -> list[Choice]:
    """The decoder's own choices of a message, then some others."""
    return [*(choice for choice in used() if choice.name == name), *choices(name)]


def kinds(oneof: Any) -> set[int]:
    return {field.type for field in oneof.fields}


def prefixes(path: str) -> list[str]:
    """The messages that a path leads through."""
    parts = path.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def optional(path: str, marked: set[str]) -> str:
    """The path with a mark at each message that is among the marked."""
    *inside, leaf = path.split(".")
    marks = [f"{part}?" if prefix in marked else part for part, prefix in zip(inside, prefixes(path), strict=True)]
    return ".".join([*marks, leaf])


@cache
def names() -> tuple[str, ...]:
    """Every message that can be on the wire, in whatever depth."""
    found: dict[str, None] = {}
    waiting = ["WebcastPushFrame", "WebcastResponse", "ResponseMessage", *map(schema_name, TABLE)]
    while waiting:
        if (name := waiting.pop()) not in found and hasattr(fast, name):
            found[name] = None
            waiting += [field.message_type.name for field in full(name).fields if field.message_type is not None]
    return tuple(sorted(found))


def full(name: str) -> Any:
    return message_class(name).DESCRIPTOR


def records(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A sound message and every message inside it, with their names."""
    if name in names():
        yield name, data
    known = full(name).fields_by_number
    for piece in pieces(data):
        inner = known.get(piece.number)
        if inner is not None and inner.message_type is not None and inner.message_type.containing_type is None:
            yield from records(inner.message_type.name, piece.body)
