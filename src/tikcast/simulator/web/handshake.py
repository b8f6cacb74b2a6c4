"""Whether a WebSocket is opened, decided as strictly as TikTok does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from tikcast.simulator.faults.answers import Scene, struck
from tikcast.simulator.messages.frames import cursor_ms
from tikcast.simulator.room.connection import Connection
from tikcast.simulator.web.requests import Answer, Request, cookie_of
from tikcast.simulator.web.sessions import may_watch, session_of
from tikcast.simulator.world import World

PATHS: Final = ("/webcast/im/ws_proxy/ws_reuse_supplement", "/webcast/im/push/v2")
SUBPROTOCOL: Final = "echo-protocol"
_ORIGIN: Final = "https://www.tiktok.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """A request for a WebSocket. Header names are lower case."""

    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What comes instead of a WebSocket: mostly a plain HTTP answer with the reason in its headers."""

    http_status: int
    status: int
    message: str
    other: Answer | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What tells the client why."""
        return {"Handshake-Status": str(self.status), "Handshake-Msg": self.message}

    @property
    def answer(self) -> Answer:
        """The refusal as it goes out."""
        plain = Answer(status=self.http_status, content_type="text/plain; charset=utf-8", headers=self.headers)
        return self.other or plain


def open_connection(world: World, upgrade: Upgrade, *, now_ms: int) -> Connection | Refusal:
    """Let a client into its room, or say why not."""
    if upgrade.path.rstrip("/") not in PATHS:
        return Refusal(http_status=404, status=404, message="not found")
    query = parse_qs(upgrade.query, keep_blank_values=True)
    refusal = _struck(world, upgrade, room_id=_number(query, "room_id"), now_ms=now_ms)
    if refusal:
        return refusal
    session = session_of(upgrade.headers)
    refusal = _refused_headers(upgrade.headers) or _refused_query(world, query, session=session, now_ms=now_ms)
    if refusal:
        return refusal
    owner = world.owner_of(_number(query, "room_id"))
    room = world.room(_number(query, "room_id"))
    if owner is None or room is None or room.over:
        return Refusal(http_status=200, status=415, message="room is not live")
    if not may_watch(world, owner, session=session):
        return Refusal(http_status=200, status=415, message="login required")
    return world.connect(room, now_ms, cursor_ms=cursor_ms(_last(query, "cursor")), packed=_packed(query))


def accept_headers(connection: Connection) -> dict[str, str]:
    """What a successful handshake says: the seconds between heartbeats."""
    seconds = connection.room.heartbeat_ms // 1000
    return {"Handshake-Options": f"ping-interval={seconds}; ping-timeout={3 * seconds}", "Handshake-Status": "0"}


def _struck(world: World, upgrade: Upgrade, *, room_id: int, now_ms: int) -> Refusal | None:
    """What a fault makes of the request, if one strikes it."""
    owner = world.owner_of(room_id)
    order = owner.faults.strike_request("socket", now_ms) if owner else None
    if owner is None or order is None:
        return None
    if order.name == "handshake_refused":
        status, code = order.count("status"), order.count("code")
        return Refusal(http_status=status, status=code, message=_plain(order.text("message")))
    request = Request(path=upgrade.path, headers=upgrade.headers)
    scene = Scene(world=world, owner=owner, request=request, order=order, now_ms=now_ms)
    other = struck(scene, Answer)
    return Refusal(http_status=other.status, status=0, message="", other=other)


def _plain(text: str) -> str:
    """What of a text a header can hold."""
    return "".join(mark for mark in text if mark.isascii() and mark.isprintable())


def _refused_headers(headers: Mapping[str, str]) -> Refusal | None:
    if not cookie_of(headers.get("cookie", ""), "ttwid"):
        return Refusal(http_status=200, status=415, message="http: named cookie not present")
    if not headers.get("user-agent", "").startswith("Mozilla/5.0 ("):
        return Refusal(http_status=200, status=415, message="DEVICE_BLOCKED")
    if headers.get("origin", _ORIGIN) != _ORIGIN:
        return Refusal(http_status=400, status=415, message="illegal origin")
    return None


def _refused_query(world: World, query: Mapping[str, list[str]], *, session: str, now_ms: int) -> Refusal | None:
    if _last(query, "aid") != "1988" or not _number(query, "room_id"):
        return Refusal(http_status=200, status=417, message="illegal app_id")
    signature = _last(query, "wrss")
    if signature:
        fine = world.signatures.holds(signature, room_id=_number(query, "room_id"), session=session, now_ms=now_ms)
    else:
        fine = _last(query, "ws_direct") == "1"
    return None if fine else Refusal(http_status=200, status=415, message="illegal secret key")


def _packed(query: Mapping[str, list[str]]) -> bool:
    return "compress" not in query or _last(query, "compress") == "gzip"


def _last(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[-1]


def _number(query: Mapping[str, list[str]], name: str) -> int:
    text = _last(query, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
