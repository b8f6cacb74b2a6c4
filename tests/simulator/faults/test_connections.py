"""Faults of connections and of the live stream: how connections end, and how the server answers on them."""

from random import Random

import pytest

from tests.simulator.worlds import (
    START_MS,
    Viewer,
    beating,
    connect,
    enter,
    entering,
    ledger_ids,
    pass_time,
    play,
    push_frame,
    response_of,
    room_id,
    upgrade,
    visit,
    world,
)
from tikcast import ControlEvent
from tikcast.simulator import RoomPlan, TimelineEntry, World
from tikcast.simulator.faults.catalog import faults
from tikcast.simulator.messages.outgoing import Closing
from tikcast.simulator.room.connection import PushConnection
from tikcast.simulator.room.state import ActionError
from tikcast.simulator.web.handshake import Refusal, accept_headers, open_connection


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 1015, 3000, 4999])
def test_the_server_closes_with_each_code(code: int) -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "close", now_ms=START_MS, code=code, reason="because")
    pass_time(of, guest, seconds=0.1)
    assert guest.connection.closing == Closing(code=code, reason="because")


def test_only_messages_that_were_sent_before_a_reset_count() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "reset", now_ms=START_MS, after=2.0)
    now = pass_time(of, guest, seconds=5.0)
    assert guest.connection.closing == Closing(code=1006, reason="reset", reset=True)
    assert guest.ids == ledger_ids(of)
    guest.return_at(now)
    guest.move(now)
    assert guest.ids == ledger_ids(of)
    of.advance(now)


def test_in_silence_nothing_is_sent_or_read_until_the_reset() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "silence", now_ms=START_MS, seconds=90.0)
    now = pass_time(of, guest, seconds=0.1)
    before, acks = ledger_ids(of), of.hosts["ana"].room.ledger.acks
    now = pass_time(of, guest, from_ms=now, seconds=80.0)
    assert guest.connection.silent
    assert guest.session.stale
    assert not guest.connection.pings(now)
    assert not guest.thrown_out()
    assert (ledger_ids(of), of.hosts["ana"].room.ledger.acks) == (before, acks)
    pass_time(of, guest, from_ms=now, seconds=12.0)
    assert guest.connection.closing == Closing(code=1006, reason="reset", reset=True)


def test_a_silent_connection_is_not_sent_the_end_of_the_live_stream() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "silence", now_ms=START_MS, seconds=500.0)
    now = pass_time(of, guest, seconds=1.0)
    of.act("ana", "end", now_ms=now)
    pass_time(of, guest, from_ms=now, seconds=60.0)
    assert guest.session.ended is None
    assert not guest.thrown_out()


def test_entering_can_be_ignored() -> None:
    of = world()
    of.fault("ana", "ignore_enter", now_ms=START_MS)
    viewer = Viewer(of, connect(of))
    viewer.send(entering(room_id(of)))
    play(of, viewer, until_ms=START_MS + 30_000)
    assert {frame.payload_type for frame in viewer.frames} == {"hb"}
    assert not viewer.closed()
    viewer.send(entering(room_id(of)), START_MS + 30_000)
    assert [frame.payload_type for frame in viewer.collect(START_MS + 30_000)][-2:] == ["im_enter_room_resp", "msg"]


def test_the_answer_to_entering_can_hold_the_first_messages() -> None:
    of = world()
    of.fault("ana", "enter_response", now_ms=START_MS)
    guest = visit(of)
    viewer = enter(of)
    assert [frame.payload_type for frame in viewer.frames] == ["im_enter_room_resp", "msg"]
    (first,) = [data for data in guest.frames if b"im_enter_room_resp" in data]
    assert len(first) > 5000
    assert guest.ids == ledger_ids(of)
    assert len(guest.ids) > 10
    pass_time(of, guest, seconds=200.0, step_ms=500)
    assert not guest.thrown_out()


@pytest.mark.parametrize("flagged", [True, False])
def test_a_client_that_returns_can_get_messages_again_with_and_without_flags(flagged: bool) -> None:
    of = world()
    guest = visit(of)
    now = pass_time(of, guest, seconds=30.0)
    seen, delivered = set(guest.ids), len(guest.events)
    of.fault("ana", "replay", now_ms=now, seconds=20.0, flagged=flagged)
    of.fault("ana", "close", now_ms=now)
    now = pass_time(of, guest, from_ms=now, seconds=5.0)
    viewer = enter(of, now_ms=now, query=f"&cursor={guest.session.cursor}")
    again = {message.is_history for message in viewer.messages}
    assert again == {flagged}
    assert len({message.msg_id for message in viewer.messages} & seen) > 50
    guest.return_at(now)
    guest.move(now)
    new = guest.events[delivered:]
    assert not {event.message_id for event in new} & seen
    assert guest.ids == ledger_ids(of)


def test_a_new_client_can_get_more_history() -> None:
    of = world()
    usual = enter(of)
    of.fault("ana", "replay", now_ms=START_MS, seconds=100.0)
    viewer = enter(of)
    ids = [message.msg_id for message in viewer.messages]
    assert len(ids) == len(set(ids))
    assert len(ids) > 5 * len(usual.messages)


def test_heartbeats_can_stay_unanswered() -> None:
    of = world(rate=0.0)
    viewer = enter(of, beats=False)
    of.fault("ana", "no_heartbeat_answer", now_ms=START_MS, times=2)
    for _ in range(3):
        viewer.send(beating(room_id(of)))
    assert [frame.payload_type for frame in viewer.collect()] == ["hb"]


def test_pings_can_stay_unanswered() -> None:
    of = world()
    connection = connect(of)
    assert connection.pings(START_MS)
    of.fault("ana", "no_pong", now_ms=START_MS, times=2)
    assert [connection.pings(START_MS) for _ in range(3)] == [False, False, True]


def test_a_missing_acknowledgement_can_end_the_connection_soon() -> None:
    of = world()
    good, bad = enter(of), enter(of, acknowledges=False)
    of.fault("ana", "strict_acks", now_ms=START_MS, seconds=4.0, times=5)
    now = play(of, good, bad, until_ms=START_MS + 3000)
    assert not bad.closed()
    play(of, good, bad, from_ms=now, until_ms=START_MS + 10_000)
    assert bad.connection.closing == Closing(code=1008, reason="no acknowledgement")
    assert not good.closed()
    assert of.hosts["ana"].faults.report()[0]["left"] == 4


def test_a_malformed_acknowledgement_can_end_the_connection_at_once() -> None:
    of = world(rate=0.0)
    viewer = enter(of, acknowledges=False)
    of.fault("ana", "strict_acks", now_ms=START_MS)
    viewer.send(push_frame("ack", b"-", log_id=viewer.frames[1].log_id))
    assert viewer.connection.closing == Closing(code=1008, reason="a malformed acknowledgement")
    assert not of.hosts["ana"].faults


def test_the_server_can_ask_for_another_heartbeat_interval() -> None:
    of = world(rate=2.0)
    guest = visit(of)
    of.fault("ana", "heartbeat_interval", now_ms=START_MS, seconds=2)
    now = pass_time(of, guest, seconds=5.0)
    assert guest.session.heartbeat_interval == 2.0
    before = guest.session.stats()["heartbeats"]
    now = pass_time(of, guest, from_ms=now, seconds=20.0)
    assert 9 <= guest.session.stats()["heartbeats"] - before <= 11
    assert not guest.thrown_out()
    assert "ping-interval=2;" in accept_headers(connect(of))["Handshake-Options"]


def test_the_heartbeat_timeout_follows_the_interval() -> None:
    of = world(rate=2.0)
    viewer = enter(of)
    of.fault("ana", "heartbeat_interval", now_ms=START_MS, seconds=2)
    play(of, viewer, until_ms=START_MS + 20_000)
    assert viewer.connection.closing == Closing(code=1008, reason="no heartbeat")
    slower = world(rate=2.0)
    patient = enter(slower, beats=False)
    slower.fault("ana", "heartbeat_interval", now_ms=START_MS, seconds=60)
    play(slower, patient, until_ms=START_MS + 200_000, step_ms=500)
    assert not patient.closed()


@pytest.mark.parametrize(("fault", "state"), [("pause", "paused"), ("end", "ended"), ("suspend", "suspended")])
def test_the_live_stream_can_be_changed_by_a_fault(fault: str, state: str) -> None:
    of = world()
    of.fault("ana", fault, now_ms=START_MS, after=2.0)
    of.advance(START_MS + 1999)
    assert of.hosts["ana"].room.state == "live"
    of.advance(START_MS + 2000)
    assert of.hosts["ana"].room.state == state


def test_a_paused_live_stream_can_be_resumed_by_a_fault() -> None:
    of = world()
    of.fault("ana", "pause", now_ms=START_MS)
    of.fault("ana", "resume", now_ms=START_MS)
    assert of.hosts["ana"].room.state == "live"


def test_an_impossible_change_is_refused_now_and_left_out_later() -> None:
    of = world()
    of.fault("ana", "end", now_ms=START_MS)
    with pytest.raises(ActionError):
        of.fault("ana", "pause", now_ms=START_MS)
    of.fault("ana", "pause", now_ms=START_MS, after=1.0, times=3)
    of.advance(START_MS + 60_000)
    assert of.hosts["ana"].room.state == "ended"


def test_the_host_restarts_with_a_new_room_as_often_as_ordered() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "restart", now_ms=START_MS, seconds=3.0, after=1.0, times=2)
    rooms, now = [], START_MS
    for _ in range(20):
        now = pass_time(of, guest, from_ms=now, seconds=0.5)
        rooms.append((room_id(of), of.hosts["ana"].room.state))
    ids = list(dict.fromkeys(room for room, _ in rooms))
    assert len(ids) == 3
    assert [rooms.count((room, "live")) for room in ids] == [1, 2, 5]
    assert [rooms.count((room, "ended")) for room in ids] == [6, 6, 0]
    assert [event.action for event in guest.events if isinstance(event, ControlEvent)] == ["ended"]
    assert isinstance(open_connection(of, upgrade(ids[0]), now_ms=now), Refusal)
    assert isinstance(open_connection(of, upgrade(ids[-1]), now_ms=now), PushConnection)


def test_a_change_of_the_live_stream_can_be_cancelled_before_its_time() -> None:
    of = world()
    of.fault("ana", "end", now_ms=START_MS, after=5.0)
    assert of.hosts["ana"].faults.report()[0]["fault"] == "end"
    of.heal("ana")
    of.advance(START_MS + 6000)
    assert not of.hosts["ana"].room.over


def test_a_refused_change_does_not_wait() -> None:
    of = world()
    of.fault("ana", "end", now_ms=START_MS)
    with pytest.raises(ActionError):
        of.fault("ana", "suspend", now_ms=START_MS, times=5)
    assert not of.hosts["ana"].faults


def test_a_waiting_fault_is_kept_over_a_restart() -> None:
    of = world()
    of.fault("ana", "garbage", now_ms=START_MS)
    of.fault("ana", "restart", now_ms=START_MS)
    guest = visit(of)
    assert guest.session.stats()["bad_frames"] == 1


def test_a_timeline_can_hold_faults() -> None:
    entries = (
        TimelineEntry(at=2.0, fault="close", parameters={"code": 1001}),
        TimelineEntry(at=4.0, fault="end"),
        TimelineEntry(at=6.0, fault="end"),
        TimelineEntry(at=7.0, action="go_live"),
        TimelineEntry(at=8.0, action="go_live"),
    )
    of = world(users=(), plans=(RoomPlan(user="ana", rate=10.0, timeline=entries),))
    guest = visit(of)
    now = pass_time(of, guest, seconds=3.0)
    assert guest.connection.closing == Closing(code=1001, reason="internal error")
    now = pass_time(of, guest, from_ms=now, seconds=2.0)
    assert of.hosts["ana"].room.over
    pass_time(of, guest, from_ms=now, seconds=10.0)
    assert of.hosts["ana"].broadcasts == 2


def test_after_faults_of_all_kinds_the_ledger_and_a_client_that_returns_agree() -> None:
    random = Random(5)
    of = world(rate=30.0)
    guest = visit(of)
    # What breaks more than a connection is left out: a new room has no past to return to.
    names = [kind.name for kind in faults().values() if kind.group == "connection"]
    now = START_MS
    for _ in range(60):
        of.fault("ana", random.choice(names), now_ms=now, after=random.random())
        now = pass_time(of, guest, from_ms=now, seconds=1.0 + random.random())
        if guest.thrown_out() or guest.connection.silent or not guest.connection.entered:
            guest.return_at(now)
    of.heal("ana")
    guest.return_at(now)
    pass_time(of, guest, from_ms=now, seconds=10.0)
    unread = ledger_ids(of) - guest.ids
    assert unread == set()
    ledger = of.hosts["ana"].room.ledger.report()
    assert guest.session.stats()["gifts"] == ledger["gifts"]
    assert guest.session.stats()["diamonds"] == ledger["diamonds"]


def test_a_fault_that_was_removed_changes_nothing() -> None:
    def run(of: World) -> list[bytes]:
        viewer = enter(of)
        play(of, viewer, until_ms=START_MS + 5000)
        return [response_of(frame).SerializeToString() for frame in viewer.frames if frame.payload_type == "msg"]

    healed = world()
    healed.fault("ana", "duplicate", now_ms=START_MS)
    healed.heal("ana")
    assert run(healed) == run(world())
