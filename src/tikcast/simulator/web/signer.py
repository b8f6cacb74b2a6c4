"""The signer: its answer holds a room's recent messages, and a signature for the push server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.messages.frames import cursor_ms, internal_ext, response
from tikcast.simulator.people.accounts import find_account, may_watch
from tikcast.simulator.room.room import SimulatedRoom
from tikcast.simulator.web.requests import (
    WebAnswer,
    WebRequest,
    cookie_of,
    is_decimal,
    json_answer,
    mint_ttwid,
    set_ttwid,
)
from tikcast.simulator.web.signatures import ADDED, URL_PREFIX
from tikcast.simulator.world import World


def fetch(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`/webcast/fetch`, in both its forms: the room in `room_id`, `unique_id`, or the `url` to sign."""
    signed = parse_qs(urlsplit(request.query.get("url", "")).query)
    query = {name: values[-1] for name, values in signed.items()} | dict(request.query)
    return _signed(world, request, room=_room(world, query), now_ms=now_ms)


def connect(world: World, request: WebRequest, *, room: str, now_ms: int) -> WebAnswer:
    """`/webcast/rooms/{room}/connect`, the newer form: the same for a room id, or a user name."""
    target = _room(world, {"room_id": room, "unique_id": room})
    return _signed(world, request, room=target, now_ms=now_ms)


def room_id_of(world: World, request: WebRequest, *, user: str, now_ms: int) -> WebAnswer:
    """`/webcast/anchors/{user}/room_id`."""
    del request, now_ms
    account = find_account(world, user)
    if account is None or not account.live:
        message = "The requested user is offline." if account else "The requested user could not be found."
        return json_answer({"code": 404, "ok": False, "message": message}, status=404)
    return json_answer({"code": 200, "ok": True, "room_id": account.room_id, "is_live": True})


def rate_limits(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`/webcast/rate_limits` and the newer `/accounts/me/rate_limits`: the quota of this minute.

    That of hours and days is a hundred times as much.
    """
    del request
    left, most = world.signatures.remaining(now_ms), world.signatures.a_minute
    ends = datetime.fromtimestamp(world.signatures.resets_at_ms(now_ms) / 1000, UTC)
    minute = {"max": most, "remaining": left, "reset_at": ends.isoformat().replace("+00:00", "Z")}
    longer = minute | {"max": 100 * most, "remaining": 100 * most}
    return json_answer({"code": 200, "message": "", "day": longer, "hour": longer, "minute": minute})


def _signed(world: World, request: WebRequest, *, room: SimulatedRoom | None, now_ms: int) -> WebAnswer:
    if room is None or room.over:
        message = "The requested user is offline or does not exist."
        return json_answer({"code": 404, "message": message}, status=404)
    session = _session(request)
    owner = world.owner_of(room.room_id)
    if owner is not None and not may_watch(world, owner, session=session):
        return json_answer({"code": 403, "message": "This live needs a session that is logged in."}, status=403)
    signature = world.signatures.issue(room.room_id, now_ms, session=session)
    if signature is None:
        return exhausted(world, now_ms=now_ms)
    return _granted(world, request, room=room, signature=signature, now_ms=now_ms)


def _session(request: WebRequest) -> str:
    """The session to sign for: in the query in the older form, in a header in the newer one (2026-11)."""
    return request.query.get("session_id", "") or cookie_of(request.headers.get("x-cookie-header", ""), "sessionid")


def _granted(world: World, request: WebRequest, *, room: SimulatedRoom, signature: str, now_ms: int) -> WebAnswer:
    headers = {
        "X-Set-TT-Cookie": set_ttwid(mint_ttwid(world.config.seed, signature, at_ms=now_ms)),
        "X-Room-Id": str(room.room_id),
        "X-Agent-Id": "simulator",
        "X-Request-Id": signature,
        "X-Log-Code": "0",
        "RateLimit-Remaining": str(world.signatures.remaining(now_ms)),
    }
    after = cursor_ms(request.query.get("cursor", ""))
    messages = room.recent(now_ms) if after is None else room.since(after, now_ms)
    ext = internal_ext(room.room_id, now_ms=now_ms, log_id=0)
    made = response(messages, room_id=room.room_id, now_ms=now_ms, internal_ext=ext, heartbeat_ms=room.heartbeat_ms)
    made.is_first = after is None
    made.push_server = f"ws://{request.authority}/webcast/im/push/v2/"
    made.route_params_map.update({"wrss": signature, "imprp": f"{signature[::-1]}+/="})
    made.history_no_more = True
    return WebAnswer(
        content_type="application/protobuf",
        headers=headers,
        body=made.SerializeToString(),
        delivered=lambda at_ms: room.ledger.sent(messages, connection=0, at_ms=at_ms),
    )


def exhausted(world: World, *, now_ms: int) -> WebAnswer:
    """The signer's answer when the quota of this minute is used up."""
    resets_ms = world.signatures.resets_at_ms(now_ms)
    seconds = str(max(1, (resets_ms - now_ms) // 1000))
    headers = {"Retry-After": seconds, "RateLimit-Reset": seconds, "X-RateLimit-Reset": str(resets_ms // 1000)}
    message = "Too many connections started, try again later."
    return json_answer(
        {"code": 429, "message": message, "limit_label": "rate_limit_account_minute"}, status=429, headers=headers
    )


def _room(world: World, query: Mapping[str, str]) -> SimulatedRoom | None:
    room_id = query.get("room_id", "")
    if is_decimal(room_id):
        return world.room(int(room_id))
    account = find_account(world, query.get("unique_id", ""))
    return account.host.room if account and account.host else None


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class _UrlBody(msgspec.Struct, rename="camel"):
    url: str
    method: str = "GET"
    type: str = "fetch"
    user_agent: str = ""
    payload: str = ""
    session_id: str | None = None
    tt_target_idc: str | None = None


def sign_url(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`POST /webcast/sign_url`: the URL with its signature, while there is quota."""
    try:
        body = msgspec.json.decode(request.body, type=_UrlBody)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return json_answer({"code": 400, "message": f"The body is no order to sign: {error}"}, status=400)
    if not body.url.startswith(("http://", "https://", "ws://", "wss://")):
        return json_answer({"code": 400, "message": "The field url holds no URL."}, status=400)
    signature = world.signatures.issue_url(body.url, now_ms, session=body.session_id or "")
    if signature is None:
        return exhausted(world, now_ms=now_ms)
    return json_answer({"code": 200, "message": "", "response": _signed_url(body, signature)})


def _signed_url(body: _UrlBody, signature: str) -> dict[str, object]:
    random = seeded_random("url", signature.removeprefix(URL_PREFIX))
    bogus = letters(random, size=28, among=_LETTERS)
    added = dict(zip(ADDED, (letters(random, size=107, among=_LETTERS), bogus, signature), strict=True))
    return {
        "signedUrl": f"{body.url}{'&' if '?' in body.url else '?'}{urlencode(added)}",
        "userAgent": body.user_agent,
        **added,
        "browserName": "Mozilla",
        "browserVersion": body.user_agent.removeprefix("Mozilla/"),
    }
