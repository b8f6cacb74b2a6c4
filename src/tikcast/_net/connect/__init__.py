"""The methods to open a room's WebSocket, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tikcast._net.config import Method
    from tikcast._net.socket import RoomSocket
    from tikcast.errors import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomRequest:
    """The room to open. `cursor` and `internal_ext`: where an earlier connection stopped."""

    room_id: int
    username: str | None = None
    cursor: str = ""
    internal_ext: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRoom:
    """An open WebSocket. `first_response`: the response of the signer, to be decoded before any frame."""

    socket: RoomSocket
    first_response: bytes | None = field(repr=False)
    method: Method


@dataclass(kw_only=True, slots=True)
class ConnectProgress:
    """The step at which a connector is."""

    stage: Stage = "identity"


class Connector(Protocol):
    """A method to open a room's WebSocket."""

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open it and keep `progress` up to date. Raises errors of `tikcast.errors`. Cancelling is safe."""
        ...
