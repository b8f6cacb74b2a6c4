"""Replays of captures, and of any file."""

from collections.abc import Iterator
from io import BufferedReader, BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room_server import NOW_MS, ROOM, chat, control, frame, gift, plain_file
from tests.wire_schema import build
from tikcast import ChatEvent, Event, GiftEvent
from tikcast.capture.format import CaptureRecord, Header, Kind, encode_header, encode_record
from tikcast.capture.replay import Replay, open_replay
from tikcast.errors import CaptureError


def record(kind: Kind, data: bytes = b"", *, after: float = 0.0, connection: int = 1) -> CaptureRecord:
    """A record `after` seconds."""
    at_us = NOW_MS * 1000 + int(after * 1_000_000)
    return CaptureRecord(kind=kind, connection=connection, at_us=at_us, data=data)


def opened(*, after: float = 0.0, connection: int = 1, room_id: int = ROOM) -> CaptureRecord:
    facts = {"room_id": str(room_id), "method": "direct", "username": "ana"}
    return record(Kind.OPENED, msgspec.json.encode(facts), after=after, connection=connection)


def received(*messages: object, after: float = 0.0, connection: int = 1) -> CaptureRecord:
    return record(Kind.RECEIVED, frame(*messages), after=after, connection=connection)


def test_the_clock_is_the_captures_own() -> None:
    replay = Replay([opened(), received(chat("one"), after=1.5), received(chat("two"), after=9.25)])
    events = list(replay)
    assert [event.received_at_ms for event in events] == [NOW_MS + 1500, NOW_MS + 9250]
    assert (replay.frames, replay.broken, replay.lost) == (2, 0, 0)


def test_sent_frames_are_skipped_and_the_answer_of_the_signer_comes_first() -> None:
    answer = build("WebcastResponse", cursor="c")
    answer.messages.add().CopyFrom(chat("history"))
    records = [
        opened(),
        record(Kind.ANSWER, answer.SerializeToString()),
        record(Kind.SENT, frame(chat("never"))),
        received(chat("now")),
        record(Kind.TEXT, b"never"),
    ]
    assert comments(Replay(records)) == ["history", "now"]


def test_a_reconnect_goes_on_in_the_rooms_session() -> None:
    again = chat("one", msg_id=123)
    records = [
        opened(),
        received(again, gift(3, group_id=1)),
        record(Kind.CLOSED, b'{"code":1006}', after=1),
        opened(after=2, connection=2),
        received(again, gift(5, group_id=1), chat("two"), after=3, connection=2),
    ]
    events = list(Replay(records))
    assert [event.comment for event in events if isinstance(event, ChatEvent)] == ["one", "two"]
    assert [event.new_gifts for event in events if isinstance(event, GiftEvent)] == [3, 2, 0]


def test_two_connections_at_once_to_one_room_have_a_session_each() -> None:
    same = chat("one", msg_id=123)
    records = [opened(), opened(connection=2), received(same), received(same, connection=2)]
    assert comments(Replay(records)) == ["one", "one"]


def test_a_live_stream_that_ended_is_not_continued() -> None:
    same = chat("one", msg_id=123)
    records = [
        opened(),
        received(same, control(3)),
        record(Kind.CLOSED, after=1),
        opened(after=2, connection=2),
        received(same, after=3, connection=2),
    ]
    assert comments(Replay(records)) == ["one", "one"]


def test_messages_of_other_rooms_are_dropped_as_when_they_were_received() -> None:
    assert comments(Replay([opened(room_id=5), received(chat("elsewhere"))])) == []


def test_a_capture_that_starts_in_the_middle_is_played_whichever_room_it_is_of() -> None:
    assert comments(Replay([received(chat("one"))])) == ["one"]


def test_streaks_end_by_the_captures_clock_and_open_ones_with_the_capture() -> None:
    records = [opened(), received(gift(3, group_id=1)), received(gift(2, group_id=2), after=60)]
    ends = [event for event in Replay(records) if isinstance(event, GiftEvent) and event.streak_over]
    assert [event.group_id for event in ends] == [1, 2]
    assert NOW_MS + 10_000 <= ends[0].received_at_ms <= NOW_MS + 12_000


def test_what_is_broken_and_what_is_missing_is_counted() -> None:
    records = [
        opened(),
        record(Kind.RECEIVED, b"\xff\xff"),
        record(Kind.LOST, b'{"records":7}', connection=0),
        record(Kind.LOST, b"{}", connection=0),
    ]
    replay = Replay(records)
    assert "undecoded" in [event.type for event in replay]
    assert (replay.frames, replay.broken, replay.lost) == (1, 1, 7)


def test_a_cut_is_raised_after_everything_before_it() -> None:
    def cut() -> Iterator[CaptureRecord]:
        yield from [opened(), received(gift(3, group_id=1))]
        raise CaptureError("x", "it is cut", offset=9, advice="look")

    played: list[Event] = []
    with pytest.raises(CaptureError):
        played.extend(Replay(cut()))
    assert [event.streak_over for event in played if isinstance(event, GiftEvent)] == [False, True]


def test_a_capture_of_years_apart_is_played_at_once() -> None:
    assert comments(Replay([opened(), received(chat("one")), received(chat("two"), after=1e8)])) == ["one", "two"]


@given(
    st.lists(
        st.builds(
            CaptureRecord,
            kind=st.integers(0, 9),
            connection=st.integers(0, 2),
            at_us=st.integers(0, 10**16),
            data=st.binary(max_size=20) | st.just(b'{"room_id":"7"}') | st.just(b'{"room_id":[],"records":"x"}'),
        ),
        max_size=8,
    )
)
def test_no_records_raise(records: list[CaptureRecord]) -> None:
    list(Replay(records))


def test_captures_and_plain_frames_are_played_by_one_class_with_the_same_counts() -> None:
    first = frame(chat("one", created_at_ms=NOW_MS), gift(3, group_id=1))
    later = frame(chat("two", created_at_ms=NOW_MS + 60_000))
    records = [opened(), record(Kind.RECEIVED, first), record(Kind.RECEIVED, later, after=60)]
    records.append(record(Kind.RECEIVED, b"\xff\xff\xff", after=60))
    capture = encode_header(Header()) + b"".join(map(encode_record, records))
    for data in (capture, plain_file(first, later, b"\xff\xff\xff")):
        replay = open_replay(BufferedReader(BytesIO(data)), name="x")
        assert type(replay) is Replay
        events = list(replay)
        assert [event.comment for event in events if isinstance(event, ChatEvent)] == ["one", "two"]
        assert [event.streak_over for event in events if isinstance(event, GiftEvent)] == [False, True]
        assert (replay.frames, replay.broken, replay.lost) == (3, 1, 0)
        assert replay.now_ms == NOW_MS + 60_000


def comments(events: Replay) -> list[str]:
    return [event.comment for event in events if isinstance(event, ChatEvent)]
