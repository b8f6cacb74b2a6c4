"""Texts that TikTok builds from a pattern and pieces: "{0:user} joined" becomes "Ana joined"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tikcast._proto import fast
from tikcast._wire.convert_people import user
from tikcast._wire.shared import shared
from tikcast.events._base import ID, Text, TextPiece

_PLACE = re.compile(r"\{(\d{1,3})(?::[^{}]{0,32})?\}")
# A pattern may name a long piece many times: the text grows to this many characters and no further.
LONGEST_TEXT = 16_384


def render(pattern: str, values: Sequence[str]) -> str:
    """Put value i where `{i:…}` stands; a place without a value stays as it is."""
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
    """What a pattern begins with, then each place: its value's index, how it is written, what follows it."""
    found = list(_PLACE.finditer(pattern))
    if not found:
        return pattern, []
    ends = [place.start() for place in found[1:]] + [len(pattern)]
    places = [(int(place[1]), place[0], pattern[place.end() : end]) for place, end in zip(found, ends, strict=True)]
    return pattern[: found[0].start()], places


@shared
def text(data: bytes) -> Text:
    """A schema `Text` with its pieces and how it reads."""
    m = fast.Text.FromString(data)
    pieces = tuple([_piece(piece) for piece in m.pieces])
    return Text(
        key=m.key,
        pattern=m.default_pattern,
        text=render(m.default_pattern, [piece.text for piece in pieces]),
        pieces=pieces,
    )


def key_and_text(data: bytes) -> tuple[str, str]:
    """The key of a text and how it reads, without the records of its pieces."""
    m = fast.Text.FromString(data)
    pattern = m.default_pattern
    return m.key, render(pattern, [_shown(piece) for piece in m.pieces] if "{" in pattern else [])


def _piece(m: fast.TextPiece) -> TextPiece:
    blob = m.user_value.user
    return TextPiece(
        type=m.type,
        text=_shown(m),
        user=user(blob) if blob else None,
        gift_id=ID(m.gift_value.gift_id),
    )


def _shown(m: fast.TextPiece) -> str:
    if m.string_value:
        return m.string_value
    if blob := m.user_value.user:
        person = fast.User.FromString(blob)
        return person.nickname or person.unique_id
    if m.HasField("gift_value"):
        return m.gift_value.name_ref.default_pattern
    return m.pattern_ref_value.default_pattern
