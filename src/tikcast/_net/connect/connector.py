"""Open the WebSocket of a room by one method after the other, and what the methods have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tikcast._wire.response import without_route
from tikcast.errors import STAGES, ConnectFailed, Stage, TikcastError

if TYPE_CHECKING:
    from tikcast._net.config import Method, Settings
    from tikcast._net.socket import RoomSocket


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


class RoomConnector:
    """Connects to rooms by the methods of one client, in the order that the client chose."""

    def __init__(self, connectors: Mapping[Method, Connector], settings: Settings) -> None:
        self._connectors = connectors
        self._settings = settings

    async def connect_room(
        self,
        room_id: int,
        *,
        username: str | None = None,
        cursor: str = "",
        internal_ext: bytes = b"",
        methods: Sequence[Method] | None = None,
    ) -> OpenedRoom:
        """Open the WebSocket of a room by the first method that works.

        `cursor` and `internal_ext` continue an earlier connection. `methods` replaces the methods of the
        client. Raises `ConnectFailed` with the error of every method. Cancelling is safe.
        """
        tracer = self._settings.tracer
        if tracer is not None:
            await tracer.open()
        request = RoomRequest(room_id=room_id, username=username, cursor=cursor, internal_ext=internal_ext)
        causes: list[TikcastError] = []
        attempts: list[tuple[str, Stage]] = []
        for method in methods or self._settings.methods:
            progress = ConnectProgress()
            try:
                return self._traced(await self._connectors[method].open(request, progress), request)
            except TikcastError as error:
                error.stage = progress.stage
                causes.append(error)
                attempts.append((method, progress.stage))
        stage = max((stage for _, stage in attempts), key=STAGES.index)
        raise ConnectFailed(stage, causes, attempts=attempts) from causes[-1]

    def _traced(self, opened: OpenedRoom, request: RoomRequest) -> OpenedRoom:
        """Let the client's tracer see the frames of a connection from the first one on."""
        tracer = self._settings.tracer
        if tracer is not None:
            observer = tracer.connection(room_id=request.room_id, method=opened.method, username=request.username)
            if opened.first_response:
                observer.observe("answer", without_route(opened.first_response))
            opened.socket.observe(observer)
        return opened
