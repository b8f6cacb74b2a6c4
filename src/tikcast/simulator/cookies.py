"""The cookies that make a visitor: minted on a page or by the signer, asked for by the push server."""

from __future__ import annotations

from tikcast.simulator.dice import dice, letters

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def mint_ttwid(*key: object, at_ms: int) -> str:
    """A visitor's identity, percent-encoded as TikTok's is."""
    luck = dice("ttwid", *key)
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
