"""The TCP connections below ASGI: uvicorn's protocols, and what the simulator does to a connection directly."""

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

TCP: Final = "tcp"
"""The key of the `TcpConnection` in an ASGI scope's state."""

_PONG: Final = 10


class _TcpProtocol(asyncio.Protocol):
    """A protocol that passes on to a `TcpConnection` what happens to the connection."""

    app_state: dict[str, Any]

    def __init__(self, **options: object) -> None:
        self.tcp = TcpConnection()
        super().__init__(**options)
        self.app_state = {**self.app_state, TCP: self.tcp}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport of a new connection."""
        super().connection_made(transport)
        self.tcp.opened(cast("asyncio.Transport", transport))

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is closed."""
        super().connection_lost(exc)
        self.tcp.closed(exc)

    def pause_writing(self) -> None:
        """Note that the socket's buffer is full."""
        super().pause_writing()
        self.tcp.paused()

    def resume_writing(self) -> None:
        """Note that the socket's buffer has taken all bytes."""
        super().resume_writing()
        self.tcp.resumed()


class HttpProtocol(_TcpProtocol, H11Protocol):
    """uvicorn's HTTP protocol."""


class PushProtocol(_TcpProtocol, WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, which can also leave out pongs, and stop reading."""

    def data_received(self, data: bytes) -> None:
        """Read bytes of the client."""
        if self.tcp.reading_stopped:
            # uvicorn has resumed reading since.
            self.transport.pause_reading()
        else:
            super().data_received(data)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """End the connection when the client sends nothing more, unless nothing is read any more."""
        if self.tcp.reading_stopped:
            return True
        super().eof_received()
        return None

    def handle_ping(self) -> None:
        """Send the waiting pong, unless pings are not answered or a frame is unfinished."""
        answered = self.tcp.answers_pings() and not self.tcp.unfinished
        frames = self.conn.data_to_send()
        self.transport.write(b"".join(frame for frame in frames if answered or not _is_pong(frame)))


def _is_pong(frame: bytes) -> bool:
    return bool(frame) and frame[0] & 0x0F == _PONG


_ARRIVAL_TIMEOUT: Final = 1.0
_CLOSE_TIMEOUT: Final = 5.0
_POLL_INTERVAL: Final = 0.005


class TcpConnection:
    """The TCP connection of one client, below the protocol that uvicorn speaks on it.

    `answers_pings` decides on each ping of the WebSocket protocol. `unfinished`: the last bytes written end
    inside a frame. `reading_stopped`: what the client sends is not read any more.
    """

    def __init__(self) -> None:
        self.answers_pings: Callable[[], bool] = lambda: True
        self.unfinished = False
        self.reading_stopped = False
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._closed = asyncio.Event()
        self._failed = False

    @property
    def open(self) -> bool:
        """Whether it can still send."""
        return self._transport is not None and not self._transport.is_closing()

    async def write(self, data: bytes, *, unfinished: bool = False) -> None:
        """Send bytes as they are. `unfinished`: they end inside a WebSocket frame."""
        if self._transport is not None and self.open:
            self._transport.write(data)
            self.unfinished = unfinished
            await self.flushed()

    async def flushed(self) -> bool:
        """Wait until the system has taken all bytes; False if the connection failed before."""
        while not self._closed.is_set() and self._transport is not None and self._transport.get_write_buffer_size():
            await self._writable.wait()
        return not self._failed

    async def send_raw(self, answer: RawAnswer) -> bool:
        """Send an answer in its pieces and end the connection; return whether all of it was sent."""
        for wait, data in answer.pieces:
            if wait:
                await self.wait_closed(wait)
            if data:
                await self.write(data)
        whole = self.open
        await (self.reset() if answer.reset else self.close())
        return whole and not self._failed

    async def close(self) -> None:
        """Close the connection after all that was written."""
        if self._transport is not None:
            self._transport.close()
            await self._wait_closed_or_abort()

    async def reset(self) -> None:
        """Send a TCP reset, after all that was written has arrived."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        await self.flushed()
        peer = transport.get_extra_info("socket")
        with suppress(TimeoutError):
            async with asyncio.timeout(_ARRIVAL_TIMEOUT):
                while _has_unacknowledged_bytes(peer):  # noqa: ASYNC110 - the system gives no notice of this
                    await asyncio.sleep(_POLL_INTERVAL)
        with suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self._wait_closed_or_abort()

    def stop_reading(self) -> None:
        """Read nothing more from the client, so that nothing is answered either."""
        self.reading_stopped = True
        if self._transport is not None and self.open:
            self._transport.pause_reading()

    def opened(self, transport: asyncio.Transport) -> None:
        """Take the transport of the connection."""
        # Bytes in a buffer of this process do not count as sent.
        transport.set_write_buffer_limits(high=0)
        self._transport = transport
        self._writable.set()

    def paused(self) -> None:
        """Note that the socket's buffer is full."""
        self._writable.clear()

    def resumed(self) -> None:
        """Note that the socket's buffer has taken all bytes."""
        self._writable.set()

    def closed(self, error: Exception | None) -> None:
        """Note that the connection is closed."""
        self._failed = error is not None
        self._closed.set()
        self._writable.set()

    async def wait_closed(self, seconds: float) -> None:
        """Wait until the connection is closed, at most that long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()

    async def _wait_closed_or_abort(self) -> None:
        await self.wait_closed(_CLOSE_TIMEOUT)
        if self._transport is not None and not self._closed.is_set():
            self._transport.abort()
            await self._closed.wait()


def _has_unacknowledged_bytes(peer: socket.socket) -> bool:
    """Whether sent bytes have not arrived yet; False where the system does not say."""
    try:
        import fcntl
        import termios
    except ImportError:
        return False
    try:
        unacknowledged = fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    except OSError:
        return False
    return bool(struct.unpack("i", unacknowledged)[0])
