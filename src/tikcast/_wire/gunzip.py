"""Decompression of bytes that may be hostile: bounded and complete, or an error that says what is wrong.

`deflate` (libdeflate) is fastest, but trusts the size that the bytes state, and ignores what follows a first
member. It is used only if the stated size is within the limit and the bytes contain no second member; the result
must have that size. Everything else is read by zlib with a limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

GZIP_MAGIC = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_SMALLEST = 18
_GZIP_WINDOW = 31
DEFAULT_LIMIT = 16 * 1024 * 1024


class BadCompressionError(ValueError):
    """The bytes are not one complete gzip member within the limit."""


def gunzip(data: bytes, limit: int = DEFAULT_LIMIT) -> bytes | bytearray:
    """The decompressed bytes; BadCompressionError when they are over `limit`, cut, damaged or followed by others."""
    libdeflate = _libdeflate()
    if libdeflate is not None and len(data) >= _SMALLEST:
        stated = int.from_bytes(data[-4:], "little")
        if 0 < stated <= limit and data.rfind(_MEMBER) <= 0:
            fast, errors = libdeflate
            try:
                out = fast(data)
            except errors:
                return bounded(data, limit=limit)
            if len(out) == stated:
                return out
    return bounded(data, limit=limit)


def bounded(data: bytes, *, limit: int) -> bytes:
    """The same with zlib's streaming reader, which never returns more than `limit` bytes."""
    new, errors = _zlib()
    reader = new(_GZIP_WINDOW)
    try:
        out: bytes = reader.decompress(data, limit + 1)
    except errors as error:
        raise BadCompressionError(f"the gzip data is damaged: {error}") from error
    if len(out) > limit:
        raise BadCompressionError(f"the gzip data grows past the limit of {limit} bytes")
    if not reader.eof:
        raise BadCompressionError("the gzip data ends too early")
    if reader.unused_data:
        raise BadCompressionError(f"{len(reader.unused_data)} bytes follow the gzip data")
    return out


@cache
def _libdeflate() -> tuple[Callable[[bytes], bytearray], tuple[type[Exception], ...]] | None:
    try:
        deflate = import_module("deflate")
    except ImportError:
        return None
    return deflate.gzip_decompress, (deflate.DeflateError, ValueError, MemoryError)


@cache
def _zlib() -> tuple[Callable[[int], Any], tuple[type[Exception], ...]]:
    try:
        zlib_ng = import_module("zlib_ng.zlib_ng")
    except ImportError:
        return zlib.decompressobj, (zlib.error,)
    return zlib_ng.decompressobj, (zlib_ng.error, zlib.error)


def backend() -> str:
    """Which decompressor is in use: "deflate", "zlib-ng" or "zlib"."""
    if _libdeflate() is not None:
        return "deflate"
    return "zlib" if _zlib()[0] is zlib.decompressobj else "zlib-ng"
