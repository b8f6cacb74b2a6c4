"""Event and record classes looked at from outside: all of them, filled ones, and what they hold."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from tikcast import events
from tikcast.events import ID, Event, Record


def event_classes() -> list[type[Event]]:
    """Every event that can occur, without the base."""
    found = [item for item in vars(events).values() if isinstance(item, type) and issubclass(item, Event)]
    return sorted({item for item in found if item is not Event}, key=lambda item: item.__name__)


def record_classes() -> set[type[Record]]:
    """Every event and every record that an event may hold, however deep."""
    todo: list[type[Record]] = list(event_classes())
    found: set[type[Record]] = set()
    while todo:
        kind = todo.pop()
        if kind not in found:
            found.add(kind)
            for field in msgspec.structs.fields(kind):
                todo += [leaf for leaf in leaf_types(field.type) if isinstance(leaf, type) and issubclass(leaf, Record)]
    return found


def leaf_types(annotation: Any) -> set[Any]:
    """The types that an annotation is made of."""
    inner = get_args(annotation)
    return set().union(*map(leaf_types, inner)) if inner else {annotation}


def is_id_name(name: str) -> bool:
    return name in {"id", "ids"} or name.endswith(("_id", "_ids"))


def filled(kind: type[Record], *, depth: int = 3, plain: bool = False) -> Any:
    """A record with a value in every field; with `plain`, its ids are ordinary ints."""
    values = {f.name: _value(f.type, depth=depth, plain=plain) for f in msgspec.structs.fields(kind)}
    return kind(**{name: value for name, value in values.items() if value is not None})


def _value(annotation: Any, *, depth: int, plain: bool) -> Any:
    text = str(annotation)
    leaves = sorted(leaf_types(annotation) - {type(None), Ellipsis}, key=str)
    if "tuple" in text:
        return tuple(_leaf(leaf, depth=depth, plain=plain) for leaf in leaves if _fits(leaf, depth))
    return next((_leaf(leaf, depth=depth, plain=plain) for leaf in leaves if _fits(leaf, depth)), None)


def _fits(leaf: Any, depth: int) -> bool:
    return depth > 0 or not (isinstance(leaf, type) and issubclass(leaf, Record))


def _leaf(leaf: Any, *, depth: int, plain: bool) -> Any:
    if leaf is ID:
        return 7_312_006_313_936_450_716 if plain else ID(7_312_006_313_936_450_716)
    if isinstance(leaf, type) and issubclass(leaf, Record):
        return filled(leaf, depth=depth - 1, plain=plain)
    values = {str: "Ünïcödé ✓", int: 41, float: 1.5, bool: True, bytes: b"\x00\xff", Any: {"a": [1, None]}}
    return values[leaf]


def ids_within(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a field named like an id, however deep, with its path."""
    if isinstance(value, Record):
        for field in msgspec.structs.fields(value):
            inner = getattr(value, field.name)
            here = f"{path}.{field.name}"
            if is_id_name(field.name) and ID in leaf_types(field.type):
                # None is an id that is not known yet.
                for item in inner if isinstance(inner, tuple) else () if inner is None else (inner,):
                    yield here, item
            else:
                yield from ids_within(inner, here)
    elif isinstance(value, tuple):
        for item in value:
            yield from ids_within(item, f"{path}[]")


def json_ids(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The same in decoded JSON."""
    if isinstance(document, dict):
        for name, inner in document.items():
            here = f"{path}.{name}"
            if is_id_name(name) and not isinstance(inner, dict):
                for item in inner if isinstance(inner, list) else () if inner is None else (inner,):
                    yield here, item
            else:
                yield from json_ids(inner, here)
    elif isinstance(document, list):
        for item in document:
            yield from json_ids(item, f"{path}[]")
