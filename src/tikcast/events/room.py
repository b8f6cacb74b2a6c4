"""The room itself: notices, state, banners, pins."""

from __future__ import annotations

from typing import Any, ClassVar

from tikcast.events._base import ID, NO_ID, NO_USER, Event, User
from tikcast.events.chat import ChatEvent
from tikcast.events.gift import GiftEvent
from tikcast.events.people import FollowEvent, JoinEvent, LikeEvent, ShareEvent, SubscribeEvent, UserEvent
from tikcast.events.raw import UndecodedEvent, UnknownEvent

Pinnable = (
    ChatEvent
    | FollowEvent
    | GiftEvent
    | JoinEvent
    | LikeEvent
    | ShareEvent
    | SubscribeEvent
    | UndecodedEvent
    | UnknownEvent
    | UserEvent
)


class RoomEvent(Event, frozen=True, kw_only=True, tag="room"):
    """A notice in the chat; `kind` is the name under which TikTok sends it, `message` how it reads."""

    type: ClassVar[str] = "room"

    kind: str = ""
    message: str = ""


class ControlEvent(Event, frozen=True, kw_only=True, tag="control"):
    """The live is "paused", "resumed", "ended" by the host or "suspended" by TikTok; else `action` is the number."""

    type: ClassVar[str] = "control"

    action: str | int = 0
    description: str = ""


class RoomBannerEvent(Event, frozen=True, kw_only=True, tag="room_banner"):
    """A banner beside the video. `data` is its decoded JSON, or the text when it is not JSON."""

    type: ClassVar[str] = "room_banner"

    # JSON of TikTok's making: any shape.
    data: Any = None


class IntroEvent(Event, frozen=True, kw_only=True, tag="intro"):
    """The host's introduction, sent on entering."""

    type: ClassVar[str] = "intro"

    title: str = ""
    user: User = NO_USER


class PinEvent(Event, frozen=True, kw_only=True, tag="pin"):
    """Something is pinned above the chat (`action` 1) or taken down (2), by `operator`, for `duration` seconds.

    `event` is what is pinned, decoded; None when the message does not hold it.
    """

    type: ClassVar[str] = "pin"

    event: Pinnable | None = None
    operator: User | None = None
    action: int = 0
    duration: int = 0
    pinned_message_id: ID = NO_ID
