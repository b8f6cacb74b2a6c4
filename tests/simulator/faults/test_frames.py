"""Faults of delivery: what is sent in place of a frame, before it, or inside it."""

from itertools import pairwise
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, Guest, enter, ledger_ids, pass_time, play, response_of, visit, world
from tikcast import ChatEvent, decode_frame
from tikcast.events import UndecodedEvent, UnknownEvent
from tikcast.simulator import World
from tikcast.simulator.faults.frames import UNKNOWN_METHOD
from tikcast.simulator.messages.outgoing import OutboxEntry, websocket_bytes

EARLY = START_MS + 1000


def affected(fault: str, *, lasting: float = 3.0, **parameters: Any) -> tuple[World, Guest]:
    """A world with a guest, some seconds after the fault was ordered for the guest's connection."""
    of = world()
    guest = visit(of)
    of.fault("ana", fault, now_ms=START_MS, **parameters)
    pass_time(of, guest, seconds=lasting)
    assert not of.hosts["ana"].faults
    assert guest.connection.closing is None
    return of, guest


def stats(guest: Guest, *names: str) -> list[int]:
    counted = guest.session.stats()
    return [counted[name] for name in names]


def test_duplicate_frames_give_each_message_once_and_are_both_in_the_ledger() -> None:
    of, guest = affected("duplicate", times=3)
    assert stats(guest, "duplicates", "bad_frames")[1] == 0
    assert stats(guest, "duplicates")[0] >= 3
    repeated = [m for m in of.hosts["ana"].room.ledger.report()["messages"] if len(m["sent"]) == 2]
    assert len(repeated) == stats(guest, "duplicates")[0]
    assert guest.ids == ledger_ids(of)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("garbage", {"size": 1}),
        ("garbage", {"size": 5000}),
        ("unknown_compression", {}),
        ("unknown_compression", {"compression": "br"}),
        ("bad_gzip", {"damage": "cut"}),
        ("bad_gzip", {"damage": "checksum"}),
        ("bad_gzip", {"damage": "noise"}),
        ("gzip_bomb", {"size": 17 << 20}),
        ("oversize", {"size": 3 << 20}),
    ],
)
def test_an_unreadable_frame_costs_no_other_message(fault: str, parameters: dict[str, Any]) -> None:
    of, guest = affected(fault, times=2, **parameters)
    assert stats(guest, "bad_frames") == [2]
    assert guest.ids == ledger_ids(of)


@pytest.mark.parametrize("fault", ["unknown_compression", "bad_gzip"])
def test_messages_that_are_lost_in_an_unreadable_frame_do_not_count_as_sent(fault: str) -> None:
    of, guest = affected(fault, times=2, lost=True)
    _, whole = affected(fault, times=2, lost=False)
    assert stats(guest, "bad_frames") == [2]
    assert guest.ids == ledger_ids(of)
    assert guest.ids < whole.ids


def test_no_acknowledgement_of_an_unreadable_frame_is_expected() -> None:
    of = world()
    viewer = enter(of)
    of.fault("ana", "garbage", now_ms=START_MS, times=1)
    of.fault("ana", "duplicate", now_ms=START_MS, times=1)
    guest = visit(of)
    pass_time(of, guest, seconds=200.0, step_ms=500)
    assert guest.connection.closing is None
    assert viewer.connection.closing


def test_a_gzip_bomb_is_small_on_the_wire() -> None:
    _, guest = affected("gzip_bomb", size=64 << 20)
    bomb = max(guest.frames, key=len)
    assert len(bomb) < 100_000
    frame = decode_frame(bomb)
    assert frame.error
    assert "16777216" in frame.error or "limit" in frame.error


def test_an_oversize_frame_has_the_ordered_size() -> None:
    _, guest = affected("oversize", size=2 << 20)
    assert 2 << 20 < max(map(len, guest.frames)) < (2 << 20) + 200


def test_a_text_message_is_a_text_frame_of_the_websocket_protocol() -> None:
    of = world()
    viewer = enter(of)
    viewer.collect()
    of.fault("ana", "text", now_ms=START_MS, text="hello")
    of.advance(EARLY)
    entry = viewer.connection.pop(EARLY)
    assert entry
    assert (entry.data, entry.raw, entry.frame, entry.message) == (b"\x81\x05hello", True, None, None)
    follows = viewer.connection.pop(EARLY)
    assert follows
    assert follows.frame


def test_reordered_frames_are_sent_the_newest_first() -> None:
    of, guest = affected("reorder", count=3, seconds=1.5)
    log_ids = [decode_frame(data).log_id for data in guest.frames if decode_frame(data).needs_ack]
    turned = [at for at, (one, other) in enumerate(pairwise(log_ids)) if other < one]
    assert len(turned) == 2
    assert turned[1] == turned[0] + 1
    assert sorted(log_ids) == list(dict.fromkeys(sorted(log_ids)))
    assert guest.ids == ledger_ids(of)


def test_frames_wait_for_reordering_no_longer_than_ordered() -> None:
    of = world(rate=1.0)
    guest = visit(of)
    of.fault("ana", "reorder", now_ms=START_MS, count=100, seconds=2.0)
    now = pass_time(of, guest, seconds=60.0)
    assert not of.hosts["ana"].faults
    assert len(guest.ids) > 20
    assert guest.ids == ledger_ids(of)
    assert guest.connection.pop(now) is None


def test_messages_of_another_room_are_among_the_others_but_not_in_the_ledger() -> None:
    of, guest = affected("other_room", count=4, times=2)
    assert stats(guest, "other_rooms", "undecoded", "unknown") == [8, 0, 0]
    assert guest.ids == ledger_ids(of)


def test_messages_of_an_unknown_type_count_as_sent() -> None:
    of, guest = affected("unknown_message", count=2, times=2)
    unknown = [event for event in guest.events if isinstance(event, UnknownEvent)]
    assert [event.method for event in unknown] == [UNKNOWN_METHOD] * 4
    assert {event.message_id for event in unknown} < ledger_ids(of)
    assert guest.ids == ledger_ids(of)


def test_a_broken_message_costs_no_other_message() -> None:
    of, guest = affected("broken_message", times=3)
    broken = [event for event in guest.events if isinstance(event, UndecodedEvent)]
    assert [event.method for event in broken] == ["WebcastChatMessage"] * 3
    assert guest.ids == ledger_ids(of)


def test_a_message_without_its_end_may_be_salvaged() -> None:
    of, guest = affected("broken_message", damage="cut")
    salvaged = [event for event in guest.events if isinstance(event, ChatEvent) and event.notes]
    assert len(salvaged) == 1
    assert guest.ids - {salvaged[0].message_id} == ledger_ids(of)


def test_messages_keep_their_bytes_when_others_are_added() -> None:
    plain, joined = enter(world()), world()
    viewer = enter(joined)
    joined.fault("ana", "unknown_message", now_ms=START_MS, times=5)
    play(plain.world, plain, until_ms=START_MS + 2000)
    play(joined, viewer, until_ms=START_MS + 2000)
    known = [message.payload for message in viewer.messages if message.method != UNKNOWN_METHOD]
    assert known == [message.payload for message in plain.messages]
    assert len(viewer.messages) > len(known)


def test_a_slow_frame_is_sent_in_pieces_and_counts_with_the_last_one() -> None:
    of = world()
    viewer = enter(of)
    viewer.collect()
    of.fault("ana", "slow", now_ms=START_MS, seconds=2.0, pieces=5)
    known = ledger_ids(of)
    pieces_sent: list[OutboxEntry] = []
    times: list[int] = []
    due = START_MS
    while len(pieces_sent) < 5:
        now, due = due, of.advance(due)
        entry = viewer.connection.pop(now)
        if entry is not None:
            assert entry.raw
            assert ledger_ids(of) == known
            viewer.connection.sent(entry, now)
            pieces_sent.append(entry)
            times.append(now)
    assert [entry.unfinished for entry in pieces_sent] == [True] * 4 + [False]
    assert ledger_ids(of) > known
    message = pieces_sent[-1].message
    assert message
    assert b"".join(entry.data for entry in pieces_sent) == websocket_bytes(message)
    assert [at - times[0] for at in times] == [0, 500, 1000, 1500, 2000]


def test_slow_and_stuttering_delivery_loses_no_message() -> None:
    for fault in ("slow", "stutter"):
        of, guest = affected(fault, lasting=10.0, seconds=1.0, times=2)
        assert guest.ids == ledger_ids(of)


def test_stuttering_holds_all_frames_back_and_sends_them_at_once() -> None:
    of = world()
    viewer = enter(of)
    of.fault("ana", "stutter", now_ms=START_MS, seconds=3.0)
    play(of, viewer, until_ms=START_MS + 10_000)
    gaps = [later - one for one, later in pairwise(viewer.arrivals)]
    assert 2900 <= max(gaps) <= 3200
    burst = viewer.arrivals.count(viewer.arrivals[gaps.index(max(gaps)) + 1])
    assert burst > 20


def test_messages_in_half_a_frame_do_not_count_as_sent() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "cut_frame", now_ms=START_MS)
    before = ledger_ids(of)
    pass_time(of, guest, seconds=2.0)
    closing = guest.connection.closing
    assert closing
    assert (closing.code, closing.reset) == (1006, True)
    assert ledger_ids(of) == before == guest.ids


def test_half_a_frame_can_be_followed_by_silence() -> None:
    of = world()
    guest = visit(of)
    of.fault("ana", "cut_frame", now_ms=START_MS, seconds=20.0)
    now = pass_time(of, guest, seconds=15.0)
    assert guest.connection.silent
    assert guest.connection.closing is None
    pass_time(of, guest, from_ms=now, seconds=10.0)
    assert guest.connection.closing


def test_faults_affect_clients_without_compression_too() -> None:
    for fault in ("duplicate", "unknown_message", "broken_message", "bad_gzip", "slow"):
        of = world()
        guest = visit(of, query="&compress=")
        of.fault("ana", fault, now_ms=START_MS)
        pass_time(of, guest, seconds=4.0)
        assert guest.ids == ledger_ids(of)


def test_faults_are_reproducible_from_the_seed() -> None:
    def run() -> list[bytes]:
        of = world()
        guest = visit(of)
        for fault in ("garbage", "other_room", "unknown_message", "broken_message"):
            of.fault("ana", fault, now_ms=START_MS, times=2)
        pass_time(of, guest, seconds=4.0)
        return guest.frames

    assert run() == run()


def test_a_frame_with_added_messages_still_needs_its_acknowledgement() -> None:
    of = world()
    viewer = enter(of)
    of.fault("ana", "unknown_message", now_ms=START_MS)
    play(of, viewer, until_ms=START_MS + 2000)
    inside = next(
        response_of(frame)
        for frame in viewer.frames
        if frame.payload_type == "msg" and UNKNOWN_METHOD in {m.method for m in response_of(frame).messages}
    )
    assert inside.DESCRIPTOR.name == "WebcastResponse"
    assert inside.needs_ack
    assert inside.internal_ext
    play(of, viewer, from_ms=START_MS + 2000, until_ms=START_MS + 200_000, step_ms=1000)
    assert not viewer.closed()
