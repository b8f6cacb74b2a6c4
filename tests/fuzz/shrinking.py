"""Fuzzes one target with hypothesis, which reduces a failing input to the smallest one."""

import random
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import Target

EXAMPLES = 200
PHASES = (Phase.generate, Phase.shrink)
MOST_BYTES = 400


class BrokenError(Exception):
    """A check failed. `data` is the smallest failing input."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"{len(data)} bytes")
        self.data = data


def wrong(sound: list[bytes]) -> st.SearchStrategy[bytes]:
    """Any bytes, valid inputs with replaced bytes, and the start of one input with the end of another."""
    some = st.sampled_from(sound)
    places = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8)
    ends = st.tuples(st.integers(0, 1 << 16), st.integers(0, 1 << 16))
    return st.one_of(
        st.binary(max_size=MOST_BYTES),
        st.builds(_replaced, some, places),
        st.builds(_spliced, some, some, ends),
    )


def search(target: Target, *, seconds: float, seeds: random.Random) -> int:
    """Search until the time is over; returns the number of inputs. Raises BrokenError from the error of the check."""
    inputs, until = wrong(target.seeds()), time.monotonic() + seconds
    checked = 0
    while time.monotonic() < until:
        checked += _once(target.check, inputs, number=seeds.getrandbits(32))
    return checked


def _once(check: Callable[[bytes], object], inputs: st.SearchStrategy[bytes], *, number: int) -> int:
    seen: list[bytes] = [b""]
    count = 0

    @seed(number)
    @settings(
        max_examples=EXAMPLES, phases=PHASES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(inputs)
    def holds(data: bytes) -> None:
        nonlocal count
        count += 1
        seen[0] = data
        check(data)

    try:
        holds()
    except Exception as error:
        # The last input that hypothesis tries is the smallest failing one.
        raise BrokenError(seen[0]) from error
    return count


def _replaced(data: bytes, places: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data or b"\0")
    for place, byte in places:
        changed[place % len(changed)] = byte
    return bytes(changed)


def _spliced(one: bytes, other: bytes, ends: tuple[int, int]) -> bytes:
    return one[: ends[0] % (len(one) + 1)] + other[ends[1] % (len(other) + 1) :]
