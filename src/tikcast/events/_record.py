"""The base of everything that events hold, and how it becomes JSON: ids as decimal strings.

Ids have 64 bits, and readers of JSON in other languages keep 53 of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

import msgspec


class ID(int):
    """A 64-bit id of TikTok's: an int in Python, a decimal string in JSON."""

    __slots__ = ()


NO_ID = ID(0)


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False, repr_omit_defaults=True):
    """Base of everything that events hold: frozen, comparable, every field with a default."""


R = TypeVar("R", bound=Record)


def encode(event: Record, *, raw: bool) -> bytes:
    """An event as one JSON document, every field written; with `raw`, the message's bytes too, as base64."""
    whole = with_ids(event)
    return _encoder.encode(whole if raw else without_raw(whole))


def without_raw(event: R) -> R:
    """The event without its bytes, for encoding; the bytes of an event inside are left out too."""
    inner = getattr(event, "event", None)
    if isinstance(inner, Record) and hasattr(inner, "raw"):
        return msgspec.structs.replace(event, raw=msgspec.UNSET, event=without_raw(inner))
    return msgspec.structs.replace(event, raw=msgspec.UNSET)


def with_ids(record: R) -> R:
    """The record with every id an ID, so that none is written as a number; the same object if they are already."""
    single, several, nested = _id_fields(type(record))
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


class _IdFields(NamedTuple):
    """Which fields of a record hold an id, several ids, or records with ids somewhere inside."""

    single: tuple[str, ...]
    several: tuple[str, ...]
    nested: tuple[str, ...]


@cache
def _id_fields(kind: type[Record]) -> _IdFields:
    single: list[str] = []
    several: list[str] = []
    nested: list[str] = []
    for field in msgspec.structs.fields(kind):
        types = _leaves(field.type)
        if ID in types:
            (several if get_origin(field.type) is tuple else single).append(field.name)
        elif any(isinstance(item, type) and issubclass(item, Record) and any(_id_fields(item)) for item in types):
            nested.append(field.name)
    return _IdFields(tuple(single), tuple(several), tuple(nested))


def _leaves(annotation: Any) -> set[Any]:  # noqa: ANN401  # any annotation
    inner = get_args(annotation)
    return set().union(*map(_leaves, inner)) if inner else {annotation}


def _encode_id(value: object) -> str:
    if isinstance(value, ID):
        return int.__repr__(value)
    raise TypeError(f"an event cannot hold {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=_encode_id)
