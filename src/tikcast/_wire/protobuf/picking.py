"""Chosen fields of a message's bytes as one tuple, read in one pass by the compiled reader.

The compiled reader `_pick` is written in C. It reads regular bytes only, and leaves everything else to the protobuf
runtime: wrong wire types, broken text, groups, cut lengths. Without the compiled reader the runtime reads everything,
with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError

from tikcast._proto import fast
from tikcast._wire.protobuf.salvage import misplaced

if TYPE_CHECKING:
    from tikcast._wire.protobuf._pick import Plan

# The version of the plans. A compiled reader that is left from another version is not used.
LAYOUT: Final = 2
try:
    _pick: Any = import_module("tikcast._wire.protobuf._pick")
except ImportError:
    _pick = None
if getattr(_pick, "LAYOUT", None) != LAYOUT:
    _pick = None

COMPILED: Final = _pick is not None
MOST_PATHS: Final = 64
Values = tuple[Any, ...]


class MisplacedError(DecodeError):
    """A field of the schema came with another wire type, which the protobuf runtime silently ignores."""

    def __init__(self) -> None:
        super().__init__("its fields are of other wire types")


class FieldAction(IntEnum):
    """What the compiled reader does with a field, in the order of its own list."""

    PASS_VARINT = 0
    PASS_FIXED32 = 1
    PASS_FIXED64 = 2
    PASS_BYTES = 3
    PASS_TEXT = 4
    PASS_PACKED = 5
    ENTER = 6
    TAKE_INT64 = 7
    TAKE_UINT64 = 8
    TAKE_INT32 = 9
    TAKE_UINT32 = 10
    TAKE_BOOL = 11
    TAKE_TEXT = 12
    TAKE_BYTES = 13
    ADD_TEXT = 14
    ADD_BYTES = 15
    SEE_VARINT = 16
    SEE_TEXT = 17
    SEE_BYTES = 18


_F = FieldDescriptor
_TEXT, _BYTES = _F.TYPE_STRING, _F.TYPE_BYTES
_VARINTS: Final = {
    _F.TYPE_INT64: FieldAction.TAKE_INT64,
    _F.TYPE_UINT64: FieldAction.TAKE_UINT64,
    _F.TYPE_INT32: FieldAction.TAKE_INT32,
    _F.TYPE_ENUM: FieldAction.TAKE_INT32,
    _F.TYPE_UINT32: FieldAction.TAKE_UINT32,
    _F.TYPE_BOOL: FieldAction.TAKE_BOOL,
}
_PASSED: Final = {
    **dict.fromkeys((*_VARINTS, _F.TYPE_SINT32, _F.TYPE_SINT64), FieldAction.PASS_VARINT),
    **dict.fromkeys((_F.TYPE_FLOAT, _F.TYPE_FIXED32, _F.TYPE_SFIXED32), FieldAction.PASS_FIXED32),
    **dict.fromkeys((_F.TYPE_DOUBLE, _F.TYPE_FIXED64, _F.TYPE_SFIXED64), FieldAction.PASS_FIXED64),
    _BYTES: FieldAction.PASS_BYTES,
    _TEXT: FieldAction.PASS_TEXT,
    _F.TYPE_MESSAGE: FieldAction.ENTER,
}
_TAKEN: Final = {**_VARINTS, _TEXT: FieldAction.TAKE_TEXT, _BYTES: FieldAction.TAKE_BYTES}
_ADDED: Final = {_TEXT: FieldAction.ADD_TEXT, _BYTES: FieldAction.ADD_BYTES}
_SEEN: Final = {
    **dict.fromkeys(_VARINTS, FieldAction.SEE_VARINT),
    _TEXT: FieldAction.SEE_TEXT,
    _BYTES: FieldAction.SEE_BYTES,
}
_EMPTY: Final = {FieldAction.TAKE_TEXT: "", FieldAction.TAKE_BYTES: b"", FieldAction.TAKE_BOOL: False}


def picker(name: str, *paths: str, checked: bool = False) -> Callable[[bytes | bytearray], Values]:
    """A function that returns the values at `paths` of a message `name` of the `fast` schema, in their order.

    A path is a field, or fields inside messages with dots between them. If a message with a `?` is missing, its values
    are None. Any other missing value is its protobuf default, and () for a repeated field. The name of a oneof
    returns whether any of its fields is set. ValueError for paths that cannot be chosen. The function raises UNREADABLE
    for bytes that do not parse, and with `checked` MisplacedError when anything on the paths has another wire type.
    """
    plain = plain_picker(name, *paths, checked=checked)
    plan = _plan(name, paths)
    return plain if plan is None else plan.or_else(plain)


def compiled_reader(name: str, *paths: str) -> Callable[[bytes | bytearray], Values | None] | None:
    """The compiled reader alone, which returns None for irregular bytes; None if it is not built."""
    plan = _plan(name, paths)
    return None if plan is None else plan.read


def _plan(name: str, paths: Sequence[str]) -> Plan | None:
    fields = getattr(fast, name).DESCRIPTOR
    tree = _tree(fields, paths)
    return None if _pick is None else _Planner(len(paths)).plan(fields, tree)


def plain_picker(name: str, *paths: str, checked: bool = False) -> Callable[[bytes | bytearray], Values]:
    """The same with the protobuf runtime alone: straight-line code, generated like the methods of dataclasses."""
    message = getattr(fast, name)
    tree = _tree(message.DESCRIPTOR, paths)
    known = {
        "parse": message.FromString,
        "has": message.HasField,
        "which": message.WhichOneof,
        "misplaced": misplaced,
        "MisplacedError": MisplacedError,
    }
    source = _Source(message.DESCRIPTOR)
    values = ", ".join([source.value(path) for path in paths])
    # The runtime of protobuf 4 takes nothing but bytes.
    parsed = "m = parse(bytes(data) if data.__class__ is bytearray else data)"
    if checked:
        source.check(tree)
    body = [parsed, *source.lines, f"return ({values},)"]
    exec("def pick(data):\n    " + "\n    ".join(body), known)  # noqa: S102  # names out of our own schema
    pick: Callable[[bytes | bytearray], Values] = known["pick"]
    return pick


class _Source:
    """The generated Python: lines that look up each message once, and an expression for each value."""

    def __init__(self, message: Descriptor) -> None:
        self.lines: list[str] = []
        self._message = message
        self._variables: dict[str, str] = {}

    def check(self, tree: _Tree) -> None:
        """Add the lines that raise MisplacedError when a field of the tree has another wire type."""
        self._check(tree, self._message)

    def _check(self, tree: _Tree, message: Descriptor, *inside: str) -> None:
        variable = self._variables[".".join(inside)] if inside else "m"
        numbers = set[int]()
        for name, branch in tree.items():
            field = message.fields_by_name.get(name.removesuffix("?"))
            numbers |= {item.number for item in ([field] if field else message.oneofs_by_name[name].fields)}
            if field and field.message_type and isinstance(branch, dict):
                self._check(branch, field.message_type, *inside, name)
        there = f"{variable} is not None and " if inside else ""
        self.lines.append(f"if {there}misplaced({variable}, {tuple(sorted(numbers))}):")
        self.lines.append("    raise MisplacedError")

    def value(self, path: str) -> str:
        """The expression for the value at a path; KeyError when there is none."""
        if path in self._message.oneofs_by_name:
            return f"which(m, {path!r}) is not None"
        *inside, leaf = path.split(".")
        holder = self._holder(inside)
        value = f"{holder}.{leaf}"
        if _repeats(self._message, path):
            value = f"tuple({value}[:])"
        return f"None if {holder} is None else {value}" if "?" in path else value

    def _holder(self, inside: Sequence[str]) -> str:
        """The variable of the message that holds a value."""
        variable, optional = "m", False
        for depth, part in enumerate(inside, start=1):
            path = ".".join(inside[:depth])
            if path not in self._variables:
                outer, name = variable, part.rstrip("?")
                variable = self._variables[path] = f"m{len(self._variables)}"
                tests = [f"{outer} is not None"] if optional else []
                tests += [_has(outer, name)] if part.endswith("?") else []
                test = f" if {' and '.join(tests)} else None" if tests else ""
                self.lines.append(f"{variable} = {outer}.{name}{test}")
            variable = self._variables[path]
            optional = optional or part.endswith("?")
        return variable


def _has(variable: str, name: str) -> str:
    # Looking up a method of a message takes longer than calling it.
    return f"has(m, {name!r})" if variable == "m" else f"{variable}.HasField({name!r})"


def _repeats(message: Descriptor, path: str) -> bool:
    """Whether the field at a path repeats."""
    head, _, rest = path.partition(".")
    field = message.fields_by_name[head.removesuffix("?")]
    return _repeats(field.message_type, rest) if rest and field.message_type else _is_repeated(field)


def _is_repeated(field: FieldDescriptor) -> bool:
    # Protobuf 7 warns about `label`, and before 6.31 there is no `is_repeated`.
    untyped: Any = field
    repeated = getattr(untyped, "is_repeated", None)
    return bool(untyped.label == untyped.LABEL_REPEATED if repeated is None else repeated)


_Field = tuple[int, int, int, int]
# Slots by field, and trees by message.
_Tree = dict[str, Any]


def _tree(message: Descriptor, paths: Sequence[str]) -> _Tree:
    """The slot of each path, messages as branches; ValueError when they cannot all be chosen."""
    if not 1 <= len(paths) <= MOST_PATHS:
        raise ValueError(f"{len(paths)} paths of {message.name} are chosen: choose 1 to {MOST_PATHS}")
    root: _Tree = {}
    for slot, path in enumerate(paths):
        *branches, leaf = path.split(".")
        if not _can_be_chosen(message, path, among=paths):
            raise ValueError(f"{path!r} of {message.name} cannot be chosen: it must lead to a value")
        at = root
        for name in branches:
            if (name.removesuffix("?") if name.endswith("?") else f"{name}?") in at:
                raise ValueError(f"{path!r} of {message.name} is chosen with '?' and without: settle for one")
            at = at.setdefault(name, {})
        if leaf in at:
            raise ValueError(f"{path!r} of {message.name} is chosen twice: choose it once")
        at[leaf] = slot
    return root


def _can_be_chosen(message: Descriptor, path: str, *, among: Sequence[str]) -> bool:
    """Whether a path is a oneof of plain values, or leads through single messages to a plain value."""
    if (oneof := message.oneofs_by_name.get(path)) is not None:
        return all(field.type in _SEEN for field in oneof.fields)
    *branches, leaf = path.split(".")
    at: Descriptor | None = message
    for name in branches:
        field = at.fields_by_name.get(name.removesuffix("?")) if at else None
        if field is None or _is_repeated(field) or _excludes_others(field, among):
            return False
        at = field.message_type
    field = at.fields_by_name.get(leaf) if at else None
    return (
        field is not None
        and field.type in (_ADDED if _is_repeated(field) else _TAKEN)
        and not _excludes_others(field, among)
    )


def _excludes_others(field: FieldDescriptor, among: Sequence[str]) -> bool:
    """Whether a field is in a oneof with other fields, or its oneof is chosen already."""
    oneof = field.containing_oneof
    return oneof is not None and (len(oneof.fields) > 1 or oneof.name in among)


def _slots(tree: _Tree) -> Iterator[int]:
    """The slots that are set when a message is there, without those of optional messages inside it."""
    for name, branch in tree.items():
        if isinstance(branch, int):
            yield branch
        elif not name.endswith("?"):
            yield from _slots(branch)


class _Planner:
    """Makes the plan of what the compiled reader does with each field of a message and of the messages inside it."""

    def __init__(self, slots: int) -> None:
        self._nodes: list[tuple[tuple[_Field, ...], int, bool]] = []
        self._unread: dict[str, int] = {}
        self._absent: list[object] = [None] * slots
        self._empty: list[object] = [None] * slots

    def plan(self, message: Descriptor, tree: _Tree) -> Plan:
        """The compiled reader's plan for a message."""
        self._message(message, tree)
        plan: Plan = _pick.Plan(tuple(self._nodes), tuple(self._absent), tuple(self._empty))
        return plan

    def _message(self, message: Descriptor, tree: _Tree, *, optional: bool = False, given: int = 0) -> int:
        """The node of a message, of which the tree is chosen.

        `optional`: it is inside a message that may be missing. `given`: the slots that are set to empty values when
        it is there.
        """
        number = len(self._nodes)
        self._nodes.append(((), given, False))
        if not tree:
            self._unread[message.full_name] = number
        fields = sorted(message.fields, key=lambda field: field.number)
        closed = message.GetOptions().map_entry
        self._nodes[number] = (tuple([self._field(field, tree, optional=optional) for field in fields]), given, closed)
        return number

    def _field(self, field: FieldDescriptor, tree: _Tree, *, optional: bool) -> _Field:
        oneof = field.containing_oneof
        if oneof is not None and isinstance(slot := tree.get(oneof.name), int):
            self._absent[slot] = False
            return field.number, _SEEN[field.type], slot, 0
        branch = tree.get(field.name + "?")
        wanted = tree.get(field.name) if branch is None else branch
        if isinstance(wanted, dict):
            given = 0 if branch is None else sum(1 << slot for slot in _slots(wanted))
            inside: Any = field.message_type
            node = self._message(inside, wanted, optional=optional or branch is not None, given=given)
            return field.number, FieldAction.ENTER, 0, node
        return self._passed(field) if wanted is None else self._taken(field, wanted, optional=optional)

    def _taken(self, field: FieldDescriptor, slot: int, *, optional: bool) -> _Field:
        repeated = _is_repeated(field)
        action = (_ADDED if repeated else _TAKEN)[field.type]
        self._empty[slot] = () if repeated else _EMPTY.get(action, 0)
        if not optional:
            self._absent[slot] = self._empty[slot]
        return field.number, action, slot, 0

    def _passed(self, field: FieldDescriptor) -> _Field:
        """A field that is not chosen: it is only checked."""
        action = _PASSED[field.type]
        if action is FieldAction.PASS_VARINT and _is_repeated(field):
            action = FieldAction.PASS_PACKED
        if action is not FieldAction.ENTER:
            return field.number, action, 0, 0
        inside: Any = field.message_type
        node = self._unread.get(inside.full_name)
        return field.number, action, 0, self._message(inside, {}) if node is None else node
