"""Keep secrets out of logs and reprs."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

_SECRET_WORDS: Final = ("session", "token", "key", "sign", "cookie", "ttwid", "bogus", "sid_")


def is_secret(name: str) -> bool:
    """Whether a parameter, header or cookie of this name can hold something to hide."""
    folded = name.lower()
    return any(word in folded for word in _SECRET_WORDS)


def show_url(url: str) -> str:
    """`url` as it may be logged: without passwords, and secret parameters as `***`."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(a broken URL)"
    shown = [(name, "***" if value and is_secret(name) else value) for name, value in query]
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query=urlencode(shown, safe="*"), fragment=""
    ).geturl()
