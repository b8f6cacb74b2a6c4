"""uvicorn's protocols with their line in reach: what goes on below ASGI, for HTTP and WebSockets on one port."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tikcast.simulator.line import Line

LINE: Final = "line"
"""Where in an ASGI scope's state the `Line` of a connection is found."""

_PONG: Final = 10


class _Lined(asyncio.Protocol):
    """A protocol that tells its line what happens to the connection."""

    app_state: dict[str, Any]

    def __init__(self, **options: object) -> None:
        self.line = Line()
        super().__init__(**options)
        self.app_state = {**self.app_state, LINE: self.line}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        super().connection_made(transport)
        self.line.made(cast("asyncio.Transport", transport))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        self.line.lost(exc)

    def pause_writing(self) -> None:
        """The system takes no more bytes for now."""
        super().pause_writing()
        self.line.paused()

    def resume_writing(self) -> None:
        """The system has taken everything."""
        super().resume_writing()
        self.line.resumed()


class HttpProtocol(_Lined, H11Protocol):
    """uvicorn's HTTP."""


class PushProtocol(_Lined, WebSocketsSansIOProtocol):
    """uvicorn's WebSockets, which can leave out pongs, and stop reading without noticing anything any more."""

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        if self.line.deaf:
            # Whoever was just reading has resumed the transport once more.
            self.transport.pause_reading()
        else:
            super().data_received(data)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """The client sends nothing more: end the connection, unless nobody listens."""
        if self.line.deaf:
            return True
        super().eof_received()
        return None

    def handle_ping(self) -> None:
        """Send the pong that waits, if it is to be sent and does not fall into the middle of a frame."""
        answered = self.line.answers_pings() and not self.line.unfinished
        waiting = self.conn.data_to_send()
        self.transport.write(b"".join(part for part in waiting if answered or not _is_pong(part)))


def _is_pong(frame: bytes) -> bool:
    return bool(frame) and frame[0] & 0x0F == _PONG
