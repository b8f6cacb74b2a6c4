"""Which requests faults strike: what is asked, and whose live it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from tikcast.simulator.fault_answers import Scene
from tikcast.simulator.fault_kinds import Place
from tikcast.simulator.http import Request

if TYPE_CHECKING:
    from tikcast.simulator.world import Host, World

_PATHS: Final[tuple[tuple[re.Pattern[str], Place], ...]] = (
    (re.compile(r"/@([^/]+)/live"), "page"),
    (re.compile(r"/@([^/]+)"), "profile"),
    (re.compile(r"/api-live/.+()"), "api"),
    (re.compile(r"/signer/webcast/fetch()"), "signer"),
    (re.compile(r"/signer/webcast/rooms/([^/]+)/connect"), "signer"),
    (re.compile(r"/webcast/.+()"), "webcast"),
)
_PARAMETERS: Final = ("uniqueId", "unique_id", "room_id", "room_ids")
_ANYBODY: Final = "tiktok"


def scene_of(world: World, request: Request, *, now_ms: int) -> Scene | None:
    """The fault that strikes a request, if one does.

    A request that names nobody in particular, such as one for the page of TikTok itself, is struck by the
    faults of all users.
    """
    for pattern, place in _PATHS:
        match = pattern.fullmatch(request.path.rstrip("/"))
        if match:
            return _struck(world, request, place=place, named=match.group(1), now_ms=now_ms)
    return None


def _struck(world: World, request: Request, *, place: Place, named: str, now_ms: int) -> Scene | None:
    for owner in _owners(world, {*_names(request), named} - {"", _ANYBODY}):
        order = owner.faults.strike_request(place, now_ms)
        if order is not None:
            return Scene(world=world, owner=owner, request=request, order=order, now_ms=now_ms)
    return None


def _owners(world: World, names: set[str]) -> Iterable[Host]:
    if not names:
        return [owner for owner in world.hosts.values() if owner.faults]
    found = (world.owner_of(int(name)) if _is_id(name) else world.host_of(name) for name in names)
    return [owner for owner in found if owner is not None]


def _names(request: Request) -> Iterable[str]:
    signed = parse_qs(urlsplit(request.query.get("url", "")).query)
    for name in _PARAMETERS:
        yield from request.query.get(name, "").split(",")
        yield from signed.get(name, [])


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) < 20
