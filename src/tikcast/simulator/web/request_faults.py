"""Requests that waiting faults affect: what a request asks for, and which user it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tikcast.simulator.faults.hooks import RequestContext
from tikcast.simulator.faults.registry import Method, Place
from tikcast.simulator.people.accounts import logged_in, session_of
from tikcast.simulator.web.requests import WebAnswer, WebRequest, decimal, is_decimal
from tikcast.simulator.world import Host, World

_PATHS: Final[tuple[tuple[re.Pattern[str], Place], ...]] = (
    (re.compile(r"/@([^/]+)/live"), "page"),
    (re.compile(r"/@([^/]+)"), "profile"),
    (re.compile(r"/live(?:/.+)?()"), "live"),
    (re.compile(r"/ttwid/union/.+()"), "register"),
    (re.compile(r"/ttwid/check()"), "check"),
    (re.compile(r"/api-live/.+()"), "api"),
    (re.compile(r"/signer/webcast/fetch()"), "signer"),
    (re.compile(r"/signer/webcast/rooms/([^/]+)/connect"), "signer"),
    (re.compile(r"/signer/(?:webcast|accounts/me)/rate_limits()"), "limits"),
    (re.compile(r"/webcast/room/check_alive()"), "alive"),
    (re.compile(r"/webcast/room/info(?:_by_user)?()"), "room_info"),
    (re.compile(r"/webcast/feed()"), "feed"),
    (re.compile(r"/webcast/.+()"), "webcast"),
)
_NAMES: Final = ("uniqueId", "unique_id")
_ROOMS: Final = ("room_id", "room_ids")
_NOBODY: Final = "tiktok"


def answer_request(
    world: World, request: WebRequest, *, right_answer: Callable[[], WebAnswer], now_ms: int
) -> WebAnswer:
    """The right answer to a request, or the one of the first fault that is due.

    A request that names no user, such as one for the page of TikTok itself, or that names only rooms which nobody
    has, is affected by the faults of all users.
    """
    for pattern, place in _PATHS:
        match = pattern.fullmatch(request.path.rstrip("/"))
        if match:
            owners = _owners(world, {*_named(world, request), match.group(1)} - {"", _NOBODY})
            answer = with_fault(world, request, owners=owners, place=place, right_answer=right_answer, now_ms=now_ms)
            return right_answer() if answer is None else answer
    return right_answer()


def with_fault(
    world: World,
    request: WebRequest,
    *,
    owners: Iterable[Host],
    place: Place,
    right_answer: Callable[[], WebAnswer],
    now_ms: int,
    method: Method | None = None,
) -> WebAnswer | None:
    """The answer that a fault of one of these users gives; None when none is due.

    `method`: how the client opens a WebSocket, for a request for one.
    """
    for owner in owners:
        fault = owner.faults.take_request(place, now_ms, method=method)
        if fault is not None:
            session = session_of(request.headers)
            context = RequestContext(
                request=request,
                place=place,
                room_id=owner.room.room_id,
                signatures=world.signatures,
                logged_in=logged_in(world, request.headers),
                has_signature=partial(
                    world.signatures.holds_url, request.path, request.query, session=session, now_ms=now_ms
                ),
                answer=right_answer,
                stale_room_id=partial(world.stale_room, owner),
                now_ms=now_ms,
            )
            return fault(context)
    return None


def _owners(world: World, names: set[str]) -> Iterable[Host]:
    if not names:
        return [owner for owner in world.hosts.values() if owner.faults]
    owners = (world.owner_of(int(name)) if is_decimal(name) else world.host_of(name) for name in names)
    return [owner for owner in owners if owner is not None]


def _named(world: World, request: WebRequest) -> Iterable[str]:
    """The names and the rooms in a request; rooms that nobody has are left out."""
    signed = parse_qs(urlsplit(request.query.get("url", "")).query)
    for name in (*_NAMES, *_ROOMS):
        named = [*request.query.get(name, "").split(","), *signed.get(name, [])]
        yield from (text for text in named if name in _NAMES or world.owner_of(decimal(text)))
