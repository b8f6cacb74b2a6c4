"""The interface for traces, which see every frame of a connection."""

from __future__ import annotations

from typing import Literal, Protocol

FrameKind = Literal["received", "sent", "answer", "text"]
"""A binary frame in one of the two directions, the answer of the signer, or a text message that was received."""


class FrameObserver(Protocol):
    """Sees the frames of one connection. Its methods must neither block nor raise: every frame calls them."""

    def observe(self, kind: FrameKind, data: bytes, /) -> None:
        """Called for each frame."""

    def closed(self, code: int, reason: str) -> None:
        """Called at most once, when the connection is closed."""


class Tracer(Protocol):
    """Sees every connection of a client."""

    async def open(self) -> None:
        """Prepare to trace; called before each connection. Raises `ConfigError`."""

    def connection(self, *, room_id: int, method: str, username: str | None) -> FrameObserver:
        """The observer for a connection that `method` has opened to a room."""
