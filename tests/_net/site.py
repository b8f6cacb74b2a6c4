"""A small real server for the tests of the network: pages, API, signer and WebSocket on one port."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.wire_schema import build, encoded

# The tests look at what the client logs, so the server's own log is kept out of it.
_log = logging.getLogger("tests.site")
_log.disabled = True

WS_PATH = "/webcast/im/ws_proxy/ws_reuse_supplement/"


@dataclass
class Reply:
    """An answer to one request."""

    body: bytes | str = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def json(cls, value: object, *, status: int = 200, headers: list[tuple[str, str]] | None = None) -> Reply:
        return cls(json.dumps(value), status, headers or [])

    def response(self) -> Response:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        headers = Headers(self.headers)
        headers["Content-Length"] = str(len(body))
        headers["Connection"] = "close"
        return Response(self.status, "Answer", headers, body)


@dataclass
class Seen:
    """A received request."""

    path: str
    query: dict[str, str]
    headers: Headers

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (
            (part.partition("=")[0], part.partition("=")[2])
            for part in self.headers.get("Cookie", "").split("; ")
            if part
        )
        return dict(pairs)


Route = Reply | list[Reply] | Callable[[Seen], Reply] | Callable[[Seen], Awaitable[Reply]]


async def wait_for_close(socket: ServerConnection) -> None:
    await socket.wait_closed()


class Site:
    """Routes by path, 404 for all other paths. The replies of a list are sent in turn, the last one for ever."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.seen: list[Seen] = []
        self.refusal: Reply | None = None
        self.talk: Callable[[ServerConnection], Awaitable[None]] = wait_for_close
        self.upgrade_headers: dict[str, str] = {}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{WS_PATH}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    async def answer(self, _: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        seen = Seen(parts.path, query, request.headers)
        self.seen.append(seen)
        if "Sec-WebSocket-Key" in request.headers:
            return self.refusal.response() if self.refusal else None
        route = self.routes.get(parts.path, Reply("not here", 404))
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        reply = route if isinstance(route, Reply) else route(seen)
        return (reply if isinstance(reply, Reply) else await reply).response()

    def upgraded(self, _: ServerConnection, __: Request, response: Response) -> None:
        for name, value in self.upgrade_headers.items():
            response.headers[name] = value

    async def talk_to(self, socket: ServerConnection) -> None:
        await self.talk(socket)


class Gate:
    """Holds the requests for a route until it is opened, and counts them."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._opened = asyncio.Event()
        self._arrived = asyncio.Event()
        self._held = 0
        self.most = 0

    async def __call__(self, _: Seen) -> Reply:
        self._held += 1
        self.most = max(self.most, self._held)
        self._arrived.set()
        try:
            await self._opened.wait()
        finally:
            self._held -= 1
        return self._reply

    def open(self) -> None:
        """Answer the requests that wait, and later ones at once."""
        self._opened.set()

    async def until_holding(self, number: int) -> None:
        """Wait until so many requests are held at the same time."""
        while self._held < number:
            self._arrived.clear()
            await self._arrived.wait()


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    site = Site()
    async with serve(
        site.talk_to,
        "127.0.0.1",
        0,
        process_request=site.answer,
        process_response=site.upgraded,
        select_subprotocol=lambda _, offered: offered[0] if offered else None,
        compression=None,
        ping_interval=None,
        close_timeout=0.5,
        logger=_log,
    ) as server:
        site.port = next(iter(server.sockets)).getsockname()[1]
        yield site


@asynccontextmanager
async def raw_server(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A TCP server that calls `handle` for each connection; yields its port."""
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A server that reads requests and never answers: its port, and an event set at the first request."""
    asked = asyncio.Event()

    async def read_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()

    async with raw_server(read_on) as port:
        yield port, asked


def saying(sent: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """A handler for `raw_server` that answers a request with `sent` and closes the connection."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.close()

    return say


def live_page(username: str, room_id: str, *, status: int = 2, title: str = "Tea") -> str:
    """A live page with its SIGI_STATE."""
    state = {
        "LiveRoom": {
            "liveRoomUserInfo": {
                "user": {"id": "6", "uniqueId": username, "roomId": room_id, "status": status},
                "stats": {"followerCount": 7},
                "liveRoom": {"title": title, "status": status},
            }
        }
    }
    return f'<html><script id="SIGI_STATE" type="application/json">{json.dumps(state)}</script>'


def api_live(username: str, room_id: str, *, status: int = 2) -> Reply:
    """An answer of api-live."""
    user = {"id": "6", "uniqueId": username, "roomId": room_id, "status": status}
    data = {"user": user, "liveRoom": {"status": status, "title": "Tea"}, "stats": {}}
    return Reply.json({"statusCode": 0, "message": "", "data": data})


def profile_page(detail: Mapping[str, object]) -> str:
    """A profile page with its rehydration data."""
    data = {"__DEFAULT_SCOPE__": {"webapp.user-detail": detail}}
    return f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{json.dumps(data)}</script>'


CAPTCHA = Reply('<html><body id="tiktok-verify-page"></body></html>')
CHALLENGE = Reply("<html>wait</html>", headers=[("X-TT-System-Error", "3")])


def signed_answer(push_server: str, *, cookie: str = "ttwid=1|signed; Path=/") -> Reply:
    """A good answer of the signer, as long as one with messages."""
    body = encoded(
        "WebcastResponse",
        messages=[build("ResponseMessage", payload=bytes(1024))],
        push_server=push_server,
        route_params_map={"wrss": "a+b/c=", "room_id": "ignored?"},
        cursor="t-1_r-2",
        internal_ext=b"internal_src:dim|seq:1",
    )
    return Reply(body, headers=[("X-Set-TT-Cookie", cookie)])
