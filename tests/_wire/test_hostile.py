"""Whatever the bytes: no exception, no lost neighbour, bounded work. Short runs that repeat exactly."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import NOW, ROOM, frame, response
from tests._wire.protobytes import field
from tests._wire.session.test_gifts import runs
from tests.shared_data import RealMessage
from tests.wire_schema import known_methods, push_frame
from tikcast import ChatEvent, Event, LiveSession, decode_frame, decode_message, from_json, to_json
from tikcast.events import event_key

methods = st.sampled_from(known_methods())


def sound(event: Event) -> None:
    """What holds of every event, whatever it was made of."""
    assert from_json(to_json(event, raw=True)) == event
    assert event_key(event)
    repr(event)


def damaged(messages: list[RealMessage], *, seed: int, times: int) -> Iterator[tuple[str, bytes]]:
    """Real messages with flipped, dropped, doubled and spliced bytes."""
    chance = random.Random(seed)
    for _ in range(times):
        message, other = chance.choices(messages, k=2)
        data = bytearray(message.payload)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data)) if data else 0
            size = chance.randint(1, 12)
            match chance.randrange(6):
                case 0 if data:
                    data[at] ^= 1 << chance.randrange(8)
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = data[at : at + size]
                case 3:
                    start = chance.randrange(len(other.payload))
                    data[at:at] = other.payload[start : start + chance.randint(1, 400)]
                case 4:
                    data[at:at] = chance.randbytes(size)
                case _:
                    data = data[at:] + data[:at]
        yield chance.choice([message.method, message.method, other.method]), bytes(data)


def test_damaged_real_messages_never_raise(real_messages: list[RealMessage]) -> None:
    for method, payload in damaged(real_messages, seed=1, times=4000):
        sound(decode_message(method, payload))


def test_damaged_messages_cost_nothing_beside_them(real_messages: list[RealMessage]) -> None:
    session = LiveSession(0)
    good = ("WebcastChatMessage", field(3, "good"))
    for index, (method, payload) in enumerate(damaged(real_messages, seed=2, times=500)):
        events = session.receive(frame(response(good, (method, payload), good), compress=False), NOW + index)
        assert [getattr(event, "comment", None) for event in events].count("good") == 2
    session.tick(NOW + 60_000)
    assert session.stats()["bad_frames"] == 0


def test_damaged_frames_never_raise(real_messages: list[RealMessage]) -> None:
    chance = random.Random(3)
    session = LiveSession(ROOM)
    session.opened(NOW)
    for _ in range(1500):
        some = chance.choices(real_messages, k=3)
        body = response(*[(m.method, m.payload) for m in some], needs_ack=True, cursor="c").SerializeToString()
        data = bytearray(push_frame("msg", body, log_id=1, compress=chance.random() < 0.5))
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randint(0, len(data))]) if chance.random() < 0.3 else bytes(data)
        opened = decode_frame(cut)
        assert opened.ack is None or opened.needs_ack
        for event in opened.events:
            repr(event)
        session.receive(cut, NOW)
        session.receive_response(cut, NOW)
    session.stats()


@settings(runs, max_examples=150)
@given(methods, st.binary(max_size=200))
def test_any_bytes_as_any_message_never_raise(method: str, payload: bytes) -> None:
    sound(decode_message(method, payload))


@settings(runs, max_examples=150)
@given(st.text(max_size=20), st.binary(max_size=50), st.integers(-(2**70), 2**70), st.booleans())
def test_any_name_any_room_never_raises(method: str, payload: bytes, room_id: int, history: bool) -> None:
    sound(decode_message(method, payload, room_id=room_id, is_history=history))


@settings(runs)
@given(st.binary(max_size=300))
def test_any_bytes_as_a_frame_never_raise(data: bytes) -> None:
    opened = decode_frame(data)
    assert isinstance(opened.events, list)
    session = LiveSession(ROOM)
    session.receive(data, 0)
    session.receive_response(data, 0)


@st.composite
def wire_bytes(draw: st.DrawFn, depth: int = 3) -> bytes:
    """Well-formed fields of low numbers, nested: they hit what the schema knows."""
    out = b""
    for _ in range(draw(st.integers(0, 5))):
        number = draw(st.sampled_from([*range(1, 25), 32, 38, 46, 50, 64, 100, 200]))
        value: bytes | int = draw(st.integers(0, 2**64 - 1) | st.binary(max_size=8))
        if depth and draw(st.booleans()):
            value = draw(wire_bytes(depth=depth - 1))
        out += field(number, value)
    return out


@settings(runs)
@given(methods, wire_bytes())
def test_any_well_formed_fields_as_any_message_never_raise(method: str, payload: bytes) -> None:
    sound(decode_message(method, payload))


@settings(runs, max_examples=100)
@given(st.lists(st.tuples(methods, wire_bytes()), max_size=5), st.sampled_from(["mark", "skip", "deliver"]))
def test_a_session_survives_any_messages_in_any_mode(messages: list[tuple[str, bytes]], history: str) -> None:
    session = LiveSession(0, history=history)  # type: ignore[arg-type]
    session.opened(NOW)
    for round_ in range(3):
        for event in session.receive(frame(response(*messages), compress=False), NOW + round_ * 1000):
            sound(event)
        for event in session.tick(NOW + round_ * 11_000):
            sound(event)
    session.closed(NOW, final=True)
    session.stats()


def test_a_frame_full_of_broken_messages_is_salvaged_in_bounded_work_and_says_so() -> None:
    broken = ("WebcastChatMessage", field(4, 1) * 9_000 + b"\x07")
    opened = decode_frame(frame(response(*[broken] * 80)))
    saved = [event for event in opened.events if isinstance(event, ChatEvent)]
    assert 3 <= len(saved) <= 20
    told = [opened.error or "", *[note for event in opened.events for note in event.notes]]
    assert any("too much to salvage" in words or "left out" in words for words in told)


@pytest.mark.parametrize(
    "payload",
    [
        b"\x0b" * 100_000,
        b"\x12\xff\xff\xff\xff\x07",
        b"\x12" + b"\xff" * 9 + b"\x01",
        field(8, b"\x00" * 1_000_000),
        field(2, field(45, b"\x12\x05") * 50_000),
        field(22, b"\xff") * 200_000,
        field(19, field(1, "k")) * 50_000,
    ],
    ids=["groups", "length beyond", "length of 64 bits", "zeros", "users", "varints cut", "map entries"],
)
def test_huge_counts_and_lengths_are_read_in_bounded_work(payload: bytes) -> None:
    for method in ("WebcastChatMessage", "WebcastGiftMessage", "WebcastLinkMicArmies", "WebcastRoomUserSeqMessage"):
        event = decode_message(method, payload)
        assert len(event.notes) <= 20
