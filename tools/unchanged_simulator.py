"""What the simulator sends, as text that can be compared: frames, ledgers, web answers, and each fault.

Everything runs in made-up time and without sockets, so that two records of the same code are equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from google.protobuf.message import DecodeError

from tikcast import LiveSession, decode_frame, to_json
from tikcast.simulator import RoomPlan, SimulatorConfig, TimelineEntry, World

START_MS = 1_790_000_000_000
STEP_MS = 50
SEEDS = (1, 2, 3, 4, 5)
HOST = "127.0.0.1:8080"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
PUSH_PATH = "/webcast/im/ws_proxy/ws_reuse_supplement/"
LOGGED_IN = {"cookie": "sessionid=sim-session; ttwid=1%7Cabc"}
Asked = tuple[str, str, dict[str, str], bytes]
"""A request: method, path, query, body."""

# Faults whose own values would fill the memory.
SMALLER: dict[str, dict[str, object]] = {"gzip_bomb": {"size": 1 << 20}, "oversize": {"size": 1 << 20}}


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The simulator's internal functions that this record needs."""

    schema: Any
    upgrade: Callable[..., Any]
    request: Callable[..., Any]
    refusal: type[Any]
    open_connection: Callable[..., Any]
    answer: Callable[..., Any]


def inside() -> Inside:
    """Import the internals: the one place to adapt when they move."""
    from tikcast._proto import schema
    from tikcast.simulator.web.handshake import Refusal, Upgrade, open_connection
    from tikcast.simulator.web.requests import WebRequest
    from tikcast.simulator.web.routes import answer

    return Inside(
        schema=schema,
        upgrade=Upgrade,
        request=WebRequest,
        refusal=Refusal,
        open_connection=open_connection,
        answer=answer,
    )


def short_hash(data: bytes) -> str:
    """A hash that is short enough to be read."""
    return hashlib.sha256(data).hexdigest()[:16]


def room_of(world: World, user: str) -> int:
    """The id of a user's room."""
    return world.hosts[user].room.room_id


def in_order(response: bytes) -> bytes:
    """A response with its maps in the order of their keys; protobuf writes them in any order."""
    try:
        ordered: bytes = inside().schema.WebcastResponse.FromString(response).SerializeToString(deterministic=True)
    except DecodeError:
        return response
    return ordered


def shown_bytes(answer: bytes) -> str:
    """A whole HTTP answer as it goes over the wire, as a hash."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return short_hash(head + (in_order(body) if b"application/protobuf" in head else body))


def shown_answer(answer: Any) -> dict[str, object]:  # noqa: ANN401 - the simulator's own type
    """An HTTP answer as JSON; a body that is not text is a hash."""
    body: bytes = answer.body
    if answer.content_type == "application/protobuf":
        body = in_order(body)
    shown: dict[str, object] = {
        "status": answer.status,
        "type": answer.content_type,
        "headers": dict(answer.headers),
        "body": body.decode() if body.isascii() else f"{len(body)} bytes {short_hash(body)}",
    }
    if answer.raw is not None:
        shown["raw"] = shown_bytes(b"".join(data for _, data in answer.raw.pieces))
        shown["pieces"] = [f"{len(data)} bytes after {wait} s" for wait, data in answer.raw.pieces]
        shown["reset"] = answer.raw.reset
    return shown


@dataclass
class Client:
    """A client without a socket: it enters, sends heartbeats, acknowledges, and writes down what comes."""

    world: World
    user: str
    query: str = ""
    sent: list[str] = field(default_factory=list)
    messages: list[tuple[int, bytes]] = field(default_factory=list)
    connection: Any = None
    _beat_at_ms: int = 0

    def connect(self, now_ms: int) -> None:
        """Open the connection, or write down the refusal."""
        parts = inside()
        room_id = room_of(self.world, self.user)
        query = f"room_id={room_id}&ws_direct=1&aid=1988&compress=gzip{self.query}"
        headers = {"user-agent": BROWSER, **LOGGED_IN}
        wanted = parts.upgrade(path=PUSH_PATH, query=query, headers=headers)
        opened = parts.open_connection(self.world, wanted, now_ms=now_ms)
        if isinstance(opened, parts.refusal):
            self.sent.append(f"{now_ms - START_MS} refused {json.dumps(shown_answer(opened.answer), sort_keys=True)}")
            return
        self.connection = opened
        entering = parts.schema.WebcastImEnterRoomMessage(room_id=room_id, live_id=12, identity="audience")
        self._send("im_enter_room", entering.SerializeToString(), now_ms=now_ms)
        self._beat_at_ms = now_ms + 10_000

    def move(self, now_ms: int) -> None:
        """Take what is there, and answer it."""
        if self.connection is None:
            return
        while (entry := self.connection.pop(now_ms)) is not None:
            kind = f"{'raw ' if entry.raw else ''}{'unfinished ' if entry.unfinished else ''}"
            self.sent.append(f"{now_ms - START_MS} {kind}{len(entry.data)} bytes {short_hash(entry.data)}")
            self.connection.sent(entry, now_ms)
            if entry.message is not None:
                self._read(entry.message, now_ms)
        if now_ms >= self._beat_at_ms:
            self._beat_at_ms = now_ms + 10_000
            room_id = room_of(self.world, self.user)
            beat = inside().schema.HeartbeatMessage(room_id=room_id, send_packet_seq_id=1)
            self._send("hb", beat.SerializeToString(), now_ms=now_ms)
        closing = self.connection.closing
        if closing is not None:
            self.sent.append(f"{now_ms - START_MS} closed {closing.code} {closing.reason} reset={closing.reset}")
            self.world.disconnect(self.connection)
            self.connection = None

    def _read(self, data: bytes, now_ms: int) -> None:
        self.messages.append((now_ms, data))
        if ack := decode_frame(data).ack:
            self.world.receive(self.connection, ack, now_ms=now_ms)

    def _send(self, kind: str, payload: bytes, *, now_ms: int) -> None:
        frame = inside().schema.WebcastPushFrame(payload_type=kind, payload=payload, payload_encoding="pb")
        self.world.receive(self.connection, frame.SerializeToString(), now_ms=now_ms)


def play(world: World, clients: list[Client], *, seconds: float, from_ms: int = START_MS) -> int:
    """Let time pass; return the moment at which it stopped."""
    now_ms = from_ms
    while now_ms < from_ms + seconds * 1000:
        world.advance(now_ms)
        for client in clients:
            client.move(now_ms)
        now_ms += STEP_MS
    return now_ms


def ledger_of(world: World, user: str) -> dict[str, object]:
    """A user's ledger; the messages as one line each."""
    report: dict[str, Any] = {**world.hosts[user].room.ledger.report()}
    report["messages"] = [f"{m['message_id']} {m['method']} {m['sent']}" for m in report["messages"]]
    return report


def events_of(client: Client, *, until_ms: int) -> list[str]:
    """The events that a session makes of what came, as type and hash."""
    session = LiveSession(room_of(client.world, client.user))
    session.opened(START_MS)
    events = []
    for at_ms, data in client.messages:
        events += session.receive(data, at_ms)
        events += session.tick(at_ms)
    events += session.closed(until_ms, final=True)
    return [f"{event.type} {event.message_id} {short_hash(to_json(event))}" for event in events]


def seeded_world(seed: int) -> World:
    """Two rooms of different kinds, one with a timeline."""
    timeline = (
        TimelineEntry(at=5, action="chat", text="hello"),
        TimelineEntry(at=8, action="gift", gift="Rose", count=12),
        TimelineEntry(at=20, action="pause"),
        TimelineEntry(at=25, action="resume"),
        TimelineEntry(at=30, fault="close", parameters={"code": 1001}),
    )
    plans = (RoomPlan(user="bo", rate=20.0, mix="chats", timeline=timeline, duration=50),)
    return World(SimulatorConfig(users=("ana",), plans=plans, seed=seed, rate=8.0), now_ms=START_MS)


def seeded(seed: int) -> dict[str, object]:
    """What one seed sends in a minute, with a second connection from half of it on."""
    world = seeded_world(seed)
    clients = [Client(world, "ana"), Client(world, "bo"), Client(world, "bo")]
    for client in clients[:2]:
        client.connect(START_MS)
    half_ms = play(world, clients, seconds=31)
    clients[2].connect(half_ms)
    end_ms = play(world, clients, seconds=30, from_ms=half_ms)
    return {
        "frames": {f"client {number}": client.sent for number, client in enumerate(clients)},
        "ledgers": {user: ledger_of(world, user) for user in world.hosts},
        "events": {f"client {number}": events_of(client, until_ms=end_ms) for number, client in enumerate(clients[:2])},
    }


def requests(world: World) -> Iterator[Asked]:
    """Each request of the web side."""
    ana, bo = str(room_of(world, "ana")), str(room_of(world, "bo"))
    for user in ("ana", "ANA", "bo", "offline0", "private0", "nobody"):
        yield "GET", f"/@{user}/live", {}, b""
        yield "GET", f"/@{user}", {}, b""
        yield "GET", "/api-live/user/room/", {"uniqueId": user}, b""
        yield "GET", "/webcast/room/info_by_user/", {"unique_id": user}, b""
        yield "GET", f"/t/{user}/", {}, b""
        yield "GET", "/signer/webcast/fetch", {"unique_id": user}, b""
        yield "GET", f"/signer/webcast/rooms/{user}/connect", {}, b""
        yield "GET", f"/signer/webcast/anchors/{user}/room_id", {}, b""
    for room in (ana, bo, "5", "", "x"):
        yield "GET", "/webcast/room/info/", {"room_id": room}, b""
        yield "GET", "/webcast/ranklist/online_audience/", {"room_id": room}, b""
        yield "GET", "/signer/webcast/fetch", {"room_id": room}, b""
    yield "GET", "/webcast/room/check_alive/", {"room_ids": f"{ana},5,{bo},x"}, b""
    for path in ("/webcast/gift/list/", "/webcast/feed/", "/webcast/wallet_api/fs/diamond/", "/", "/nothing"):
        yield "GET", path, {}, b""
    yield "GET", "/media/image/tos-alisg/abc~c5_100x100.webp", {}, b""
    yield "GET", "/signer/webcast/rate_limits", {}, b""
    for sign in (b'{"url": "https://webcast.tiktok.com/webcast/feed/?aid=1988", "method": "GET"}', b"", b"{}"):
        yield "POST", "/signer/webcast/sign_url", {}, sign
    yield "POST", "/@ana/live", {}, b""
    yield "GET", "/_sim/ledger/ana", {}, b""
    yield "GET", "/_sim/ledger/nobody", {}, b""
    for order in (b"", b"{}", b'{"action": "fly"}', b'{"action": "pause"}', b'{"action": "go_live"}'):
        yield "POST", "/_sim/rooms/ana", {}, order
    yield "POST", "/_sim/video/ana", {}, b'{"action": "no_flv"}'
    yield "POST", "/_sim/video/ana", {}, b"{}"
    for order in (b"", b'{"user": "ana", "fault": "fly"}', b'{"user": "ana", "fault": "close", "code": 1}'):
        yield "POST", "/_sim/faults", {}, order
    yield "POST", "/_sim/faults", {}, b'{"user": "nobody", "fault": "close"}'
    yield "POST", "/_sim/faults", {}, b'{"user": "ana", "fault": "close", "code": 1001, "times": 2}'
    yield "GET", "/_sim/faults", {}, b""
    yield "DELETE", "/_sim/faults", {"user": "ana"}, b""
    yield "DELETE", "/_sim/faults", {"user": "nobody"}, b""


def ask(world: World, request: Asked, *, headers: Mapping[str, str] = MappingProxyType({})) -> dict[str, object]:
    """The answer to one request."""
    method, path, query, body = request
    parts = inside()
    asked = parts.request(method=method, path=path, query=query, headers={"host": HOST, **headers}, body=body)
    return shown_answer(parts.answer(world, asked, now_ms=START_MS))


def answers() -> dict[str, object]:
    """Every answer of the web side, for a visitor and for somebody who is logged in."""
    shown: dict[str, object] = {}
    for who, headers in (("visitor", {}), ("logged in", LOGGED_IN)):
        world = seeded_world(1)
        for number, request in enumerate(requests(world)):
            method, path, query, body = request
            name = f"{who} {number:03} {method} {path} {query or ''} {body.decode()}".strip()
            shown[name] = ask(world, request, headers=headers)
    return shown


def fault_list() -> object:
    """The answer of `GET /_sim/faults`."""
    return json.loads(str(ask(seeded_world(1), ("GET", "/_sim/faults", {}, b""))["body"]))


def variants(parameters: dict[str, dict[str, Any]]) -> Iterator[dict[str, object]]:
    """A fault's parameters to try: its defaults, and each other choice."""
    yield {}
    for name, about in parameters.items():
        choices = about.get("choices", [True, False] if about["type"] == "bool" else [])
        yield from ({name: choice} for choice in choices if choice != about["default"])


def struck(name: str, parameters: dict[str, object]) -> dict[str, object]:
    """What clients see of one fault: on requests, at the handshake, and on a connection."""
    world = World(SimulatorConfig(users=("ana",), seed=1, rate=10.0), now_ms=START_MS)
    order = json.dumps({"user": "ana", "fault": name, "times": 2, **SMALLER.get(name, {}), **parameters}).encode()
    shown: dict[str, object] = {"ordered": ask(world, ("POST", "/_sim/faults", {}, order))}
    room = str(room_of(world, "ana"))
    clients = [Client(world, "ana") for _ in range(3)]
    now_ms = START_MS
    for client in clients:
        client.connect(now_ms)
        now_ms = play(world, clients, seconds=4, from_ms=now_ms)
    shown["connections"] = {f"client {number}": client.sent for number, client in enumerate(clients)}
    for request in (
        ("GET", "/@ana/live", {}, b""),
        ("GET", "/@ana", {}, b""),
        ("GET", "/api-live/user/room/", {"uniqueId": "ana"}, b""),
        ("GET", "/webcast/room/info/", {"room_id": room}, b""),
        ("GET", "/signer/webcast/fetch", {"room_id": room}, b""),
    ):
        shown[request[1]] = ask(world, request)
    shown["ledger"] = ledger_of(world, "ana")
    return shown


def faults() -> dict[str, object]:
    """What each fault does, by name and parameters."""
    listed: Any = fault_list()
    return {
        f"{name} {json.dumps(chosen) if chosen else ''}".strip(): struck(name, chosen)
        for name, about in listed["faults"].items()
        for chosen in variants(about["parameters"])
    }


def plain_frames(seconds: float = 10) -> bytes:
    """A file of plain frames, as `tikcast replay` and `tikcast sim --capture` read it."""
    world = seeded_world(1)
    client = Client(world, "bo")
    client.connect(START_MS)
    play(world, [client], seconds=seconds)
    return b"".join(len(data).to_bytes(4, "little") + data for _, data in client.messages)
