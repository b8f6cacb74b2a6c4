"""Whether an MP4 can stand for the recording that it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_NEEDED: Final = frozenset({b"moov", b"mdat"})
_HEAD: Final = 8
_LONG: Final = 1
"""A length of 1 says that the real one follows, in eight bytes."""


def is_whole(path: Path) -> bool:
    """Whether its boxes fill the file, and those with the tables and the video are among them. Raises `OSError`."""
    kinds, at, size = set(), 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(2 * _HEAD)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[_HEAD:], "big") if length == _LONG else length
            if length < _HEAD:
                return False
            kinds.add(head[4:_HEAD])
            at += length
    return at == size and kinds >= _NEEDED
