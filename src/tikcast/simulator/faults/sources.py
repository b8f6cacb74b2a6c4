"""Faults of the sources that say who is live, and of those that set the cookie: nothing, or something wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tikcast.simulator.faults.hooks import REQUEST, RequestContext
from tikcast.simulator.faults.parameters import one_of
from tikcast.simulator.faults.registry import Place
from tikcast.simulator.web.requests import (
    REGISTER_REDIRECT,
    WebAnswer,
    decimal,
    json_answer,
    unknown_user,
    without_header,
)

_STATUS: Final = re.compile(rb'"status":\d+')

_ROOM_ID: Final = re.compile(rb'"roomId":"\d*"')

_STALE: Final = ("offline", "ended", "old_room")

_COOKIE_URLS: Final[Mapping[str, Place]] = {
    "live_page": "page",
    "profile": "profile",
    "live": "live",
    "register": "register",
    "register_redirect": "register",
    "check": "check",
}

_SCRIPT: Final = re.compile(rb"<script id=.*?</script>", re.DOTALL)


@REQUEST.fault("no_state", "the page holds no data", where=one_of("which requests", "page", "profile", "pages"))
def no_state(context: RequestContext) -> WebAnswer:
    """Leave the data out of the page."""
    answer = context.answer()
    return replace(answer, body=_SCRIPT.sub(b"", answer.body))


@REQUEST.fault("user_not_found", "19881007 for a user who is live", place="api")
def user_not_found(_: RequestContext) -> WebAnswer:
    """Answer as for a name that nobody has."""
    return unknown_user()


@REQUEST.fault(
    "stale_room",
    "the id of a room that is over",
    where=one_of("which requests", "lookup", "page", "profile", "api", "pages"),
)
def stale_room(context: RequestContext) -> WebAnswer:
    """Answer with the id of an older room."""
    answer = context.answer()
    old, new = str(context.stale_room_id()).encode(), str(context.room_id).encode()
    return replace(answer, body=answer.body.replace(new, old))


@REQUEST.fault(
    "stale_page",
    "an old copy of the page for a user who is live",
    where=one_of("which requests", "page", "api", "profile", "pages", "lookup"),
    shows=one_of("what: offline without a room, offline with the room's id, or an older room", *_STALE),
)
def stale_page(context: RequestContext, *, shows: str) -> WebAnswer:
    """Answer with what was right before the live stream began."""
    if shows == "old_room":
        return stale_room(context)
    answer = context.answer()
    body = _STATUS.sub(b'"status":4', answer.body)
    return replace(answer, body=body if shows == "ended" else _ROOM_ID.sub(b'"roomId":""', body))


@REQUEST.fault(
    "empty_room_id",
    "the answer names no room, although the user is live",
    where=one_of("which requests", "page", "api", "profile", "pages", "lookup"),
)
def empty_room_id(context: RequestContext) -> WebAnswer:
    """Leave the room's id out; the status stays that of a live user."""
    answer = context.answer()
    return replace(answer, body=_ROOM_ID.sub(b'"roomId":""', answer.body))


@REQUEST.fault("lying_alive", "check_alive says that every room is live, also rooms that cannot exist", place="alive")
def lying_alive(context: RequestContext) -> WebAnswer:
    """Answer true for each room."""
    ids = filter(None, map(decimal, context.request.query.get("room_ids", "").split(",")))
    data = [{"alive": True, "room_id": room_id, "room_id_str": str(room_id)} for room_id in ids]
    return json_answer({"data": data, "extra": {"now": context.now_ms}, "status_code": 0})


@REQUEST.fault("feed_login", "200 without a body for guests, whose request has no signature either", place="feed")
def feed_login(context: RequestContext) -> WebAnswer:
    """Answer only users who are logged in, and requests with a signature."""
    return context.answer() if context.logged_in or context.has_signature() else WebAnswer(content_type="text/plain")


@REQUEST.fault(
    "no_ttwid",
    "the page sets no cookie",
    where=one_of("which requests", "pages", "page", "profile", "live", "register", "check", "cookies"),
)
def no_ttwid(context: RequestContext) -> WebAnswer:
    """Leave the cookie out."""
    answer = context.answer()
    return replace(answer, headers=without_header(answer.headers, "set-cookie"))


@REQUEST.fault(
    "cookie_only",
    "only one address sets the cookie",
    place="cookies",
    url=one_of("which one; register_redirect: only the page to which the answer of register redirects", *_COOKIE_URLS),
)
def cookie_only(context: RequestContext, *, url: str) -> WebAnswer:
    """Leave the cookie out of the answers of all other addresses."""
    answer = context.answer()
    redirected = context.request.path.rstrip("/") == REGISTER_REDIRECT
    if _COOKIE_URLS[url] == context.place and (context.place != "register" or redirected == (url != "register")):
        return answer
    return replace(answer, headers=without_header(answer.headers, "set-cookie"))
