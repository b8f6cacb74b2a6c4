"""A client's network without sockets: requests go to a pure world, answers are read by the client's own code."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from random import Random
from typing import Self, cast
from urllib.parse import urlencode

from tests.chaos.virtual import VirtualClock
from tikcast._net import answers, signer
from tikcast._net.connect.connector import ConnectLog, OpenedRoom
from tikcast._net.connect.plan import Method
from tikcast._net.cookies import set_cookie_pairs
from tikcast._net.http import Answer
from tikcast._net.liveness import Evidence, FoundRoom, Inquiry, judge
from tikcast._net.socket import RoomSocket, SocketClosed, refusal
from tikcast._net.targets import Target
from tikcast._wire.response import parse_response
from tikcast.errors import (
    STAGES,
    Blocked,
    ConnectFailed,
    NetworkError,
    NetworkTimeout,
    SignerError,
    Stage,
    TikcastError,
)
from tikcast.models.status import Says, Source
from tikcast.simulator import World
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.outgoing import Closing
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web import requests
from tikcast.simulator.web.handshake import PATHS, Refusal, Upgrade, open_connection
from tikcast.simulator.web.routes import respond

HOST = "127.0.0.1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
LARGEST_FRAME = 1 << 20
_SLOWEST = 10.0
_TRIES = 8


class PureSocket:
    """The client's end of a connection. What the server has sent is here already, whatever becomes of it."""

    heartbeat_interval: float | None = None

    def __init__(
        self,
        world: World,
        connection: PushConnection,
        *,
        clock: VirtualClock,
        random: Random,
        messages: dict[int, Message],
    ) -> None:
        self._world = world
        self._random = random
        self._messages = messages
        self._connection = connection
        self._clock = clock
        self._buffer: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._gone = False
        connection.on_change = self._look

    async def recv(self) -> bytes:
        while not self._buffer:
            closing = self._closing()
            if closing is not None or self._gone:
                self._leave()
                raise SocketClosed(closing.code if closing else 1006, closing.reason if closing else "")
            self._changed.clear()
            await self._changed.wait()
        data = self._buffer.popleft()
        if len(data) > LARGEST_FRAME:
            self._leave()
            raise SocketClosed(1009, "too big")
        return data

    async def send(self, data: bytes) -> None:
        if not self._gone and self._connection.closing is None:
            self._world.receive(self._connection, data, now_ms=self._clock.now_ms())

    async def close(self, *, graceful: bool = True) -> None:
        self._leave()

    def _closing(self) -> Closing | None:
        """How the server closed the connection, as far as the client can see it."""
        return self._connection.closing

    def _look(self) -> None:
        asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        now = self._clock.now_ms()
        while not self._gone and (entry := self._connection.pop(now)) is not None:
            if entry.message is not None:
                self._buffer.append(entry.message)
            for message in entry.frame.messages if entry.frame else ():
                self._messages[message.message_id] = message
            self._connection.sent(entry, now)
        self._changed.set()

    def _leave(self) -> None:
        if not self._gone:
            self._gone = True
            self._buffer.clear()
            self._world.disconnect(self._connection)


class PureNetwork:
    """What a `Live` needs of `Network`, over a world in the same process.

    Without `resumes` the server never goes on where a connection stopped: who comes back is a newcomer.
    """

    def __init__(self, world: World, *, random: Random, resumes: bool, socket: type[PureSocket] = PureSocket) -> None:
        self._world = world
        self._socket = socket
        self._resumes = resumes
        self._random = random
        self._clock = VirtualClock()
        self._ttwid: str | None = None
        self.failures: list[TikcastError] = []
        self.messages: dict[int, Message] = {}

    @property
    def lookups(self) -> Self:
        return self

    @property
    def connector(self) -> Self:
        return self

    def heal(self) -> None:
        """From now on every connection is an orderly one."""
        self._socket = PureSocket

    async def resolve(self, target: str | int) -> Target:
        return Target(username=str(target))

    async def find_room(self, target: Target, *, other_than: int | None = None) -> FoundRoom:
        return (await self.inquire(target, other_than=other_than)).room()

    async def inquire(
        self, target: Target, *, other_than: int | None = None, known: Sequence[Evidence] = ()
    ) -> Inquiry:
        evidence = list(known)
        while (verdict := judge(evidence, ended=other_than or 0)).ask is not None:
            evidence.append(await self.ask(verdict.ask, username=target.username or "", room_id=verdict.room_id))
        return Inquiry(target=target, evidence=tuple(evidence), verdict=verdict, ended=other_than or 0)

    async def ask(self, source: Source, *, username: str = "", room_id: int = 0) -> Evidence:
        try:
            return await self._evidence(source, username, room_id)
        except TikcastError as error:
            return Evidence(source=source, says="failed", room_id=room_id, error=error)

    async def _evidence(self, source: Source, username: str, room_id: int) -> Evidence:
        match source:
            case "live_page":
                return answers.live_page(await self._get(f"/@{username}/live", {}), username=username)
            case "api_live":
                answer = await self._get("/api-live/user/room/", {"uniqueId": username})
                return answers.api_live(answer, username=username)
            case "profile":
                return answers.profile(await self._get(f"/@{username}", {}), username=username)
            case "room_info":
                answer = await self._get("/webcast/room/info/", {"room_id": str(room_id)})
                return answers.room_evidence(answer, room_id=room_id)
        alive = (await self.check_alive([room_id]))[room_id]
        says: Says = "unclear" if alive is None else "live" if alive else "offline"
        return Evidence(source=source, says=says, room_id=room_id)

    async def check_alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        ids = ",".join(map(str, room_ids))
        alive = answers.alive_rooms(await self._get("/webcast/room/check_alive/", {"room_ids": ids}))
        return {room_id: alive.get(room_id) for room_id in room_ids}

    async def connect_room(
        self,
        room_id: int,
        *,
        username: str | None = None,
        cursor: str = "",
        internal_ext: bytes = b"",
        log: ConnectLog | None = None,
    ) -> OpenedRoom:
        cursor = cursor if self._resumes else ""
        failures: list[TikcastError] = []
        stages: list[Stage] = []
        ways = [self._direct, self._signed]
        self._random.shuffle(ways)
        for way in ways:
            at: list[Stage] = []
            try:
                return await way(room_id, cursor, at)
            except TikcastError as error:
                failures.append(error)
                stages.append(at[-1])
        self.failures += failures
        raise ConnectFailed(max(stages, key=STAGES.index), failures)

    async def _direct(self, room_id: int, cursor: str, at: list[Stage]) -> OpenedRoom:
        at.append("identity")
        self._ttwid = self._ttwid or await self._mint()
        at.append("handshake")
        query = {"room_id": room_id, "ws_direct": 1, "aid": 1988, "compress": "gzip", "cursor": cursor}
        try:
            connection = self._upgrade(query, cookies={"ttwid": self._ttwid})
        except TikcastError:
            self._ttwid = None
            raise
        return self._opened(connection, None)

    async def _signed(self, room_id: int, cursor: str, at: list[Stage]) -> OpenedRoom:
        at.append("signature")
        answer = await self._get("/signer/webcast/fetch", {"room_id": str(room_id), "cursor": cursor})
        refused = signer.refusal(answer, now=self._clock.now_ms() / 1000)
        if refused is not None:
            raise refused
        cookies = set_cookie_pairs(answer.headers.get("x-set-tt-cookie", ()))
        if not cookies or not answer.body:
            raise SignerError("nothing usable")
        head = parse_response(answer.body)
        if HOST not in head.push_server or head.push_server.startswith("wss:"):
            raise SignerError(f"its push server is {head.push_server}")
        at.append("handshake")
        query = {**head.route_params, "room_id": room_id, "aid": 1988, "compress": "gzip"}
        connection = self._upgrade({**query, "cursor": cursor or head.cursor}, cookies=cookies)
        return self._opened(connection, answer.body)

    async def _mint(self) -> str:
        failure = Blocked("it gave no cookie")
        for _ in range(_TRIES):
            answer = await self._get("/@ana", {})
            cookies = set_cookie_pairs(answer.headers.get("set-cookie", ()))
            if "ttwid" in cookies:
                return cookies["ttwid"]
            await asyncio.sleep(0.75)
            try:
                answers.check_page(answer)
            except Blocked as error:
                failure = error
        raise failure

    def _upgrade(self, query: Mapping[str, object], *, cookies: Mapping[str, str]) -> PushConnection:
        headers = {"cookie": f"ttwid={cookies['ttwid']}", "user-agent": BROWSER}
        upgrade = Upgrade(path=PATHS[0], query=urlencode(query), headers=headers)
        opened = open_connection(self._world, upgrade, now_ms=self._clock.now_ms())
        if not isinstance(opened, Refusal):
            return opened
        if opened.answer.raw is not None:
            raise NetworkError(HOST, "it does not answer as a WebSocket server")
        raise refusal(opened.answer.status, _Headers(opened.answer.headers), host=HOST)

    def _opened(self, connection: PushConnection, first_response: bytes | None) -> OpenedRoom:
        socket = self._socket(self._world, connection, clock=self._clock, random=self._random, messages=self.messages)
        method: Method = "direct" if first_response is None else "signed"
        return OpenedRoom(socket=cast("RoomSocket", socket), first_response=first_response, method=method)

    async def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        """An answer of the world, with the faults of the road."""
        request = requests.WebRequest(path=path, query=query, headers={"host": f"{HOST}:80"})
        answer = respond(self._world, request, now_ms=self._clock.now_ms())
        raw = answer.raw
        if raw is not None:
            took = sum(wait for wait, _ in raw.pieces)
            await asyncio.sleep(min(took, _SLOWEST))
            if took >= _SLOWEST:
                raise NetworkTimeout(HOST, _SLOWEST)
            if raw.reset or not answer.body:
                raise NetworkError(HOST, "the answer was interrupted")
        answer.delivered(self._clock.now_ms())
        shown = {name.lower(): (value,) for name, value in answer.headers.items()}
        return Answer(url=f"http://{HOST}{path}", status=answer.status, headers=shown, body=answer.body)


class _Headers(dict[str, str]):
    """Headers whose names ignore case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name.lower(), default)
