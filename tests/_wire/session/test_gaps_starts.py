"""Where a gap begins: at the last message, or at a heartbeat that was answered inside the room."""

from tests._wire.building import NOW, ROOM, chat, deliver
from tests.wire_schema import push_frame
from tikcast import LiveSession
from tikcast.events import Gap

SECOND = 1000
SPREAD = 2 * SECOND
ENTERED = push_frame("im_enter_room_resp", b"")
BEAT = push_frame("hb", b"\x10\x01")


def gap_after(session: LiveSession, *, at: int) -> Gap:
    """The gap that is told once the room is entered at this moment."""
    session.receive(ENTERED, at)
    (gap,) = [event for event in session.tick(at + 10 * SECOND) if isinstance(event, Gap)]
    return gap


def test_heartbeats_answered_before_entering_leave_the_gap_as_long_as_it_is() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    for second in range(10, 61, 10):
        session.receive(BEAT, NOW + second * SECOND)
    session.closed(NOW + 61 * SECOND)
    session.opened(NOW + 62 * SECOND)
    gap = gap_after(session, at=NOW + 63 * SECOND)
    assert (gap.from_ms, gap.to_ms) == (NOW - SPREAD, NOW + 63 * SECOND)


def test_a_connection_that_is_never_let_in_does_not_shorten_the_gap_before_it() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    session.receive(BEAT, NOW + 20 * SECOND)
    deliver(session, chat("last", message_id=1), at=NOW + 30 * SECOND)
    session.closed(NOW + 40 * SECOND, final=False)
    session.opened(NOW + 41 * SECOND)
    gap_after(session, at=NOW + 42 * SECOND)
    session.closed(NOW + 60 * SECOND)
    session.opened(NOW + 61 * SECOND)
    session.receive(BEAT, NOW + 90 * SECOND)
    session.closed(NOW + 91 * SECOND)
    session.opened(NOW + 92 * SECOND)
    gap = gap_after(session, at=NOW + 93 * SECOND)
    assert gap.from_ms == NOW + 42 * SECOND - SPREAD


def test_heartbeats_answered_inside_the_room_show_that_nothing_was_missed_until_then() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    session.receive(ENTERED, NOW + SECOND)
    session.receive(BEAT, NOW + 50 * SECOND)
    session.closed(NOW + 61 * SECOND)
    session.opened(NOW + 62 * SECOND)
    gap = gap_after(session, at=NOW + 63 * SECOND)
    assert (gap.from_ms, gap.to_ms) == (NOW + 50 * SECOND - SPREAD, NOW + 63 * SECOND)
