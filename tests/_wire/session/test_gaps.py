"""What a session says is missing: between connections, and where a frame could not be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._wire.building import NOW, ROOM, History, Message, common, control, frame, gift, response
from tests.wire_schema import build, push_frame
from tikcast import ChatEvent, Event, LiveSession
from tikcast._wire.session.gaps import CATCH_UP_MS, REACH_MS, SPREAD_MS
from tikcast.events import Gap, UndecodedEvent

SECOND, MINUTE = 1000, 60_000
ENTERED = push_frame("im_enter_room_resp", b"")
BEAT = push_frame("hb", b"\x10\x01")


def said(message_id: int, *, at: int) -> Message:
    """A chat of a moment by the server's clock."""
    message = build("WebcastChatMessage", common=common(message_id, created=at), content=str(message_id))
    return "WebcastChatMessage", message.SerializeToString()


class Viewer:
    """A session and the wall clocks on both sides, `skew` milliseconds apart."""

    def __init__(self, *, history: History = "mark", skew: int = 0) -> None:
        self.session = LiveSession(ROOM, history=history)
        self.skew = skew
        self.events: list[Event] = []
        self.session.opened(NOW)
        self.session.to_send()

    def receive(self, *messages: Message, at: int, history: bool = False, sent: int = 0, cursor: str = "") -> None:
        """A frame that the server made `sent` (else now), by this side's clock."""
        body = response(*messages, history=history, now=(sent or at) + self.skew, cursor=cursor)
        self.events += self.session.receive(frame(body), at)

    def get(self, data: bytes, *, at: int) -> None:
        self.events += self.session.receive(data, at)

    def lose(self, *, at: int) -> None:
        self.events += self.session.closed(at)

    def return_(self, *, at: int) -> None:
        self.session.opened(at)
        self.session.to_send()

    def tick(self, *, at: int) -> None:
        self.events += self.session.tick(at)

    def finish(self, *, at: int) -> None:
        self.events += self.session.closed(at, final=True)

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.events if isinstance(event, Gap)]

    @property
    def told(self) -> list[object]:
        """Chats by their id, gaps by what came back, in order."""
        return [
            int(event.comment) if isinstance(event, ChatEvent) else f"gap {event.recovered}"
            for event in self.events
            if isinstance(event, ChatEvent | Gap)
        ]


def broken_off(*, history: History = "mark") -> Viewer:
    """Somebody who was connected for ten seconds, for the last time heard then, and came back at 20."""
    viewer = Viewer(history=history)
    viewer.receive(said(1, at=NOW + 10 * SECOND), at=NOW + 10 * SECOND)
    viewer.lose(at=NOW + 15 * SECOND)
    viewer.return_(at=NOW + 20 * SECOND)
    return viewer


def test_a_first_connection_has_no_gap() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW - MINUTE), at=NOW, history=True)
    viewer.receive(said(2, at=NOW + SECOND), at=NOW + SECOND)
    viewer.tick(at=NOW + MINUTE)
    viewer.finish(at=NOW + 2 * MINUTE)
    assert viewer.gaps == []
    assert viewer.session.stats()["gaps"] == 0


def test_a_gap_reaches_from_what_was_heard_last_to_when_the_room_answers_again() -> None:
    viewer = broken_off()
    viewer.get(ENTERED, at=NOW + 21 * SECOND)
    viewer.receive(said(2, at=NOW + 22 * SECOND), at=NOW + 22 * SECOND)
    (gap,) = viewer.gaps
    assert (gap.from_ms, gap.to_ms) == (NOW + 10 * SECOND - SPREAD_MS, NOW + 21 * SECOND)
    assert (gap.recovered, gap.room_id, gap.message_id, gap.received_at_ms) == (0, ROOM, 0, NOW + 22 * SECOND)
    assert viewer.told == [1, "gap 0", 2]


def test_what_comes_back_is_counted_and_comes_before_the_gap_is_told() -> None:
    viewer = broken_off()
    missed = [said(number, at=NOW + number * SECOND) for number in range(11, 16)]
    viewer.receive(*missed[:3], at=NOW + 21 * SECOND, history=True)
    viewer.receive(*missed[3:], at=NOW + 21 * SECOND)
    viewer.receive(said(22, at=NOW + 22 * SECOND), said(23, at=NOW + 22 * SECOND), at=NOW + 22 * SECOND)
    assert viewer.told == [1, 11, 12, 13, 14, 15, "gap 5", 22, 23]
    assert (viewer.session.stats()["gaps"], viewer.session.stats()["recovered"]) == (1, 5)


def test_heartbeats_answered_are_a_sign_that_nothing_was_missed_until_then() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW)
    viewer.get(BEAT, at=NOW + MINUTE)
    viewer.lose(at=NOW + 2 * MINUTE)
    viewer.return_(at=NOW + 2 * MINUTE)
    viewer.get(BEAT, at=NOW + 2 * MINUTE + SECOND)
    answered = [viewer.session.entered]
    viewer.get(ENTERED, at=NOW + 2 * MINUTE + 5 * SECOND)
    assert [*answered, viewer.session.entered] == [False, True]
    viewer.tick(at=NOW + 2 * MINUTE + 5 * SECOND + CATCH_UP_MS)
    (gap,) = viewer.gaps
    assert (gap.from_ms, gap.to_ms) == (NOW + MINUTE - SPREAD_MS, NOW + 2 * MINUTE + 5 * SECOND)


def test_duplicates_and_what_is_older_than_the_gap_did_not_come_back() -> None:
    viewer = broken_off(history="deliver")
    older, again, missed = said(2, at=NOW), said(1, at=NOW + 10 * SECOND), said(3, at=NOW + 12 * SECOND)
    viewer.receive(older, again, missed, at=NOW + 21 * SECOND, history=True)
    viewer.tick(at=NOW + 30 * SECOND)
    assert viewer.told == [1, 2, 1, 3, "gap 1"]


def test_history_that_is_left_out_did_not_come_back() -> None:
    viewer = broken_off(history="skip")
    viewer.receive(said(2, at=NOW + 12 * SECOND), at=NOW + 21 * SECOND, history=True)
    viewer.receive(said(3, at=NOW + 13 * SECOND), at=NOW + 21 * SECOND)
    viewer.tick(at=NOW + 30 * SECOND)
    assert viewer.told == [1, 3, "gap 1"]


def test_a_message_that_is_history_without_a_time_of_its_own_came_back() -> None:
    viewer = broken_off()
    viewer.receive(said(2, at=0), at=NOW + 21 * SECOND, history=True)
    viewer.receive(said(3, at=0), at=NOW + 21 * SECOND)
    viewer.receive(said(4, at=NOW + 22 * SECOND), at=NOW + 22 * SECOND)
    assert viewer.told == [1, 2, 3, "gap 1", 4]


def test_what_the_signer_answers_counts_as_having_come_back() -> None:
    viewer = broken_off()
    answer = response(said(2, at=NOW + 12 * SECOND), history=True, now=NOW + 19 * SECOND)
    viewer.events += viewer.session.receive_response(answer.SerializeToString(), NOW + 20 * SECOND)
    assert viewer.gaps == []
    viewer.get(ENTERED, at=NOW + 21 * SECOND)
    viewer.tick(at=NOW + 25 * SECOND)
    assert viewer.told == [1, 2, "gap 1"]
    assert viewer.gaps[0].to_ms == NOW + 21 * SECOND


@pytest.mark.parametrize("skew", [0, 5 * MINUTE, -5 * MINUTE, 10**11])
def test_clocks_that_disagree_change_nothing(skew: int) -> None:
    viewer = Viewer(skew=skew)
    viewer.receive(said(1, at=NOW + 10 * SECOND + skew), at=NOW + 10 * SECOND)
    viewer.lose(at=NOW + 15 * SECOND)
    viewer.return_(at=NOW + 20 * SECOND)
    viewer.receive(said(2, at=NOW + 12 * SECOND + skew), at=NOW + 21 * SECOND)
    viewer.receive(said(3, at=NOW + 22 * SECOND + skew), at=NOW + 22 * SECOND)
    assert viewer.told == [1, 2, "gap 1", 3]
    assert (viewer.gaps[0].from_ms, viewer.gaps[0].to_ms) == (NOW + 10 * SECOND - SPREAD_MS, NOW + 21 * SECOND)


def test_a_frame_that_was_long_on_its_way_tells_nothing_of_the_time_since() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW)
    viewer.receive(said(2, at=NOW + 3 * SECOND), sent=NOW + 3 * SECOND, at=NOW + 10 * SECOND)
    viewer.lose(at=NOW + 11 * SECOND)
    viewer.finish(at=NOW + 12 * SECOND)
    assert viewer.gaps[0].from_ms == NOW + 3 * SECOND - SPREAD_MS


def test_connections_that_break_before_anything_came_back_make_one_gap() -> None:
    viewer = broken_off()
    viewer.lose(at=NOW + 21 * SECOND)
    viewer.return_(at=NOW + 30 * SECOND)
    viewer.receive(said(2, at=NOW + 12 * SECOND), at=NOW + 31 * SECOND, history=True)
    viewer.lose(at=NOW + 32 * SECOND)
    viewer.return_(at=NOW + 40 * SECOND)
    viewer.receive(said(3, at=NOW + 13 * SECOND), at=NOW + 41 * SECOND, history=True)
    viewer.receive(said(4, at=NOW + 42 * SECOND), at=NOW + 42 * SECOND)
    assert viewer.told == [1, 2, 3, "gap 2", 4]
    assert (viewer.gaps[0].from_ms, viewer.gaps[0].to_ms) == (NOW + 10 * SECOND - SPREAD_MS, NOW + 41 * SECOND)


def test_a_gap_that_nothing_followed_is_told_at_the_end() -> None:
    viewer = broken_off()
    viewer.finish(at=NOW + 25 * SECOND)
    (gap,) = viewer.gaps
    assert (gap.from_ms, gap.to_ms) == (NOW + 10 * SECOND - SPREAD_MS, NOW + 25 * SECOND)
    viewer.finish(at=NOW + 26 * SECOND)
    assert len(viewer.gaps) == 1


def test_what_ends_with_its_connection_leaves_no_gap() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW)
    viewer.lose(at=NOW + SECOND)
    viewer.finish(at=NOW + SECOND)
    assert viewer.gaps == []


def test_a_live_that_ended_leaves_no_gap() -> None:
    viewer = Viewer()
    viewer.receive(control(3), at=NOW)
    viewer.lose(at=NOW + SECOND)
    viewer.finish(at=NOW + MINUTE)
    assert viewer.gaps == []


def test_a_connection_resumes_from_before_the_gap_until_all_came_back() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW, cursor="one")
    viewer.lose(at=NOW + SECOND)
    viewer.return_(at=NOW + 5 * SECOND)
    viewer.receive(said(2, at=NOW + 2 * SECOND), at=NOW + 6 * SECOND, cursor="two")
    assert viewer.session.cursor == "one"
    viewer.receive(said(3, at=NOW + 7 * SECOND), at=NOW + 7 * SECOND, cursor="three")
    viewer.receive(said(4, at=NOW + 8 * SECOND), at=NOW + 8 * SECOND, cursor="four")
    assert viewer.session.cursor == "four"


DAMAGED = frame(response(said(9, at=NOW)))[:-9]


def test_a_frame_that_cannot_be_read_is_a_gap_from_the_frame_before_it() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW + 5 * SECOND), at=NOW + 5 * SECOND)
    viewer.get(DAMAGED, at=NOW + 6 * SECOND)
    assert isinstance(viewer.events[-1], UndecodedEvent)
    viewer.receive(said(2, at=NOW + 7 * SECOND), at=NOW + 7 * SECOND)
    assert viewer.told == [1, "gap 0", 2]
    assert (viewer.gaps[0].from_ms, viewer.gaps[0].to_ms) == (NOW + 5 * SECOND - SPREAD_MS, NOW + 6 * SECOND)


def test_damaged_frames_in_a_row_are_one_gap() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW)
    for second in range(1, 5):
        viewer.get(DAMAGED, at=NOW + second * SECOND)
        viewer.tick(at=NOW + second * SECOND)
    viewer.tick(at=NOW + 4 * SECOND + CATCH_UP_MS)
    (gap,) = viewer.gaps
    assert (gap.from_ms, gap.to_ms) == (NOW - SPREAD_MS, NOW + 4 * SECOND)


def test_a_damaged_frame_is_asked_for_again_with_the_next_connection() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW, cursor="before")
    viewer.get(DAMAGED, at=NOW + SECOND)
    viewer.receive(said(2, at=NOW + MINUTE), at=NOW + MINUTE, cursor="after")
    viewer.lose(at=NOW + 2 * MINUTE)
    assert viewer.session.cursor == "before"
    viewer.return_(at=NOW + 2 * MINUTE)
    viewer.receive(said(9, at=NOW + SECOND), said(2, at=NOW + MINUTE), at=NOW + 2 * MINUTE)
    viewer.receive(said(3, at=NOW + 3 * MINUTE), at=NOW + 3 * MINUTE)
    assert viewer.told == [1, "gap 0", 2, 9, "gap 1", 3]
    assert [gap.from_ms for gap in viewer.gaps] == [NOW - SPREAD_MS, NOW + MINUTE - SPREAD_MS]


def test_a_damaged_frame_that_the_history_forgot_is_not_asked_for() -> None:
    viewer = Viewer()
    viewer.receive(said(1, at=NOW), at=NOW, cursor="before")
    viewer.get(DAMAGED, at=NOW + SECOND)
    viewer.tick(at=NOW + MINUTE)
    viewer.receive(said(2, at=NOW + REACH_MS), at=NOW + REACH_MS, cursor="still")
    assert viewer.session.cursor == "before"
    viewer.receive(said(3, at=NOW + REACH_MS), at=NOW + REACH_MS + SECOND, cursor="after")
    assert viewer.session.cursor == "after"


@given(st.lists(st.tuples(st.sampled_from("abcdeflrt"), st.integers(0, 9000)), max_size=60))
def test_whatever_happens_every_message_came_or_lies_in_a_gap(steps: list[tuple[str, int]]) -> None:
    """A server that says something every moment, to whoever listens, and never repeats it."""
    viewer, now, connected = Viewer(), NOW, True
    missed: list[int] = []
    for number, (kind, wait) in enumerate(steps, start=1):
        now += wait
        if kind in "abcde" and connected:
            viewer.receive(said(number, at=now), at=now)
        elif kind == "f" and connected:
            viewer.get(DAMAGED, at=now)
            missed.append(now)
        elif kind == "l" and connected:
            viewer.lose(at=now)
            connected = False
        elif kind == "r" and not connected:
            viewer.return_(at=now)
            viewer.get(ENTERED, at=now)
            connected = True
        elif not connected:
            missed.append(now)
        viewer.tick(at=now)
    viewer.finish(at=now + MINUTE)
    assert all(any(gap.from_ms <= at <= gap.to_ms for gap in viewer.gaps) for at in missed)
    assert [told for told in viewer.told if isinstance(told, int)] == sorted(
        int(event.comment) for event in viewer.events if isinstance(event, ChatEvent)
    )


def test_gifts_that_come_back_are_counted_like_those_that_came() -> None:
    viewer = Viewer()
    viewer.receive(gift(3, message_id=1), at=NOW)
    viewer.lose(at=NOW + SECOND)
    viewer.return_(at=NOW + 2 * SECOND)
    viewer.receive(gift(5, message_id=2), gift(5, message_id=3, end=True), at=NOW + 3 * SECOND, history=True)
    assert viewer.session.stats()["gifts"] == 5
