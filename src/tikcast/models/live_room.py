"""A live stream as its web page describes it."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields
from tikcast.models.room import RoomInfo
from tikcast.models.user import UserInfo


class LiveRoom(Record, frozen=True, kw_only=True):
    """The room of a user who is live, as the page of the web player describes it.

    `user` includes the counts of the page. `status`: 2 live, 4 over. `started_at`: epoch seconds,
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
