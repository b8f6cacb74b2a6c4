"""Texts that TikTok builds from a pattern and pieces: "{0:user} joined" becomes "Ana joined"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tikcast._wire.convert.user import user
from tikcast._wire.protobuf.picking import Values, picker
from tikcast._wire.shared import shared
from tikcast.events._base import ID, Text, TextPiece

_PLACE = re.compile(r"\{(\d{1,3})(?::[^{}]{0,32})?\}")
# A pattern may repeat a long value many times: longer texts are cut.
LONGEST_TEXT = 16_384

_TEXT = picker("Text", "key", "default_pattern", "pieces", checked=True)
_PIECE = picker(
    "TextPiece",
    "type",
    "string_value",
    "user_value.user",
    "gift_value?.gift_id",
    "gift_value?.name_ref.default_pattern",
    "pattern_ref_value.default_pattern",
    checked=True,
)
_NAME = picker("User", "nickname", "unique_id")


def render(pattern: str, values: Sequence[str]) -> str:
    """Replace each placeholder `{i:…}` by value i; a placeholder without a value stays."""
    if "{" not in pattern:
        return pattern[:LONGEST_TEXT]
    start, places = _places(pattern[:LONGEST_TEXT])
    out = [start]
    length = len(start)
    for index, place, literal in places:
        value = values[index] if index < len(values) else place
        out += (value, literal)
        length += len(value) + len(literal)
        if length > LONGEST_TEXT:
            break
    return "".join(out)[:LONGEST_TEXT]


@lru_cache(256)
def _places(pattern: str) -> tuple[str, list[tuple[int, str, str]]]:
    """The start of a pattern, then each placeholder: its index, the placeholder itself, and the text after it."""
    matches = list(_PLACE.finditer(pattern))
    if not matches:
        return pattern, []
    ends = [match.start() for match in matches[1:]] + [len(pattern)]
    places = [(int(match[1]), match[0], pattern[match.end() : end]) for match, end in zip(matches, ends, strict=True)]
    return pattern[: matches[0].start()], places


@shared
def text(data: bytes) -> Text:
    """A schema `Text` with its pieces and the text that they make."""
    key, pattern, blobs = _TEXT(data)
    pieces = tuple([_piece(blob) for blob in blobs])
    return Text(key=key, pattern=pattern, text=render(pattern, [piece.text for piece in pieces]), pieces=pieces)


def key_and_text(data: bytes) -> tuple[str, str]:
    """The key of a text and the text itself, without the records of its pieces."""
    key, pattern, blobs = _TEXT(data)
    return key, render(pattern, [_shown(_PIECE(blob)) for blob in blobs] if "{" in pattern else [])


def _piece(data: bytes) -> TextPiece:
    values = _PIECE(data)
    kind, _, person, gift_id, *_ = values
    return TextPiece(type=kind, text=_shown(values), user=user(person) if person else None, gift_id=ID(gift_id or 0))


def _shown(values: Values) -> str:
    """The text of a piece: its own text, a user's name, or the name of a gift or of another text."""
    _, words, person, _, gift, other = values
    if words:
        return str(words)
    if person:
        nickname, username = _NAME(person)
        return str(nickname or username)
    return str(other if gift is None else gift)
