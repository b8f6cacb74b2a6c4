"""What must not be in a report: secrets and names in texts, and what people wrote in the bytes of messages. Pure."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

from tikcast._net.errors import one_line
from tikcast._wire.protobuf.wire import BYTES, VARINT, BrokenWireError, RawField, fields, varint

HIDDEN: Final = "***"
NAME: Final = "USER"

_SHORTEST_SECRET: Final = 3
_UNMISTAKABLE: Final = 6
_DEEPEST: Final = 16
_LARGEST_PLAIN: Final = 2**32
_MILLISECONDS: Final = range(1_300_000_000_000, 2_200_000_000_000)
# Words of TikTok's own in messages: wire names, and the keys of its texts.
_OWN_WORD: Final = re.compile(rb"Webcast[A-Z][A-Za-z]{1,60}|(pm_mt_|pm_main_|ttlive_)[A-Za-z0-9_]{1,80}")


class Redactor:
    """Replaces secrets and names in texts. What is added later is replaced from then on."""

    def __init__(self, *, secrets: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self._replaced: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self.add_secrets(secrets)
        self.add_names(names)

    def add_secrets(self, secrets: Iterable[str]) -> None:
        """Replace these texts from now on, also as they are written in URLs."""
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret)):
                    self._add(form, HIDDEN)

    def add_names(self, names: Iterable[str], *, by: str = NAME) -> None:
        """Replace these names from now on, whatever their case. A short name is replaced where it is a whole word."""
        for name in names:
            if name.strip():
                self._add(name.strip(), by)

    def text(self, text: str) -> str:
        """`text` without the secrets and names."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._replaced[match[0].lower()], text)

    def line(self, text: str) -> str:
        """The same on one line of limited length."""
        return one_line(self.text(text))

    def _add(self, text: str, by: str) -> None:
        self._replaced.setdefault(text.lower(), by)
        longest_first = sorted(self._replaced, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(self._word, longest_first)), re.IGNORECASE)

    def _word(self, text: str) -> str:
        whole = len(text) < _UNMISTAKABLE and self._replaced[text] != HIDDEN
        return rf"(?<![^\W_]){re.escape(text)}(?![^\W_])" if whole else re.escape(text)


def masked(data: bytes) -> bytes:
    """The bytes of a message, with the same fields in the same places, without what people wrote in it.

    Letters become `x`, digits `0`. Numbers that may be ids become another number of the same length; moments in
    milliseconds and numbers below 2**32 stay. Wire names and TikTok's names of texts stay. Bytes that are no fields
    become zeros.
    """
    return _message(data, depth=0, strict=False) or b""


def _message(data: bytes, *, depth: int, strict: bool) -> bytes | None:
    """The same for a message inside a message; None, if `strict`, for bytes that are none."""
    out = bytearray()
    try:
        for field in fields(data):
            if field.cut:
                raise BrokenWireError("the end inside a field", position=field.start)
            if isinstance(field.value, bytes) and field.kind != BYTES:
                raise BrokenWireError("a group", position=field.start)
            _, after_tag = varint(data, field.start)
            inside = _content(field, raw=data[after_tag : field.end], depth=depth)
            out += data[field.start : field.end - len(inside)] + inside
    except BrokenWireError:
        return None if strict else bytes(out) + bytes(len(data) - len(out))
    return bytes(out)


def _content(field: RawField, *, raw: bytes, depth: int) -> bytes:
    """The masked bytes of a field after its tag, or after its length. `raw`: all bytes after the tag."""
    if field.kind == VARINT:
        return _number(field.value, raw=raw)
    return _inside(field.value, depth=depth) if isinstance(field.value, bytes) else bytes(len(raw))


def _number(value: int | bytes, *, raw: bytes) -> bytes:
    if isinstance(value, int) and (value < _LARGEST_PLAIN or value in _MILLISECONDS):
        return raw
    return b"\x81" * (len(raw) - 1) + b"\x01"


def _inside(value: bytes, *, depth: int) -> bytes:
    if _OWN_WORD.fullmatch(value):
        return value
    if _is_text(value):
        return value.translate(_PLACEHOLDERS)
    inside = _message(value, depth=depth + 1, strict=True) if depth < _DEEPEST else None
    return bytes(len(value)) if inside is None else inside


def _is_text(value: bytes) -> bool:
    try:
        return value.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _placeholder(byte: int) -> int:
    """The byte that replaces a byte of a text: `0` for a digit, `x` for a letter or a part of one."""
    if chr(byte) in string.digits:
        return ord("0")
    return ord("x") if chr(byte) in string.ascii_letters or byte > 0x7F else byte


_PLACEHOLDERS: Final = bytes(map(_placeholder, range(256)))
