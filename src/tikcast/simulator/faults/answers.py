"""Faults of the web side: what is answered in place of the truth, or what becomes of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from tikcast._proto import schema
from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.faults.catalog import Place
from tikcast.simulator.faults.orders import Order
from tikcast.simulator.web.requests import (
    Answer,
    RawAnswer,
    Request,
    html_answer,
    json_answer,
    mint_ttwid,
    set_ttwid,
    wire_head,
)

if TYPE_CHECKING:
    from tikcast.simulator.world import Host, World

STUB_SIZE: Final = 272
"""Bytes of the answer of a signer that has nothing to offer."""

_STUB_SERVER: Final = "wss://ws-fallback.eulerstream.com/?token="
_SCRIPT: Final = re.compile(rb"<script id=.*?</script>", re.DOTALL)
_SIGNER_SAYS: Final = {
    401: "The provided API Key is invalid.",
    402: "This endpoint is not part of your plan.",
    403: "This ISP is blocked from accessing the signature service.",
    420: "Enhance your calm.",
    429: "Too many connections started, try again later.",
    500: "Empty response payload received! Detected by TikTok.",
    503: "API is not ready for connections yet.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A request that a fault strikes, and whose room it is about."""

    world: World
    owner: Host
    request: Request
    order: Order
    now_ms: int


def struck(scene: Scene, answer: Callable[[], Answer]) -> Answer:
    """What the client gets. `answer` gives the truth, and is asked only if some of it is left."""
    instead = _INSTEAD.get(scene.order.name)
    return instead(scene) if instead else _AFTERWARDS[scene.order.name](scene, answer())


def handled() -> set[str]:
    """The faults that are known here."""
    return {*_INSTEAD, *_AFTERWARDS}


def _captcha(scene: Scene) -> Answer:
    del scene
    page = '<!DOCTYPE html><html><head><title>Security check</title></head><body id="tiktok-verify-page">'
    return html_answer(f'{page}<div id="captcha_container"></div></body></html>')


def _challenge(scene: Scene) -> Answer:
    del scene
    page = "<!DOCTYPE html><html><head><title>Please wait...</title></head><body><script>go()</script></body></html>"
    return html_answer(page, headers={"x-tt-system-error": "3"})


def _empty_answer(scene: Scene) -> Answer:
    del scene
    return Answer(content_type="text/plain")


def _forbidden(scene: Scene) -> Answer:
    del scene
    return Answer(status=403, content_type="text/html", body=b"<h1>Access Denied</h1>")


def _rate_limited(scene: Scene) -> Answer:
    seconds = scene.order.count("retry_after")
    headers = {"retry-after": str(seconds)} if seconds else {}
    return Answer(status=429, content_type="text/plain", headers=headers, body=b"Too Many Requests")


def _server_error(scene: Scene) -> Answer:
    return Answer(status=scene.order.count("status"), content_type="text/html", body=b"<h1>Trouble</h1>")


def _user_not_found(scene: Scene) -> Answer:
    del scene
    return json_answer({"data": {}, "message": "user_not_found", "statusCode": 19881007})


def _malformed_http(scene: Scene) -> Answer:
    damage = scene.order.text("damage")
    good = Answer(content_type="text/html", body=b"<html>" + bytes(994))
    if damage == "noise":
        data = b"\x00\x01HELO " + seeded_random("noise", scene.now_ms).randbytes(200)
    elif damage == "head":
        data = wire_head(good)[:40]
    else:
        data = wire_head(good) + good.body[:100]
    return Answer(raw=RawAnswer(pieces=((0.0, data),)))


def _http_reset(scene: Scene) -> Answer:
    del scene
    return Answer(raw=RawAnswer(reset=True))


def _no_answer(scene: Scene) -> Answer:
    return Answer(raw=RawAnswer(pieces=((scene.order.number("seconds"), b""),)))


def _signer_refused(scene: Scene) -> Answer:
    status, seconds = scene.order.count("status"), scene.order.count("retry_after")
    told: dict[str, object] = {"code": status, "message": _SIGNER_SAYS[status]}
    headers = {}
    if status in {420, 429} and seconds:
        resets_at = scene.now_ms // 1000 + seconds
        headers = {"Retry-After": str(seconds), "RateLimit-Reset": str(seconds), "X-RateLimit-Reset": str(resets_at)}
    if status == 429:
        told["limit_label"] = f"rate_limit_account_{scene.order.text('limit')}"
    return json_answer(told, status=status, headers=headers)


def _signer_stub(scene: Scene) -> Answer:
    made = schema.WebcastResponse(push_server=_STUB_SERVER)
    # Two bytes tell the length of a text of 128 bytes or more, one that of a shorter one.
    room = STUB_SIZE - made.ByteSize() - 1
    made.push_server += letters(seeded_random("stub", scene.now_ms), size=room, among="0123456789abcdef")
    ttwid = mint_ttwid("stub", scene.now_ms, at_ms=scene.now_ms)
    headers = {"X-Set-TT-Cookie": set_ttwid(ttwid), "X-Room-Id": str(scene.owner.room.room_id)}
    return Answer(content_type="application/protobuf", headers=headers, body=made.SerializeToString())


def _no_state(scene: Scene, answer: Answer) -> Answer:
    del scene
    return replace(answer, body=_SCRIPT.sub(b"", answer.body))


def _no_ttwid(scene: Scene, answer: Answer) -> Answer:
    del scene
    return replace(answer, headers=_without(answer.headers, "set-cookie"))


def _stale_room(scene: Scene, answer: Answer) -> Answer:
    stale = scene.world.stale_room(scene.owner)
    return replace(answer, body=answer.body.replace(str(scene.owner.room.room_id).encode(), str(stale).encode()))


def _slow_body(scene: Scene, answer: Answer) -> Answer:
    count = scene.order.count("pieces")
    ends = [len(answer.body) * piece // count for piece in range(count + 1)]
    wait = scene.order.number("seconds") / count
    drops = tuple((wait, answer.body[start:end]) for start, end in pairwise(ends))
    return replace(answer, raw=RawAnswer(pieces=((0.0, wire_head(answer)), *drops)))


def _signer_no_cookie(scene: Scene, answer: Answer) -> Answer:
    del scene
    return _unusable(answer, headers=_without(answer.headers, "x-set-tt-cookie"))


def _expired_signature(scene: Scene, answer: Answer) -> Answer:
    scene.world.signatures.expire(answer.headers.get("X-Request-Id", ""))
    return _unusable(answer)


def _dns_failure(scene: Scene, answer: Answer) -> Answer:
    return _elsewhere(answer, server=f"wss://{scene.order.text('host')}/webcast/im/push/v2/")


def _tls_failure(scene: Scene, answer: Answer) -> Answer:
    return _elsewhere(answer, server=f"wss://{scene.request.authority}/webcast/im/push/v2/")


def _elsewhere(answer: Answer, *, server: str) -> Answer:
    """The signer's answer with another push server in it; a refusal stays one."""
    if answer.status != 200:
        return answer
    made = schema.WebcastResponse.FromString(answer.body)
    made.push_server = server
    return _unusable(answer, body=made.SerializeToString())


def _unusable(answer: Answer, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Answer:
    """An answer with which nobody gets further: its messages do not count as sent."""
    kept = Answer(status=answer.status, content_type=answer.content_type)
    headers = answer.headers if headers is None else headers
    return replace(kept, headers=headers, body=answer.body if body is None else body)


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key.lower() != name}


_INSTEAD: Final[Mapping[str, Callable[[Scene], Answer]]] = {
    "captcha": _captcha,
    "challenge": _challenge,
    "empty_answer": _empty_answer,
    "forbidden": _forbidden,
    "http_reset": _http_reset,
    "malformed_http": _malformed_http,
    "no_answer": _no_answer,
    "rate_limited": _rate_limited,
    "server_error": _server_error,
    "signer_refused": _signer_refused,
    "signer_stub": _signer_stub,
    "user_not_found": _user_not_found,
}
_AFTERWARDS: Final[Mapping[str, Callable[[Scene, Answer], Answer]]] = {
    "dns_failure": _dns_failure,
    "expired_signature": _expired_signature,
    "no_state": _no_state,
    "no_ttwid": _no_ttwid,
    "signer_no_cookie": _signer_no_cookie,
    "slow_body": _slow_body,
    "stale_room": _stale_room,
    "tls_failure": _tls_failure,
}


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
