"""A room as room/info and the feed describe it, and a live stream as its web page describes it."""

from __future__ import annotations

from typing import Final, Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields
from tikcast.models.user import UserInfo

PAUSED: Final = 3
"""The status of a live stream that is paused, and goes on; 2 means live."""

ENDED: Final = 4
"""The status of a live stream that is over."""


class RoomStats(Record, frozen=True, kw_only=True):
    """Counts of a live stream since its start. `entered`: all viewers so far; `gifters`: viewers who gave a gift."""

    entered: int = 0
    likes: int = 0
    follows: int = 0
    shares: int = 0
    gifters: int = 0
    diamonds: int = 0
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, stats: object, *, path: str = "stats") -> Self:
        """From `data.stats` of room/info. Raises `ShapeError`."""
        fields = Fields(stats, path=path)
        return cls(
            entered=fields.number("total_user"),
            likes=fields.number("like_count") or fields.number("digg_count"),
            follows=fields.number("follow_count"),
            shares=fields.number("share_count"),
            gifters=fields.number("gift_uv_count"),
            diamonds=fields.number("fan_ticket"),
            extra=fields.rest(),
        )


class RoomInfo(Record, frozen=True, kw_only=True):
    """The room of a live stream. `status`: 2 live, 3 paused, 4 ended. Times are epoch seconds, 0 if unknown.

    `viewers`: current viewers. `likes`: the number that TikTok shows. `stream_url`: the addresses of
    the video, as TikTok sent them. `gated`: only paying viewers or subscribers can watch. `extra`:
    everything else in room/info.
    """

    id: ID = NO_ID
    title: str = ""
    status: int = 0
    owner: UserInfo = UserInfo()
    cover: Image | None = None
    created_at: int = 0
    started_at: int = 0
    finished_at: int = 0
    viewers: int = 0
    likes: int = 0
    stats: RoomStats = RoomStats()
    hashtag: str = ""
    introduction: str = ""
    share_url: str = ""
    gated: bool = False
    stream_url: dict[str, object] = msgspec.field(default_factory=dict)
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, room: object, *, path: str = "data") -> Self:
        """From `data` of room/info, or of a feed item. Raises `ShapeError`."""
        fields = Fields(room, path=path)
        return cls(
            id=fields.id("id_str", "id"),
            title=fields.text("title"),
            status=fields.number("status"),
            owner=UserInfo.from_webcast(fields.mapping("owner"), path=f"{path}.owner"),
            cover=fields.image("cover"),
            created_at=fields.number("create_time"),
            started_at=fields.number("start_time"),
            finished_at=fields.number("finish_time"),
            viewers=fields.number("user_count"),
            likes=fields.number("like_count"),
            stats=RoomStats.from_webcast(fields.mapping("stats"), path=f"{path}.stats"),
            hashtag=fields.child("hashtag").text("title"),
            introduction=fields.text("introduction"),
            share_url=fields.text("share_url"),
            gated=fields.flag("is_gated_room"),
            stream_url=fields.mapping("stream_url"),
            extra=fields.rest(),
        )

    @classmethod
    def from_live_room(cls, room: LiveRoom) -> Self:
        """From a live page, when room/info cannot be had. `stream_url` has the addresses of the page."""
        return cls(
            id=room.room_id,
            title=room.title,
            status=room.status,
            owner=room.user,
            cover=room.cover,
            started_at=room.started_at,
            viewers=room.viewers,
            gated=room.subscribers_only or room.paid,
            stream_url={"live_core_sdk_data": room.stream_data} if room.stream_data else {},
            extra=room.extra,
        )

    @property
    def paused(self) -> bool:
        """Whether the host has paused the live stream."""
        return self.status == PAUSED

    @property
    def ended(self) -> bool:
        """Whether the live stream is over."""
        return self.status == ENDED


class LiveRoom(Record, frozen=True, kw_only=True):
    """The room of a user who is live, as the page of the web player describes it.

    `user` includes the counts of the page. `status`: 2 live, 3 paused, 4 over. `started_at`: epoch seconds,
    0 if unknown. `viewers`: current viewers. `stream_data` and `hevc_stream_data`: the addresses of
    the video, as TikTok sent them. `extra`: everything else in the page's `liveRoom`.
    """

    room_id: ID = NO_ID
    user: UserInfo = UserInfo()
    title: str = ""
    status: int = 0
    started_at: int = 0
    viewers: int = 0
    cover: Image | None = None
    stream_id: ID = NO_ID
    subscribers_only: bool = False
    paid: bool = False
    stream_data: dict[str, object] = msgspec.field(default_factory=dict)
    hevc_stream_data: dict[str, object] = msgspec.field(default_factory=dict)
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_page(cls, info: object, *, path: str = "liveRoomUserInfo") -> Self:
        """From `{user, stats, liveRoom}` of a live page or of api-live. Raises `ShapeError`."""
        whole = Fields(info, path=path)
        user = UserInfo.from_page(whole.mapping("user"), whole.mapping("stats"))
        fields = whole.child("liveRoom")
        return cls(
            room_id=user.room_id,
            user=user,
            title=fields.text("title"),
            status=fields.number("status"),
            started_at=fields.number("startTime"),
            viewers=fields.child("liveRoomStats").number("userCount"),
            cover=fields.image("coverUrl") or fields.image("squareCoverImg"),
            stream_id=fields.id("streamId"),
            subscribers_only=fields.flag("liveSubOnly"),
            paid=fields.child("paidEvent").number("paid_type") != 0,
            stream_data=fields.mapping("streamData"),
            hevc_stream_data=fields.mapping("hevcStreamData"),
            extra=fields.rest(),
        )

    @classmethod
    def from_room(cls, room: RoomInfo) -> Self:
        """From the answer of room/info; `stream_data` is taken from the room's `stream_url`."""
        streams = room.stream_url.get("live_core_sdk_data")
        return cls(
            room_id=room.id,
            user=room.owner,
            title=room.title,
            status=room.status,
            started_at=room.started_at or room.created_at,
            viewers=room.viewers,
            cover=room.cover,
            stream_data=dict(streams) if isinstance(streams, dict) else {},
        )

    @property
    def paused(self) -> bool:
        """Whether the host has paused the live stream."""
        return self.status == PAUSED
