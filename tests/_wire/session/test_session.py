"""A room over all its connections: what is sent, what is delivered, what is counted."""

import pytest

from tests._wire.building import (
    NOW,
    ROOM,
    History,
    chat,
    control,
    deliver,
    frame,
    framed,
    gift,
    gifts,
    like,
    likes,
    response,
)
from tests._wire.protobytes import field
from tests.wire_schema import ack_frame, build, encoded, enter_room_frame, heartbeat_frame, parsed, push_frame
from tikcast import ChatEvent, ControlEvent, Event, LiveSession, UnknownEvent
from tikcast.errors import ConfigError
from tikcast.events import JoinEvent, UndecodedEvent, ViewersEvent

OTHER_ROOM = ROOM + 1
SECOND, MINUTE = 1000, 60_000


def opened(room_id: int = ROOM, *, history: History = "mark", at: int = NOW) -> LiveSession:
    """A session whose connection is open and whose first frames are sent."""
    session = LiveSession(room_id, history=history)
    session.opened(at)
    session.to_send()
    return session


def comments(events: list[Event]) -> list[str]:
    return [event.comment for event in events if isinstance(event, ChatEvent)]


def beats(session: LiveSession) -> list[int]:
    """The sequence numbers of the heartbeats that wait to be sent."""
    out = []
    for data in session.to_send():
        sent = parsed("WebcastPushFrame", data)
        assert sent.payload_type == "hb"
        beat = parsed("HeartbeatMessage", sent.payload)
        assert beat.room_id == session.room_id
        out.append(beat.send_packet_seq_id)
    return out


def is_stale(session: LiveSession, *, at: int) -> bool:
    session.tick(at)
    return session.stale


# What is sent


def test_a_new_connection_enters_the_room_and_beats_at_once() -> None:
    session = LiveSession(ROOM)
    assert session.to_send() == []
    session.opened(NOW)
    assert session.to_send() == [enter_room_frame(ROOM), heartbeat_frame(ROOM, 1)]
    assert session.to_send() == []


def test_heartbeats_follow_by_their_interval_and_count_up() -> None:
    session = opened()
    sent = []
    for second in range(1, 36):
        session.tick(NOW + second * SECOND)
        sent += [(second, beat) for beat in beats(session)]
    assert sent == [(10, 2), (20, 3), (30, 4)]


def test_heartbeats_count_anew_on_each_connection() -> None:
    session = opened()
    session.tick(NOW + 10 * SECOND)
    assert beats(session) == [2]
    session.closed(NOW + 11 * SECOND)
    session.opened(NOW + 12 * SECOND)
    assert session.to_send() == [enter_room_frame(ROOM), heartbeat_frame(ROOM, 1)]


def test_a_late_tick_sends_one_heartbeat_not_all_that_were_missed() -> None:
    session = opened()
    session.tick(NOW + 95 * SECOND)
    assert beats(session) == [2]
    session.tick(NOW + 96 * SECOND)
    assert beats(session) == []


def test_no_heartbeat_is_sent_without_a_connection() -> None:
    session = LiveSession(ROOM)
    session.tick(NOW)
    session.tick(NOW + 20 * SECOND)
    assert session.to_send() == []
    session.opened(NOW + 30 * SECOND)
    session.closed(NOW + 31 * SECOND)
    session.tick(NOW + 60 * SECOND)
    assert session.to_send() == []


def test_the_interval_is_the_callers_to_choose() -> None:
    session = LiveSession(ROOM, heartbeat_interval=3.0)
    session.opened(NOW)
    session.to_send()
    session.tick(NOW + 2999)
    assert beats(session) == []
    session.tick(NOW + 3000)
    assert beats(session) == [2]
    session.heartbeat_interval = 20.0
    session.tick(NOW + 22_999)
    assert beats(session) == []
    session.tick(NOW + 23_000)
    assert beats(session) == [3]


@pytest.mark.parametrize(
    ("told", "seconds"), [(5_000, 5.0), (10_000, 10.0), (1, 1.0), (10**12, 60.0), (0, 10.0), (-5, 10.0)]
)
def test_the_server_may_ask_for_another_interval_within_reason(told: int, seconds: float) -> None:
    session = opened()
    session.receive(frame(response(heart_beat_duration=told)), NOW)
    assert session.heartbeat_interval == seconds


def test_what_is_owed_waits_in_order() -> None:
    session = opened()
    session.receive(frame(response(needs_ack=True, internal_ext=b"a"), log_id=1), NOW)
    session.receive(frame(response(chat("no ack")), log_id=2), NOW)
    session.receive(frame(response(needs_ack=True), log_id=3), NOW)
    session.tick(NOW + 10 * SECOND)
    assert session.to_send() == [ack_frame(1, b"a"), ack_frame(3, b""), heartbeat_frame(ROOM, 2)]


def test_an_acknowledgement_is_owed_even_if_all_messages_were_seen_or_broken() -> None:
    session = opened()
    body = response(chat("x", message_id=1), ("WebcastChatMessage", b"\x07"), needs_ack=True)
    for log_id in (1, 2):
        session.receive(frame(body, log_id=log_id), NOW)
    assert session.to_send() == [ack_frame(1, b""), ack_frame(2, b"")]


def test_what_was_owed_to_a_lost_connection_is_not_sent_on_the_next() -> None:
    session = opened()
    session.receive(frame(response(needs_ack=True), log_id=1), NOW)
    session.closed(NOW)
    assert session.to_send() == []
    session.opened(NOW)
    assert session.to_send() == [enter_room_frame(ROOM), heartbeat_frame(ROOM, 1)]


def test_a_bare_response_is_not_acknowledged() -> None:
    session = opened()
    body = response(chat("recent", message_id=1), needs_ack=True, cursor="c")
    assert comments(session.receive_response(body.SerializeToString(), NOW)) == ["recent"]
    assert session.to_send() == []
    assert session.cursor == "c"


# Where it stands


def test_cursor_and_internal_ext_are_the_latest_that_were_told() -> None:
    session = opened()
    assert (session.cursor, session.internal_ext) == ("", b"")
    session.receive(frame(response(cursor="c-1", internal_ext=b"e-1")), NOW)
    session.receive(frame(response(cursor="c-2")), NOW)
    session.receive(frame(response(internal_ext=b"e-3")), NOW)
    assert (session.cursor, session.internal_ext) == ("c-2", b"e-3")
    session.closed(NOW)
    session.opened(NOW)
    assert (session.cursor, session.internal_ext) == ("c-2", b"e-3")


def test_a_silent_connection_is_stale_after_a_minute_and_any_frame_is_a_sign_of_life() -> None:
    session = opened()
    assert not is_stale(session, at=NOW + 60 * SECOND)
    assert is_stale(session, at=NOW + 60 * SECOND + 1)
    session.receive(push_frame("hb", b""), NOW + 61 * SECOND)
    assert not is_stale(session, at=NOW + 62 * SECOND)


def test_only_an_open_connection_is_stale() -> None:
    session = LiveSession(ROOM, stale_after=5.0)
    assert not is_stale(session, at=NOW + 100 * SECOND)
    session.opened(NOW)
    assert is_stale(session, at=NOW + 6 * SECOND)
    session.closed(NOW + 6 * SECOND)
    assert not is_stale(session, at=NOW + 6 * SECOND)
    session.opened(NOW + 7 * SECOND)
    assert not is_stale(session, at=NOW + 7 * SECOND)


@pytest.mark.parametrize(("action", "ended"), [(3, "ended"), (4, "suspended"), (1, None), (2, None), (9, None)])
def test_the_live_ends_by_its_control_message(action: int, ended: str | None) -> None:
    session = opened()
    (event,) = deliver(session, control(action, message_id=1))
    assert isinstance(event, ControlEvent)
    assert session.ended == ended


def test_an_ending_out_of_history_ends_nothing() -> None:
    session = opened()
    deliver(session, control(3, message_id=1), history=True)
    assert session.ended is None


def test_an_ending_that_is_repeated_or_of_another_room_ends_nothing() -> None:
    session = opened()
    deliver(session, control(3, message_id=1), history=True)
    deliver(session, control(3, message_id=1))
    head = build("Common", msg_id=5, room_id=OTHER_ROOM)
    elsewhere = encoded("WebcastControlMessage", common=head, action=3)
    deliver(session, ("WebcastControlMessage", elsewhere))
    assert session.ended is None


# Rooms


def test_messages_of_other_rooms_are_dropped_and_counted() -> None:
    session = opened()
    events = deliver(session, chat("here", message_id=1), chat("there", message_id=2, room_id=OTHER_ROOM))
    assert comments(events) == ["here"]
    assert session.stats()["other_rooms"] == 1
    assert session.stats()["messages"] == 2


def test_messages_that_name_no_room_belong_to_this_one() -> None:
    session = opened()
    (event,) = deliver(session, ("WebcastChatMessage", field(3, "hi")))
    assert event.room_id == ROOM


def test_room_zero_accepts_every_room_and_keeps_their_messages_apart() -> None:
    session = opened(0)
    events = deliver(
        session,
        chat("a", message_id=1, room_id=ROOM),
        chat("b", message_id=1, room_id=OTHER_ROOM),
        chat("again", message_id=1, room_id=ROOM),
        like(3, 100, message_id=2, room_id=ROOM),
        like(3, 50, message_id=2, room_id=OTHER_ROOM),
    )
    assert comments(events) == ["a", "b"]
    assert [event.room_likes for event in likes(events)] == [100, 50]
    assert session.stats()["other_rooms"] == 0


def test_room_zero_remembers_a_bounded_number_of_rooms() -> None:
    session = opened(0)
    for start in range(0, 3000, 500):
        deliver(session, *[chat("x", message_id=1, room_id=room) for room in range(start + 1, start + 501)])
    assert session.stats()["duplicates"] == 0
    assert comments(deliver(session, chat("the latest", message_id=1, room_id=3000))) == []
    assert comments(deliver(session, chat("long gone", message_id=1, room_id=1))) == ["long gone"]


# Duplicates and history


def test_a_message_is_delivered_once_however_often_it_comes() -> None:
    session = opened()
    assert comments(deliver(session, chat("x", message_id=1), chat("x", message_id=1))) == ["x"]
    assert deliver(session, chat("x", message_id=1), at=NOW + MINUTE) == []
    assert session.stats()["duplicates"] == 2


def test_messages_without_an_id_are_never_duplicates() -> None:
    session = opened()
    assert comments(deliver(session, chat("x"), chat("x"))) == ["x", "x"]
    assert session.stats()["duplicates"] == 0


@pytest.mark.parametrize("message_id", [1, -1, 2**63 - 1, -(2**63)])
def test_ids_at_the_edges_of_64_bits_are_ids_like_others(message_id: int) -> None:
    session = opened()
    assert len(deliver(session, chat("x", message_id=message_id))) == 1
    assert deliver(session, chat("x", message_id=message_id), at=NOW + 2 * MINUTE) == []
    assert deliver(session, chat("x", message_id=message_id), at=NOW + 4 * MINUTE) == []


@pytest.mark.parametrize("later", [0, SECOND, MINUTE, 5 * MINUTE, 14 * MINUTE, 15 * MINUTE])
def test_a_reconnect_within_15_minutes_brings_nothing_twice(later: int) -> None:
    session = opened()
    deliver(session, chat("before", message_id=1))
    session.closed(NOW + later)
    session.opened(NOW + later)
    events = deliver(session, chat("before", message_id=1), chat("after", message_id=2), at=NOW + later)
    assert comments(events) == ["after"]


def test_what_came_17_minutes_ago_is_forgotten() -> None:
    session = opened()
    deliver(session, chat("x", message_id=1))
    assert comments(deliver(session, chat("x", message_id=1), at=NOW + 17 * MINUTE)) == ["x"]


def test_a_message_that_keeps_coming_is_forgotten_15_minutes_after_it_was_first_seen() -> None:
    session = opened()
    delivered = 0
    for minute in range(60):
        delivered += len(deliver(session, chat("x", message_id=1), at=NOW + minute * MINUTE))
    assert 1 <= delivered <= 4


def test_history_is_marked_once_and_its_repeats_are_dropped() -> None:
    session = opened()
    (event,) = deliver(session, chat("old", message_id=1), history=True)
    assert event.is_history
    assert deliver(session, chat("old", message_id=1), history=True) == []
    assert session.stats()["history"] == 1
    assert session.stats()["duplicates"] == 1


def test_a_session_that_skips_history_delivers_only_what_is_new() -> None:
    session = opened(history="skip")
    assert deliver(session, chat("old", message_id=1), history=True) == []
    assert comments(deliver(session, chat("old", message_id=1), chat("new", message_id=2))) == ["new"]
    assert deliver(session, chat("new", message_id=2)) == []


def test_a_session_that_delivers_history_marks_repeats_and_counts_them_for_nothing() -> None:
    session = opened(history="deliver")
    deliver(session, gift(3, message_id=1), like(5, 100, message_id=2))
    events = deliver(session, gift(3, message_id=1), like(5, 100, message_id=2), chat("x", message_id=3))
    assert [event.is_history for event in events] == [True, True, False]
    assert [(e.new_gifts, e.new_diamonds, e.streak_over) for e in gifts(events)] == [(0, 0, False)]
    assert [event.room_likes for event in likes(events)] == [100]
    stats = session.stats()
    assert (stats["gifts"], stats["diamonds"], stats["likes"]) == (3, 3, 5)
    assert stats["duplicates"] == 2


def test_history_that_was_not_seen_before_counts_toward_gifts_and_likes() -> None:
    session = opened()
    (first,) = gifts(deliver(session, gift(3, message_id=1), history=True))
    assert first.new_gifts == 3
    (second,) = gifts(deliver(session, gift(5, message_id=2)))
    assert second.new_gifts == 2
    deliver(session, like(4, 500, message_id=3), history=True)
    (now,) = likes(deliver(session, like(1, 20, message_id=4)))
    assert now.room_likes == 500


def test_an_unknown_way_with_history_is_refused() -> None:
    with pytest.raises(ConfigError, match="history"):
        LiveSession(ROOM, history="keep")  # type: ignore[arg-type]


# What is delivered


def test_events_carry_the_sessions_time() -> None:
    session = opened()
    (event,) = deliver(session, chat("x", message_id=1), at=NOW + 5)
    assert event.received_at_ms == NOW + 5
    (bare,) = session.receive_response(response(chat("y", message_id=2)).SerializeToString(), NOW + 6)
    assert bare.received_at_ms == NOW + 6


def test_messages_come_in_the_order_in_which_they_were_sent() -> None:
    session = opened()
    words = [str(number) for number in range(50)]
    events = deliver(session, *[chat(word, message_id=1000 - int(word)) for word in words])
    assert comments(events) == words


def test_what_the_transport_itself_says_gives_no_events() -> None:
    session = opened()
    assert session.receive(push_frame("hb", b"x"), NOW) == []
    assert session.receive(push_frame("ack", b"x"), NOW) == []
    assert session.receive(push_frame("im_enter_room_resp", b"\x08\x01"), NOW) == []
    assert session.stats()["bad_frames"] == 0
    assert session.stats()["frames"] == 3


def test_the_answer_to_entering_is_read_like_messages_when_it_holds_some() -> None:
    session = opened()
    body = response(chat("first", message_id=1), cursor="c", needs_ack=True)
    assert comments(session.receive(frame(body, log_id=8, kind="im_enter_room_resp"), NOW)) == ["first"]
    assert session.cursor == "c"
    assert session.to_send() == [ack_frame(8, b"")]


def test_a_bad_frame_is_an_event_and_the_stream_goes_on() -> None:
    session = opened()
    (event,) = session.receive(b"\x07 junk", NOW)
    assert isinstance(event, UndecodedEvent)
    assert event.payload == b"\x07 junk"
    assert comments(deliver(session, chat("next", message_id=1))) == ["next"]
    assert session.stats()["bad_frames"] == 1


def test_a_frame_over_the_limit_of_the_session_is_refused() -> None:
    session = LiveSession(ROOM, gunzip_limit=1000)
    (event,) = session.receive(framed(chat("x" * 2000)), NOW)
    assert isinstance(event, UndecodedEvent)
    assert "limit of 1000 bytes" in event.error


def test_a_bare_answer_that_is_no_response_is_an_event_too() -> None:
    (event,) = LiveSession(ROOM).receive_response(b"<html>", NOW)
    assert isinstance(event, UndecodedEvent)
    assert "not a response" in event.error


def test_unknown_and_broken_messages_are_counted_by_name() -> None:
    session = opened()
    events = deliver(session, ("WebcastNew", b"\x08\x01"), ("WebcastNew", b""), ("WebcastChatMessage", b"\x07"))
    assert [type(event) for event in events] == [UnknownEvent, UnknownEvent, UndecodedEvent]
    assert (session.stats()["unknown"], session.stats()["undecoded"]) == (2, 1)
    assert session.problems() == {"WebcastNew": 2, "WebcastChatMessage": 1}


def test_names_of_problems_are_remembered_in_bounded_number() -> None:
    session = opened()
    deliver(session, *[(f"Webcast{number}", b"") for number in range(5000)])
    assert session.stats()["unknown"] == 5000
    assert len(session.problems()) <= 1000


def test_stats_count_what_happened() -> None:
    session = opened()
    data = frame(response(chat("x", message_id=1), gift(2, message_id=2, price=5), needs_ack=True))
    session.receive(data, NOW)
    deliver(session, like(4, 70, message_id=3), chat("x", message_id=1))
    session.tick(NOW + 10 * SECOND - 1)
    session.closed(NOW + 10 * SECOND)
    session.opened(NOW + 10 * SECOND)
    stats = session.stats()
    wanted = {
        "connections": 2,
        "frames": 2,
        "messages": 4,
        "acks": 1,
        "heartbeats": 2,
        "duplicates": 1,
        "history": 0,
        "other_rooms": 0,
        "unknown": 0,
        "undecoded": 0,
        "bad_frames": 0,
        "gaps": 0,
        "recovered": 0,
        "gifts": 2,
        "diamonds": 10,
        "likes": 4,
        "room_likes": 70,
        "open_streaks": 1,
    }
    assert {name: stats[name] for name in wanted} == wanted
    assert stats["bytes"] > len(data)
    assert all(type(count) is int and count >= 0 for count in stats.values())


def test_two_sessions_know_nothing_of_each_other() -> None:
    one, two = opened(), opened()
    deliver(one, chat("x", message_id=1), gift(5, message_id=2))
    (event,) = gifts(deliver(two, gift(5, message_id=2)))
    assert event.new_gifts == 5


# People


def person(**told: object) -> bytes:
    return encoded("User", id=77, nickname="Ana", **told)


def chat_of(user: bytes, *, message_id: int) -> tuple[str, bytes]:
    head = field(1, field(2, message_id) + field(3, ROOM))
    return "WebcastChatMessage", head + field(2, user) + field(3, "hi")


def test_what_an_earlier_message_told_of_somebody_fills_what_a_later_one_leaves_out() -> None:
    session = opened()
    told = person(user_attr=build("UserAttr", is_admin=True), pay_grade=build("PayGrade", level=23))
    (first,) = deliver(session, chat_of(told, message_id=1))
    assert isinstance(first, ChatEvent)
    assert first.user.remembered == ()
    (second,) = deliver(session, chat_of(person(), message_id=2))
    assert isinstance(second, ChatEvent)
    assert second.user.gifter_level == 23
    assert second.user.is_moderator is True
    assert {"gifter_level", "is_moderator"} <= set(second.user.remembered)
    assert second.user.fan_level is None


def test_what_a_message_says_itself_goes_before_what_is_remembered() -> None:
    session = opened()
    deliver(session, chat_of(person(pay_grade=build("PayGrade", level=23)), message_id=1))
    (event,) = deliver(session, chat_of(person(pay_grade=build("PayGrade", level=24)), message_id=2))
    assert isinstance(event, ChatEvent)
    assert event.user.gifter_level == 24
    assert event.user.remembered == ()


def test_people_are_remembered_over_joins_chats_and_gifts_alike() -> None:
    session = opened()
    told = build("User", id=77, pay_grade=build("PayGrade", level=9))
    head = build("Common", msg_id=1, room_id=ROOM)
    join = encoded("WebcastMemberMessage", common=head, user=told, action=1)
    (event,) = deliver(session, ("WebcastMemberMessage", join))
    assert isinstance(event, JoinEvent)
    (spoken,) = deliver(session, chat_of(person(), message_id=2))
    assert isinstance(spoken, ChatEvent)
    assert spoken.user.gifter_level == 9
    (given,) = gifts(deliver(session, gift(1, message_id=3, user_id=77)))
    assert given.user.gifter_level == 9


def test_people_without_an_id_are_nobody_to_remember() -> None:
    session = opened()
    told = encoded("User", pay_grade=build("PayGrade", level=9))
    deliver(session, chat_of(told, message_id=1))
    (event,) = deliver(session, chat_of(encoded("User", nickname="x"), message_id=2))
    assert isinstance(event, ChatEvent)
    assert event.user.gifter_level is None


# Real messages


def test_top_viewers_come_through_a_session_as_they_are_decoded() -> None:
    session = opened()
    ranks = [build("Contributor", rank=1, score=50, user=build("User", id=3, nickname="Bo"))]
    message = build("WebcastRoomUserSeqMessage", viewer_count=10, total_user=40, ranks_list=ranks)
    (event,) = deliver(session, ("WebcastRoomUserSeqMessage", message.SerializeToString()))
    assert isinstance(event, ViewersEvent)
    assert (event.viewers, event.total_viewers) == (10, 40)
    assert [(v.rank, v.score, v.user.nickname) for v in event.top_viewers] == [(1, 50, "Bo")]
