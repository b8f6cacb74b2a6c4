"""Faults before the WebSocket is open: what pages, lookups, the signer and the handshake answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from tikcast.simulator.chance import seeded_random
from tikcast.simulator.faults.hooks import REQUEST, RequestContext
from tikcast.simulator.faults.parameters import Parameter, number, one_of
from tikcast.simulator.faults.parameters import seconds as duration
from tikcast.simulator.faults.parameters import text as words
from tikcast.simulator.faults.registry import PLACES, method_choice
from tikcast.simulator.web.requests import (
    RawAnswer,
    WebAnswer,
    html_answer,
    refused_socket,
    wire_head,
)

HANDSHAKE_MESSAGES: Final = (
    "DEVICE_BLOCKED",
    "illegal secret key",
    "illegal app_id",
    "http: named cookie not present",
    "room is not live",
)

CHALLENGES: Final[Mapping[str, str]] = {
    "page": "<!DOCTYPE html><html><head><title>Please wait...</title></head><body><script>go()</script></body></html>",
    "firewall": (
        '<!DOCTYPE html><html lang="en"><head><script id="slardar-config" type="application/json">'
        '{"slardarClient":"SlardarWAF","bid":"slardar_us_waf"}</script></head><body>Please wait...'
        '<p id="wci" class="_wafchallengeid"></p><p id="cs" class="eyJ2Ijp7fX0="></p></body></html>'
    ),
    "shell": "<!DOCTYPE html><html><head><title>TikTok - Make Your Day</title></head><body></body></html>".ljust(1155),
}
"""The pages of browser challenges; a client that looks like no browser gets a shell of 1,155 bytes (2026-09)."""


def _where(default: str) -> Parameter:
    return one_of("which requests", default, *(place for place in PLACES if place != default))


@REQUEST.fault("captcha", "a page that asks for a captcha", where=_where("lookup"))
def captcha(_: RequestContext) -> WebAnswer:
    """Answer with TikTok's captcha page."""
    page = '<!DOCTYPE html><html><head><title>Security check</title></head><body id="tiktok-verify-page">'
    return html_answer(f'{page}<div id="captcha_container"></div></body></html>')


@REQUEST.fault(
    "challenge",
    "a browser challenge: 200, no cookie, X-TT-System-Error: 3",
    where=_where("lookup"),
    kind=one_of("which: a page with that header, the page of a firewall without it, an empty shell", *CHALLENGES),
)
def challenge(_: RequestContext, *, kind: str) -> WebAnswer:
    """Answer with the page of a browser challenge."""
    headers = {} if kind == "firewall" else {"x-tt-system-error": "3"}
    return html_answer(CHALLENGES[kind], headers=headers)


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
    "handshake_refused",
    "the WebSocket is refused",
    place="socket",
    status=one_of("the HTTP status", 200, 400, 415, 403, 429, 500, 502, 503),
    message=words("Handshake-Msg, such as " + ", ".join(HANDSHAKE_MESSAGES), HANDSHAKE_MESSAGES[0]),
    code=number("Handshake-Status", 415, least=0, most=999),
    method=method_choice(),
)
def handshake_refused(_: RequestContext, *, status: int, message: str, code: int) -> WebAnswer:
    """Refuse the WebSocket as TikTok does, with the reason in headers."""
    return refused_socket(_printable(message), status=status, code=code)


@REQUEST.fault(
    "signature_demanded",
    "the WebSocket without a signer is refused (illegal secret key) unless its own address is signed",
    place="socket",
    method=method_choice("direct"),
)
def signature_demanded(context: RequestContext) -> WebAnswer:
    """Refuse an address without a signature of `sign_url`."""
    return context.answer() if context.has_signature() else refused_socket("illegal secret key")


def _printable(text: str) -> str:
    """The characters of a text that a header can hold."""
    return "".join(mark for mark in text if mark.isascii() and mark.isprintable())
