"""Faults before the WebSocket is open: what pages, lookups, the signer and the handshake answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.chance import letters, seeded_random
from tikcast.simulator.faults.hooks import REQUEST, RequestContext
from tikcast.simulator.faults.parameters import Parameter, number, one_of
from tikcast.simulator.faults.parameters import seconds as duration
from tikcast.simulator.faults.parameters import text as words
from tikcast.simulator.faults.registry import PLACES
from tikcast.simulator.web.requests import (
    RawAnswer,
    WebAnswer,
    html_answer,
    json_answer,
    mint_ttwid,
    set_ttwid,
    unknown_user,
    wire_head,
)

STUB_SIZE: Final = 272
"""Bytes of the answer of a signer that has nothing to offer."""

HANDSHAKE_MESSAGES: Final = (
    "DEVICE_BLOCKED",
    "illegal secret key",
    "illegal app_id",
    "http: named cookie not present",
    "room is not live",
)

_STUB_SERVER: Final = "wss://ws-fallback.eulerstream.com/?token="
_SCRIPT: Final = re.compile(rb"<script id=.*?</script>", re.DOTALL)
_SIGNER_MESSAGES: Final = {
    401: "The provided API Key is invalid.",
    402: "This endpoint is not part of your plan.",
    403: "This ISP is blocked from accessing the signature service.",
    420: "Enhance your calm.",
    429: "Too many connections started, try again later.",
    500: "Empty response payload received! Detected by TikTok.",
    503: "API is not ready for connections yet.",
}


def _where(default: str) -> Parameter:
    return one_of("which requests", default, *(place for place in PLACES if place != default))


@REQUEST.fault("no_state", "the page holds no data", where=one_of("which requests", "page", "profile", "pages"))
def no_state(context: RequestContext) -> WebAnswer:
    """Leave the data out of the page."""
    answer = context.answer()
    return replace(answer, body=_SCRIPT.sub(b"", answer.body))


@REQUEST.fault("captcha", "a page that asks for a captcha", where=_where("lookup"))
def captcha(_: RequestContext) -> WebAnswer:
    """Answer with TikTok's captcha page."""
    page = '<!DOCTYPE html><html><head><title>Security check</title></head><body id="tiktok-verify-page">'
    return html_answer(f'{page}<div id="captcha_container"></div></body></html>')


@REQUEST.fault("challenge", "a browser challenge: 200, no cookie, X-TT-System-Error: 3", where=_where("lookup"))
def challenge(_: RequestContext) -> WebAnswer:
    """Answer with the page of a browser challenge."""
    page = "<!DOCTYPE html><html><head><title>Please wait...</title></head><body><script>go()</script></body></html>"
    return html_answer(page, headers={"x-tt-system-error": "3"})


@REQUEST.fault("empty_answer", "200 without a body", where=_where("lookup"))
def empty_answer(_: RequestContext) -> WebAnswer:
    """Answer with no body."""
    return WebAnswer(content_type="text/plain")


@REQUEST.fault("forbidden", "403", where=_where("lookup"))
def forbidden(_: RequestContext) -> WebAnswer:
    """Answer with status 403."""
    return WebAnswer(status=403, content_type="text/html", body=b"<h1>Access Denied</h1>")


@REQUEST.fault(
    "rate_limited",
    "429",
    where=_where("lookup"),
    retry_after=number("seconds in the header retry-after; 0 leaves it out", 30, most=86_400),
)
def rate_limited(_: RequestContext, *, retry_after: int) -> WebAnswer:
    """Answer with status 429."""
    headers = {"retry-after": str(retry_after)} if retry_after else {}
    return WebAnswer(status=429, content_type="text/plain", headers=headers, body=b"Too Many Requests")


@REQUEST.fault(
    "server_error",
    "the server is in trouble",
    where=_where("lookup"),
    status=one_of("the status", 500, 502, 503, 504),
)
def server_error(_: RequestContext, *, status: int) -> WebAnswer:
    """Answer with a status of 500 or more."""
    return WebAnswer(status=status, content_type="text/html", body=b"<h1>Trouble</h1>")


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


@REQUEST.fault("no_ttwid", "the page sets no cookie", where=one_of("which requests", "pages", "page", "profile"))
def no_ttwid(context: RequestContext) -> WebAnswer:
    """Leave the cookie out."""
    answer = context.answer()
    return replace(answer, headers=_without(answer.headers, "set-cookie"))


@REQUEST.fault(
    "malformed_http",
    "bytes that are no HTTP answer",
    where=_where("anywhere"),
    damage=one_of("what: noise, half of the head, or less body than promised", "noise", "head", "body"),
)
def malformed_http(context: RequestContext, *, damage: str) -> WebAnswer:
    """Answer with bytes that are not HTTP, or not all of it."""
    good = WebAnswer(content_type="text/html", body=b"<html>" + bytes(994))
    if damage == "noise":
        data = b"\x00\x01HELO " + seeded_random("noise", context.now_ms).randbytes(200)
    elif damage == "head":
        data = wire_head(good)[:40]
    else:
        data = wire_head(good) + good.body[:100]
    return WebAnswer(raw=RawAnswer(pieces=((0.0, data),)))


@REQUEST.fault("http_reset", "TCP reset in place of an answer", where=_where("anywhere"))
def http_reset(_: RequestContext) -> WebAnswer:
    """Break the connection."""
    return WebAnswer(raw=RawAnswer(reset=True))


@REQUEST.fault("no_answer", "nothing, then the end", where=_where("anywhere"), seconds=duration("until the end", 60.0))
def no_answer(_: RequestContext, *, seconds: float) -> WebAnswer:
    """Keep the connection open without an answer, then close it."""
    return WebAnswer(raw=RawAnswer(pieces=((seconds, b""),)))


@REQUEST.fault(
    "slow_body",
    "the head at once, the body in drops",
    where=one_of("which requests", "lookup", "signer", "webcast", "page", "profile", "api", "pages"),
    seconds=duration("for the body", 5.0),
    pieces=number("how many drops", 8, least=1, most=1000),
)
def slow_body(context: RequestContext, *, seconds: float, pieces: int) -> WebAnswer:
    """Send the body in pieces."""
    answer = context.answer()
    ends = [len(answer.body) * piece // pieces for piece in range(pieces + 1)]
    wait = seconds / pieces
    parts = tuple((wait, answer.body[start:end]) for start, end in pairwise(ends))
    return replace(answer, raw=RawAnswer(pieces=((0.0, wire_head(answer)), *parts)))


@REQUEST.fault(
    "signer_refused",
    "the signer refuses, with the words that go with the status",
    place="signer",
    status=one_of("the status", 429, 401, 402, 403, 420, 500, 503),
    retry_after=number("seconds until 429 and 420 are over; 0 does not say", 30, most=86_400),
    limit=one_of("which limit 429 names", "minute", "hour", "day"),
)
def signer_refused(context: RequestContext, *, status: int, retry_after: int, limit: str) -> WebAnswer:
    """Refuse to sign."""
    content: dict[str, object] = {"code": status, "message": _SIGNER_MESSAGES[status]}
    headers = {}
    if status in {420, 429} and retry_after:
        resets_at = context.now_ms // 1000 + retry_after
        after = str(retry_after)
        headers = {"Retry-After": after, "RateLimit-Reset": after, "X-RateLimit-Reset": str(resets_at)}
    if status == 429:
        content["limit_label"] = f"rate_limit_account_{limit}"
    return json_answer(content, status=status, headers=headers)


@REQUEST.fault("signer_stub", "a stub of 272 bytes that names a push server which never opens", place="signer")
def signer_stub(context: RequestContext) -> WebAnswer:
    """Answer with a push server that does not work, in the size that real signers send."""
    made = schema.WebcastResponse(push_server=_STUB_SERVER)
    # The length of a text of 128 bytes or more takes two bytes, that of a shorter one takes one.
    room = STUB_SIZE - made.ByteSize() - 1
    made.push_server += letters(seeded_random("stub", context.now_ms), size=room, among="0123456789abcdef")
    ttwid = mint_ttwid("stub", context.now_ms, at_ms=context.now_ms)
    headers = {"X-Set-TT-Cookie": set_ttwid(ttwid), "X-Room-Id": str(context.room_id)}
    return WebAnswer(content_type="application/protobuf", headers=headers, body=made.SerializeToString())


@REQUEST.fault("signer_no_cookie", "the answer has no X-Set-TT-Cookie", place="signer")
def signer_no_cookie(context: RequestContext) -> WebAnswer:
    """Leave the cookie out."""
    answer = context.answer()
    return _unusable(answer, headers=_without(answer.headers, "x-set-tt-cookie"))


@REQUEST.fault("expired_signature", "the signature has expired before it is used", place="signer")
def expired_signature(context: RequestContext) -> WebAnswer:
    """Sign, and let the signature expire at once."""
    answer = context.answer()
    context.signatures.expire(answer.headers.get("X-Request-Id", ""))
    return _unusable(answer)


@REQUEST.fault(
    "dns_failure",
    "the push server's name cannot be resolved",
    place="signer",
    host=words("the name; one under .invalid reaches clients with an endpoint too", "push.invalid", most=253),
)
def dns_failure(context: RequestContext, *, host: str) -> WebAnswer:
    """Name a push server that does not exist."""
    return _with_push_server(context.answer(), f"wss://{host}/webcast/im/push/v2/")


@REQUEST.fault("tls_failure", "the push server is said to speak TLS, and does not", place="signer")
def tls_failure(context: RequestContext) -> WebAnswer:
    """Name this server, with a scheme that it does not speak."""
    return _with_push_server(context.answer(), f"wss://{context.request.authority}/webcast/im/push/v2/")


@REQUEST.fault(
    "handshake_refused",
    "the WebSocket is refused",
    place="socket",
    status=one_of("the HTTP status", 200, 400, 415, 403, 429, 500, 502, 503),
    message=words("Handshake-Msg, such as " + ", ".join(HANDSHAKE_MESSAGES), HANDSHAKE_MESSAGES[0]),
    code=number("Handshake-Status", 415, least=0, most=999),
)
def handshake_refused(_: RequestContext, *, status: int, message: str, code: int) -> WebAnswer:
    """Refuse the WebSocket as TikTok does, with the reason in headers."""
    return WebAnswer(
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Handshake-Status": str(code), "Handshake-Msg": _printable(message)},
    )


def _printable(text: str) -> str:
    """The characters of a text that a header can hold."""
    return "".join(mark for mark in text if mark.isascii() and mark.isprintable())


def _with_push_server(answer: WebAnswer, server: str) -> WebAnswer:
    """The signer's answer with another push server in it; a refusal stays one."""
    if answer.status != 200:
        return answer
    made = schema.WebcastResponse.FromString(answer.body)
    made.push_server = server
    return _unusable(answer, body=made.SerializeToString())


def _unusable(answer: WebAnswer, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> WebAnswer:
    """An answer with which no client can connect: its messages do not count as sent."""
    kept = WebAnswer(status=answer.status, content_type=answer.content_type)
    headers = answer.headers if headers is None else headers
    return replace(kept, headers=headers, body=answer.body if body is None else body)


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key.lower() != name}
