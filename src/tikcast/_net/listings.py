"""Lists of a client: the feed, prices, audiences and gifts, of which the gifts are kept on disk."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from tikcast._net import answers
from tikcast._net.store import file_name
from tikcast._net.targets import Target
from tikcast.errors import ConfigError, LoginRequired, TikcastError
from tikcast.models import AudienceList, FeedPage, GiftInfo, PriceList, ShapeError
from tikcast.models._fields import Fields

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.http import Api
    from tikcast._net.lookups import Lookups
    from tikcast._net.store import Store

logger = logging.getLogger("tikcast.net.listings")

_DAY: Final = 86400.0
_WEB_FEED: Final = {"channel": "tiktok_web", "channel_id": "86"}


class Listings:
    """The feed, prices, gifts and audiences. Each raises `Blocked`, `RateLimited`, `LookupFailed`, `NetworkError`."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings

    async def gifts(self, room_id: int, *, language: str | None = None) -> list[dict[str, object]]:
        """The gifts of a room as TikTok sends them, named in `language` (such as `en`)."""
        subject = f"the gifts of room {room_id}"
        languages = {"app_language": language, "webcast_language": language} if language else {}
        answer = await self._api.webcast("gift/list/", {"room_id": str(room_id), **languages})
        body = answers.webcast_data(answer, subject=subject, session=self._settings.logged_in)
        with answers.readable(subject):
            return [gift.rest() for gift in Fields(body.get("data"), path="data").children("gifts")]

    async def feed_page(self, max_time: int) -> FeedPage:
        """The page of recommended live streams that begins at `max_time`, 0 for the first page.

        Since August 2026 TikTok answers visitors with an empty body; that raises `LoginRequired`.
        """
        subject = "the feed"
        position = {"max_time": str(max_time)} if max_time else {}
        answer = await self._api.webcast("feed/", {**_WEB_FEED, **position})
        answers.check_status(answer, scope="webcast")
        if not answer.body:
            raise LoginRequired(subject, session=self._settings.logged_in, signed=True)
        body = answers.webcast_data(answer, subject=subject, session=self._settings.logged_in)
        with answers.readable(subject):
            return FeedPage.from_webcast(body)

    async def price_list(self) -> PriceList:
        """The prices of coins in the region of this client."""
        subject = "the price list"
        body = answers.webcast_data(await self._api.webcast("wallet_api/fs/diamond", {}), subject=subject)
        with answers.readable(subject):
            return PriceList.from_webcast(body)

    async def audience(self, room_id: int, *, host_id: int) -> AudienceList:
        """The viewers of a room. Raises `LoginRequired` without a valid session."""
        subject = f"the audience of room {room_id}"
        params = {"room_id": str(room_id), "anchor_id": str(host_id)}
        answer = await self._api.webcast("ranklist/online_audience/", params)
        body = answers.webcast_data(answer, subject=subject, session=self._settings.logged_in)
        with answers.readable(subject):
            return AudienceList.from_webcast(body.get("data"))


_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

Gifts = Sequence[dict[str, object]]
"""Gifts as TikTok sends them. They are stored in this form, since later versions may read more fields."""


class Catalogue:
    """The gift lists of one client; `store` shares them with later clients."""

    def __init__(self, store: Store, settings: Settings, *, lookups: Lookups, listings: Listings) -> None:
        self._store = store
        self._lookups = lookups
        self._listings = listings
        self._webcast = settings.endpoints.webcast
        self._browser = settings.browser
        self._lock = asyncio.Lock()

    async def gifts(self, room: int | Target, *, language: str | None = None, max_age: float = _DAY) -> list[GiftInfo]:
        """The gifts that viewers can send, named in `language`, such as `en`; None: the language of the client.

        A stored list that is less than `max_age` seconds old is returned without a request. If the request fails,
        an older list is returned if there is one. Raises as `find_room` does when there is none, `LookupFailed`
        for an answer that cannot be read, and `ConfigError` for a wrong language.
        """
        if language is not None and not _LANGUAGE.fullmatch(language):
            raise ConfigError(f"{language!r} is not a language", option="language", advice="give a code such as 'en'")
        name = file_name("gifts", language or self._browser.language, self._browser.region, self._webcast)
        async with self._lock:  # callers at the same time share the list of the first one
            stored = await self._stored(name, max_age=max_age)
            if stored is not None:
                return stored
            try:
                new = await self._request(room, language)
            except TikcastError as error:
                old = None if isinstance(error, ConfigError) else await self._stored(name, max_age=math.inf)
                if old is None:
                    raise
                hours = (self._store.age_of(name) or 0.0) / 3600
                logger.warning("The gift list cannot be updated, one of %.1f hours ago is used: %s", hours, error)
                return old
            return await self._put(name, new)

    async def _request(self, room: int | Target, language: str | None) -> Gifts:
        target = Target(room_id=room) if isinstance(room, int) else room
        room_id = (await self._lookups.find_room(target)).room_id
        return await self._listings.gifts(room_id, language=language)

    async def _put(self, name: str, new: Gifts) -> list[GiftInfo]:
        with answers.readable("the gift list"):
            gifts = _read(new)
        if gifts:
            await self._store.put(name, msgspec.json.encode(new))
        return gifts

    async def _stored(self, name: str, *, max_age: float) -> list[GiftInfo] | None:
        """The stored list, None when there is none, or one that is too old or cannot be read."""
        data = await self._store.get(name, max_age=max_age)
        if data is None:
            return None
        try:
            return _read(msgspec.json.decode(data, type=list[dict[str, object]]))
        except (msgspec.MsgspecError, ShapeError, ValueError, RecursionError):
            logger.debug("The stored gift list cannot be read, it is ignored")
            return None


def _read(gifts: Gifts) -> list[GiftInfo]:
    return [GiftInfo.from_webcast(gift, path=f"data.gifts[{index}]") for index, gift in enumerate(gifts)]
