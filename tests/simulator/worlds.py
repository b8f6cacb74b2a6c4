"""Worlds without sockets: clients that enter, beat and acknowledge in virtual time."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.wire_schema import WireMessage, build, encoded, parsed
from tikcast import LiveSession
from tikcast.simulator import SimulatorConfig, World
from tikcast.simulator.messages.wire import fields
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web.handshake import Refusal, Upgrade, open_connection
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer

START_MS = 1_790_000_000_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
DIRECT = "ws_direct=1&aid=1988&compress=gzip"
PUSH = "/webcast/im/ws_proxy/ws_reuse_supplement/"


def world(now_ms: int = START_MS, **options: Any) -> World:
    values: dict[str, Any] = {"users": ("ana",), "seed": 7, "rate": 10.0}
    return World(SimulatorConfig(**values | options), now_ms=now_ms)


def room_id(of: World, user: str = "ana") -> int:
    return of.hosts[user].room.room_id


def get(of: World, path: str, *, now_ms: int = START_MS, **query: object) -> WebAnswer:
    texts = {name: str(value) for name, value in query.items()}
    request = WebRequest(path=path, query=texts, headers={"host": "127.0.0.1:8080"})
    return answer(of, request, now_ms=now_ms)


def push_frame(payload_type: str, payload: bytes, *, log_id: int = 0, payload_encoding: str = "pb") -> bytes:
    frame = build(
        "WebcastPushFrame", payload_type=payload_type, payload=payload, log_id=log_id, payload_encoding=payload_encoding
    )
    return frame.SerializeToString()


def entering(room: int) -> bytes:
    inside = build("WebcastImEnterRoomMessage", room_id=room, live_id=12, identity="audience", filter_welcome_msg="0")
    return push_frame("im_enter_room", inside.SerializeToString())


def beating(room: int, *, sequence: int = 1) -> bytes:
    return push_frame("hb", encoded("HeartbeatMessage", room_id=room, send_packet_seq_id=sequence))


def upgrade(room: int, *, query: str = DIRECT, path: str = PUSH, **headers: str) -> Upgrade:
    sent = {"cookie": "ttwid=1%7Cabc", "user-agent": BROWSER} | headers
    return Upgrade(path=path, query=f"room_id={room}&{query}", headers={k: v for k, v in sent.items() if v})


@dataclass
class Viewer:
    """A client in a room, without a socket."""

    world: World
    connection: PushConnection
    frames: list[WireMessage] = field(default_factory=list)
    messages: list[WireMessage] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)
    acknowledges: bool = True
    beats: bool = True
    _beat_at_ms: int = 0

    def closed(self) -> bool:
        return self.connection.closing is not None

    def send(self, data: bytes, now_ms: int = START_MS) -> None:
        self.world.receive(self.connection, data, now_ms=now_ms)

    def collect(self, now_ms: int = START_MS) -> list[WireMessage]:
        """Take what is there, and answer it as a client should."""
        new = [parsed("WebcastPushFrame", data) for data in self.connection.take(now_ms)]
        self.frames += new
        for frame in new:
            if frame.payload_type == "msg":
                self._read(frame, now_ms)
        if self.beats and now_ms >= self._beat_at_ms:
            self._beat_at_ms = now_ms + 10_000
            self.send(beating(self.connection.room_id), now_ms)
        return new

    def _read(self, frame: WireMessage, now_ms: int) -> None:
        inside = response_of(frame)
        self.messages += inside.messages
        self.arrivals += [now_ms] * len(inside.messages)
        if inside.needs_ack and self.acknowledges:
            self.send(push_frame("ack", inside.internal_ext or b"-", log_id=frame.log_id), now_ms)


def response_of(frame: WireMessage) -> WireMessage:
    packed = frame.headers.get("compress_type") == "gzip"
    return parsed("WebcastResponse", gzip.decompress(frame.payload) if packed else frame.payload)


def enter(of: World, *, user: str = "ana", now_ms: int = START_MS, query: str = "", **kinds: Any) -> Viewer:
    room = room_id(of, user)
    viewer = Viewer(of, connect(of, user=user, now_ms=now_ms, query=query), **kinds)
    viewer.send(entering(room), now_ms)
    viewer.collect(now_ms)
    return viewer


def connect(of: World, *, user: str = "ana", now_ms: int = START_MS, query: str = "") -> PushConnection:
    wanted = upgrade(room_id(of, user), query=f"{DIRECT}{query}")
    opened = open_connection(of, wanted, now_ms=now_ms)
    assert not isinstance(opened, Refusal)
    return opened


def play(of: World, *viewers: Viewer, until_ms: int, from_ms: int = START_MS, step_ms: int = 50) -> int:
    """Let time pass; return the moment at which it stopped."""
    now = from_ms
    while now < until_ms:
        due = of.advance(now)
        for viewer in viewers:
            viewer.collect(now)
        now = min(max(due, now + step_ms), until_ms)
    of.advance(until_ms)
    for viewer in viewers:
        viewer.collect(until_ms)
    return until_ms


def commons(messages: Iterable[WireMessage]) -> list[WireMessage]:
    return [common_of(message.payload) for message in messages]


def common_of(payload: bytes) -> WireMessage:
    head = next(field.value for field in fields(payload) if field.number == 1)
    assert isinstance(head, bytes)
    return parsed("Common", head)


@dataclass
class Guest:
    """A client with tikcast's own session in a room, without a socket."""

    world: World
    session: LiveSession
    connection: PushConnection
    events: list[Any] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)

    def move(self, now_ms: int) -> list[Any]:
        """Take what is there, and send what is owed; return the new events."""
        new: list[Any] = []
        for data in self.connection.take(now_ms):
            self.frames.append(data)
            new += self.session.receive(data, now_ms)
        new += self.session.tick(now_ms)
        for data in self.session.to_send():
            self.world.receive(self.connection, data, now_ms=now_ms)
        self.events += new
        return new

    def return_at(self, now_ms: int) -> None:
        """Connect anew, from where the last connection stopped."""
        self.session.closed(now_ms)
        self.world.disconnect(self.connection)
        self._connect(now_ms, query=f"&cursor={self.session.cursor}")

    def _connect(self, now_ms: int, *, query: str) -> None:
        user = next(user for user, owner in self.world.hosts.items() if owner.room.room_id == self.connection.room_id)
        self.connection = connect(self.world, user=user, now_ms=now_ms, query=query)
        self.session.opened(now_ms)
        self.move(now_ms)

    def thrown_out(self) -> bool:
        """Whether the server has ended the connection."""
        return self.connection.closing is not None

    @property
    def ids(self) -> set[int]:
        """The ids of the messages that came and could be read."""
        return {event.message_id for event in self.events if event.message_id and event.type != "undecoded"}


def visit(of: World, *, user: str = "ana", now_ms: int = START_MS, query: str = "") -> Guest:
    """Connect to a room and enter it."""
    connection = connect(of, user=user, now_ms=now_ms, query=query)
    guest = Guest(of, LiveSession(room_id(of, user)), connection)
    guest.session.opened(now_ms)
    guest.move(now_ms)
    guest.move(now_ms)
    return guest


def pass_time(of: World, *guests: Guest, from_ms: int = START_MS, seconds: float, step_ms: int = 50) -> int:
    """Let time pass, with guests who live in it; return the moment at which it stopped."""
    now, until = from_ms, from_ms + round(seconds * 1000)
    while True:
        due = of.advance(now)
        for guest in guests:
            guest.move(now)
        if now >= until:
            return now
        now = min(max(min(due, now + 1000), now + step_ms), until)


def ledger_ids(of: World, user: str = "ana") -> set[int]:
    """The ids of the messages that were sent."""
    return {int(message["message_id"]) for message in of.hosts[user].room.ledger.report()["messages"]}
