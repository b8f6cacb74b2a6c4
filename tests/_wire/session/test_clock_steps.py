"""The wall clock may be set at any moment: it stamps events, and every duration is measured by the age."""

import pytest

from tests._wire.building import NOW, ROOM, Message, chat, deliver, framed, gift, gifts, like
from tests.wire_schema import push_frame
from tikcast import ChatEvent, Event, LiveSession
from tikcast.events import Gap

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
ENTERED = push_frame("im_enter_room_resp", b"")
STEPS = [20 * MINUTE, HOUR, -20 * MINUTE, -HOUR]

steps = pytest.mark.parametrize("step", STEPS, ids=["+20min", "+1h", "-20min", "-1h"])


class Machine:
    """A session on a machine whose wall clock somebody sets: `step` is how far it is from the age."""

    def __init__(self, room_id: int = ROOM) -> None:
        self.session = LiveSession(room_id)
        self.age = 5_000
        self.step = 0
        self.events: list[Event] = []

    @property
    def now(self) -> int:
        return NOW + self.age + self.step

    def wait(self, ms: int) -> None:
        """Let the time pass, with a tick each second."""
        end = self.age + ms
        while self.age < end:
            self.age = min(self.age + SECOND, end)
            self.events += self.session.tick(self.now, age_ms=self.age)

    def open(self) -> None:
        self.session.opened(self.now, age_ms=self.age)
        self.receive(ENTERED)

    def receive(self, data: bytes) -> list[Event]:
        events = self.session.receive(data, self.now, age_ms=self.age)
        self.events += events
        return events

    def deliver(self, *messages: Message, history: bool = False) -> list[Event]:
        return self.receive(framed(*messages, history=history))

    def close(self, *, final: bool = False) -> None:
        self.events += self.session.closed(self.now, age_ms=self.age, final=final)


def opened() -> Machine:
    machine = Machine()
    machine.open()
    return machine


@steps
def test_nothing_counts_twice_after_the_wall_clock_is_set(step: int) -> None:
    machine = opened()
    sent = [gift(3, message_id=1), gift(2, message_id=2, kind=2), like(7, 100, message_id=3)]
    machine.deliver(*sent)
    before = machine.session.stats()
    machine.step = step
    machine.wait(3 * SECOND)
    machine.close()
    machine.wait(2 * SECOND)
    machine.open()
    assert machine.deliver(*sent, history=True) == []
    after = machine.session.stats()
    assert [after[name] for name in ("gifts", "diamonds", "likes")] == [5, 5, 7]
    assert [before[name] for name in ("gifts", "diamonds", "likes")] == [5, 5, 7]
    assert after["duplicates"] == 3


def test_nothing_counts_twice_after_a_step_that_is_taken_back() -> None:
    machine = opened()
    sent = [gift(3, message_id=1), gift(2, message_id=2, kind=2)]
    machine.deliver(*sent)
    for step in (20 * MINUTE, HOUR, 0):
        machine.step = step
        machine.wait(2 * SECOND)
        machine.deliver(chat(f"{step}", message_id=10 + step))
        machine.deliver(*sent)
    assert machine.session.stats()["gifts"] == 5


@steps
def test_no_streak_ends_because_the_wall_clock_is_set(step: int) -> None:
    machine = opened()
    machine.deliver(gift(1, message_id=1))
    machine.step = step
    machine.wait(9 * SECOND)
    machine.deliver(gift(2, message_id=2))
    assert [event.streak_over for event in gifts(machine.events)] == [False, False]
    machine.wait(10 * SECOND)
    assert [event.streak_over for event in gifts(machine.events)] == [False, False, True]


@steps
def test_a_gap_is_as_long_as_it_was_whatever_the_wall_clock_says(step: int) -> None:
    machine = opened()
    machine.deliver(chat("before", message_id=1))
    machine.close()
    machine.step = step
    machine.wait(3 * SECOND)
    machine.open()
    machine.wait(5 * SECOND)
    (gap,) = [event for event in machine.events if isinstance(event, Gap)]
    assert 3 * SECOND <= gap.to_ms - gap.from_ms <= 6 * SECOND
    assert abs(gap.to_ms - machine.now) < 10 * SECOND, "stamped by the wall clock as it is now"


@steps
def test_what_was_missed_is_known_as_such_although_the_wall_clock_was_set(step: int) -> None:
    machine = opened()
    machine.deliver(chat("before", message_id=1))
    machine.close()
    machine.step = step
    machine.wait(3 * SECOND)
    machine.open()
    machine.deliver(chat("missed", message_id=2), history=True)
    machine.wait(5 * SECOND)
    assert [type(event) for event in machine.events if isinstance(event, ChatEvent | Gap)] == [
        ChatEvent,
        ChatEvent,
        Gap,
    ]


@steps
def test_a_connection_is_stale_after_a_minute_of_age(step: int) -> None:
    machine = opened()
    machine.step = step
    machine.wait(59 * SECOND)
    assert not machine.session.stale
    machine.wait(2 * SECOND)
    assert machine.session.stale


@steps
def test_heartbeats_keep_their_interval(step: int) -> None:
    machine = opened()
    machine.wait(SECOND)
    machine.session.to_send()
    machine.step = step
    machine.wait(8 * SECOND)
    assert machine.session.to_send() == []
    machine.wait(SECOND)
    assert len(machine.session.to_send()) == 1


@steps
def test_events_are_stamped_by_the_wall_clock(step: int) -> None:
    machine = opened()
    machine.step = step
    (event,) = machine.deliver(chat("hi", message_id=1))
    assert event.received_at_ms == machine.now == NOW + 5_000 + step
    machine.deliver(gift(1, message_id=2))
    machine.close(final=True)
    assert machine.events[-1].received_at_ms == machine.now


def test_a_signers_bare_response_has_an_age_too() -> None:
    machine = opened()
    body = b"".join((b"\x0a\x10\x0a\x0cWebcastNew..\x18\x05",))
    (event,) = machine.session.receive_response(body, machine.now, age_ms=machine.age)
    assert event.received_at_ms == machine.now
    machine.step = HOUR
    assert machine.session.receive_response(body, machine.now, age_ms=machine.age) == []


def test_without_an_age_the_time_that_is_given_is_the_age() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    assert len(deliver(session, chat("hi", message_id=1), at=NOW)) == 1
    assert deliver(session, chat("hi", message_id=1), at=NOW + 14 * MINUTE) == []
    assert len(deliver(session, chat("hi", message_id=1), at=NOW + 60 * MINUTE)) == 1
