"""A gift of a room's catalogue."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Image, Record
from tikcast.models._fields import Fields


class GiftInfo(Record, frozen=True, kw_only=True):
    """A gift that viewers of a room can send. `diamonds`: the price of one.

    `type`: 1 comes in streaks. `combo`: it can be sent many times in a row.
    `effect_id`: its animation. `on_panel`: viewers are offered it.
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
        of = Fields(gift, path=path)
        return cls(
            id=of.id("id"),
            name=of.text("name"),
            description=of.text("describe"),
            diamonds=of.number("diamond_count"),
            type=of.number("type"),
            combo=of.flag("combo"),
            image=of.image("image"),
            icon=of.image("icon"),
            effect_id=of.id("primary_effect_id"),
            on_panel=of.flag("is_displayed_on_panel"),
            random=of.flag("is_random_gift"),
            region=of.text("region"),
            extra=of.rest(),
        )
