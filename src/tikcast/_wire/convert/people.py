"""Events of people: joins, follows, shares, likes, viewers, subscriptions, and the banners that announce them."""

from __future__ import annotations

import re
from typing import Literal

from tikcast._proto import fast
from tikcast._wire.convert._generated.subscription import barrage_message
from tikcast._wire.convert.head import HEAD, Head, milliseconds
from tikcast._wire.convert.records import key_and_text, text, user
from tikcast._wire.protobuf.picking import Values, picker
from tikcast._wire.shared import shared
from tikcast.events._base import ID, NO_USER, Event, Text, User
from tikcast.events.people import (
    FollowEvent,
    JoinEvent,
    LikeEvent,
    ShareEvent,
    SubscribeEvent,
    SuperFanEvent,
    TopViewer,
    UserEvent,
    ViewersEvent,
)

# Member actions that have an event of their own; the facts are TikTok's.
JOINED, SUBSCRIBED = 1, 3
# Social actions when the display key says nothing: 1 is a follow, 2 to 5 have been seen as shares.
FOLLOWED, SHARED_LEAST, SHARED_MOST = 1, 2, 5
_JOINED_THROUGH_SHARE = re.compile(r"guidance_viewer_(\d{1,9})_share")

Banner = Literal["entrance", "subscription", "super_fan"]
# What a banner announces, by its msg_type; the facts are TikTok's.
_BANNER_TYPES: dict[int, Banner] = {4: "subscription", 9: "entrance", 11: "entrance"}
# And by the key of its text in lower case, the more specific keys first.
_BANNER_KEYS: tuple[tuple[str, Banner], ...] = (
    ("superfanjoined", "entrance"),
    ("ttlive_superfan", "super_fan"),
    ("pm_mt_alp_join", "entrance"),
    ("pm_mt_fan_live_join", "entrance"),
    ("pm_mt_subscribe", "subscription"),
)
_SUPER_FAN = "ttlive_superfan"

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
    common = head.event_fields(room_id, message_id=message_id, create_time=create_time)
    if action == SUBSCRIBED:
        return SubscribeEvent(**common, user=person)
    return UserEvent(**common, user=person, action=action)


def social(values: Values, head: Head) -> UserEvent:
    """A follow or a share, by the key of the text, or by the action when there is no text."""
    room_id, message_id, create_time, text, blob, action, followers, shares = values
    common = head.event_fields(room_id, message_id=message_id, create_time=create_time)
    person = user(blob) if blob else NO_USER
    key = key_and_text(text)[0] if text else ""
    if "follow" in key or (not key and action == FOLLOWED):
        return FollowEvent(**common, user=person, action=action, followers=followers)
    if "share" in key or (not key and SHARED_LEAST <= action <= SHARED_MOST):
        through = _JOINED_THROUGH_SHARE.search(key)
        joined = int(through[1]) if through else 0
        return ShareEvent(**common, user=person, action=action, shares=shares, users_joined=joined)
    if "enter" in key or "join" in key:
        return JoinEvent(**common, user=person, action=action)
    if action == FOLLOWED:
        return FollowEvent(**common, user=person, action=action, followers=followers)
    return UserEvent(**common, user=person, action=action)


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
    """A subscription; the subscriber is in one of two fields."""
    blob = m.user or m.sender
    return SubscribeEvent(**head.fields(m.common), user=user(blob) if blob else NO_USER, months=m.sub_month)


def barrage(m: fast.WebcastBarrageMessage, head: Head) -> Event:
    """A banner over the video: a join of somebody of a high level, a subscription, a new super fan, or any other."""
    words = _banner_text(m)
    kind = _announced(m.msg_type, key=words.key)
    if kind is None:
        return barrage_message(m, head)
    common, person = head.fields(m.common), _banner_user(m, words)
    if kind == "entrance":
        return JoinEvent(**common, user=person, action=JOINED, entrance=True)
    if kind == "super_fan":
        return SuperFanEvent(**common, user=person, text_key=words.key, text=words.text)
    return SubscribeEvent(**common, user=person)


def _announced(msg_type: int, *, key: str) -> Banner | None:
    """What a banner of this type and text key announces, None when neither is known."""
    if kind := _BANNER_TYPES.get(msg_type):
        return kind
    lower = key.lower()
    return next((kind for part, kind in _BANNER_KEYS if part in lower), None)


def _banner_text(m: fast.WebcastBarrageMessage) -> Text:
    """The banner's text: the one about super fans when one of the two is."""
    texts = [text(blob) for blob in (m.common_barrage_content, m.content) if blob]
    about_super_fans = [item for item in texts if _SUPER_FAN in item.key.lower()]
    return (about_super_fans or texts[::-1] or [Text()])[0]


def _banner_user(m: fast.WebcastBarrageMessage, words: Text) -> User:
    """The person of the banner: its user, its level's user, or the user in its text."""
    for blob in (m.user, m.user_grade_param.user, m.fans_level_param.user):
        if blob:
            return user(blob)
    return next((piece.user for piece in words.pieces if piece.user is not None), NO_USER)
