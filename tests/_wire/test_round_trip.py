"""What the schema encodes, the decoder reads: any values, in any frame."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.building import frame, response
from tests._wire.session.test_gifts import runs
from tests.wire_schema import WireMessage, build, push_frame
from tikcast import (
    ChatEvent,
    Event,
    GiftEvent,
    LikeEvent,
    ViewersEvent,
    decode_frame,
    decode_message,
    from_json,
    to_json,
)
from tikcast.events import JoinEvent

settings_for_frames = settings(runs, max_examples=100)
# Texts that UTF-8 can carry: no surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
int32s = st.integers(-(2**31), 2**31 - 1)
int64s = st.integers(-(2**63), 2**63 - 1)
ids = st.integers(1, 2**63 - 1)

users = st.builds(
    build,
    st.just("User"),
    id=int64s,
    nickname=texts,
    unique_id=texts,
    sec_uid=texts,
    verified=st.booleans(),
)
heads = st.builds(build, st.just("Common"), msg_id=ids, room_id=ids)


def through_a_frame(method: str, message: Any, *, compress: bool = True) -> Event:
    """The event of a message that travelled in a frame; the same as of the message alone, and after JSON."""
    payload: bytes = message.SerializeToString()
    body = response((method, payload), cursor="c", internal_ext=b"e", needs_ack=True)
    opened = decode_frame(frame(body, log_id=5, compress=compress))
    assert opened.error is None
    assert (opened.log_id, opened.cursor, opened.internal_ext) == (5, "c", b"e")
    (event,) = opened.events
    assert event == decode_message(method, payload)
    assert from_json(to_json(event, raw=True)) == event
    assert not event.notes
    return event


@settings_for_frames
@given(heads, users, texts, st.booleans())
def test_chats(head: WireMessage, user: WireMessage, comment: str, compress: bool) -> None:
    message = build("WebcastChatMessage", common=head, user=user, content=comment)
    event = through_a_frame("WebcastChatMessage", message, compress=compress)
    assert isinstance(event, ChatEvent)
    assert (event.message_id, event.room_id) == (head.msg_id, head.room_id)
    assert event.comment == comment
    told = event.user
    assert (told.id, told.nickname, told.username, told.sec_uid) == (
        user.id, user.nickname, user.unique_id, user.sec_uid,
    )  # fmt: skip
    assert bool(told.verified) == user.verified


@settings_for_frames
@given(heads, int64s, int32s, int32s, st.integers(0, 2**64 - 1), texts, st.booleans())
def test_gifts(head: WireMessage, gift_id: int, price: int, count: int, group: int, name: str, end: bool) -> None:
    gift = build("GiftStruct", id=gift_id, name=name, diamond_count=price, type=1)
    message = build(
        "WebcastGiftMessage",
        common=head,
        gift_id=gift_id,
        gift=gift,
        repeat_count=count,
        repeat_end=int(end),
        group_id=group,
    )
    event = through_a_frame("WebcastGiftMessage", message)
    assert isinstance(event, GiftEvent)
    assert (event.gift.id, event.gift.name, event.gift.diamonds) == (gift_id, name, price)
    assert (event.repeat_count, event.repeat_end, event.group_id) == (count, end, group)
    assert event.diamonds == price * count


@settings_for_frames
@given(heads, int32s, int64s)
def test_likes(head: WireMessage, count: int, total: int) -> None:
    event = through_a_frame("WebcastLikeMessage", build("WebcastLikeMessage", common=head, count=count, total=total))
    assert isinstance(event, LikeEvent)
    assert (event.likes, event.total_likes) == (count, total)


@settings_for_frames
@given(heads, users, int32s, texts)
def test_joins(head: WireMessage, user: WireMessage, count: int, source: str) -> None:
    message = build(
        "WebcastMemberMessage", common=head, user=user, action=1, member_count=count, client_enter_source=source
    )
    event = through_a_frame("WebcastMemberMessage", message)
    assert isinstance(event, JoinEvent)
    assert (event.user.nickname, event.member_count, event.source) == (user.nickname, count, source)


@settings_for_frames
@given(heads, int64s, int64s, st.lists(st.tuples(int64s, int64s, users), max_size=4))
def test_viewers(head: WireMessage, now: int, total: int, ranks: list[tuple[int, int, WireMessage]]) -> None:
    message = build("WebcastRoomUserSeqMessage", common=head, viewer_count=now, total_user=total)
    for rank, score, user in ranks:
        message.ranks_list.add(rank=rank, score=score, user=user)
    event = through_a_frame("WebcastRoomUserSeqMessage", message)
    assert isinstance(event, ViewersEvent)
    assert (event.viewers, event.total_viewers) == (now, total)
    assert [(top.rank, top.score, top.user.id) for top in event.top_viewers] == [(r, s, u.id) for r, s, u in ranks]


@settings_for_frames
@given(
    st.text(max_size=12).filter(lambda name: name not in {"msg", "im_enter_room_resp"}),
    st.binary(max_size=40),
    st.integers(0, 2**64 - 1),
    st.booleans(),
)
def test_frames_of_any_type(kind: str, payload: bytes, log_id: int, compress: bool) -> None:
    try:
        data = push_frame(kind, payload, log_id=log_id, compress=compress)
    except (ValueError, UnicodeEncodeError):
        return  # a name that UTF-8 cannot carry
    opened = decode_frame(data)
    assert (opened.payload_type, opened.log_id, opened.events, opened.error) == (kind, log_id, [], None)
