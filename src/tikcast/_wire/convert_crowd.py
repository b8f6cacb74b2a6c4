"""The events of the crowd: joins, follows, shares, likes, viewers, subscriptions."""

from __future__ import annotations

import re

from tikcast._proto import fast
from tikcast._wire.convert import Head, milliseconds
from tikcast._wire.convert_shared import key_and_text, user
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


def member(m: fast.WebcastMemberMessage, head: Head) -> JoinEvent | SubscribeEvent | UserEvent:
    """Somebody joins, subscribes, or does something that has no name yet."""
    c = m.common
    person = user(b) if (b := m.user) else NO_USER
    action = m.action
    if action == JOINED:
        return JoinEvent(
            room_id=ID(c.room_id or head.room_id),
            message_id=ID(c.msg_id or head.message_id),
            created_at_ms=milliseconds(c.create_time),
            received_at_ms=head.received_at_ms,
            is_history=head.is_history,
            raw=head.raw,
            user=person,
            action=action,
            member_count=m.member_count,
            source=m.client_enter_source,
        )
    if action == SUBSCRIBED:
        return SubscribeEvent(**head.fields(c), user=person)
    return UserEvent(**head.fields(c), user=person, action=action)


def social(m: fast.WebcastSocialMessage, head: Head) -> UserEvent:
    """A follow or a share: told by the key of the text, by the action when there is no text."""
    c = m.common
    common = head.fields(c)
    person = user(b) if (b := m.user) else NO_USER
    key = key_and_text(b)[0] if (b := c.display_text) else ""
    action = m.action
    if "follow" in key or (not key and action == FOLLOWED):
        return FollowEvent(**common, user=person, action=action, followers=m.follow_count)
    if "share" in key or (not key and SHARED_LEAST <= action <= SHARED_MOST):
        through = _JOINED_THROUGH_SHARE.search(key)
        joined = int(through[1]) if through else 0
        return ShareEvent(**common, user=person, action=action, shares=m.share_count, users_joined=joined)
    if "enter" in key or "join" in key:
        return JoinEvent(**common, user=person, action=action)
    if action == FOLLOWED:
        return FollowEvent(**common, user=person, action=action, followers=m.follow_count)
    return UserEvent(**common, user=person, action=action)


def like(m: fast.WebcastLikeMessage, head: Head) -> LikeEvent:
    """Likes of one person."""
    c = m.common
    key, label = key_and_text(b) if (b := c.display_text) else ("", "")
    return LikeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=user(b) if (b := m.user) else NO_USER,
        likes=m.count,
        total_likes=m.total,
        display_type=key,
        label=label,
    )


def viewers(m: fast.WebcastRoomUserSeqMessage, head: Head) -> ViewersEvent:
    """The viewer count with the top viewers."""
    c = m.common
    return ViewersEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        viewers=m.viewer_count,
        total_viewers=m.total_user,
        top_viewers=tuple([top_viewer(b) for b in m.ranks_list]),
    )


@shared
def top_viewer(data: bytes) -> TopViewer:
    """A schema `Contributor`; most of the list is the same from one message to the next."""
    m = fast.Contributor.FromString(data)
    return TopViewer(rank=m.rank, score=m.score, user=user(b) if (b := m.user) else NO_USER)


def sub_notify(m: fast.WebcastSubNotifyMessage, head: Head) -> SubscribeEvent:
    """A subscription; who subscribed stands in one of two fields."""
    blob = m.user or m.sender
    return SubscribeEvent(**head.fields(m.common), user=user(blob) if blob else NO_USER, months=m.sub_month)
