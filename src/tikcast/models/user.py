"""A user as profile pages, live pages and rooms describe them, and the viewers of a live stream."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields


class UserInfo(Record, frozen=True, kw_only=True):
    """A TikTok account. None means that the source does not contain the value.

    `room_id`: the room of the account's current live stream, 0 if unknown. `created_at`: epoch
    seconds. `private`: only accepted followers see its posts. `likes`: the likes of all its videos
    together.
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
        fields, counts = Fields(user, path="user"), Fields(stats, path="stats")
        return cls(
            id=fields.id("id"),
            username=fields.text("uniqueId"),
            nickname=fields.text("nickname"),
            sec_uid=fields.text("secUid"),
            bio=fields.text("signature"),
            link=fields.child("bioLink").text("link"),
            avatar=fields.image("avatarMedium") or fields.image("avatarLarger") or fields.image("avatarThumb"),
            verified=fields.flag("verified"),
            private=fields.flag("privateAccount", "secret"),
            created_at=fields.maybe_number("createTime"),
            room_id=fields.id("roomId"),
            follower_count=counts.maybe_number("followerCount"),
            following_count=counts.maybe_number("followingCount"),
            likes=counts.maybe_number("heartCount", "heart"),
            video_count=counts.maybe_number("videoCount"),
            extra={**counts.rest(), **fields.rest()},
        )

    @classmethod
    def from_webcast(cls, user: object, *, path: str = "user") -> Self:
        """From a user object of the webcast API. Raises `ShapeError`."""
        fields = Fields(user, path=path)
        follows = fields.child("follow_info")
        rooms = fields.child("own_room").ids("room_ids_str", "room_ids")
        return cls(
            id=fields.id("id_str", "id"),
            username=fields.text("display_id"),
            nickname=fields.text("nickname"),
            sec_uid=fields.text("sec_uid"),
            bio=fields.text("bio_description"),
            avatar=fields.image("avatar_medium") or fields.image("avatar_large") or fields.image("avatar_thumb"),
            verified=fields.flag("verified"),
            private=fields.flag("secret"),
            created_at=fields.maybe_number("create_time") or None,
            room_id=rooms[0] if rooms else NO_ID,
            follower_count=follows.maybe_number("follower_count"),
            following_count=follows.maybe_number("following_count"),
            gifter_level=fields.child("pay_grade").maybe_number("level"),
            extra=fields.rest(),
        )


class AudienceMember(Record, frozen=True, kw_only=True):
    """A viewer of a live stream. `rank`: 0 without a rank. `score`: the diamonds that the viewer gave.

    `gap`: TikTok's text about the distance to the next rank.
    """

    rank: int = 0
    score: int = 0
    user: UserInfo = UserInfo()
    gap: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, member: object, *, path: str = "ranks") -> Self:
        """From one entry of online_audience. Raises `ShapeError`."""
        fields = Fields(member, path=path)
        return cls(
            rank=fields.number("rank"),
            score=fields.number("score"),
            user=UserInfo.from_webcast(fields.mapping("user"), path=f"{path}.user"),
            gap=fields.text("gap_description"),
            extra=fields.rest(),
        )


class AudienceList(Record, frozen=True, kw_only=True):
    """The viewers of a live stream, those who gave most first. `total`: all viewers, also anonymous ones.

    `anonymous`: the number of anonymous viewers. `currency`: the unit of the scores.
    """

    members: tuple[AudienceMember, ...] = ()
    total: int = 0
    anonymous: int = 0
    currency: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, data: object, *, path: str = "data") -> Self:
        """From `data` of online_audience. Raises `ShapeError`."""
        fields = Fields(data, path=path)
        ranks = fields.children("ranks")
        return cls(
            members=tuple(AudienceMember.from_webcast(member.rest(), path=member.path) for member in ranks),
            total=fields.number("total"),
            anonymous=fields.number("anonymous"),
            currency=fields.text("currency"),
            extra=fields.rest(),
        )
