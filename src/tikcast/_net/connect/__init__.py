"""Ways to open a room's WebSocket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tikcast._net.config import Method
    from tikcast._net.socket import RoomSocket
    from tikcast.errors import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomRequest:
    """Which room to open. `cursor` and `internal_ext`: where an earlier connection stopped."""

    room_id: int
    username: str | None = None
    cursor: str = ""
    internal_ext: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRoom:
    """An open WebSocket. `first_response`: the signer's, to be decoded before any frame."""

    socket: RoomSocket
    first_response: bytes | None = field(repr=False)
    method: Method


@dataclass(kw_only=True, slots=True)
class ConnectProgress:
    """How far a connector has come: the step that it is at."""

    stage: Stage = "identity"


class Connector(Protocol):
    """One way to open a room's WebSocket."""

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open it, moving `progress` along. Raises errors of the tree; cancelling leaks nothing."""
        ...
