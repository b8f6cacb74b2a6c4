"""Events as JSON and back.

Ids are decimal strings in JSON: they have 64 bits, and readers in other languages keep 53. The message's
bytes are left out unless asked for, base64 then.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

import msgspec

from tikcast.errors import ConfigError
from tikcast.events._base import ID, Event, Record

R = TypeVar("R", bound=Record)


def to_json(event: Event, *, raw: bool = False) -> bytes:
    """The event as one JSON document in UTF-8, every field written; with `raw`, the message's bytes too."""
    whole = with_ids(event)
    return _encoder.encode(whole if raw else _without_raw(whole))


def to_dict(event: Event, *, raw: bool = False) -> dict[str, Any]:
    """The event as a dict with its `type`; ids stay ints, bytes stay bytes."""
    whole = with_ids(event)
    data = msgspec.to_builtins(whole if raw else _without_raw(whole), builtin_types=(bytes,), enc_hook=int)
    return dict(data)


def from_json(data: bytes | str) -> Event:
    """The event that `to_json` wrote; complete when it was written with `raw=True`.

    Raises ConfigError when the document is not JSON or no event, naming the place.
    """
    try:
        return _decoder().decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        advice = "pass one document that to_json wrote"
        raise ConfigError(f"This is no event as JSON ({error})", advice=advice) from error


def _encode_id(value: object) -> str:
    if isinstance(value, ID):
        return int.__repr__(value)
    raise TypeError(f"an event cannot hold {type(value).__name__}")


def _decode_id(kind: type, value: object) -> ID:
    if kind is ID and isinstance(value, str | int):
        return ID(value)
    raise ValueError(f"an id is a decimal string, not {value!r}")


_encoder = msgspec.json.Encoder(enc_hook=_encode_id)


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(event_union(), dec_hook=_decode_id)


@cache
def event_union() -> Any:  # noqa: ANN401  # the type of a union made at run time
    """The union of all event classes, which the JSON tag tells apart."""
    from tikcast import events

    classes = [item for item in vars(events).values() if isinstance(item, type) and issubclass(item, Event)]
    union: Any = None
    for item in classes:
        if item is not Event:
            union = item if union is None else union | item
    return union


def _without_raw(event: Event) -> Event:
    inner = getattr(event, "event", None)
    if isinstance(inner, Event):
        return msgspec.structs.replace(event, raw=msgspec.UNSET, event=_without_raw(inner))
    return msgspec.structs.replace(event, raw=msgspec.UNSET)


class _Plan(NamedTuple):
    """Which fields of a record hold an id, several ids, or further records with ids somewhere in them."""

    single: tuple[str, ...]
    several: tuple[str, ...]
    nested: tuple[str, ...]


@cache
def _plan(kind: type[Record]) -> _Plan:
    single: list[str] = []
    several: list[str] = []
    nested: list[str] = []
    for field in msgspec.structs.fields(kind):
        types = _leaves(field.type)
        if ID in types:
            (several if get_origin(field.type) is tuple else single).append(field.name)
        elif any(isinstance(item, type) and issubclass(item, Record) and any(_plan(item)) for item in types):
            nested.append(field.name)
    return _Plan(tuple(single), tuple(several), tuple(nested))


def _leaves(annotation: Any) -> set[Any]:  # noqa: ANN401  # any annotation
    inner = get_args(annotation)
    return set().union(*map(_leaves, inner)) if inner else {annotation}


def with_ids(record: R) -> R:
    """The record with every id an ID, so that none is written as a number; itself when it has them already."""
    single, several, nested = _plan(type(record))
    changes: dict[str, Any] = {}
    for name in single:
        if type(value := getattr(record, name)) is int:
            changes[name] = ID(value)
    for name in several:
        values = getattr(record, name)
        if any(type(value) is int for value in values):
            changes[name] = tuple([ID(value) for value in values])
    for name in nested:
        if (value := getattr(record, name)) and (fixed := _nested_with_ids(value)) is not value:
            changes[name] = fixed
    return msgspec.structs.replace(record, **changes) if changes else record


def _nested_with_ids(value: Any) -> Any:  # noqa: ANN401  # a field of any type
    if isinstance(value, Record):
        return with_ids(value)
    if not isinstance(value, tuple):
        return value
    fixed = tuple([with_ids(item) if isinstance(item, Record) else item for item in value])
    return value if all(a is b for a, b in zip(value, fixed, strict=True)) else fixed
