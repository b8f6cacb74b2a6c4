"""Requests and answers of the web side, without a server: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import msgspec

from tikcast.simulator.chance import letters, seeded_random

_JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """An HTTP request. Header names are lower case; of a parameter that comes twice, the last counts."""

    method: str = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def authority(self) -> str:
        """The host and port that the client named."""
        return self.headers.get("host", "127.0.0.1")


@dataclass(frozen=True, kw_only=True, slots=True)
class RawAnswer:
    """Bytes below HTTP: each piece with the seconds to wait before it; then the connection ends."""

    pieces: tuple[tuple[float, bytes], ...] = ()
    reset: bool = False


def _nothing(now_ms: int) -> None:
    del now_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An HTTP answer. Call `delivered` with the time once it is out whole. `raw` goes out in place of the rest."""

    status: int = 200
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: RawAnswer | None = None
    delivered: Callable[[int], None] = _nothing


def wire_head(answer: Answer) -> bytes:
    """The head of an answer as it goes over the wire, for one that ends the connection."""
    phrase = HTTPStatus(answer.status).phrase
    told = {
        "content-type": answer.content_type,
        **answer.headers,
        "content-length": str(len(answer.body)),
        "connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def json_answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A value as JSON."""
    return Answer(status=status, headers=headers or {}, body=msgspec.json.encode(value))


def unknown_user() -> Answer:
    """TikTok's answer to a lookup of a name that no user has."""
    return json_answer({"data": {}, "message": "user_not_found", "statusCode": 19881007})


def html_answer(body: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    """A web page."""
    return Answer(content_type="text/html; charset=utf-8", headers=headers or {}, body=body.encode())


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def mint_ttwid(*key: object, at_ms: int) -> str:
    """A visitor's identity, percent-encoded as TikTok's is."""
    luck = seeded_random("ttwid", *key)
    return f"1%7C{letters(luck, size=43, among=_BASE64)}%7C{at_ms // 1000}%7C{luck.getrandbits(256):064x}"


def set_ttwid(value: str) -> str:
    """The header that gives it to a browser; it works over plain HTTP, as the simulator is."""
    return f"ttwid={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"


def cookie_of(header: str, name: str) -> str:
    """The value of one cookie in a Cookie header, empty when it is not there."""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return ""
