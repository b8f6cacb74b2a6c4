"""What may watch the frames of connections: the seam for traces, which live outside."""

from __future__ import annotations

from typing import Literal, Protocol

Passed = Literal["received", "sent", "answer", "text"]
"""A frame that came or went, the signer's answer, or a text message that came."""


class Tap(Protocol):
    """Watches one connection. It must neither block nor raise: it is called for every frame."""

    def passed(self, what: Passed, data: bytes) -> None:
        """Something came, or was sent."""

    def closed(self, code: int, reason: str) -> None:
        """The connection is over; told at most once."""


class Tracer(Protocol):
    """Watches every connection of a client."""

    def open(self) -> None:
        """Get ready; called before each connection. Raises `ConfigError`."""

    def connection(self, *, room_id: int, method: str, username: str | None) -> Tap:
        """A connection to a room was opened by `method`; gives what watches it."""
