"""JSON read even where a text in it is broken: one nickname must not cost a whole answer. Pure functions."""

from __future__ import annotations

import json
from typing import Final

import msgspec

# Control characters may stand in a text as they are.
_DECODER: Final = json.JSONDecoder(strict=False)


def read_json(data: bytes) -> object:
    """What `data` is, None when it is no JSON. Broken letters become U+FFFD."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value, rest = _begin(data.decode("utf-8", errors="replace"))
        return None if rest.strip() else value


def first_json(text: str) -> object:
    """The JSON value that `text` starts with, None for none; anything may follow."""
    return _begin(text)[0]


def _begin(text: str) -> tuple[object, str]:
    text = text.lstrip()
    try:
        value, end = _DECODER.raw_decode(text)
        return (_mended(value) if "\\ud" in text.lower() else value), text[end:]
    except (ValueError, RecursionError):
        return None, ""


def _mended(value: object) -> object:
    """The same without halves of letters, which nobody can write into a file."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value
