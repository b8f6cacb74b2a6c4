"""Likes: a total that never falls, out of totals that do."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import NOW, deliver, like, likes
from tests._wire.session.test_gifts import runs
from tests.shared_data import shared_file
from tests.wire_schema import build, encoded
from tikcast import LiveSession, decode_message
from tikcast.events import LikeEvent


def real_likes() -> tuple[list[tuple[int, int]], dict[str, int]]:
    """(count, total) of a real room's messages, and what they add up to."""
    data = json.loads(shared_file("wire/real_sequences.json").read_text(encoding="utf-8"))["likes"]
    assert data["columns"] == ["count", "total"]
    return [(count, total) for count, total in data["rows"]], data["expected"]


def play(rows: list[tuple[int, int]], *, ids: list[int] | None = None) -> tuple[list[LikeEvent], LiveSession]:
    session = LiveSession(0)
    numbered = zip(rows, ids or range(1, len(rows) + 1), strict=True)
    messages = [like(count, total, message_id=number) for (count, total), number in numbered]
    return likes([event for message in messages for event in deliver(session, message)]), session


def test_the_real_likes_give_their_expected_sums() -> None:
    rows, expected = real_likes()
    events, session = play(rows)
    assert [(event.likes, event.total_likes) for event in events] == rows
    assert sum(event.likes for event in events) == expected["sum of counts"] == session.stats()["likes"]
    assert events[-1].room_likes == expected["highest total"] == session.stats()["room_likes"]


@runs
@given(data=st.data())
def test_room_likes_never_fall_and_end_at_the_highest_total_in_any_order(data: st.DataObject) -> None:
    rows, expected = real_likes()
    order = data.draw(st.permutations(list(enumerate(rows, start=1))))
    repeats = data.draw(st.lists(st.sampled_from(order), max_size=10))
    arriving = [*order, *repeats]
    events, session = play([row for _, row in arriving], ids=[number for number, _ in arriving])
    totals = [event.room_likes or 0 for event in events]
    assert totals == sorted(totals)
    assert totals[-1] == expected["highest total"]
    assert session.stats()["likes"] == expected["sum of counts"]


@settings(runs)
@given(st.lists(st.tuples(st.integers(-5, 15), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=20))
def test_room_likes_never_fall_whatever_is_sent(rows: list[tuple[int, int]]) -> None:
    events, session = play(rows)
    totals = [event.room_likes for event in events]
    assert all(total is not None and total >= 0 for total in totals)
    assert totals == sorted(totals, key=lambda total: total or 0)
    assert session.stats()["likes"] == sum(max(count, 0) for count, _ in rows)


def test_a_like_shows_its_text_and_which_one_it_is() -> None:
    text = build("Text", key="pm_mt_msg_viewer", default_pattern="{0:user} liked the LIVE")
    text.pieces.add(type=11).user_value.user.nickname = "Ana"
    common = build("Common", display_text=text)
    event = decode_message("WebcastLikeMessage", encoded("WebcastLikeMessage", common=common, count=3))
    assert isinstance(event, LikeEvent)
    assert (event.display_type, event.label) == ("pm_mt_msg_viewer", "Ana liked the LIVE")
    assert event.room_likes is None


def test_a_reconnect_does_not_reset_the_total() -> None:
    session = LiveSession(0)
    session.opened(NOW)
    deliver(session, like(1, 500, message_id=1))
    session.closed(NOW)
    session.opened(NOW)
    (event,) = likes(deliver(session, like(1, 20, message_id=2)))
    assert event.room_likes == 500
