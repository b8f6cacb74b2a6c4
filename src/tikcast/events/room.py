"""The room itself: notices, state, banners and pins."""

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
    """A notice in the chat. `message` is its text, `kind` the name with which TikTok sends it."""

    type: ClassVar[str] = "room"

    kind: str = ""
    message: str = ""


class ControlEvent(Event, frozen=True, kw_only=True, tag="control"):
    """The state of the live stream changes.

    `action` is "paused", "resumed", "ended" (by the host) or "suspended" (by TikTok); TikTok's number for any other.
    """

    type: ClassVar[str] = "control"

    action: str | int = 0
    description: str = ""


class RoomBannerEvent(Event, frozen=True, kw_only=True, tag="room_banner"):
    """A banner next to the video. `data` is its decoded JSON, or its text when it is not JSON."""

    type: ClassVar[str] = "room_banner"

    # TikTok's JSON can have any shape.
    data: Any = None


class IntroEvent(Event, frozen=True, kw_only=True, tag="intro"):
    """The host's introduction, which comes when the room is entered."""

    type: ClassVar[str] = "intro"

    title: str = ""
    user: User = NO_USER


class PinEvent(Event, frozen=True, kw_only=True, tag="pin"):
    """Something is pinned above the chat (`action` 1) or unpinned (2), by `operator`, for `duration` seconds.

    `event` is what is pinned, as an event of its own; None when the message does not contain it.
    """

    type: ClassVar[str] = "pin"

    event: Pinnable | None = None
    operator: User | None = None
    action: int = 0
    duration: int = 0
    pinned_message_id: ID = NO_ID
