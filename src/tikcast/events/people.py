"""People: joining, following, sharing, liking, watching, subscribing."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import NO_USER, Event, Record, User


class UserEvent(Event, frozen=True, kw_only=True, tag="user"):
    """Somebody did something; `action` is TikTok's number for it. Joins, follows and shares are subclasses."""

    type: ClassVar[str] = "user"

    user: User = NO_USER
    action: int = 0


class JoinEvent(UserEvent, frozen=True, kw_only=True, tag="join"):
    """Somebody enters the room. `entrance` is true for the banner that announces people of a high level.

    `member_count` is how many people have entered so far, `source` TikTok's name of the place they came from.
    """

    type: ClassVar[str] = "join"

    member_count: int = 0
    entrance: bool = False
    source: str = ""


class FollowEvent(UserEvent, frozen=True, kw_only=True, tag="follow"):
    """Somebody follows the host, who then has `followers` followers (0 if unknown)."""

    type: ClassVar[str] = "follow"

    followers: int = 0


class ShareEvent(UserEvent, frozen=True, kw_only=True, tag="share"):
    """Somebody shares the live stream.

    `shares` counts the shares so far; `users_joined` is how many people came through this share.
    """

    type: ClassVar[str] = "share"

    shares: int = 0
    users_joined: int = 0


class SubscribeEvent(Event, frozen=True, kw_only=True, tag="subscribe"):
    """Somebody subscribes to the host; `months` is how many months in a row it is now (0 if unknown)."""

    type: ClassVar[str] = "subscribe"

    user: User = NO_USER
    months: int = 0


class SuperFanEvent(Event, frozen=True, kw_only=True, tag="super_fan"):
    """Somebody becomes a super fan. `text` is the banner's text, `text_key` TikTok's key of this text."""

    type: ClassVar[str] = "super_fan"

    user: User = NO_USER
    text_key: str = ""
    text: str = ""


class TopViewer(Record, frozen=True, kw_only=True):
    """A viewer in the list next to the viewer count; `score` is what they gave, in diamonds."""

    rank: int = 0
    score: int = 0
    user: User = NO_USER


class ViewersEvent(Event, frozen=True, kw_only=True, tag="viewers"):
    """How many people watch now, how many have entered since the start, and who gave the most."""

    type: ClassVar[str] = "viewers"

    viewers: int = 0
    total_viewers: int = 0
    top_viewers: tuple[TopViewer, ...] = ()


class LikeEvent(Event, frozen=True, kw_only=True, tag="like"):
    """Somebody taps the heart `likes` times (at most 15 a message).

    TikTok does not send every tap: adding up `likes` gives a lower bound. `total_likes` is the total as sent;
    several servers count apart, so it jumps back. `room_likes` is the highest total of the room so far and
    never falls (None when decoded without a session).
    """

    type: ClassVar[str] = "like"

    user: User = NO_USER
    likes: int = 0
    total_likes: int = 0
    room_likes: int | None = None
    display_type: str = ""
    label: str = ""
