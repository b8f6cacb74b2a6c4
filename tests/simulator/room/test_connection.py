"""What a connection gets and owes, in virtual time."""

import pytest

from tests.simulator.worlds import (
    START_MS,
    Viewer,
    beating,
    common_of,
    connect,
    enter,
    entering,
    play,
    push_frame,
    response_of,
    room_id,
    world,
)
from tests.wire_schema import encoded, parsed
from tikcast.simulator import Strictness

MINUTE = 60_000


def test_heartbeats_are_answered_before_the_room_is_entered_and_nothing_else_comes() -> None:
    of = world()
    viewer = Viewer(of, connect(of), beats=False)
    viewer.send(beating(room_id(of), sequence=7))
    play(of, viewer, until_ms=START_MS + 20_000)
    (answer,) = viewer.frames
    assert answer.payload_type == "hb"
    assert parsed("HeartbeatMessage", answer.payload).send_packet_seq_id == 7
    viewer.send(entering(room_id(of)), START_MS + 20_000)
    assert [frame.payload_type for frame in viewer.collect(START_MS + 20_000)] == ["im_enter_room_resp", "msg"]


def test_the_first_batch_greets_and_repeats_the_recent_past() -> None:
    viewer = enter(world())
    first = response_of(viewer.frames[1])
    methods = [message.method for message in first.messages]
    assert methods[:2] == ["RoomMessage", "WebcastLiveIntroMessage"]
    assert not first.messages[0].is_history
    history = [message for message in first.messages if message.is_history]
    assert 10 < len(history) < 30
    ages = [START_MS - common_of(message.payload).create_time for message in history]
    assert all(0 <= age <= 224_000 for age in ages)


def test_frames_are_gzipped_and_ask_for_an_acknowledgement() -> None:
    frame = enter(world()).frames[1]
    inside = response_of(frame)
    assert frame.headers["compress_type"] == "gzip"
    assert (frame.payload_encoding, frame.payload[:2]) == ("pb", b"\x1f\x8b")
    assert inside.needs_ack
    assert inside.internal_ext
    assert inside.cursor
    assert inside.heart_beat_duration == 10_000
    assert frame.log_id


def test_a_client_that_wants_no_compression_gets_none() -> None:
    frame = enter(world(), query="&compress=").frames[1]
    assert "compress_type" not in frame.headers
    assert parsed("WebcastResponse", frame.payload).messages


def test_a_heartbeat_is_answered_with_its_number() -> None:
    of = world(rate=0.0)
    viewer = enter(of, beats=False)
    viewer.send(beating(room_id(of), sequence=41))
    answer = viewer.collect()[-1]
    assert answer.payload_type == "hb"
    assert parsed("HeartbeatMessage", answer.payload).send_packet_seq_id == 41


@pytest.mark.parametrize("beat", [bytes.fromhex("3a026862"), push_frame("hb", b"")])
def test_a_heartbeat_may_be_bare(beat: bytes) -> None:
    of = world(rate=0.0)
    viewer = enter(of, beats=False)
    now = START_MS
    for _ in range(20):
        now = play(of, viewer, from_ms=now, until_ms=now + 10_000)
        viewer.send(beat, now)
    assert not viewer.closed()


def test_without_heartbeats_the_connection_ends() -> None:
    of = world()
    viewer = enter(of, beats=False)
    play(of, viewer, until_ms=START_MS + 39_000)
    assert not viewer.closed()
    play(of, viewer, from_ms=START_MS + 39_000, until_ms=START_MS + 42_000)
    assert viewer.closed()


def test_without_acknowledgements_the_connection_ends_after_three_minutes() -> None:
    of = world()
    viewer = enter(of, acknowledges=False)
    play(of, viewer, until_ms=START_MS + 179_000)
    assert not viewer.closed()
    play(of, viewer, from_ms=START_MS + 179_000, until_ms=START_MS + 183_000)
    assert viewer.closed()


def test_the_time_to_acknowledge_can_be_set() -> None:
    of = world(strictness=Strictness(ack_timeout=5.0))
    viewer = enter(of, acknowledges=False)
    play(of, viewer, until_ms=START_MS + 8000)
    assert viewer.closed()


def test_with_acknowledgements_and_heartbeats_a_connection_lasts() -> None:
    of = world()
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 15 * MINUTE, step_ms=500)
    assert not viewer.closed()
    assert of.hosts["ana"].room.ledger.acks == sum(frame.payload_type == "msg" for frame in viewer.frames)


@pytest.mark.parametrize("encoding", ["", "pb"])
def test_an_acknowledgement_needs_no_payload_encoding(encoding: str) -> None:
    of = world(rate=0.0)
    viewer = enter(of, acknowledges=False)
    owed = viewer.frames[1]
    ext = response_of(owed).internal_ext
    viewer.send(push_frame("ack", ext, log_id=owed.log_id, payload_encoding=encoding))
    play(of, viewer, until_ms=START_MS + 5000)
    assert not viewer.closed()
    assert of.hosts["ana"].room.ledger.acks == 1


@pytest.mark.parametrize(
    "data",
    [
        push_frame("ack", b"-", log_id=2),
        push_frame("ack", b"", log_id=2),
        push_frame("ack", b"-", log_id=99_999),
        push_frame("ack", b"internal_src:dim", log_id=2, payload_encoding="json"),
        push_frame("hb", b"\xff\xff"),
        push_frame("hb", encoded("HeartbeatMessage", room_id=5)),
        entering(5),
        b"\xff\xff\xff",
    ],
)
def test_what_no_client_of_tiktok_sends_ends_the_connection_within_seconds(data: bytes) -> None:
    of = world(rate=0.0)
    viewer = enter(of, acknowledges=False)
    assert viewer.frames[1].log_id == 2
    viewer.send(data)
    play(of, viewer, until_ms=START_MS + 4000)
    assert viewer.closed()


def test_an_acknowledgement_may_come_twice() -> None:
    of = world(rate=0.0)
    viewer = enter(of)
    owed = viewer.frames[1]
    viewer.send(push_frame("ack", response_of(owed).internal_ext, log_id=owed.log_id))
    play(of, viewer, until_ms=START_MS + 5000)
    assert not viewer.closed()


def test_unknown_frames_of_a_client_are_ignored() -> None:
    of = world(rate=0.0)
    viewer = enter(of)
    viewer.send(push_frame("something", b"\xff"))
    play(of, viewer, until_ms=START_MS + 5000)
    assert not viewer.closed()


def test_a_client_that_takes_nothing_is_cut_off() -> None:
    of = world(rate=1000.0)
    viewer = enter(of)
    now = START_MS
    while not viewer.closed() and now < START_MS + MINUTE:
        now += 100
        of.advance(now)
    assert viewer.connection.closing
    assert viewer.connection.closing.reason == "too slow"


def test_every_connection_of_a_room_gets_the_same_bytes() -> None:
    of = world()
    one, other = enter(of), enter(of)
    seen = len(one.frames), len(other.frames)
    play(of, one, other, until_ms=START_MS + 5000)
    messages = [frame for frame in one.frames[seen[0] :] if frame.payload_type == "msg"]
    assert messages
    assert messages == [frame for frame in other.frames[seen[1] :] if frame.payload_type == "msg"]
