"""Random choices that repeat: each depends on the seed and on a key for what is chosen.

A module of its own, because every part of the simulator imports it.
"""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def seeded_number(*key: object) -> int:
    """A number of 64 bits, the same for the same key on every machine and in every process."""
    text = "/".join(map(str, key)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def seeded_random(*key: object) -> Random:
    """A random generator for one key."""
    return Random(seeded_number(*key))  # noqa: S311 - it must repeat, it is no secret


def letters(random: Random, *, size: int, among: str) -> str:
    """`size` characters drawn from `among`."""
    return "".join(random.choices(among, k=size))
