"""One API plays every file of frames, whatever its form."""

from io import BufferedReader, BytesIO
from typing import Any

import msgspec
import pytest

from tests.room_server import NOW_MS, ROOM, chat, frame, gift, plain_file
from tikcast import ChatEvent, GiftEvent
from tikcast.capture.format import Header, Kind, Record, encode_header, encode_record
from tikcast.capture.replay import open_replay

FRAMES = (
    frame(chat("one", created_at_ms=NOW_MS), gift(3, group_id=1)),
    frame(chat("two", created_at_ms=NOW_MS + 60_000)),
    b"\xff\xff\xff",
)


def capture_file(*frames: bytes) -> bytes:
    """The frames as a capture, a minute between them."""
    opened = msgspec.json.encode({"room_id": str(ROOM), "method": "direct", "username": "ana"})
    records = [Record(kind=Kind.OPENED, connection=1, at_us=NOW_MS * 1000, data=opened)]
    records += [
        Record(kind=Kind.RECEIVED, connection=1, at_us=(NOW_MS + 60_000 * number) * 1000, data=data)
        for number, data in enumerate(frames)
    ]
    return encode_header(Header()) + b"".join(map(encode_record, records))


def open_file(data: bytes) -> Any:
    return open_replay(BufferedReader(BytesIO(data)), name="x")


@pytest.mark.xfail(strict=True, reason="plain frames and captures are played by two classes with different counts")
def test_both_forms_of_files_are_played_by_one_class_with_the_same_counts() -> None:
    plain, capture = open_file(plain_file(*FRAMES)), open_file(capture_file(*FRAMES))
    assert type(plain) is type(capture)
    events = {name: list(replay) for name, replay in (("plain", plain), ("capture", capture))}
    for played in events.values():
        assert [event.comment for event in played if isinstance(event, ChatEvent)] == ["one", "two"]
        assert [event.streak_over for event in played if isinstance(event, GiftEvent)] == [False, True]
    for replay in (plain, capture):
        assert (replay.frames, replay.broken, replay.lost) == (3, 1, 0)
        assert replay.now_ms >= NOW_MS + 60_000
