"""Recorded frames instead of generated traffic."""

import gzip
import struct
from pathlib import Path

import pytest

from tests.shared_data import RealMessage
from tests.simulator.worlds import START_MS, commons, enter, play, push_frame, room_id, world
from tests.wire_schema import parsed
from tikcast.errors import CaptureError, ConfigError
from tikcast.simulator.messages.encode import Message
from tikcast.simulator.messages.frames import response
from tikcast.simulator.messages.wire import fields


def frame(messages: list[tuple[str, bytes]], *, packed: bool = True) -> bytes:
    made = [Message(method=m, message_id=n, payload=p, is_history=n == 1) for n, (m, p) in enumerate(messages, start=1)]
    inside = response(made, room_id=1, now_ms=0).SerializeToString()
    return push_frame("msg", gzip.compress(inside) if packed else inside)


def plain_file(path: Path, frames: list[bytes]) -> Path:
    path.write_bytes(b"".join(struct.pack("<I", len(data)) + data for data in frames))
    return path


@pytest.fixture
def capture(tmp_path: Path, real_messages: list[RealMessage]) -> Path:
    pairs = [(message.method, message.payload) for message in real_messages]
    frames = [frame(pairs[at : at + 3], packed=at % 2 == 0) for at in range(0, len(pairs), 3)]
    return plain_file(tmp_path / "real.frames", [push_frame("hb", b""), *frames])


def test_every_recorded_message_is_sent_in_order(capture: Path, real_messages: list[RealMessage]) -> None:
    of = world(capture=capture, rate=100.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 12_000)
    assert [m.method for m in viewer.messages[:-1]] == [message.method for message in real_messages]
    assert len({m.msg_id for m in viewer.messages[:-1]}) > 800


def test_only_the_room_id_of_recorded_messages_changes(capture: Path, real_messages: list[RealMessage]) -> None:
    of = world(capture=capture, rate=100.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 12_000)
    headed = [m for m in viewer.messages if m.method == "WebcastChatMessage"]
    assert {common.room_id for common in commons(headed)} == {room_id(of)}
    for sent, real in zip(viewer.messages, real_messages, strict=False):
        assert len(sent.payload) == len(real.payload)
        rest = [f.value for f in fields(real.payload) if f.number != 1]
        assert [f.value for f in fields(sent.payload) if f.number != 1] == rest


def test_the_live_stream_ends_with_the_last_frame(capture: Path) -> None:
    of = world(capture=capture, rate=1000.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 10_000)
    assert viewer.messages[-1].method == "WebcastControlMessage"
    assert of.hosts["ana"].room.state == "ended"


def test_recorded_frames_play_at_the_configured_rate(capture: Path) -> None:
    of = world(capture=capture, rate=10.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 20_000)
    assert 190 <= len(viewer.messages) <= 200


def test_the_ledger_counts_what_is_played(capture: Path, real_messages: list[RealMessage]) -> None:
    of = world(capture=capture, rate=1000.0)
    play(of, enter(of), until_ms=START_MS + 10_000)
    likes = [m.payload for m in real_messages if m.method == "WebcastLikeMessage"]
    ledger = of.hosts["ana"].room.ledger.report()
    assert ledger["likes"] == sum(parsed("WebcastLikeMessage", payload).count for payload in likes)
    assert ledger["gifts"] > 0


def test_recorded_messages_can_come_again_much_later(tmp_path: Path) -> None:
    chats = [frame([("WebcastChatMessage", bytes([8, number])), ("B", b"")]) for number in range(60)]
    of = world(capture=plain_file(tmp_path / "chats", chats), rate=2.0)
    first = enter(of)
    later = play(of, first, until_ms=START_MS + 50_000)
    of.fault("ana", "old_history", now_ms=later, seconds=20.0, count=2)
    again = enter(of, now_ms=later).messages
    assert [message.payload for message in again] == [bytes([8, 28]), bytes([8, 29])]


def test_history_stays_history(tmp_path: Path) -> None:
    path = plain_file(tmp_path / "two", [frame([("A", b""), ("B", b"")])])
    of = world(capture=path, rate=10.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 1000)
    assert [m.is_history for m in viewer.messages[:2]] == [True, False]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\x05\x00\x00", CaptureError),
        (b"\x05\x00\x00\x00ab", CaptureError),
        (struct.pack("<I", 3) + b"\xff\xff\xff", CaptureError),
        (b"", CaptureError),
        (struct.pack("<I", 4) + bytes.fromhex("3a026862"), ConfigError),
    ],
)
def test_a_file_that_cannot_be_played_is_reported_in_one_sentence(
    tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "bad.frames"
    path.write_bytes(content)
    with pytest.raises(error, match=r"bad\.frames"):
        world(capture=path)


def test_a_missing_file_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        world(capture=tmp_path / "missing")
