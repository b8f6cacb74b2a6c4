"""Mutates bytes in the ways of networks, bugs and attackers. The same seed gives the same results."""

import gzip
import random
import zlib
from collections.abc import Callable

from tests._wire.protobytes import Piece, pieces, varint

EDGES = [0, 1, 2, 3, 0x7F, 0x80, 0xFF, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1]
TEXTS = [
    b"", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", "\u202e\u0000🌸".encode(), b"%s{0}{0:user}{99}", b"{" * 50,
    b"9" * 400, b"-1", b"1e999", b"NaN", b"[" * 300, b'{"a":' * 100, b"\x1f\x8b\x08", b"Webcast", b"\\ud800",
]  # fmt: skip
LARGEST = 1 << 20


class Mutator:
    """Mutates valid bytes. `others` are inputs from which parts are taken."""

    def __init__(self, seed: int, others: list[bytes]) -> None:
        self.luck = random.Random(seed)
        self.others = others

    def mutate(self, data: bytes) -> bytes:
        """The bytes with one to four mutations."""
        for _ in range(self.luck.choice([1, 1, 1, 2, 2, 3, 4])):
            data = self._wire(data, depth=0) if self.luck.random() < 0.75 else self._blunt(data)
        return data[:LARGEST]

    def _blunt(self, data: bytes) -> bytes:
        """Mutate bytes without knowledge of the format."""
        luck = self.luck
        at = luck.randint(0, len(data))
        size = luck.choice([1, 1, 2, 4, 8, luck.randint(1, 300)])
        other = luck.choice(self.others)
        start = luck.randint(0, len(other))
        changes: list[Callable[[], bytes]] = [
            lambda: data[:at],
            lambda: data[at:],
            lambda: data[:at] + data[at + size :],
            lambda: data[:at] + data[at : at + size] * luck.randint(2, 20) + data[at + size :],
            lambda: data[:at] + luck.randbytes(size) + data[at:],
            lambda: data[:at] + luck.randbytes(size) + data[at + size :],
            lambda: data[:at] + other[start : start + size] + data[at:],
            lambda: data[:at] + other[start:],
            lambda: data[at:] + data[:at],
            lambda: self._flipped(data),
            lambda: self._flipped(data),
            lambda: data[:at] + bytes([luck.choice([0, 1, 0x7F, 0x80, 0xFF])]) * size + data[at + size :],
        ]
        return luck.choice(changes)()

    def _flipped(self, data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(self.luck.randint(1, 8) if changed else 0):
            changed[self.luck.randrange(len(changed))] ^= 1 << self.luck.randrange(8)
        return bytes(changed)

    def _wire(self, data: bytes, *, depth: int) -> bytes:
        """Mutate one field or all fields of a message, at any depth."""
        try:
            found = pieces(data)
        except (AssertionError, IndexError, KeyError):
            found = []
        if not found:
            return self._packed(data, depth=depth) or self._blunt(data)
        if depth < 12 and self.luck.random() < 0.8:
            inner = [at for at, piece in enumerate(found) if piece.kind == 2 and piece.body]
            if inner:
                at = self.luck.choice(inner)
                changed = self._wire(found[at].body, depth=depth + 1)
                return _joined(found, at, _field(found[at].number, changed))
        return self._fields(found)

    def _packed(self, data: bytes, *, depth: int) -> bytes | None:
        """Decompress, mutate and compress again."""
        if data[:2] != b"\x1f\x8b" or self.luck.random() < 0.3:
            return None
        try:
            inside = zlib.decompressobj(31).decompress(data, LARGEST)
        except zlib.error:
            return None
        packed = gzip.compress(self._wire(inside, depth=depth + 1), 1, mtime=0)
        return packed if self.luck.random() < 0.9 else packed[:-4] + self.luck.randbytes(4)

    def _fields(self, found: list[Piece]) -> bytes:
        luck = self.luck
        at = luck.randrange(len(found))
        piece = found[at]
        other = luck.choice(found)
        turn = luck.randrange(len(found))
        changes: list[Callable[[], bytes]] = [
            lambda: _joined(found, at, b""),
            lambda: _joined(found, at, piece.whole * luck.choice([2, 3, 50])),
            lambda: _joined(found, at, piece.whole * (LARGEST // 64 // len(piece.whole))),
            lambda: _joined([*found[turn:], *found[:turn]], at, None),
            lambda: _joined(luck.sample(found, len(found)), at, None),
            lambda: _joined(found, at, _field(piece.number, self._value(piece))),
            lambda: _joined(found, at, _field(piece.number, self._value(piece))),
            lambda: _joined(found, at, _number(piece.number, luck.choice(EDGES))),
            lambda: _joined(found, at, _field(luck.choice([other.number, luck.randint(1, 40)]), piece.body)),
            lambda: _joined(found, at, _nested(piece, luck.choice([1, 5, 60, 200]))),
            lambda: _joined(found, at, varint(piece.number << 3 | luck.randrange(8)) + piece.body),
            lambda: _joined(found, at, varint(piece.number << 3 | 2) + varint(luck.choice(EDGES)) + piece.body),
            lambda: _joined(found, at, _field(piece.number, b"") * luck.choice([1, 100, 5000])),
            lambda: _joined(found, at, _field(piece.number, other.body)),
            lambda: _joined(found, at, piece.whole[: luck.randint(0, len(piece.whole))]),
            lambda: _joined(found, at, varint(piece.number << 3 | 3) + piece.body + varint(piece.number << 3 | 4)),
        ]
        return luck.choice(changes)()

    def _value(self, piece: Piece) -> bytes:
        luck = self.luck
        other = luck.choice(self.others)
        start = luck.randint(0, len(other))
        return luck.choice(
            [luck.choice(TEXTS), self._blunt(piece.body), other[start : start + 60], piece.body + b"\xff"]
        )


def _joined(found: list[Piece], at: int, changed: bytes | None) -> bytes:
    return b"".join(
        changed if index == at and changed is not None else piece.whole for index, piece in enumerate(found)
    )


def _field(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def _nested(piece: Piece, depth: int) -> bytes:
    body = piece.body
    for _ in range(depth):
        body = _field(piece.number, body)
    return body
