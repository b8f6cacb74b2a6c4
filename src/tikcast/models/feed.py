"""Live streams that TikTok recommends, page by page."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Record
from tikcast.models._fields import Fields
from tikcast.models.room import RoomInfo


class FeedItem(Record, frozen=True, kw_only=True):
    """A recommended live stream. `reason`: TikTok's reason for the recommendation, "" if unknown.

    `pseudo`: the item is shown as a live stream, but is not one.
    """

    room_id: ID = NO_ID
    info: RoomInfo = RoomInfo()
    reason: str = ""
    type: int = 0
    pseudo: bool = False
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, item: object, *, path: str = "data") -> Self:
        """From one entry of the feed. Raises `ShapeError`."""
        fields = Fields(item, path=path)
        info = RoomInfo.from_webcast(fields.mapping("data"), path=f"{path}.data")
        return cls(
            room_id=fields.id("rid") or info.id,
            info=info,
            reason=fields.text("live_reason"),
            type=fields.number("type"),
            pseudo=fields.flag("is_pseudo_living"),
            extra=fields.rest(),
        )


class FeedPage(Record, frozen=True, kw_only=True):
    """One page of the feed. `max_time`: the start of the next page, if there is one (`has_more`)."""

    items: tuple[FeedItem, ...] = ()
    has_more: bool = False
    max_time: int = 0
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, body: object, *, path: str = "body") -> Self:
        """From the whole answer. Items without a room are not live streams and are left out. Raises `ShapeError`."""
        fields = Fields(body, path=path)
        page_fields = fields.child("extra")
        items = (FeedItem.from_webcast(item.rest(), path=item.path) for item in fields.children("data"))
        return cls(
            items=tuple(item for item in items if item.room_id > 0),
            has_more=page_fields.flag("has_more"),
            max_time=page_fields.number("max_time"),
            extra=page_fields.rest(),
        )
