"""The events of the crowd: joins, follows, shares, likes, viewers, subscriptions."""

from __future__ import annotations

import re

from tikcast._proto import fast
from tikcast._wire.convert.head import HEAD, Head, milliseconds
from tikcast._wire.convert.records import key_and_text, user
from tikcast._wire.protobuf.picking import Values, picker
from tikcast._wire.shared import shared
from tikcast.events._base import ID, NO_USER
from tikcast.events.people import (
    FollowEvent,
    JoinEvent,
    LikeEvent,
    ShareEvent,
    SubscribeEvent,
    TopViewer,
    UserEvent,
    ViewersEvent,
)

# Member actions that have an event of their own; the facts are TikTok's.
JOINED, SUBSCRIBED = 1, 3
# Social actions when the display key says nothing: 1 is a follow, 2 to 5 have been seen as shares.
FOLLOWED, SHARED_LEAST, SHARED_MOST = 1, 2, 5
_JOINED_THROUGH_SHARE = re.compile(r"guidance_viewer_(\d{1,9})_share")


MEMBER = picker("WebcastMemberMessage", *HEAD, "user", "action", "member_count", "client_enter_source", checked=True)
SOCIAL = picker(
    "WebcastSocialMessage",
    *HEAD,
    "common.display_text",
    "user",
    "action",
    "follow_count",
    "share_count",
    checked=True,
)
LIKE = picker("WebcastLikeMessage", *HEAD, "common.display_text", "user", "count", "total", checked=True)
VIEWERS = picker("WebcastRoomUserSeqMessage", *HEAD, "viewer_count", "total_user", "ranks_list", checked=True)
_CONTRIBUTOR = picker("Contributor", "rank", "score", "user", checked=True)


def member(values: Values, head: Head) -> JoinEvent | SubscribeEvent | UserEvent:
    """Somebody joins, subscribes, or does something that has no name yet."""
    room_id, message_id, create_time, blob, action, count, source = values
    person = user(blob) if blob else NO_USER
    if action == JOINED:
        return JoinEvent(
            room_id=ID(room_id or head.room_id),
            message_id=ID(message_id or head.message_id),
            created_at_ms=milliseconds(create_time),
            received_at_ms=head.received_at_ms,
            is_history=head.is_history,
            raw=head.raw,
            user=person,
            action=action,
            member_count=count,
            source=source,
        )
    told = head.told(room_id, message_id=message_id, create_time=create_time)
    if action == SUBSCRIBED:
        return SubscribeEvent(**told, user=person)
    return UserEvent(**told, user=person, action=action)


def social(values: Values, head: Head) -> UserEvent:
    """A follow or a share: told by the key of the text, by the action when there is no text."""
    room_id, message_id, create_time, text, blob, action, followers, shares = values
    told = head.told(room_id, message_id=message_id, create_time=create_time)
    person = user(blob) if blob else NO_USER
    key = key_and_text(text)[0] if text else ""
    if "follow" in key or (not key and action == FOLLOWED):
        return FollowEvent(**told, user=person, action=action, followers=followers)
    if "share" in key or (not key and SHARED_LEAST <= action <= SHARED_MOST):
        through = _JOINED_THROUGH_SHARE.search(key)
        joined = int(through[1]) if through else 0
        return ShareEvent(**told, user=person, action=action, shares=shares, users_joined=joined)
    if "enter" in key or "join" in key:
        return JoinEvent(**told, user=person, action=action)
    if action == FOLLOWED:
        return FollowEvent(**told, user=person, action=action, followers=followers)
    return UserEvent(**told, user=person, action=action)


def like(values: Values, head: Head) -> LikeEvent:
    """Likes of one person."""
    room_id, message_id, create_time, text, blob, count, total = values
    key, label = key_and_text(text) if text else ("", "")
    return LikeEvent(
        room_id=ID(room_id or head.room_id),
        message_id=ID(message_id or head.message_id),
        created_at_ms=milliseconds(create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=user(blob) if blob else NO_USER,
        likes=count,
        total_likes=total,
        display_type=key,
        label=label,
    )


def viewers(values: Values, head: Head) -> ViewersEvent:
    """The viewer count with the top viewers."""
    room_id, message_id, create_time, count, total, ranks = values
    return ViewersEvent(
        room_id=ID(room_id or head.room_id),
        message_id=ID(message_id or head.message_id),
        created_at_ms=milliseconds(create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        viewers=count,
        total_viewers=total,
        top_viewers=tuple([top_viewer(blob) for blob in ranks]),
    )


@shared
def top_viewer(data: bytes) -> TopViewer:
    """A schema `Contributor`; most of the list is the same from one message to the next."""
    rank, score, blob = _CONTRIBUTOR(data)
    return TopViewer(rank=rank, score=score, user=user(blob) if blob else NO_USER)


def sub_notify(m: fast.WebcastSubNotifyMessage, head: Head) -> SubscribeEvent:
    """A subscription; who subscribed stands in one of two fields."""
    blob = m.user or m.sender
    return SubscribeEvent(**head.fields(m.common), user=user(blob) if blob else NO_USER, months=m.sub_month)
