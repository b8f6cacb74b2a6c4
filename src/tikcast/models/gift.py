"""A gift that is available in a room."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields


class GiftInfo(Record, frozen=True, kw_only=True):
    """A gift that viewers of a room can send. `diamonds`: the price of one gift.

    `type`: 1 for gifts that come in streaks. `combo`: the gift can be sent many times in a row.
    `effect_id`: the id of its animation. `on_panel`: it is shown in the gift panel.
    """

    id: ID = NO_ID
    name: str = ""
    description: str = ""
    diamonds: int = 0
    type: int = 0
    combo: bool = False
    image: Image | None = None
    icon: Image | None = None
    effect_id: ID = NO_ID
    on_panel: bool = False
    random: bool = False
    region: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, gift: object, *, path: str = "gift") -> Self:
        """From one entry of gift/list. Raises `ShapeError`."""
        fields = Fields(gift, path=path)
        return cls(
            id=fields.id("id"),
            name=fields.text("name"),
            description=fields.text("describe"),
            diamonds=fields.number("diamond_count"),
            type=fields.number("type"),
            combo=fields.flag("combo"),
            image=fields.image("image"),
            icon=fields.image("icon"),
            effect_id=fields.id("primary_effect_id"),
            on_panel=fields.flag("is_displayed_on_panel"),
            random=fields.flag("is_random_gift"),
            region=fields.text("region"),
            extra=fields.rest(),
        )
