"""A small server that replaces TikTok: one room, whose frames the test sends."""

import asyncio
import json
import struct
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.wire_schema import build, parsed, push_frame
from tikcast import Endpoints

ROOM = 7300000000000000001
USER = "ana"
NOW_MS = 1_700_000_000_000

# Different from the ids that tests choose, because a message with a known id is a duplicate.
ids = count(7_300_000_000_000_000_000)


@dataclass
class Connection:
    """A WebSocket of a client, and the frames that came over it."""

    socket: ServerConnection
    path: str
    received: list[Any] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, payload_type: str, *, times: int = 1) -> list[Any]:
        while len(found := [f for f in self.received if f.payload_type == payload_type]) < times:
            self.arrived.clear()
            await self.arrived.wait()
        return found

    async def send(self, *messages: Any, needs_ack: bool = True, log_id: int = 1) -> None:
        await self.socket.send(frame(*messages, needs_ack=needs_ack, log_id=log_id))

    async def drop(self) -> None:
        """Break the connection without a close frame."""
        self.socket.transport.abort()
        await self.socket.wait_closed()


class RoomServer:
    """The pages and the push server of one user with one room; attributes change the answers."""

    def __init__(self) -> None:
        self.live = True
        self.mints = True
        self.room_id = ROOM
        self.alive: bool | None = None
        self.shown: tuple[int, int] | None = None
        """The status and the room that the page and api-live show, if that is not the truth."""
        self.title = "A quiet evening"
        self.cover: object = "https://p16-sign.tiktokcdn.com/cover~c5_720x720.jpeg"
        self.streams: dict[str, object] = {}
        self.broken: set[str] = set()
        self.info_status = HTTPStatus.OK
        self.page: str | None = None
        self.refusal: tuple[int, str] | None = None
        self.refusals_left = -1
        self.asked: list[str] = []
        self._new_question = asyncio.Event()
        self.connections: asyncio.Queue[Connection] = asyncio.Queue()
        self._server: Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"http://127.0.0.1:{port}"

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints.at(self.url)

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._answer, compression=None, ping_interval=None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def accept(self) -> Connection:
        """Wait for the next connection whose client has entered the room."""
        connection = await self.connections.get()
        await connection.wait_for("im_enter_room")
        return connection

    async def until_asked(self, path: str) -> None:
        """Wait until a client has requested `path`."""
        while path not in self.asked:
            self._new_question.clear()
            await self._new_question.wait()

    async def _serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        connection = Connection(socket=socket, path=request.path)
        self.connections.put_nowait(connection)
        try:
            async for data in socket:
                assert isinstance(data, bytes)
                connection.received.append(parsed("WebcastPushFrame", data))
                connection.arrived.set()
        except ConnectionClosed:
            pass

    def _answer(self, socket: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        self.asked.append(path)
        self._new_question.set()
        if path in self.broken:
            return _response(HTTPStatus.INTERNAL_SERVER_ERROR, b"broken", "text/plain")
        if path.startswith("/webcast/im/"):
            return self._refuse()
        if path.endswith("/live"):
            return self._html(self.page if self.page is not None else self._live_page())
        if path == "/webcast/room/check_alive/":
            alive = self.live if self.alive is None else self.alive
            return self._json({"data": [{"alive": alive, "room_id_str": str(ROOM)}], "status_code": 0})
        if path == "/webcast/room/info/":
            return self._room_info(int(parse_qs(urlsplit(request.path).query)["room_id"][0]))
        if path == "/webcast/gift/list/":
            rose = {"id": 5655, "name": "Rose", "diamond_count": 1, "type": 1}
            return self._json({"data": {"gifts": [rose]}, "status_code": 0})
        if path.startswith("/@"):
            page = self.page if self.page is not None else "<html></html>"
            return self._html(page, cookie="ttwid=visitor" if self.mints else "")
        if path == "/api-live/user/room/" and self.page is None:
            return self._json({"statusCode": 0, "message": "", "data": self._user_room()})
        return _response(HTTPStatus.NOT_FOUND, b"nothing here", "text/plain")

    def _refuse(self) -> Response | None:
        if self.refusal is None or self.refusals_left == 0:
            return None
        self.refusals_left -= 1
        status, message = self.refusal
        response = _response(HTTPStatus.OK, b"", "text/plain")
        response.headers["Handshake-Status"] = str(status)
        response.headers["Handshake-Msg"] = message
        return response

    def _user_room(self) -> dict[str, Any]:
        status, room_id = self.shown or ((2, self.room_id) if self.live else (4, 0))
        room = str(room_id or "")
        user = {"id": "42", "uniqueId": USER, "nickname": "Ana", "roomId": room, "status": status}
        live = {"status": status, "title": self.title, "coverUrl": self.cover}
        return {"user": user, "stats": {"followerCount": 7}, "liveRoom": live}

    def _live_page(self) -> str:
        state = json.dumps({"LiveRoom": {"liveRoomUserInfo": self._user_room()}})
        return f'<html><script id="SIGI_STATE" type="application/json">{state}</script></html>'

    def _room_info(self, room_id: int) -> Response:
        if self.info_status is not HTTPStatus.OK:
            return _response(self.info_status, b"down", "text/plain")
        owner = {"id_str": "42", "display_id": USER, "nickname": "Ana"}
        room_id = room_id if room_id in {ROOM, self.room_id} else ROOM
        status = 2 if self.live and room_id == self.room_id else 4
        data = {"id_str": str(room_id), "title": self.title, "status": status, "owner": owner}
        data |= {"user_count": 3, "like_count": 9, "create_time": 1, "share_url": "", "cover": {}, "stats": {}}
        return self._json({"data": data | {"stream_url": self.streams}, "status_code": 0})

    def _json(self, value: object) -> Response:
        return _response(HTTPStatus.OK, json.dumps(value).encode(), "application/json")

    def _html(self, text: str, *, cookie: str = "") -> Response:
        response = _response(HTTPStatus.OK, text.encode(), "text/html")
        if cookie:
            response.headers["Set-Cookie"] = cookie
        return response


class HangingServer(RoomServer):
    """A server that never answers requests for one path."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = ""
        self.hanging = asyncio.Event()
        self._released = asyncio.Event()

    async def _answer(  # type: ignore[override]
        self, socket: ServerConnection, request: Request
    ) -> Response | None:
        if urlsplit(request.path).path == self.hangs:
            self.hanging.set()
            await self._released.wait()
        return super()._answer(socket, request)

    async def __aexit__(self, *exc: object) -> None:
        self._released.set()
        await super().__aexit__(*exc)


def _response(status: HTTPStatus, body: bytes, kind: str) -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, body)


def frame(*messages: Any, needs_ack: bool = True, log_id: int = 1, cursor: str = "c1") -> bytes:
    """A push frame with these messages, compressed like those of TikTok."""
    response = build("WebcastResponse", cursor=cursor, internal_ext=b"ext", needs_ack=needs_ack)
    for message in messages:
        response.messages.add().CopyFrom(message)
    return push_frame("msg", response.SerializeToString(), log_id=log_id, compress=True)


def message(method: str, payload: Any, *, msg_id: int | None = None, is_history: bool = False) -> Any:
    """A message of a response; the common fields are added to `payload`."""
    number = next(ids) if msg_id is None else msg_id
    payload.common.msg_id = number
    payload.common.room_id = ROOM
    payload.common.create_time = payload.common.create_time or NOW_MS
    return build(
        "ResponseMessage", method=method, payload=payload.SerializeToString(), msg_id=number, is_history=is_history
    )


def chat(comment: str, *, msg_id: int | None = None, created_at_ms: int = NOW_MS) -> Any:
    payload = build("WebcastChatMessage", content=comment)
    payload.user.id = 99
    payload.user.nickname = "Bo"
    payload.common.create_time = created_at_ms
    return message("WebcastChatMessage", payload, msg_id=msg_id)


def control(action: int) -> Any:
    return message("WebcastControlMessage", build("WebcastControlMessage", action=action))


def plain_file(*frames: bytes) -> bytes:
    """A file of frames: each frame after its length."""
    return b"".join(struct.pack("<I", len(data)) + data for data in frames)


def gift(count: int, *, group_id: int, end: bool = False) -> Any:
    """A message of a streak of roses."""
    payload = build("WebcastGiftMessage", gift_id=5655, group_id=group_id, repeat_count=count, repeat_end=int(end))
    payload.user.id = 99
    payload.gift.id = 5655
    payload.gift.name = "Rose"
    payload.gift.type = 1
    payload.gift.diamond_count = 1
    return message("WebcastGiftMessage", payload)
