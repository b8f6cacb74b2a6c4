"""One sample message of every type that the decoder knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.worlds import START_MS, enter, play, world
from tests.wire_schema import known_methods
from tikcast import UnknownEvent, decode_message, events
from tikcast.errors import ConfigError
from tikcast.simulator import RoomPlan
from tikcast.simulator.messages.samples import sample

METHODS = known_methods()


@pytest.mark.parametrize("method", METHODS)
def test_the_decoder_reads_a_sample_of_every_type_it_knows(method: str) -> None:
    event = decode_message(method, sample(method), room_id=1)
    assert not isinstance(event, (UnknownEvent, events.UndecodedEvent))


@given(st.sampled_from(METHODS), st.integers(0, 1000))
def test_samples_repeat(method: str, seed: int) -> None:
    assert sample(method, seed=seed) == sample(method, seed=seed)


def test_an_unknown_type_has_no_sample() -> None:
    with pytest.raises(KeyError):
        sample("WebcastNothingMessage")


def test_a_room_can_send_any_type_of_the_schema() -> None:
    mix = dict.fromkeys(METHODS, 1.0)
    of = world(users=(), plans=(RoomPlan(user="ana", rate=20.0, mix=mix),))
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 60_000)
    assert len({message.method for message in viewer.messages}) > 0.95 * len(METHODS)
    for message in viewer.messages:
        event = decode_message(message.method, message.payload)
        assert not isinstance(event, (UnknownEvent, events.UndecodedEvent))


def test_a_mix_of_unknown_types_is_refused() -> None:
    with pytest.raises(ConfigError, match="WebcastNothingMessage"):
        world(users=(), plans=(RoomPlan(user="ana", mix={"WebcastNothingMessage": 1.0}),))
    with pytest.raises(ConfigError, match="no mix"):
        world(users=(), plans=(RoomPlan(user="ana", mix="loud"),))
    with pytest.raises(ConfigError, match="add up to nothing"):
        world(users=(), plans=(RoomPlan(user="ana", mix={}),))
