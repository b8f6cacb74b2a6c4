"""A streak is over once: at its end, or when its end was lost, whatever comes of it later."""

from tests._wire.building import NOW, ROOM, deliver, gift, gifts
from tikcast import GiftEvent, LiveSession

SECOND, MINUTE = 1000, 60_000


def ended_by_silence(count: int = 2) -> tuple[LiveSession, list[GiftEvent]]:
    """A session in which a streak of `count` was closed because its end did not come, and its events so far."""
    session = LiveSession(ROOM)
    session.opened(NOW)
    events = gifts(deliver(session, gift(count, message_id=1), at=NOW))
    events += gifts(session.tick(NOW + 12 * SECOND))
    return session, events


def ends(events: list[GiftEvent]) -> list[int]:
    """The counts at which streaks are over."""
    return [event.repeat_count for event in events if event.streak_over]


def test_a_streak_that_goes_on_after_its_end_was_lost_is_over_once_and_its_gifts_count() -> None:
    session, events = ended_by_silence(2)
    events += gifts(deliver(session, gift(3, message_id=2), at=NOW + 13 * SECOND))
    events += gifts(deliver(session, gift(4, message_id=3, end=True), at=NOW + 14 * SECOND))
    assert [event.new_gifts for event in events] == [2, 0, 1, 1]
    assert ends(events) == [2]
    assert session.stats()["gifts"] == 4


def test_a_streak_that_goes_on_after_its_end_was_lost_is_not_closed_again() -> None:
    session, events = ended_by_silence(2)
    events += gifts(deliver(session, gift(5, message_id=2), at=NOW + 13 * SECOND))
    assert session.stats()["open_streaks"] == 0
    events += gifts(session.tick(NOW + 60 * SECOND))
    events += gifts(session.closed(NOW + 61 * SECOND, final=True))
    assert ends(events) == [2]


def test_a_higher_count_after_the_end_adds_its_gifts_and_ends_nothing() -> None:
    session = LiveSession(ROOM)
    events = gifts(deliver(session, gift(2, message_id=1, end=True), at=NOW))
    events += gifts(deliver(session, gift(6, message_id=2), at=NOW + SECOND))
    events += gifts(deliver(session, gift(7, message_id=3, end=True), at=NOW + 2 * SECOND))
    events += gifts(session.closed(NOW + 3 * SECOND, final=True))
    assert [event.new_gifts for event in events] == [2, 4, 1]
    assert ends(events) == [2]


def test_a_streak_that_was_forgotten_can_end_again() -> None:
    session, events = ended_by_silence(2)
    for minute in range(1, 20):
        session.tick(NOW + minute * MINUTE)
    events += gifts(deliver(session, gift(1, message_id=2, end=True), at=NOW + 20 * MINUTE))
    assert ends(events) == [2, 1]
