"""What the answer to a WebSocket upgrade says in its headers. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tikcast._net.redact import one_line
from tikcast.errors import (
    DeviceBlocked,
    HandshakeRefused,
    IPBlocked,
    RateLimited,
    TikcastError,
)

NO_COOKIE: Final = "named cookie not present"
BAD_SIGNATURE: Final = "illegal secret key"

_ADVICE: Final = {
    BAD_SIGNATURE: "give the session that the address was signed for, or connect the other way",
    "illegal app_id": "look for a newer tikcast, or connect the other way",
    "not live": "look the user up again: the live is over, or has another room",
    "login required": "give the session of an account that may watch it",
    NO_COOKIE: "connect again, so that a new ttwid cookie is minted",
}
_LONGEST_HEARTBEAT: Final = 300.0


def refusal(status: int, headers: Mapping[str, str], *, host: str) -> TikcastError:
    """The error that an upgrade answered with `status` means. `headers` ignore case."""
    message = one_line(headers.get("Handshake-Msg", ""))
    code = one_line(headers.get("Handshake-Status", ""))
    if "DEVICE_BLOCKED" in message.upper():
        return DeviceBlocked(message, host=host, status=status)
    if status == 429:
        return RateLimited(_number(headers.get("Retry-After", "")), "handshake")
    if status == 403 and not message:
        return IPBlocked("it forbids the WebSocket", host=host, status=status)
    if not message and status >= 500:
        return HandshakeRefused(status, "the server is in trouble", host=host, advice=_LATER)
    advice = next((tip for mark, tip in _ADVICE.items() if mark in message), _OTHER_WAY)
    return HandshakeRefused(status, message, code=code, host=host, advice=advice)


def heartbeat_interval(options: str) -> float | None:
    """Seconds between heartbeats as `Handshake-Options` asks, None when it does not.

    The header reads like cookies: `ping-interval=10; ping-timeout=…`.
    """
    pairs = (part.partition("=") for part in options.split(";"))
    wanted = {name.strip().lower(): value.strip() for name, _, value in pairs}
    seconds = _number(wanted.get("ping-interval", ""))
    return seconds if seconds and 1.0 <= seconds <= _LONGEST_HEARTBEAT else None


_LATER: Final = "try again later"
_OTHER_WAY: Final = "try the other way to connect"


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
