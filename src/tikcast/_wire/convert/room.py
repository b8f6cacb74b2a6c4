"""Notices, state changes, banners, introductions and pins of a room."""

from __future__ import annotations

from itertools import chain
from typing import Any, cast

import msgspec

from tikcast._proto import UNREADABLE, fast
from tikcast._wire.convert.chat import CHAT, chat
from tikcast._wire.convert.gift import GIFT, gift_message
from tikcast._wire.convert.head import Head, Reading, salvaged
from tikcast._wire.convert.people import LIKE, MEMBER, SOCIAL, like, member, social
from tikcast._wire.convert.records import key_and_text, user
from tikcast.events._base import ID, NO_USER
from tikcast.events.chat import ChatEvent
from tikcast.events.room import ControlEvent, IntroEvent, PinEvent, Pinnable, RoomBannerEvent, RoomEvent

# Control actions by TikTok's number, with TikTok's own name for each.
ACTIONS = {
    1: ("paused", "STREAM_PAUSED"),
    2: ("resumed", "STREAM_UNPAUSED"),
    3: ("ended", "STREAM_ENDED"),
    4: ("suspended", "STREAM_ENDED_BAN"),
}
DEEPEST_JSON = 64
_CHAT = "WebcastChatMessage"
_PINNABLE: dict[str, Reading] = {
    _CHAT: (CHAT, chat),
    "WebcastGiftMessage": (GIFT, gift_message),
    "WebcastLikeMessage": (LIKE, like),
    "WebcastMemberMessage": (MEMBER, member),
    "WebcastSocialMessage": (SOCIAL, social),
}


def room(m: fast.WebcastRoomMessage, head: Head) -> RoomEvent:
    """A notice: its own text if it has one, else the text that TikTok builds."""
    c = m.common
    message = m.content
    if not message.strip() and (blob := c.display_text):
        message = key_and_text(blob)[1]
    return RoomEvent(**head.fields(c), kind=c.method, message=message)


def control(m: fast.WebcastControlMessage, head: Head) -> ControlEvent:
    """The live stream is paused, continues or ends."""
    action, name = ACTIONS.get(m.action, (m.action, ""))
    return ControlEvent(**head.fields(m.common), action=action, description=m.tips or name)


def room_banner(m: fast.WebcastInRoomBannerMessage, head: Head) -> RoomBannerEvent:
    """A banner; several documents in one message become a list."""
    documents = [_json(data) for data in m.json]
    data = documents[0] if len(documents) == 1 else documents or None
    return RoomBannerEvent(**head.fields(m.common), data=data)


def _json(data: bytes) -> Any:  # noqa: ANN401  # JSON of any shape
    try:
        value = msgspec.json.decode(data)
        msgspec.json.encode(value)  # numbers beyond 64 bits can be read, but not written again
    except (msgspec.DecodeError, RecursionError, OverflowError, ValueError):
        return data.decode(errors="replace")
    return value if _is_shallow(value) else data.decode(errors="replace")


def _is_shallow(value: Any) -> bool:  # noqa: ANN401  # JSON of any shape
    """Whether JSON is nested so little that it can be encoded again at any stack depth."""
    level = [value]
    for _ in range(DEEPEST_JSON):
        inner = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = list(chain.from_iterable(inner))
        if not level:
            return True
    return False


def intro(m: fast.WebcastLiveIntroMessage, head: Head) -> IntroEvent:
    """The host's introduction."""
    person = user(b) if (b := m.user) else NO_USER
    return IntroEvent(**head.fields(m.common), title=m.content, user=person)


def pin(m: fast.WebcastRoomPinMessage, head: Head) -> PinEvent:
    """Something is pinned or unpinned, as an event inside this one."""
    return PinEvent(
        **head.fields(m.common),
        event=_pinned(m, head),
        operator=user(b) if (b := m.operator) else None,
        action=m.action,
        duration=m.display_duration,
        pinned_message_id=ID(m.pin_msg_id),
    )


def _pinned(m: fast.WebcastRoomPinMessage, head: Head) -> Pinnable | None:
    inner = Head(head.room_id, 0, head.received_at_ms, head.is_history, b"", head.budget)
    if blob := m.pinned_message:
        inner.raw = blob
        return _pinned_bytes(m.original_msg_type, inner)
    for blob, method in (
        (m.gift_message, "WebcastGiftMessage"),
        (m.social_message, "WebcastSocialMessage"),
        (m.member_message, "WebcastMemberMessage"),
        (m.like_message, "WebcastLikeMessage"),
    ):
        if blob:
            parse, convert = _PINNABLE[method]
            return cast("Pinnable", convert(parse(blob), inner))
    return None


def _pinned_bytes(kind: str, head: Head) -> Pinnable:
    """What is in the field of chats: in an older form it may be any message that can be pinned."""
    method = kind if kind in _PINNABLE else _CHAT
    parse, convert = reading = _PINNABLE[method]
    try:
        event = cast("Pinnable", convert(parse(head.raw), head))
    except UNREADABLE as error:
        event = cast("Pinnable", salvaged(method, reading=reading, head=head, schema=method, error=error))
    return msgspec.structs.replace(event, pinned=True) if isinstance(event, ChatEvent) else event
