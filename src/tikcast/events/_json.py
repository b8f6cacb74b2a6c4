"""Events as JSON and back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from tikcast.errors import ConfigError
from tikcast.events._base import Event
from tikcast.events._record import ID, encode, with_ids, without_raw

_PACKAGE = __name__.rpartition(".")[0]


def to_json(event: Event, *, raw: bool = False) -> bytes:
    """The event as one JSON document in UTF-8, every field written; with `raw`, the message's bytes too (base64)."""
    return encode(event, raw=raw)


def to_dict(event: Event, *, raw: bool = False) -> dict[str, Any]:
    """The event as a dict with its `type`; ids stay ints, bytes stay bytes."""
    whole = with_ids(event)
    data = msgspec.to_builtins(whole if raw else without_raw(whole), builtin_types=(bytes,), enc_hook=int)
    return dict(data)


def from_json(data: bytes | str) -> Event:
    """The event that `to_json` wrote; complete when it was written with `raw=True`.

    Raises ConfigError when the document is not JSON or not an event; the error names the place.
    """
    try:
        return _decoder().decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        advice = "pass one document that to_json wrote"
        raise ConfigError(f"This is no event as JSON ({error})", advice=advice) from error


def _decode_id(kind: type, value: object) -> ID:
    if kind is ID and isinstance(value, str | int):
        return ID(value)
    raise ValueError(f"an id is a decimal string, not {value!r}")


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    union: Any = None
    for kind in _classes(Event):
        union = kind if union is None else union | kind
    return msgspec.json.Decoder(union, dec_hook=_decode_id)


def _classes(base: type[Event]) -> Iterator[type[Event]]:
    """The event classes of this package, which the JSON tag tells apart."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith(f"{_PACKAGE}."):
            yield kind
            yield from _classes(kind)
