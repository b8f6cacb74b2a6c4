"""A live room as room/info and the feed describe one."""

from __future__ import annotations

from typing import Final, Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields
from tikcast.models.user import UserInfo

ENDED: Final = 4
"""`RoomInfo.status` of a live that is over; 2 is one that runs."""


class RoomStats(Record, frozen=True, kw_only=True):
    """Counts of a live since its start. `entered` counts everyone who came, `gifters` who gave."""

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
        of = Fields(stats, path=path)
        return cls(
            entered=of.number("total_user"),
            likes=of.number("like_count") or of.number("digg_count"),
            follows=of.number("follow_count"),
            shares=of.number("share_count"),
            gifters=of.number("gift_uv_count"),
            diamonds=of.number("fan_ticket"),
            extra=of.rest(),
        )


class RoomInfo(Record, frozen=True, kw_only=True):
    """A live room. `status`: 2 live, 4 ended. Times are epoch seconds, 0 when not told.

    `viewers`: now. `likes`: as TikTok shows them. `stream_url`: where the video is, as TikTok
    sent it. `gated`: only payers or subscribers see it. `extra`: everything else of room/info.
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
        of = Fields(room, path=path)
        return cls(
            id=of.id("id_str", "id"),
            title=of.text("title"),
            status=of.number("status"),
            owner=UserInfo.from_webcast(of.mapping("owner"), path=f"{path}.owner"),
            cover=of.image("cover"),
            created_at=of.number("create_time"),
            started_at=of.number("start_time"),
            finished_at=of.number("finish_time"),
            viewers=of.number("user_count"),
            likes=of.number("like_count"),
            stats=RoomStats.from_webcast(of.mapping("stats"), path=f"{path}.stats"),
            hashtag=of.child("hashtag").text("title"),
            introduction=of.text("introduction"),
            share_url=of.text("share_url"),
            gated=of.flag("is_gated_room"),
            stream_url=of.mapping("stream_url"),
            extra=of.rest(),
        )

    @property
    def ended(self) -> bool:
        """Whether the live is over."""
        return self.status == ENDED
