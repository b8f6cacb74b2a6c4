"""Lives that TikTok recommends, page by page."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Record
from tikcast.models._fields import Fields
from tikcast.models.room import RoomInfo


class FeedItem(Record, frozen=True, kw_only=True):
    """A recommended live. `reason`: why TikTok recommends it, "" when not told.

    `pseudo`: it is shown as a live and is none.
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
        of = Fields(item, path=path)
        info = RoomInfo.from_webcast(of.mapping("data"), path=f"{path}.data")
        return cls(
            room_id=of.id("rid") or info.id,
            info=info,
            reason=of.text("live_reason"),
            type=of.number("type"),
            pseudo=of.flag("is_pseudo_living"),
            extra=of.rest(),
        )


class FeedPage(Record, frozen=True, kw_only=True):
    """One page of the feed. `max_time`: where the next one begins, when there is one (`has_more`)."""

    items: tuple[FeedItem, ...] = ()
    has_more: bool = False
    max_time: int = 0
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, body: object, *, path: str = "body") -> Self:
        """From the whole answer. What is no live has no room and is left out. Raises `ShapeError`."""
        of = Fields(body, path=path)
        about = of.child("extra")
        items = (FeedItem.from_webcast(item.rest(), path=item.path) for item in of.children("data"))
        return cls(
            items=tuple(item for item in items if item.room_id > 0),
            has_more=about.flag("has_more"),
            max_time=about.number("max_time"),
            extra=about.rest(),
        )
