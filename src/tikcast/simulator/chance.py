"""Luck that repeats: every choice of the simulator is a function of its seed and of what is chosen."""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def seeded_number(*key: object) -> int:
    """64 bits that are the same for the same key on every machine and in every process."""
    text = "/".join(map(str, key)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def seeded_random(*key: object) -> Random:
    """A generator of its own for one key."""
    return Random(seeded_number(*key))  # noqa: S311 - made to repeat, not to be secret


def letters(random: Random, *, size: int, among: str) -> str:
    """`size` characters drawn from `among`."""
    return "".join(random.choices(among, k=size))
