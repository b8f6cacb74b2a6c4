"""What coins cost."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import ID, NO_ID, Record
from tikcast.models._fields import Fields


class LocalPrice(Record, frozen=True, kw_only=True):
    """A price in one currency. `price`: in the smallest unit, of which 10 to the `decimals` make one.

    `text`: as TikTok shows it, such as "€1,29". `original_price`: without a discount.
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
        of = Fields(price, path=path)
        return cls(
            currency=of.text("currency"),
            price=of.number("price"),
            original_price=of.number("original_price"),
            decimals=of.number("price_dot"),
            text=of.text("price_show_form"),
            extra=of.rest(),
        )


class PriceItem(Record, frozen=True, kw_only=True):
    """A packet of coins (diamonds, as the API calls them) that can be bought.

    `usd_cents`: its price in US cents. `exchange_price`: as TikTok sends it, in the smallest unit
    of the buyer's currency. `local`: its price in each currency that TikTok names. `given`: coins
    on top.
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
        of = Fields(item, path=path)
        prices = of.children("currency_price")
        return cls(
            id=of.id("id"),
            diamonds=of.number("diamond_count"),
            usd_cents=of.number("price"),
            exchange_price=of.number("exchange_price"),
            discount_price=of.number("discount_price"),
            given=of.number("giving_count"),
            description=of.text("describe"),
            local=tuple(LocalPrice.from_webcast(price.rest(), path=price.path) for price in prices),
            extra=of.rest(),
        )


class PriceList(Record, frozen=True, kw_only=True):
    """What coins cost where the request came from. `currency`: the buyer's, "" when not told.

    `currencies`: all that can be paid in. Another country's prices need another address (a proxy).
    """

    items: tuple[PriceItem, ...] = ()
    currency: str = ""
    currencies: tuple[str, ...] = ()
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, body: object, *, path: str = "body") -> Self:
        """From the whole answer. Raises `ShapeError`."""
        of = Fields(body, path=path)
        about = of.child("extra")
        return cls(
            items=tuple(PriceItem.from_webcast(item.rest(), path=item.path) for item in of.children("data")),
            currency=about.text("default_currency"),
            currencies=about.texts("currency_list"),
            extra=about.rest(),
        )
