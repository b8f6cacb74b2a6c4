"""A session for every room: what it adds up never falls, however many rooms there are."""

from tests._wire.building import NOW, deliver, gift, like, likes
from tikcast import LiveSession

MOST_ROOMS = 1000


def test_likes_never_fall_when_rooms_are_forgotten() -> None:
    session = LiveSession(0)
    sums = []
    for room in range(1, MOST_ROOMS + 101):
        deliver(session, like(10, 1000 * (room == 1), message_id=room, room_id=room))
        sums.append((session.stats()["likes"], session.stats()["room_likes"]))
    assert sums == [(10 * room, 1000) for room in range(1, MOST_ROOMS + 101)]


def test_the_total_of_a_room_never_falls_although_a_thousand_others_came_in_between() -> None:
    session = LiveSession(0)
    deliver(session, like(1, 500, message_id=1, room_id=1))
    for room in range(2, MOST_ROOMS + 100):
        deliver(session, like(1, 3, message_id=room, room_id=room))
    (event,) = likes(deliver(session, like(1, 20, message_id=9, room_id=1)))
    assert event.room_likes == 500


def test_the_room_that_was_silent_for_longest_is_forgotten_first() -> None:
    session = LiveSession(0)
    deliver(session, gift(5, message_id=1, room_id=1, kind=2))
    for room in range(2, MOST_ROOMS + 100):
        deliver(session, like(1, 3, message_id=1, room_id=room))
        assert deliver(session, gift(5, message_id=1, room_id=1, kind=2)) == []
    assert session.stats()["gifts"] == 5


def test_gifts_of_forgotten_rooms_stay_in_the_sum() -> None:
    session = LiveSession(0)
    for room in range(1, MOST_ROOMS + 101):
        deliver(session, gift(2, message_id=1, room_id=room), at=NOW)
    assert session.stats()["gifts"] == 2 * (MOST_ROOMS + 100)
