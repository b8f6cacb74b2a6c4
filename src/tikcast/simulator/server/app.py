"""The skin over the world: HTTP and WebSockets by starlette, and the clock."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from tikcast.simulator.messages.outgoing import Closing, close_bytes, fitting, is_orderly
from tikcast.simulator.room.connection import Connection
from tikcast.simulator.server.transport import LINE, HttpProtocol, Line, PushProtocol
from tikcast.simulator.video.media import MediaServer
from tikcast.simulator.web.handshake import SUBPROTOCOL, Refusal, Upgrade, accept_headers, open_connection
from tikcast.simulator.web.requests import Answer, Request
from tikcast.simulator.web.routes import respond
from tikcast.simulator.world import World

logger = logging.getLogger("tikcast.simulator.server.app")

_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
_LARGEST_BODY: Final = 1 << 20
_LARGEST_FRAME: Final = 1 << 20
_SHORTEST_SLEEP: Final = 0.005
_GRACE: Final = 2
_SENDING: Final = 30.0
_GOODBYE: Final = 10.0


class ServerClock:
    """Epoch milliseconds that never go backwards."""

    def __init__(self) -> None:
        self._epoch = time.time() - time.monotonic()

    def now_ms(self) -> int:
        """The present."""
        return int((self._epoch + time.monotonic()) * 1000)


class Skin:
    """The world as an ASGI application. Run `drive` beside it, or no room ever moves.

    `idle` is set while no WebSocket is open.
    """

    def __init__(self, world: World, clock: ServerClock) -> None:
        self.world = world
        self.app = Starlette(
            routes=[
                Route("/{path:path}", self._http, methods=_METHODS),
                WebSocketRoute("/{path:path}", self._websocket),
            ]
        )
        self._clock = clock
        self.media = MediaServer(world)
        self.idle = asyncio.Event()
        self.idle.set()
        self._changed = asyncio.Event()
        world.on_change = self._changed.set

    async def drive(self) -> None:
        """Move the world along with the clock, until cancelled."""
        while True:
            self._changed.clear()
            next_ms = self.world.advance(self._clock.now_ms())
            wait = max(_SHORTEST_SLEEP, (next_ms - self._clock.now_ms()) / 1000)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            await asyncio.sleep(0)

    async def _http(self, web: WebRequest) -> Response:
        if web.method == "GET" and (video := await self.media.answer(web.scope["path"], web.query_params)):
            return video
        request = Request(
            method=web.method,
            path=web.scope["path"],
            query=dict(web.query_params),
            headers=dict(web.headers),
            body=await _body(web),
        )
        found = respond(self.world, request, now_ms=self._clock.now_ms())
        return _Reply(found, line=web.scope["state"][LINE], now_ms=self._clock.now_ms)

    async def _websocket(self, client: WebSocket) -> None:
        headers = dict(client.headers)
        query = client.scope["query_string"].decode("latin-1")
        upgrade = Upgrade(path=client.scope["path"], query=query, headers=headers)
        opened = open_connection(self.world, upgrade, now_ms=self._clock.now_ms())
        if isinstance(opened, Refusal):
            await _refuse(client, opened.answer)
            return
        self.idle.clear()
        try:
            await self._serve(client, opened)
        finally:
            self.world.disconnect(opened)
            if not self.world.connected:
                self.idle.set()

    async def _serve(self, client: WebSocket, connection: Connection) -> None:
        offered = SUBPROTOCOL if SUBPROTOCOL in client.scope["subprotocols"] else None
        extra = [(name.lower().encode(), value.encode()) for name, value in accept_headers(connection).items()]
        line: Line = client.scope["state"][LINE]
        line.answers_pings = lambda: connection.pings(self._clock.now_ms())
        await client.accept(subprotocol=offered, headers=extra)
        halves = [asyncio.create_task(half(client, connection)) for half in (self._send, self._receive)]
        try:
            await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for half in halves:
                half.cancel()
            for outcome in await asyncio.gather(*halves, return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.error("A connection ended by a fault of the simulator itself", exc_info=outcome)

    async def _receive(self, client: WebSocket, connection: Connection) -> None:
        while True:
            message = await client.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is not None:
                self.world.receive(connection, data, now_ms=self._clock.now_ms())

    async def _send(self, client: WebSocket, connection: Connection) -> None:
        ready = asyncio.Event()
        ready.set()
        connection.on_change = ready.set
        # A client that reads nothing at all is left after a while, in the middle of a frame.
        line: Line = client.scope["state"][LINE]
        with suppress(WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            while connection.closing is None:
                await ready.wait()
                ready.clear()
                await self._empty(client, connection, line=line)
                if connection.silent:
                    line.go_deaf()
            await _end(client, connection.closing, line=line)

    async def _empty(self, client: WebSocket, connection: Connection, *, line: Line) -> None:
        """Send what is ready. Only what the system took whole, for a client that was still there, counts as sent."""
        while line.open and (parcel := connection.pop(self._clock.now_ms())) is not None:
            async with asyncio.timeout(_SENDING):
                if parcel.raw:
                    await line.write(parcel.data, unfinished=parcel.unfinished)
                else:
                    await client.send_bytes(parcel.data)
                whole = await line.flushed()
            if whole and line.open:
                connection.sent(parcel, self._clock.now_ms())


class _Reply(Response):
    """An answer that knows when it is out."""

    def __init__(self, found: Answer, *, line: Line, now_ms: Callable[[], int]) -> None:
        headers = {"content-type": found.content_type, **found.headers}
        super().__init__(found.body, status_code=found.status, headers=headers)
        self._found = found
        self._line = line
        self._now_ms = now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - as ASGI calls it
        """Send it, and say so if all of it was sent."""
        if self._found.raw is not None:
            whole = await self._line.play(self._found.raw)
        else:
            there = self._line.open
            await super().__call__(scope, receive, send)
            whole = there and await self._line.flushed()
        if whole:
            self._found.delivered(self._now_ms())


async def _refuse(client: WebSocket, answer: Answer) -> None:
    if answer.raw is not None:
        line: Line = client.scope["state"][LINE]
        await line.play(answer.raw)
        return
    headers = {"content-type": answer.content_type, **answer.headers}
    await client.send_denial_response(Response(answer.body, status_code=answer.status, headers=headers))


async def _end(client: WebSocket, closing: Closing, *, line: Line) -> None:
    """Close as the connection is to be closed, down to ways that no orderly server has."""
    if closing.reset:
        await line.reset()
    elif closing.code == 1006 or line.unfinished:
        await line.drop()
    elif is_orderly(closing.code):
        if client.application_state is WebSocketState.CONNECTED:
            await client.close(closing.code, fitting(closing.reason))
    else:
        await line.write(close_bytes(closing.code, closing.reason))
        await line.wait_gone(_GOODBYE)
        await line.drop()


@asynccontextmanager
async def serving(skin: Skin, listener: socket.socket) -> AsyncIterator[None]:
    """Serve on a bound socket, with the world moving, until left."""
    server = _Server(skin)
    async with asyncio.TaskGroup() as tasks:
        driver = tasks.create_task(skin.drive())
        server_task = tasks.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        try:
            yield
        finally:
            driver.cancel()
            await skin.media.aclose()
            server.should_exit = True
            await server_task


class _Server(uvicorn.Server):
    """uvicorn without its own pings and compression, and without hands on the process's signals."""

    def __init__(self, skin: Skin) -> None:
        config = uvicorn.Config(
            skin.app,
            http=HttpProtocol,
            ws=PushProtocol,
            ws_ping_interval=None,
            ws_ping_timeout=None,
            ws_per_message_deflate=False,
            ws_max_size=_LARGEST_FRAME,
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="critical",
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when clients can come."""
        await super().startup(sockets)
        self.ready.set()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave them to whoever runs the simulator."""
        return nullcontext()


async def _body(web: WebRequest) -> bytes:
    """The request's body, cut at what any order of the control API needs."""
    body = bytearray()
    async for part in web.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            return bytes(body[:_LARGEST_BODY])
    return bytes(body)
