"""Keep secrets out of logs and reprs, and other people's text on its line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

_SECRET_WORDS: Final = (
    "session", "token", "key", "sign", "cookie", "ttwid", "bogus", "sid_", "idc", "passw", "secret", "authori",
)  # fmt: skip
_SHORTEST_SECRET: Final = 3
_LONGEST_LINE: Final = 200


def is_secret(name: str) -> bool:
    """Whether a parameter, header or cookie of this name can hold something to hide."""
    folded = name.lower()
    return any(word in folded for word in _SECRET_WORDS)


def show_url(url: str, *, hide: Iterable[str] = ()) -> str:
    """`url` as it may be logged: without passwords, and parameters that are secret or in `hide` as `***`."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(a broken URL)"
    hidden = set(hide)
    shown = [(name, "***" if value and (name in hidden or is_secret(name)) else value) for name, value in query]
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query=urlencode(shown, safe="*"), fragment=""
    ).geturl()


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """`text` with `***` for each of `secrets`; what is too short to be one stays."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def one_line(text: str) -> str:
    """What a server said, as it may stand in a sentence or a log: one line of printable text, not a long one."""
    plain = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(plain.split())[:_LONGEST_LINE]
