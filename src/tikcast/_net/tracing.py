"""The interfaces of observers: traces see every frame of a connection, others see every HTTP request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from tikcast.errors import TikcastError

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its outcome: `status`, `headers` (names in lower case) and `body` of an answer, or `error`.

    `cookies`: the names of the cookies that were sent. `seconds`: the time until the answer was complete. A WebSocket
    is a request too; its status is 101 when it opens.
    """

    method: str
    url: str = field(repr=False)
    cookies: tuple[str, ...] = ()
    seconds: float
    status: int | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    error: TikcastError | None = None


class RequestObserver(Protocol):
    """Sees every request of a client. Its method must neither block nor raise."""

    def requested(self, exchange: Exchange, /) -> None:
        """Called when a request is answered or has failed."""
