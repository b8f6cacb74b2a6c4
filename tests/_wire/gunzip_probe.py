"""Decompress sound and hostile gzip data with one chosen library, and print what came of it as JSON.

Run as a module with "deflate", "zlib-ng" or "zlib": libraries that are faster than the chosen one are hidden.
"""

import gzip
import json
import resource
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Iterator

LIMIT = 64 * 1024
TEXT = b"".join(b"message %d of a room; " % number for number in range(500))
MIB = 1024 * 1024


def member(data: bytes, *, level: int = 6) -> bytes:
    return gzip.compress(data, level, mtime=0)


def with_size(data: bytes, size: int) -> bytes:
    """The same member with another stated size."""
    return data[:-4] + struct.pack("<I", size & 0xFFFF_FFFF)


def bomb(size: int, *, stated: int) -> bytes:
    """Zeros, a thousand to one: full flushes make every mebibyte look the same."""
    writer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = writer.compress(bytes(MIB)) + writer.flush(zlib.Z_FULL_FLUSH)
    again = writer.compress(bytes(MIB)) + writer.flush(zlib.Z_FULL_FLUSH)
    return with_size(first + again * (size // MIB - 1) + b"\x03\x00" + bytes(8), stated)


def with_name(data: bytes) -> bytes:
    """A member whose header has extra bytes, a name, a comment and a checksum of its own."""
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x04\x00abcd" + b"name\x00" + b"comment\x00"
    return header + struct.pack("<H", zlib.crc32(header) & 0xFFFF) + member(data)[10:]


def sound() -> Iterator[tuple[str, bytes, bytes]]:
    """Name, compressed and plain bytes."""
    yield "usual", member(TEXT), TEXT
    yield "stored", member(TEXT, level=0), TEXT
    yield "empty", member(b""), b""
    yield "one byte", member(b"x"), b"x"
    yield "at the limit", member(b"a" * LIMIT), b"a" * LIMIT
    yield "header fields", with_name(TEXT), TEXT
    yield "a member as content", member(member(TEXT), level=0), member(TEXT)


def hostile() -> Iterator[tuple[str, bytes]]:
    good = member(TEXT)
    yield "nothing", b""
    yield "only magic", b"\x1f\x8b"
    yield "garbage after magic", b"\x1f\x8b" + b"\xa5" * 400
    yield "zlib form", zlib.compress(TEXT)
    yield "no checksum", good[:-8]
    yield "wrong checksum", good[:-8] + b"\x00\x00\x00\x00" + good[-4:]
    yield "size 0", with_size(good, 0)
    yield "size huge", with_size(good, 0xFFFF_FFF0)
    yield "size one more", with_size(good, len(TEXT) + 1)
    yield "size one less", with_size(good, len(TEXT) - 1)
    yield "cut with size 0 at its end", good[:-100] + bytes(4)
    yield "cut with the right size at its end", good[:-100] + good[-4:]
    yield "two members", good + good
    yield "a member and an empty one", good + member(b"")
    yield "a member and junk", good + b"junk"
    yield "a member and zeros", good + bytes(16)
    yield "a member and half of another", good + good[:50]
    yield "one byte over the limit", member(b"a" * (LIMIT + 1))
    yield "over the limit, stating less", with_size(member(b"a" * (LIMIT * 2)), 100)
    yield from ((f"cut at {cut}", good[:cut]) for cut in range(len(good)))


def outcome(data: bytes, *, limit: int = LIMIT) -> str:
    from tikcast._wire.gunzip import BadCompressionError, gunzip

    try:
        return bytes(gunzip(data, limit)).hex()
    except BadCompressionError as error:
        return f"refused: {error}"


def bomb_cost(stated: int) -> dict[str, int | str]:
    """What 1 GiB of zeros costs in bytes under the default limit."""
    from tikcast._wire.gunzip import DEFAULT_LIMIT

    data = bomb(1024 * MIB, stated=stated)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    told = outcome(data, limit=DEFAULT_LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"told": told, "peak": peak, "grown": grown * 1024, "sent": len(data)}


def main(backend: str) -> None:
    hidden: dict[str, tuple[str, ...]] = {"deflate": (), "zlib-ng": ("deflate",), "zlib": ("deflate", "zlib_ng")}
    for name in hidden[backend]:
        sys.modules[name] = None  # type: ignore[assignment]
    from tikcast._wire import gunzip

    outcome(member(TEXT))
    report = {
        "backend": gunzip.backend(),
        "bombs": [bomb_cost(stated) for stated in (1024 * MIB, 1000, 0, MIB)],
        "sound": {name: outcome(data) == plain.hex() for name, data, plain in sound()},
        "junk that states the size": outcome(member(TEXT) + b"junk" + member(TEXT)[-4:]),
        "hostile": {name: outcome(data) for name, data in hostile()},
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
