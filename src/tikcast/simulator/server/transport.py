"""uvicorn's protocols with their line in reach: what goes on below ASGI, for HTTP and WebSockets on one port."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tikcast.simulator.web.requests import RawAnswer

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


_ARRIVING: Final = 1.0
_ENDING: Final = 5.0
_LOOK: Final = 0.005


class Line:
    """One TCP connection, while a protocol of uvicorn talks over it.

    `answers_pings` is asked for each ping of the WebSocket protocol. `unfinished`: the last bytes written end
    inside a frame. `deaf`: what the client sends is not read any more.
    """

    def __init__(self) -> None:
        self.answers_pings: Callable[[], bool] = lambda: True
        self.unfinished = False
        self.deaf = False
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._gone = asyncio.Event()
        self._broken = False

    @property
    def open(self) -> bool:
        """Whether what is written now can still arrive."""
        return self._transport is not None and not self._transport.is_closing()

    async def write(self, data: bytes, *, unfinished: bool = False) -> None:
        """Put bytes onto the wire as they are. `unfinished`: they end inside a WebSocket frame."""
        if self._transport is not None and self.open:
            self._transport.write(data)
            self.unfinished = unfinished
            await self.flushed()

    async def flushed(self) -> bool:
        """Wait until the system has everything that was written; False when it never got it."""
        while not self._gone.is_set() and self._transport is not None and self._transport.get_write_buffer_size():
            await self._writable.wait()
        return not self._broken

    async def play(self, answer: RawAnswer) -> bool:
        """Send an answer piece by piece and end the connection; whether all of it went out."""
        for wait, data in answer.pieces:
            if wait:
                await self.wait_gone(wait)
            if data:
                await self.write(data)
        whole = self.open
        await (self.reset() if answer.reset else self.drop())
        return whole and not self._broken

    async def drop(self) -> None:
        """End the connection without a word, with all that was written."""
        if self._transport is not None:
            self._transport.close()
            await self._wait_gone()

    async def reset(self) -> None:
        """TCP reset, once everything that was written has arrived."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        await self.flushed()
        peer = transport.get_extra_info("socket")
        with suppress(TimeoutError):
            async with asyncio.timeout(_ARRIVING):
                while _on_the_way(peer):  # noqa: ASYNC110 - the system tells nobody when this changes
                    await asyncio.sleep(_LOOK)
        with suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self._wait_gone()

    def go_deaf(self) -> None:
        """Take nothing more from the client, so that nothing is answered either."""
        self.deaf = True
        if self._transport is not None and self.open:
            self._transport.pause_reading()

    def made(self, transport: asyncio.Transport) -> None:
        """The connection is there."""
        # Any byte that waits in this process counts as not yet sent.
        transport.set_write_buffer_limits(high=0)
        self._transport = transport
        self._writable.set()

    def paused(self) -> None:
        """The system takes no more bytes for now."""
        self._writable.clear()

    def resumed(self) -> None:
        """The system has taken everything."""
        self._writable.set()

    def lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self._broken = error is not None
        self._gone.set()
        self._writable.set()

    async def wait_gone(self, seconds: float) -> None:
        """Wait for the client to end the connection, but no longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._gone.wait()

    async def _wait_gone(self) -> None:
        await self.wait_gone(_ENDING)
        if self._transport is not None and not self._gone.is_set():
            self._transport.abort()
            await self._gone.wait()


def _on_the_way(peer: socket.socket) -> bool:
    """Whether bytes were sent that have not arrived; False where the system cannot tell."""
    try:
        import fcntl
        import termios
    except ImportError:
        return False
    try:
        waiting = fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    except OSError:
        return False
    return bool(struct.unpack("i", waiting)[0])
