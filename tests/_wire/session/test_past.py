"""Messages of the past: what comes again, however old it is, is not new and counts once."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import NOW, ROOM, History, Message, common, control, frame, response
from tests.wire_schema import build, push_frame
from tikcast import ChatEvent, ControlEvent, Event, GiftEvent, LikeEvent, LiveSession
from tikcast._wire.session.gaps import SPREAD_MS
from tikcast.events import Gap

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
BEAT = push_frame("hb", b"\x10\x01")


def chat_of(message_id: int, *, at: int) -> Message:
    message = build("WebcastChatMessage", common=common(message_id, created=at), content=str(message_id))
    return "WebcastChatMessage", message.SerializeToString()


def gift_of(message_id: int, *, at: int, group: int = 0, count: int = 1) -> Message:
    """A gift of one diamond, alone or in a streak."""
    message = build(
        "WebcastGiftMessage",
        common=common(message_id, created=at),
        gift=build("GiftStruct", id=5655, diamond_count=1, type=1 if group else 0),
        group_id=group,
        repeat_count=count,
    )
    return "WebcastGiftMessage", message.SerializeToString()


def like_of(message_id: int, *, at: int) -> Message:
    message = build("WebcastLikeMessage", common=common(message_id, created=at), count=3, total=1000)
    return "WebcastLikeMessage", message.SerializeToString()


class Viewer:
    """A session, the age of its process and the server's clock, which is `skew` milliseconds ahead.

    `states_time`: whether the server's responses say what its time is.
    """

    def __init__(self, *, history: History = "mark", room: int = ROOM, skew: int = 0, states_time: bool = True) -> None:
        self.session = LiveSession(room, history=history)
        self._skew = skew
        self._states_time = states_time
        self.at = NOW
        self.session.opened(NOW)

    def receive(self, *messages: Message, flagged: bool = False) -> list[Event]:
        now = self.at + self._skew if self._states_time else 0
        return self.session.receive(frame(response(*messages, history=flagged, now=now)), self.at)

    def reconnect(self, *, lost: int, back: int) -> None:
        """The connection is lost, and the next one opens; times are milliseconds after the first opening."""
        self.session.closed(NOW + lost)
        self.at = NOW + back
        self.session.opened(self.at)

    def beat(self, at: int) -> None:
        self.at = NOW + at
        self.session.receive(BEAT, self.at)
        self.session.tick(self.at)

    @property
    def gifts(self) -> int:
        return self.session.stats()["gifts"]

    @property
    def likes(self) -> int:
        return self.session.stats()["likes"]


def only(events: list[Event]) -> Event:
    (event,) = [event for event in events if not isinstance(event, Gap)]
    return event


@pytest.mark.parametrize("skew", [0, HOUR, -HOUR])
@pytest.mark.parametrize("flagged", [True, False])
@pytest.mark.parametrize("minutes", [5, 14, 16, 40, 600])
def test_a_gift_that_comes_again_after_any_time_counts_once(minutes: int, flagged: bool, skew: int) -> None:
    viewer = Viewer(skew=skew)
    message = gift_of(5, at=NOW + skew)
    viewer.receive(message)
    for turn in range(1, 4):
        viewer.reconnect(lost=turn * minutes * MINUTE - 2000, back=turn * minutes * MINUTE)
        for event in viewer.receive(message, flagged=flagged):
            assert isinstance(event, Gap) or event.is_history
    assert viewer.gifts == 1
    assert viewer.session.stats()["diamonds"] == 1


def test_messages_that_come_again_every_ten_minutes_are_dropped_each_time() -> None:
    viewer = Viewer()
    viewer.receive(chat_of(5, at=NOW))
    for turn in range(1, 10):
        viewer.reconnect(lost=turn * 10 * MINUTE - 2000, back=turn * 10 * MINUTE)
        assert not [event for event in viewer.receive(chat_of(5, at=NOW)) if isinstance(event, ChatEvent)]
    assert viewer.session.stats()["duplicates"] == 9


def test_an_old_message_without_a_flag_is_left_out_with_the_history() -> None:
    viewer = later_viewer(history="skip")
    assert not [event for event in viewer.receive(chat_of(9, at=NOW + MINUTE)) if isinstance(event, ChatEvent)]
    assert viewer.session.stats()["history"] == 1


def later_viewer(*, history: History = "mark") -> Viewer:
    """One that was connected for 20 minutes, was away for two, and came back."""
    viewer = Viewer(history=history)
    viewer.receive(chat_of(1, at=NOW))
    for minute in range(1, 20):
        viewer.beat(minute * MINUTE)
    viewer.at = NOW + 20 * MINUTE
    viewer.receive(chat_of(2, at=viewer.at))
    viewer.reconnect(lost=20 * MINUTE + SECOND, back=22 * MINUTE)
    return viewer


# When a message that never came before was created, in milliseconds after the first opening; whether it is of the
# past without a flag; how much it adds to the sums.
FIRST_TIME = [
    pytest.param(5 * MINUTE, True, 0, id="while everything came"),
    pytest.param(20 * MINUTE - SPREAD_MS - 1, True, 0, id="just before the gap"),
    pytest.param(20 * MINUTE - SPREAD_MS, False, 1, id="within the jitter before the gap"),
    pytest.param(21 * MINUTE, False, 1, id="in the gap"),
    pytest.param(22 * MINUTE, False, 1, id="at the end of the gap"),
    pytest.param(22 * MINUTE + 500, False, 1, id="after the gap"),
    pytest.param(-MINUTE, True, 1, id="before the first connection, of which nothing was known"),
]


@pytest.mark.parametrize(("created", "past", "counted"), FIRST_TIME)
@pytest.mark.parametrize("flagged", [True, False])
def test_a_message_that_never_came_before(created: int, past: bool, counted: int, flagged: bool) -> None:
    viewer = later_viewer()
    gift = only(viewer.receive(gift_of(9, at=NOW + created), flagged=flagged))
    like = only(viewer.receive(like_of(10, at=NOW + created), flagged=flagged))
    assert isinstance(gift, GiftEvent)
    assert isinstance(like, LikeEvent)
    assert gift.is_history == like.is_history == (past or flagged)
    assert (gift.new_gifts, gift.new_diamonds, gift.streak_over) == (counted, counted, bool(counted))
    assert like.room_likes == (1000 if counted else 0)
    assert (viewer.gifts, viewer.likes) == (counted, 3 * counted)


@pytest.mark.parametrize("created", [21 * MINUTE, -MINUTE])
def test_what_came_late_out_of_a_gap_counts_once_however_often_it_comes_again(created: int) -> None:
    viewer = later_viewer()
    late = gift_of(9, at=NOW + created)
    viewer.receive(late)
    viewer.receive(chat_of(10, at=viewer.at + SECOND))
    assert viewer.gifts == 1
    for hour in range(1, 4):
        viewer.reconnect(lost=hour * HOUR, back=hour * HOUR + MINUTE)
        assert all(isinstance(event, Gap) or event.is_history for event in viewer.receive(late))
    assert viewer.gifts == 1


def test_a_message_out_of_a_gap_that_was_reported_long_ago_still_counts() -> None:
    viewer = later_viewer()
    viewer.receive(chat_of(10, at=viewer.at + SECOND))
    viewer.reconnect(lost=2 * HOUR, back=2 * HOUR + MINUTE)
    event = only(viewer.receive(gift_of(9, at=NOW + 21 * MINUTE)))
    assert event.is_history
    assert viewer.gifts == 1


@pytest.mark.parametrize("old", [MINUTE, 16 * MINUTE, 24 * HOUR, 400 * 24 * HOUR])
def test_the_first_history_counts_and_keeps_the_flag_that_it_has(old: int) -> None:
    viewer = Viewer()
    unflagged = only(viewer.receive(gift_of(1, at=NOW - old)))
    flagged = only(viewer.receive(gift_of(2, at=NOW - 2 * old), flagged=True))
    assert (unflagged.is_history, flagged.is_history, viewer.gifts) == (False, True, 2)


def test_a_message_hours_old_on_an_open_connection_is_of_the_past() -> None:
    viewer = Viewer()
    message = gift_of(5, at=NOW + MINUTE)
    viewer.at = NOW + MINUTE
    viewer.receive(message)
    for minute in range(1, 120):
        viewer.beat(minute * MINUTE)
    event = only(viewer.receive(message))
    assert event.is_history
    assert viewer.gifts == 1


@pytest.mark.parametrize("skew", [0, 3 * MINUTE, -3 * MINUTE])
@pytest.mark.parametrize("late", [SECOND, 10 * SECOND, 14 * MINUTE])
def test_a_message_that_is_late_on_an_open_connection_is_new(late: int, skew: int) -> None:
    viewer = Viewer(skew=skew)
    for minute in range(1, 60):
        viewer.beat(minute * MINUTE)
    viewer.receive(chat_of(1, at=viewer.at + skew))
    event = only(viewer.receive(gift_of(2, at=viewer.at + skew - late)))
    assert not event.is_history
    assert viewer.gifts == 1


def test_messages_in_reverse_order_are_new() -> None:
    viewer = Viewer()
    viewer.at = NOW + MINUTE
    for second in range(30, 0, -1):
        assert not only(viewer.receive(chat_of(second, at=NOW + second * SECOND))).is_history


def test_an_end_of_the_past_ends_nothing() -> None:
    viewer = later_viewer()
    event = only(viewer.receive(control(3, message_id=9)))
    assert isinstance(event, ControlEvent)
    assert event.is_history
    assert viewer.session.ended is None


def test_a_message_without_a_time_is_what_its_flag_says() -> None:
    viewer = later_viewer()
    assert not only(viewer.receive(chat_of(9, at=0))).is_history
    assert only(viewer.receive(chat_of(10, at=0), flagged=True)).is_history


def test_a_time_in_seconds_is_understood() -> None:
    viewer = later_viewer()
    assert only(viewer.receive(chat_of(9, at=(NOW + MINUTE) // SECOND))).is_history
    assert not only(viewer.receive(chat_of(10, at=viewer.at // SECOND))).is_history


@pytest.mark.parametrize("skew", [HOUR, -HOUR, 24 * HOUR])
def test_a_server_that_does_not_state_its_time_cannot_make_new_messages_old(skew: int) -> None:
    """The wall clock may be wrong by any amount: then ids and flags decide alone."""
    viewer = Viewer(skew=skew, states_time=False)
    viewer.receive(gift_of(1, at=NOW + skew))
    viewer.reconnect(lost=MINUTE, back=2 * MINUTE)
    event = only(viewer.receive(gift_of(2, at=viewer.at + skew)))
    assert not event.is_history
    viewer.at += HOUR
    assert not only(viewer.receive(gift_of(3, at=viewer.at + skew))).is_history
    assert viewer.gifts == 3


def test_one_response_with_a_wrong_time_makes_no_later_message_old() -> None:
    viewer = Viewer()
    viewer.receive(chat_of(1, at=NOW))
    viewer.session.receive(frame(response(chat_of(2, at=NOW), now=NOW + 1000 * HOUR)), NOW)
    viewer.at = NOW + SECOND
    assert not only(viewer.receive(gift_of(3, at=viewer.at))).is_history
    viewer.reconnect(lost=2 * SECOND, back=4 * SECOND)
    assert not only(viewer.receive(gift_of(4, at=viewer.at))).is_history
    assert viewer.gifts == 2


def test_frames_that_are_read_late_do_not_make_the_first_history_old() -> None:
    """Frames wait while nobody reads their events, and state the time at which they were made."""
    viewer = Viewer()
    viewer.receive(gift_of(1, at=NOW - 20 * SECOND), flagged=True)
    viewer.reconnect(lost=30 * SECOND, back=31 * SECOND)
    late = frame(response(gift_of(2, at=NOW - 10 * SECOND), history=True, now=viewer.at))
    viewer.session.receive(late, viewer.at + 40 * SECOND)
    assert viewer.gifts == 2


def test_messages_of_any_rooms_are_what_their_flags_say() -> None:
    viewer = Viewer(room=0)
    viewer.receive(gift_of(1, at=NOW))
    viewer.reconnect(lost=HOUR, back=HOUR + MINUTE)
    assert not only(viewer.receive(gift_of(2, at=NOW - HOUR))).is_history
    assert viewer.gifts == 2


def test_a_streak_of_the_past_adds_nothing_and_opens_nothing() -> None:
    viewer = later_viewer()
    event = only(viewer.receive(gift_of(9, at=NOW + 5 * MINUTE, group=77, count=5)))
    assert isinstance(event, GiftEvent)
    assert (event.new_gifts, event.streak_over) == (0, False)
    assert viewer.session.stats()["open_streaks"] == 0


def test_a_damaged_frame_is_a_gap_whose_messages_count_when_they_come() -> None:
    viewer = Viewer()
    viewer.receive(chat_of(1, at=NOW))
    viewer.at = NOW + MINUTE
    viewer.receive(chat_of(2, at=viewer.at))
    viewer.session.receive(frame(response(chat_of(3, at=viewer.at)))[:-9], viewer.at + SECOND)
    for minute in range(2, 5):
        viewer.beat(minute * MINUTE)
    viewer.reconnect(lost=5 * MINUTE, back=5 * MINUTE + SECOND)
    event = only(viewer.receive(gift_of(9, at=NOW + MINUTE)))
    assert event.is_history
    assert viewer.gifts == 1


def test_the_spans_and_ids_of_many_gaps_are_bounded() -> None:
    viewer = Viewer()
    number = 0
    for turn in range(1, 400):
        viewer.reconnect(lost=turn * MINUTE, back=turn * MINUTE + 30 * SECOND)
        batch = [like_of(number + step, at=viewer.at - SECOND) for step in range(1, 101)]
        number += 100
        viewer.receive(*batch)
    assert viewer.likes == 3 * number
    past = viewer.session._gaps._past
    assert past is not None
    assert past.size < 25_000


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_gift_that_comes_counts_once_over_hours_of_lost_connections(seed: int) -> None:
    """A server that gives everything while it is connected, and sends any of its messages again after a reconnect."""
    random = Random(seed)
    skew = random.choice([0, HOUR, -HOUR])
    viewer = Viewer(skew=skew)
    made: list[Message] = []
    came: set[int] = set()
    connected = True
    for _ in range(random.randint(1, 60)):
        viewer.at += random.choice([SECOND, 20 * SECOND, 5 * MINUTE, 20 * MINUTE])
        if random.random() < 0.3:
            connected = not connected
            if not connected:
                viewer.session.closed(viewer.at)
            else:
                viewer.session.opened(viewer.at)
                again = random.sample(range(len(made)), random.randint(0, min(len(made), 8)))
                for number in again:
                    viewer.receive(made[number], flagged=random.random() < 0.5)
                came.update(again)
        else:
            made.append(gift_of(len(made) + 1, at=viewer.at + skew))
            if connected:
                viewer.receive(made[-1])
                came.add(len(made) - 1)
        viewer.session.tick(viewer.at)
    assert viewer.gifts == len(came)
