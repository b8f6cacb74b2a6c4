"""Images of avatars, covers and gifts: coloured tiles for each name, in the size that is in the path."""

from __future__ import annotations

import re
import struct
import zlib
from functools import lru_cache
from typing import Final

from tikcast.simulator.chance import seeded_random
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.world import World

_SIZE: Final = re.compile(r"(?<!\d)(\d{2,4})[x:]\d{2,4}(?!\d)")
_NAME: Final = re.compile(r"([^/~]+)~?[^/]*\Z")
_DEFAULT_PIXELS: Final = 96
_MOST_PIXELS: Final = 1080
_TILES: Final = 4


def image(world: World, request: WebRequest, *, path: str, now_ms: int) -> WebAnswer:
    """`/media/image/…`: any image of TikTok's servers. The part after `~` holds the size: `~c5_100x100.webp`."""
    del request, now_ms
    name, shape = _NAME.search(path), _SIZE.search(path.rpartition("~")[2])
    pixels = min(int(shape[1]), _MOST_PIXELS) if shape else _DEFAULT_PIXELS
    body = draw(world.config.seed, name[1] if name else path, pixels=pixels)
    return WebAnswer(content_type="image/png", headers={"cache-control": "max-age=604800"}, body=body)


@lru_cache(maxsize=256)
def draw(seed: int, name: str, *, pixels: int) -> bytes:
    """A PNG of four by four tiles, in colours that depend on `name`."""
    random = seeded_random(seed, "picture", name)
    colours = bytes(random.randrange(256) for _ in range(3 * _TILES**2))
    rows = [_row(tile, pixels=pixels) for tile in range(_TILES)]
    lines = b"".join(rows[line * _TILES // pixels] for line in range(pixels))
    header = struct.pack(">IIBBBBB", pixels, pixels, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _row(tile: int, *, pixels: int) -> bytes:
    return b"\0" + bytes(tile * _TILES + column * _TILES // pixels for column in range(pixels))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
