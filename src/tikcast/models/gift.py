"""The gifts of a room, and the prices of coins."""

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


class LocalPrice(Record, frozen=True, kw_only=True):
    """A price in one currency. `price`: in the smallest unit; divide it by 10 to the power of `decimals`.

    `text`: the price as TikTok shows it, such as "€1,29". `original_price`: the price without a discount.
    """

    currency: str = ""
    price: int = 0
    original_price: int = 0
    decimals: int = 0
    text: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, price: object, *, path: str = "currency_price") -> Self:
        """From one entry of `currency_price`. Raises `ShapeError`."""
        fields = Fields(price, path=path)
        return cls(
            currency=fields.text("currency"),
            price=fields.number("price"),
            original_price=fields.number("original_price"),
            decimals=fields.number("price_dot"),
            text=fields.text("price_show_form"),
            extra=fields.rest(),
        )


class PriceItem(Record, frozen=True, kw_only=True):
    """A package of coins for sale (the API calls them diamonds).

    `usd_cents`: its price in US cents. `exchange_price`: its price as TikTok sends it, in the smallest
    unit of the buyer's currency. `local`: its price in each currency that TikTok lists. `given`: free
    additional coins.
    """

    id: ID = NO_ID
    diamonds: int = 0
    usd_cents: int = 0
    exchange_price: int = 0
    discount_price: int = 0
    given: int = 0
    description: str = ""
    local: tuple[LocalPrice, ...] = ()
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, item: object, *, path: str = "data") -> Self:
        """From one entry of the price list. Raises `ShapeError`."""
        fields = Fields(item, path=path)
        prices = fields.children("currency_price")
        return cls(
            id=fields.id("id"),
            diamonds=fields.number("diamond_count"),
            usd_cents=fields.number("price"),
            exchange_price=fields.number("exchange_price"),
            discount_price=fields.number("discount_price"),
            given=fields.number("giving_count"),
            description=fields.text("describe"),
            local=tuple(LocalPrice.from_webcast(price.rest(), path=price.path) for price in prices),
            extra=fields.rest(),
        )


class PriceList(Record, frozen=True, kw_only=True):
    """The prices of coins in the country of the request. `currency`: the buyer's, "" if unknown.

    `currencies`: all accepted currencies. For the prices of another country, use a proxy.
    """

    items: tuple[PriceItem, ...] = ()
    currency: str = ""
    currencies: tuple[str, ...] = ()
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, body: object, *, path: str = "body") -> Self:
        """From the whole answer. Raises `ShapeError`."""
        fields = Fields(body, path=path)
        list_fields = fields.child("extra")
        return cls(
            items=tuple(PriceItem.from_webcast(item.rest(), path=item.path) for item in fields.children("data")),
            currency=list_fields.text("default_currency"),
            currencies=list_fields.texts("currency_list"),
            extra=list_fields.rest(),
        )
