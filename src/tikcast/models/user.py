"""A user as profile pages, live pages and rooms describe one."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields


class UserInfo(Record, frozen=True, kw_only=True):
    """A TikTok account. None means that the source does not tell.

    `room_id`: the room of the live that the account is in, 0 when none is known. `created_at`:
    epoch seconds. `private`: only accepted followers see what it posts. `likes`: received by all
    videos together.
    """

    id: ID = NO_ID
    username: str = ""
    nickname: str = ""
    sec_uid: str = ""
    bio: str = ""
    link: str = ""
    avatar: Image | None = None
    verified: bool = False
    private: bool = False
    created_at: int | None = None
    room_id: ID = NO_ID
    follower_count: int | None = None
    following_count: int | None = None
    likes: int | None = None
    video_count: int | None = None
    gifter_level: int | None = None
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_page(cls, user: object, stats: object = None) -> Self:
        """From the `user` and `stats` of a page or of api-live. Raises `ShapeError`."""
        of, counts = Fields(user, path="user"), Fields(stats, path="stats")
        return cls(
            id=of.id("id"),
            username=of.text("uniqueId"),
            nickname=of.text("nickname"),
            sec_uid=of.text("secUid"),
            bio=of.text("signature"),
            link=of.child("bioLink").text("link"),
            avatar=of.image("avatarMedium") or of.image("avatarLarger") or of.image("avatarThumb"),
            verified=of.flag("verified"),
            private=of.flag("privateAccount", "secret"),
            created_at=of.maybe_number("createTime"),
            room_id=of.id("roomId"),
            follower_count=counts.maybe_number("followerCount"),
            following_count=counts.maybe_number("followingCount"),
            likes=counts.maybe_number("heartCount", "heart"),
            video_count=counts.maybe_number("videoCount"),
            extra={**counts.rest(), **of.rest()},
        )

    @classmethod
    def from_webcast(cls, user: object, *, path: str = "user") -> Self:
        """From a user object of the webcast API. Raises `ShapeError`."""
        of = Fields(user, path=path)
        follows = of.child("follow_info")
        rooms = of.child("own_room").ids("room_ids_str", "room_ids")
        return cls(
            id=of.id("id_str", "id"),
            username=of.text("display_id"),
            nickname=of.text("nickname"),
            sec_uid=of.text("sec_uid"),
            bio=of.text("bio_description"),
            avatar=of.image("avatar_medium") or of.image("avatar_large") or of.image("avatar_thumb"),
            verified=of.flag("verified"),
            private=of.flag("secret"),
            created_at=of.maybe_number("create_time") or None,
            room_id=rooms[0] if rooms else NO_ID,
            follower_count=follows.maybe_number("follower_count"),
            following_count=follows.maybe_number("following_count"),
            gifter_level=of.child("pay_grade").maybe_number("level"),
            extra=of.rest(),
        )
