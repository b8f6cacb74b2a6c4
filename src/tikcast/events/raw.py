"""Messages without fields of their own: of an unknown type, or with bytes that cannot be read."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event


class UnknownEvent(Event, frozen=True, kw_only=True, tag="unknown"):
    """A message of a type that tikcast does not know: its wire name and its bytes."""

    type: ClassVar[str] = "unknown"

    method: str = ""
    payload: bytes = b""


class UndecodedEvent(Event, frozen=True, kw_only=True, tag="undecoded"):
    """A message of a known type whose bytes could not be read at all; `error` says why."""

    type: ClassVar[str] = "undecoded"

    method: str = ""
    payload: bytes = b""
    error: str = ""
