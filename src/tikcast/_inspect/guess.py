"""Guesses of what bytes and numbers without a schema are. A guess is a type that ends with "?"."""

from __future__ import annotations

import math
import re
import struct
from typing import Final

from tikcast._wire.gunzip import GZIP_MAGIC
from tikcast._wire.protobuf.wire import BYTES, FIXED32, FIXED64, VARINT, BrokenWireError, encode_varint, fields, numbers

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KINDS: Final = frozenset({VARINT, BYTES, FIXED32, FIXED64})
_HIGHEST_LIKELY: Final = 20_000
_LONGEST_PACKED: Final = 4096
_SIGN: Final = 1 << 63
# Seconds from 2014, before TikTok was, to 2040.
_FIRST_SECOND, _LAST_SECOND = 1_388_534_400, 2_208_988_800
_KEY: Final = re.compile(rb"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+")
_HIGHEST_SMALL: Final = 1 << 32
# Records of the schema that are in messages of every type and can be recognised by their fields.
RECORDS: Final = frozenset({"GiftStruct", "Image", "Text", "User"})
_UNITS: Final = {"seconds?": 1, "milliseconds?": 1_000, "microseconds?": 1_000_000}


def number(value: int) -> tuple[int, str]:
    """The likely meaning of a varint: a negative number, a time, or an id with a time in its upper half."""
    if value >= _SIGN:
        return value - 2 * _SIGN, "int64?"
    for unit, size in _UNITS.items():
        if _FIRST_SECOND * size <= value < _LAST_SECOND * size:
            return value, unit
    return value, "id?" if _FIRST_SECOND <= value >> 32 < _LAST_SECOND else ""


def fixed(value: int, *, size: int) -> tuple[int | float, str]:
    """Four or eight bytes as a float if that is a usual number."""
    read: float = struct.unpack("<d" if size == 8 else "<f", value.to_bytes(size, "little"))[0]
    if math.isfinite(read) and 1e-6 < abs(read) < 1e15:
        return read, "double?" if size == 8 else "float?"
    return value, ""


def text(data: bytes) -> str | None:
    """The bytes as a text, None if they do not look like a text."""
    try:
        read = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(read) else read


def rough_text(data: bytes) -> str | None:
    """The same for a text with a few control characters in it, which people send to test readers."""
    try:
        read = data.decode()
    except UnicodeDecodeError:
        return None
    return read if 4 * len(_CONTROL.findall(read)) <= len(read) else None


def is_message(data: bytes) -> bool:
    """Whether all bytes are complete fields with likely field numbers."""
    return _are_fields(data, _KINDS)


def is_message_though_text(data: bytes) -> bool:
    """Whether bytes that are also a text are a message: nothing but fields of bytes, up to the last byte.

    A single field can be chance, unless its tag or length is a line break or tab: texts rarely begin with one.
    """
    if not _are_fields(data, frozenset({BYTES})):
        return False
    return any(byte in b"\t\n\r" for byte in data[:2]) or next(fields(data)).end < len(data)


def record(data: bytes) -> str:
    """Which of RECORDS the fields of a message look like, "" if none."""
    values = {item.number: item.value for item in fields(data)}
    one, two, three = values.get(1), values.get(2), values.get(3)
    if isinstance(one, bytes) and one.startswith((b"http://", b"https://")):
        return "Image"
    styled = isinstance(three, bytes) and three[2:3] == b"#"
    keyed = isinstance(one, bytes) and bool(_KEY.fullmatch(one)) and isinstance(three or values.get(4), bytes)
    if isinstance(two, bytes) and (keyed or (styled and one is None)):
        return "Text"
    if isinstance(one, int) and one >= _HIGHEST_SMALL and isinstance(three, bytes) and values.keys() & {9, 38, 46}:
        return "User"
    priced = isinstance(values.get(5), int) and isinstance(values.get(12), int) and isinstance(values.get(16), bytes)
    return "GiftStruct" if priced else ""


def packed(data: bytes) -> tuple[int, ...]:
    """Packed numbers, () if that is unlikely: likely numbers are small, or all of the same length."""
    if not 1 < len(data) <= _LONGEST_PACKED:
        return ()
    try:
        values = tuple(numbers(data, kind=VARINT))
    except BrokenWireError:
        return ()
    each = len(data) / len(values)
    equal = all(len(encode_varint(value)) == each for value in values)
    return values if len(values) > 1 and (equal or max(values) < 1 << 14) else ()


def is_gzip(data: bytes) -> bool:
    """Whether the bytes begin like gzip data."""
    return data[:2] == GZIP_MAGIC


def _are_fields(data: bytes, kinds: frozenset[int]) -> bool:
    try:
        return bool(data) and all(
            item.kind in kinds and item.number <= _HIGHEST_LIKELY and not item.cut for item in fields(data)
        )
    except BrokenWireError:
        return False
