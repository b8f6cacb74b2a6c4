"""The simulator as an ASGI application: HTTP and WebSockets by starlette, and the clock."""

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
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from tikcast.simulator.messages.outgoing import Closing, close_bytes, is_allowed_code, shortened
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.server.transport import TCP, HttpProtocol, PushProtocol, TcpConnection
from tikcast.simulator.video.media import MediaServer
from tikcast.simulator.web.handshake import SUBPROTOCOL, Refusal, Upgrade, accept_headers, open_connection
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import respond
from tikcast.simulator.world import World

logger = logging.getLogger("tikcast.simulator.server.app")

_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
_LARGEST_BODY: Final = 1 << 20
_LARGEST_FRAME: Final = 1 << 20
_SHORTEST_SLEEP: Final = 0.005
_SHUTDOWN_TIMEOUT: Final = 2
_SEND_TIMEOUT: Final = 30.0
_CLOSE_TIMEOUT: Final = 10.0


class ServerClock:
    """Epoch milliseconds that never go backwards."""

    def __init__(self) -> None:
        self._epoch = time.time() - time.monotonic()

    def now_ms(self) -> int:
        """The present time."""
        return int((self._epoch + time.monotonic()) * 1000)


class SimulatorApp:
    """The ASGI application over a world. `advance_world` has to run beside it.

    `idle` is set while no WebSocket is open.
    """

    def __init__(self, world: World, clock: ServerClock) -> None:
        self.world = world
        self.asgi = Starlette(
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

    async def advance_world(self) -> None:
        """Let the world do what is due, until cancelled."""
        while True:
            self._changed.clear()
            next_ms = self.world.advance(self._clock.now_ms())
            wait = max(_SHORTEST_SLEEP, (next_ms - self._clock.now_ms()) / 1000)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            await asyncio.sleep(0)

    async def _http(self, web: StarletteRequest) -> Response:
        if web.method == "GET" and (video := await self.media.answer(web.scope["path"], web.query_params)):
            return video
        request = WebRequest(
            method=web.method,
            path=web.scope["path"],
            query=dict(web.query_params),
            headers=dict(web.headers),
            body=await _body(web),
        )
        answer = respond(self.world, request, now_ms=self._clock.now_ms())
        return _AnswerResponse(answer, tcp=web.scope["state"][TCP], now_ms=self._clock.now_ms)

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

    async def _serve(self, client: WebSocket, connection: PushConnection) -> None:
        offered = SUBPROTOCOL if SUBPROTOCOL in client.scope["subprotocols"] else None
        extra = [(name.lower().encode(), value.encode()) for name, value in accept_headers(connection).items()]
        tcp: TcpConnection = client.scope["state"][TCP]
        tcp.answers_pings = lambda: connection.pings(self._clock.now_ms())
        await client.accept(subprotocol=offered, headers=extra)
        tasks = [asyncio.create_task(run(client, connection)) for run in (self._send, self._receive)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.error("A connection ended by an error of the simulator itself", exc_info=outcome)

    async def _receive(self, client: WebSocket, connection: PushConnection) -> None:
        while True:
            message = await client.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is not None:
                self.world.receive(connection, data, now_ms=self._clock.now_ms())

    async def _send(self, client: WebSocket, connection: PushConnection) -> None:
        ready = asyncio.Event()
        ready.set()
        connection.on_change = ready.set
        # A client that reads nothing is disconnected after a while, in the middle of a frame.
        tcp: TcpConnection = client.scope["state"][TCP]
        with suppress(WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            while connection.closing is None:
                await ready.wait()
                ready.clear()
                await self._flush(client, connection, tcp=tcp)
                if connection.silent:
                    tcp.stop_reading()
            await _end(client, connection.closing, tcp=tcp)

    async def _flush(self, client: WebSocket, connection: PushConnection, *, tcp: TcpConnection) -> None:
        """Send what is ready. It counts as sent if the system took all of it while the connection was open."""
        while tcp.open and (entry := connection.pop(self._clock.now_ms())) is not None:
            async with asyncio.timeout(_SEND_TIMEOUT):
                if entry.raw:
                    await tcp.write(entry.data, unfinished=entry.unfinished)
                else:
                    await client.send_bytes(entry.data)
                whole = await tcp.flushed()
            if whole and tcp.open:
                connection.sent(entry, self._clock.now_ms())


class _AnswerResponse(Response):
    """The response for an answer, which reports when it was sent."""

    def __init__(self, answer: WebAnswer, *, tcp: TcpConnection, now_ms: Callable[[], int]) -> None:
        headers = {"content-type": answer.content_type, **answer.headers}
        super().__init__(answer.body, status_code=answer.status, headers=headers)
        self._answer = answer
        self._tcp = tcp
        self._now_ms = now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - as ASGI calls it
        """Send it, and report if all of it was sent."""
        if self._answer.raw is not None:
            whole = await self._tcp.send_raw(self._answer.raw)
        else:
            was_open = self._tcp.open
            await super().__call__(scope, receive, send)
            whole = was_open and await self._tcp.flushed()
        if whole:
            self._answer.delivered(self._now_ms())


async def _refuse(client: WebSocket, answer: WebAnswer) -> None:
    if answer.raw is not None:
        tcp: TcpConnection = client.scope["state"][TCP]
        await tcp.send_raw(answer.raw)
        return
    headers = {"content-type": answer.content_type, **answer.headers}
    await client.send_denial_response(Response(answer.body, status_code=answer.status, headers=headers))


async def _end(client: WebSocket, closing: Closing, *, tcp: TcpConnection) -> None:
    """Close the connection, also in ways that the WebSocket protocol does not allow."""
    if closing.reset:
        await tcp.reset()
    elif closing.code == 1006 or tcp.unfinished:
        await tcp.close()
    elif is_allowed_code(closing.code):
        if client.application_state is WebSocketState.CONNECTED:
            await client.close(closing.code, shortened(closing.reason))
    else:
        await tcp.write(close_bytes(closing.code, closing.reason))
        await tcp.wait_closed(_CLOSE_TIMEOUT)
        await tcp.close()


@asynccontextmanager
async def serving(app: SimulatorApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve on a bound socket until the context is left."""
    server = _Server(app)
    async with asyncio.TaskGroup() as tasks:
        world_task = tasks.create_task(app.advance_world())
        server_task = tasks.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        try:
            yield
        finally:
            world_task.cancel()
            await app.media.aclose()
            server.should_exit = True
            await server_task


class _Server(uvicorn.Server):
    """uvicorn without its own pings and compression, and without its own signal handlers."""

    def __init__(self, app: SimulatorApp) -> None:
        config = uvicorn.Config(
            app.asgi,
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
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT,
        )
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and set `ready`."""
        await super().startup(sockets)
        self.ready.set()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave signals to the program that runs the simulator."""
        return nullcontext()


async def _body(web: StarletteRequest) -> bytes:
    """The request's body, up to the largest size that the control API needs."""
    body = bytearray()
    async for part in web.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            return bytes(body[:_LARGEST_BODY])
    return bytes(body)
