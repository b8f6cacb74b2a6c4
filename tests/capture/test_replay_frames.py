"""Replays of plain frames."""

from collections.abc import Iterator

import pytest

from tests.room_server import NOW_MS, chat, frame, gift, message
from tests.wire_schema import build
from tikcast import ChatEvent, Event, GiftEvent
from tikcast.capture.plain import PlainFrame
from tikcast.capture.replay import Replay
from tikcast.errors import CaptureError


def frames(*data: bytes) -> list[PlainFrame]:
    return [PlainFrame(offset=0, data=one) for one in data]


def test_messages_of_every_room_are_played_in_order() -> None:
    other = build("WebcastChatMessage", content="elsewhere")
    other.common.room_id = 5
    other.common.msg_id = 77
    elsewhere = build("ResponseMessage", method="WebcastChatMessage", payload=other.SerializeToString(), msg_id=77)
    replay = Replay.of_frames(frames(frame(chat("one")), frame(elsewhere)))
    events = [event for event in replay if isinstance(event, ChatEvent)]
    assert [event.comment for event in events] == ["one", "elsewhere"]
    assert (replay.frames, replay.broken) == (2, 0)


def test_the_clock_is_that_of_the_messages() -> None:
    first, later = chat("one", created_at_ms=NOW_MS), chat("two", created_at_ms=NOW_MS + 5000)
    earlier = chat("late", created_at_ms=NOW_MS + 1000)
    events = list(Replay.of_frames(frames(frame(first), frame(later), frame(earlier))))
    assert [event.received_at_ms for event in events] == [NOW_MS, NOW_MS + 5000, NOW_MS + 5000]


def test_a_streak_without_an_end_is_closed_when_its_time_is_over() -> None:
    replay = Replay.of_frames(
        frames(frame(gift(3, group_id=1)), frame(chat("much later", created_at_ms=NOW_MS + 60_000)))
    )
    events = list(replay)
    assert [type(event) for event in events] == [GiftEvent, GiftEvent, ChatEvent]
    closing = events[1]
    assert isinstance(closing, GiftEvent)
    assert (closing.streak_over, closing.new_gifts) == (True, 0)
    assert NOW_MS + 10_000 <= closing.received_at_ms <= NOW_MS + 12_000


def test_the_end_of_the_frames_ends_open_streaks() -> None:
    events = list(Replay.of_frames(frames(frame(gift(3, group_id=1)))))
    assert [event.streak_over for event in events if isinstance(event, GiftEvent)] == [False, True]


def test_a_message_that_comes_twice_is_played_once() -> None:
    twice = frame(chat("one"))
    assert len(list(Replay.of_frames(frames(twice, twice)))) == 1


def test_a_frame_that_cannot_be_read_is_counted_and_reported() -> None:
    replay = Replay.of_frames(frames(frame(chat("one")), b"\xff\xff\xff", frame(chat("two"))))
    kinds = [event.type for event in replay]
    assert kinds == ["chat", "undecoded", "chat", "gap"]
    assert replay.broken == 1


def test_a_cut_is_raised_after_everything_before_it() -> None:
    def cut() -> Iterator[PlainFrame]:
        yield from frames(frame(gift(3, group_id=1)))
        raise CaptureError("x", "it is cut", offset=9, advice="look")

    played: list[Event] = []
    with pytest.raises(CaptureError):
        played.extend(Replay.of_frames(cut()))
    assert [event.streak_over for event in played if isinstance(event, GiftEvent)] == [False, True]


def test_a_capture_of_years_apart_is_played_at_once() -> None:
    years = chat("years later", created_at_ms=NOW_MS + 10**11)
    seconds = message("WebcastChatMessage", build("WebcastChatMessage", content="in seconds"))
    assert len(list(Replay.of_frames(frames(frame(chat("one")), frame(years), frame(seconds))))) == 3
