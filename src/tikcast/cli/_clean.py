"""Other people's text made safe for a terminal."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_SPACES: Final = "\n\r\t\v\f\u2028\u2029\u0085"
_JOINERS: Final = "\u200c\u200d"
_TAGS: Final = range(0xE0020, 0xE0080)


def clean(text: str, *, longest: int = 400) -> str:
    r"""`text` on one line, with everything that could move, colour, reorder or hide made visible.

    Control characters (escape sequences begin with one), bidirectional overrides and other
    invisible marks become `\x1b` and the like. The joiners that scripts and emoji need stay, and
    so do right-to-left letters. Longer text is cut.
    """
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return text
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(map(_safe, cut))


@lru_cache(maxsize=4096)
def _safe(mark: str) -> str:
    if mark in _SPACES:
        return " "
    category = unicodedata.category(mark)
    if category == "Cf" and (mark in _JOINERS or ord(mark) in _TAGS):
        return mark
    if category in {"Cc", "Cf", "Cs"}:
        return _escape(ord(mark))
    return mark


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
