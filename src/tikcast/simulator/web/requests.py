"""HTTP requests and answers as plain values, and the cookie that identifies a visitor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import msgspec

from tikcast.simulator.chance import letters, seeded_random

REGISTER_REDIRECT: Final = "/ttwid/union/callback"
"""The path to which the answer of `/ttwid/union/register` redirects."""

_JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class WebRequest:
    """An HTTP request. Header names are lower case; of a parameter that comes twice, the last counts."""

    method: str = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def authority(self) -> str:
        """The host and port in the request's Host header."""
        return self.headers.get("host", "127.0.0.1")


@dataclass(frozen=True, kw_only=True, slots=True)
class RawAnswer:
    """Bytes to send as they are: each piece with the seconds to wait before it; then the connection ends."""

    pieces: tuple[tuple[float, bytes], ...] = ()
    reset: bool = False


def _do_nothing(now_ms: int) -> None:
    del now_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class WebAnswer:
    """An HTTP answer. `delivered` is called with the time when all of it was sent. `raw` replaces all the rest."""

    status: int = 200
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: RawAnswer | None = None
    delivered: Callable[[int], None] = _do_nothing


def wire_head(answer: WebAnswer) -> bytes:
    """The bytes of an answer's head; the connection ends after the answer."""
    phrase = HTTPStatus(answer.status).phrase
    headers = {
        "content-type": answer.content_type,
        **answer.headers,
        "content-length": str(len(answer.body)),
        "connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def json_answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> WebAnswer:
    """A JSON value as an answer."""
    return WebAnswer(status=status, headers=headers or {}, body=msgspec.json.encode(value))


def unknown_user() -> WebAnswer:
    """TikTok's answer to a lookup of a name that no user has."""
    return json_answer({"data": {}, "message": "user_not_found", "statusCode": 19881007})


def html_answer(body: str, *, headers: Mapping[str, str] | None = None) -> WebAnswer:
    """A web page as an answer."""
    return WebAnswer(content_type="text/html; charset=utf-8", headers=headers or {}, body=body.encode())


def refused_socket(message: str, *, status: int = 200, code: int = 415) -> WebAnswer:
    """The answer to a WebSocket that is refused, with the reason in headers."""
    headers = {"Handshake-Status": str(code), "Handshake-Msg": message}
    return WebAnswer(status=status, content_type="text/plain; charset=utf-8", headers=headers)


def without_header(headers: Mapping[str, str], name: str) -> dict[str, str]:
    """The headers without the one of that name, which is lower case."""
    return {key: value for key, value in headers.items() if key.lower() != name}


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def mint_ttwid(*key: object, at_ms: int) -> str:
    """The value of a new visitor's cookie, percent-encoded as by TikTok."""
    random = seeded_random("ttwid", *key)
    return f"1%7C{letters(random, size=43, among=_BASE64)}%7C{at_ms // 1000}%7C{random.getrandbits(256):064x}"


def set_ttwid(value: str) -> str:
    """The Set-Cookie header for it; without Secure, because the simulator speaks plain HTTP."""
    return f"ttwid={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"


def is_decimal(text: str) -> bool:
    """Whether a text in a query is a number or an id."""
    return text.isascii() and text.isdecimal() and len(text) < 20


def decimal(text: str) -> int:
    """The number or id in a text; 0 when there is none."""
    return int(text) if is_decimal(text) else 0


def cookie_of(header: str, name: str) -> str:
    """The value of one cookie in a Cookie header, empty when it is not there."""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return ""
