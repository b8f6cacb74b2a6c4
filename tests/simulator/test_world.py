"""Rooms over time, without sockets: they repeat, they can be resumed, and they agree with their ledger."""

from itertools import pairwise
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, Viewer, commons, connect, enter, play, response_of, room_id, world
from tikcast import ControlEvent, GiftEvent, LikeEvent, LiveSession, decode_message
from tikcast.simulator import RoomPlan, TimelineEntry, World
from tikcast.simulator.room.state import ActionError

MINUTE = 60_000


def watched(seed: int = 7, **options: Any) -> tuple[World, Viewer]:
    of = world(seed=seed, **options)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + MINUTE)
    return of, viewer


def test_the_same_seed_sends_the_same_bytes() -> None:
    (_, one), (_, two), (_, other) = watched(), watched(), watched(seed=8)
    assert one.frames == two.frames
    assert one.frames != other.frames


def test_rooms_have_ids_of_19_digits_that_seed_and_user_decide() -> None:
    first, again, other = world(seed=1), world(seed=1, users=("bob", "ana")), world(seed=2)
    assert room_id(first) == room_id(again) != room_id(other)
    assert room_id(again) != room_id(again, "bob")
    assert len(str(room_id(first))) == 19


def test_without_users_the_rooms_are_numbered() -> None:
    assert list(world(users=(), rooms=3).hosts) == ["sim0", "sim1", "sim2"]


def test_the_ledger_lists_what_was_sent() -> None:
    of, viewer = watched()
    ledger = of.hosts["ana"].room.ledger.report()
    assert [int(entry["message_id"]) for entry in ledger["messages"]] == [m.msg_id for m in viewer.messages]
    assert [entry["method"] for entry in ledger["messages"]] == [m.method for m in viewer.messages]
    assert [entry["sent"] for entry in ledger["messages"]] == [[[1, at]] for at in viewer.arrivals]


def test_the_envelope_and_the_message_have_the_same_id() -> None:
    _, viewer = watched()
    assert [m.msg_id for m in viewer.messages] == [common.msg_id for common in commons(viewer.messages)]


def test_the_sums_of_the_ledger_are_those_of_the_messages() -> None:
    of = world(rate=60.0)
    viewers = [enter(of), enter(of)]
    play(of, *viewers, until_ms=START_MS + 2 * MINUTE)
    streaks: dict[tuple[int, int, int], tuple[int, int]] = {}
    singles, likes = {}, {}
    for message in [*viewers[0].messages, *viewers[1].messages]:
        event = decode_message(message.method, message.payload)
        if isinstance(event, LikeEvent):
            likes[event.message_id] = event.likes
        elif isinstance(event, GiftEvent) and event.group_id:
            key = (event.user.id, event.group_id, event.gift.id)
            highest = max(event.repeat_count, streaks.get(key, (0, 0))[0])
            streaks[key] = (highest, event.gift.diamonds)
        elif isinstance(event, GiftEvent):
            singles[event.message_id] = (event.repeat_count, event.gift.diamonds)
    ledger = of.hosts["ana"].room.ledger.report()
    gifts = [*streaks.values(), *singles.values()]
    assert ledger["likes"] == sum(likes.values()) > 0
    assert ledger["gifts"] == sum(count for count, _ in gifts) > 10
    assert ledger["diamonds"] == sum(count * diamonds for count, diamonds in gifts)


def test_a_session_counts_what_the_ledger_counts() -> None:
    of = world(rate=60.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 2 * MINUTE)
    session = LiveSession(room_id(of))
    frames = [frame.SerializeToString() for frame in viewer.frames]
    found = [event for frame in frames for event in session.receive(frame, START_MS)]
    gifts = [event for event in found if isinstance(event, GiftEvent)]
    ledger = of.hosts["ana"].room.ledger.report()
    assert sum(event.new_gifts or 0 for event in gifts) == ledger["gifts"]
    assert sum(event.new_diamonds or 0 for event in gifts) == ledger["diamonds"]


def test_a_room_without_clients_makes_no_messages() -> None:
    of = world(users=(), rooms=1000)
    play(of, until_ms=START_MS + MINUTE)
    assert all(not host.room.ledger.report()["messages"] for host in of.hosts.values())
    assert of.advance(START_MS + MINUTE) > START_MS + MINUTE


def test_a_room_can_be_left_and_entered_again() -> None:
    of, viewer = watched()
    of.disconnect(viewer.connection)
    later = play(of, from_ms=START_MS + MINUTE, until_ms=START_MS + 3 * MINUTE)
    again = enter(of, now_ms=later)
    before = len(again.messages)
    play(of, again, from_ms=later, until_ms=later + 10_000)
    assert len(again.messages) > before
    fresh = [m for m, at in zip(again.messages, again.arrivals, strict=True) if at > later]
    assert all(later - 2500 < common.create_time for common in commons(fresh) if common.create_time > 10**12)


def test_with_a_cursor_all_missed_messages_come_and_some_come_again() -> None:
    of = world()
    one, other = enter(of), enter(of)
    play(of, one, other, until_ms=START_MS + 10_000)
    last = next(frame for frame in reversed(other.frames) if frame.payload_type == "msg")
    of.disconnect(other.connection)
    play(of, one, from_ms=START_MS + 10_000, until_ms=START_MS + 40_000)
    cursor = response_of(last).cursor
    back = enter(of, now_ms=START_MS + 40_000, query=f"&cursor={cursor}")
    play(of, one, back, from_ms=START_MS + 40_000, until_ms=START_MS + 50_000)
    seen = {m.msg_id for m in other.messages} | {m.msg_id for m in back.messages}
    assert {m.msg_id for m in one.messages} == seen
    assert {m.msg_id for m in other.messages} & {m.msg_id for m in back.messages}


@pytest.mark.parametrize(("action", "state"), [("end", "ended"), ("suspend", "suspended")])
def test_a_live_stream_ends_with_a_control_message_and_time_to_close(action: str, state: str) -> None:
    of, viewer = watched()
    now = START_MS + MINUTE
    of.act("ana", action, now_ms=now)  # type: ignore[arg-type]
    viewer.collect(now)
    control = decode_message(viewer.messages[-1].method, viewer.messages[-1].payload)
    assert isinstance(control, ControlEvent)
    assert control.action == state
    assert not viewer.closed()
    count = len(viewer.messages)
    play(of, viewer, from_ms=now, until_ms=now + 4000)
    assert not viewer.closed()
    play(of, viewer, from_ms=now + 4000, until_ms=now + 8000)
    assert viewer.closed()
    assert len(viewer.messages) == count


def test_pause_and_resume_send_control_messages_and_change_nothing_else() -> None:
    of, viewer = watched()
    now = START_MS + MINUTE
    for action in ("pause", "resume"):
        of.act("ana", action, now_ms=now)
    play(of, viewer, from_ms=now, until_ms=now + 10_000)
    controls = [m.payload for m in viewer.messages if m.method == "WebcastControlMessage"]
    told = [decode_message("WebcastControlMessage", payload) for payload in controls]
    assert [event.action for event in told if isinstance(event, ControlEvent)] == ["paused", "resumed"]
    assert of.hosts["ana"].room.state == "live"


def test_a_client_that_enters_later_gets_the_message_of_the_pause() -> None:
    of = world()
    of.act("ana", "pause", now_ms=START_MS)
    viewer = enter(of, now_ms=START_MS + 5000)
    control = next(m for m in viewer.messages if m.method == "WebcastControlMessage")
    assert control.is_history


def test_going_live_again_opens_a_new_room() -> None:
    of = world()
    old = room_id(of)
    of.act("ana", "end", now_ms=START_MS)
    of.act("ana", "go_live", now_ms=START_MS + 1000)
    assert room_id(of) != old
    assert len(str(room_id(of))) == 19
    viewer = enter(of, now_ms=START_MS + 2000)
    play(of, viewer, from_ms=START_MS + 2000, until_ms=START_MS + 20_000)
    assert viewer.messages
    times = [common.create_time for common in commons(viewer.messages) if common.create_time > 10**12]
    assert min(times) >= START_MS + 1000


@pytest.mark.parametrize(("first", "then"), [("end", "end"), ("end", "pause"), ("pause", "go_live")])
def test_an_action_that_is_not_possible_is_refused(first: str, then: str) -> None:
    of = world()
    of.act("ana", first, now_ms=START_MS)  # type: ignore[arg-type]
    with pytest.raises(ActionError):
        of.act("ana", then, now_ms=START_MS)  # type: ignore[arg-type]


def test_a_timeline_acts_by_itself() -> None:
    timeline = (
        TimelineEntry(at=2.0, action="pause"),
        TimelineEntry(at=3.0, action="resume"),
        TimelineEntry(at=5.0, action="end"),
        TimelineEntry(at=9.0, action="go_live"),
    )
    of = world(users=(), plans=(RoomPlan(user="ana", timeline=timeline),))
    states = []
    for second in range(1, 11):
        of.advance(START_MS + 1000 * second)
        states.append(of.hosts["ana"].room.state)
    assert states == ["live", "paused", "live", "live", *["ended"] * 4, "live", "live"]


def test_a_duration_ends_all_live_streams() -> None:
    of = world(users=("ana", "bob"), duration=30.0)
    viewer = enter(of)
    play(of, viewer, until_ms=START_MS + 31_000)
    assert [host.room.state for host in of.hosts.values()] == ["ended", "ended"]
    assert viewer.messages[-1].method == "WebcastControlMessage"


def test_a_connection_that_never_entered_is_closed_when_the_live_stream_ends() -> None:
    of = world()
    opened = connect(of)
    of.act("ana", "end", now_ms=START_MS)
    of.advance(START_MS + 1500)
    assert opened.closing is not None


def test_frames_carry_growing_cursors() -> None:
    _, viewer = watched()
    cursors = [response_of(frame).cursor for frame in viewer.frames if frame.payload_type == "msg"]
    times = [int(cursor.split("_")[0]) for cursor in cursors]
    assert all(before <= after for before, after in pairwise(times))


def test_advance_returns_when_to_call_it_next() -> None:
    of = world()
    viewer = enter(of)
    due = of.advance(START_MS)
    viewer.collect(START_MS)
    assert due > START_MS
    of.advance(due - 1)
    assert not [frame for frame in viewer.collect(due - 1) if frame.payload_type == "msg"]
