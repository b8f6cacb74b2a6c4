"""A short version of `make fuzz`, with the same inputs each time."""

import random
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.session.test_gifts import runs
from tests.fuzz import seeds
from tests.fuzz.mutate import Mutator
from tests.fuzz.run import damaged
from tests.fuzz.shrinking import BrokenError, search
from tests.fuzz.targets import TARGETS, Target
from tests.shared_data import RealMessage
from tikcast import decode_message

# About a second each.
INPUTS = {
    "message": 500,
    "frame": 500,
    "response": 600,
    "session": 1500,
    "document": 10_000,
    "file": 1000,
    "inspection": 150,
    "compressed": 3000,
    "picking": 6000,
}


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_inputs_break_nothing(name: str) -> None:
    target = TARGETS[name]
    wrong = damaged(target, seed=1)
    for data in islice(wrong, len(target.seeds()), len(target.seeds()) + INPUTS[name]):
        target.check(data)


@pytest.mark.parametrize("name", TARGETS)
def test_every_valid_input_is_read(name: str) -> None:
    for data in TARGETS[name].seeds():
        TARGETS[name].check(data)


@pytest.mark.parametrize("name", TARGETS)
@settings(runs)
@given(st.binary(max_size=400))
def test_any_bytes_break_nothing(name: str, data: bytes) -> None:
    TARGETS[name].check(data)


@pytest.mark.parametrize("name", ["message", "frame", "session"])
@settings(runs)
@given(st.data())
def test_two_inputs_spliced_anywhere_break_nothing(name: str, data: st.DataObject) -> None:
    some = TARGETS[name].seeds()
    one, other = data.draw(st.sampled_from(some)), data.draw(st.sampled_from(some))
    at, after = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    TARGETS[name].check(one[:at] + other[after:])


def test_every_truncated_real_message_is_an_event_with_its_bytes(real_messages: list[RealMessage]) -> None:
    for number, message in enumerate(real_messages):
        size = len(message.payload)
        step = 1 if size < 100 else size // 20
        for end in range(number % step, size, step):
            event = decode_message(message.method, message.payload[:end])
            assert event.raw == message.payload[:end]
            assert event.is_history is False


def test_a_failure_is_reported_with_its_smallest_input() -> None:
    def check(data: bytes) -> None:
        assert b"\xff" not in data

    with pytest.raises(BrokenError) as broken:
        search(Target(lambda: [b"sound"], check), seconds=60, seeds=random.Random(1))
    assert broken.value.data == b"\xff"
    assert isinstance(broken.value.__cause__, AssertionError)


def test_the_same_seed_makes_the_same_inputs() -> None:
    some = seeds.frames()[:20]
    first, second, other = (Mutator(seed, some) for seed in (5, 5, 6))
    made = [[mutator.mutate(some[at % 20]) for at in range(60)] for mutator in (first, second, other)]
    assert made[0] == made[1] != made[2]
    assert sum(data not in some for data in made[0]) > 50
