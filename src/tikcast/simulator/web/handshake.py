"""The handshake of WebSockets, as strict as TikTok's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from tikcast.simulator.faults.registry import Method
from tikcast.simulator.messages.frames import cursor_ms
from tikcast.simulator.people.accounts import logged_in, may_watch, session_of
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.web.request_faults import with_fault
from tikcast.simulator.web.requests import WebAnswer, WebRequest, cookie_of, decimal, refused_socket
from tikcast.simulator.world import World

PATHS: Final = ("/webcast/im/ws_proxy/ws_reuse_supplement", "/webcast/im/push/v2")
SUBPROTOCOL: Final = "echo-protocol"
_ORIGIN: Final = "https://www.tiktok.com"
_OPEN: Final = WebAnswer(status=101)
"""Stands for the right answer to a handshake, when a fault does not change it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """A request for a WebSocket. Header names are lower case."""

    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The answer to a handshake that is refused, mostly with the reason in its headers."""

    answer: WebAnswer

    @property
    def message(self) -> str:
        """The reason, empty for an answer without one."""
        return self.answer.headers.get("Handshake-Msg", "")


def open_connection(world: World, upgrade: Upgrade, *, now_ms: int) -> PushConnection | Refusal:
    """Open a connection to a room, or refuse it."""
    if upgrade.path.rstrip("/") not in PATHS:
        return _refused("not found", status=404, code=404)
    query = parse_qs(upgrade.query, keep_blank_values=True)
    method: Method = "signed" if _last(query, "wrss") else "direct"
    refusal = _by_fault(world, upgrade, query=query, method=method, now_ms=now_ms)
    if refusal:
        return refusal
    session = session_of(upgrade.headers)
    refusal = _refused_headers(upgrade.headers) or _refused_query(world, query, session=session, now_ms=now_ms)
    if refusal:
        return refusal
    owner = world.owner_of(_number(query, "room_id"))
    room = world.room(_number(query, "room_id"))
    if owner is None or room is None or not room.admits:
        return _refused("room is not live")
    if not may_watch(world, owner, session=session):
        return _refused("permission denied" if logged_in(world, upgrade.headers) else "login required")
    after = cursor_ms(_last(query, "cursor"))
    return world.connect(room, now_ms, cursor_ms=after, packed=_packed(query), method=method)


def accept_headers(connection: PushConnection) -> dict[str, str]:
    """The headers of a successful handshake, with the heartbeat interval."""
    seconds = connection.heartbeat_ms // 1000
    return {"Handshake-Options": f"ping-interval={seconds}; ping-timeout={3 * seconds}", "Handshake-Status": "0"}


def _by_fault(
    world: World, upgrade: Upgrade, *, query: Mapping[str, list[str]], method: Method, now_ms: int
) -> Refusal | None:
    """The refusal by a fault, if one is due."""
    owner = world.owner_of(_number(query, "room_id"))
    if owner is None:
        return None
    last = {name: values[-1] for name, values in query.items()}
    request = WebRequest(path=upgrade.path, query=last, headers=upgrade.headers)
    answer = with_fault(
        world, request, owners=[owner], place="socket", right_answer=lambda: _OPEN, now_ms=now_ms, method=method
    )
    return None if answer is None or answer is _OPEN else Refusal(answer=answer)


def _refused(message: str, *, status: int = 200, code: int = 415) -> Refusal:
    return Refusal(answer=refused_socket(message, status=status, code=code))


def _refused_headers(headers: Mapping[str, str]) -> Refusal | None:
    if not cookie_of(headers.get("cookie", ""), "ttwid"):
        return _refused("http: named cookie not present")
    if not headers.get("user-agent", "").startswith("Mozilla/5.0 ("):
        return _refused("DEVICE_BLOCKED")
    if headers.get("origin", _ORIGIN) != _ORIGIN:
        return _refused("illegal origin", status=400)
    return None


def _refused_query(world: World, query: Mapping[str, list[str]], *, session: str, now_ms: int) -> Refusal | None:
    if _last(query, "aid") != "1988" or not _number(query, "room_id"):
        return _refused("illegal app_id", code=417)
    signature = _last(query, "wrss")
    if signature:
        valid = world.signatures.holds(signature, room_id=_number(query, "room_id"), session=session, now_ms=now_ms)
    else:
        valid = _last(query, "ws_direct") == "1"
    return None if valid else _refused("illegal secret key")


def _packed(query: Mapping[str, list[str]]) -> bool:
    return "compress" not in query or _last(query, "compress") == "gzip"


def _last(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[-1]


def _number(query: Mapping[str, list[str]], name: str) -> int:
    return decimal(_last(query, name))
