"""Lists that TikTok gives: gifts, recommended lives, prices, audiences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tikcast._net import answers
from tikcast.models import AudienceList, FeedPage, PriceList
from tikcast.models._fields import Fields

if TYPE_CHECKING:
    from tikcast._net.api import Api

_WEB_FEED: Final = {"channel": "tiktok_web", "channel_id": "86"}


class Listings:
    """The lists of one client. Each raises `Blocked`, `RateLimited`, `LookupFailed`, `NetworkError`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def gifts(self, room_id: int, *, language: str | None = None) -> list[dict[str, object]]:
        """The gifts of a room as TikTok sent them, named in `language` (such as `en`)."""
        subject = f"the gifts of room {room_id}"
        spoken = {"app_language": language, "webcast_language": language} if language else {}
        answer = await self._api.webcast("gift/list/", {"room_id": str(room_id), **spoken})
        body = answers.webcast_data(answer, subject=subject)
        with answers.readable(subject):
            return [gift.rest() for gift in Fields(body.get("data"), path="data").children("gifts")]

    async def feed_page(self, max_time: int) -> FeedPage:
        """The page of recommended lives that begins at `max_time`, 0 for the first."""
        subject = "the feed"
        place = {"max_time": str(max_time)} if max_time else {}
        answer = await self._api.webcast("feed/", {**_WEB_FEED, **place})
        body = answers.webcast_data(answer, subject=subject)
        with answers.readable(subject):
            return FeedPage.from_webcast(body)

    async def price_list(self) -> PriceList:
        """What coins cost where this client comes from."""
        subject = "the price list"
        body = answers.webcast_data(await self._api.webcast("wallet_api/fs/diamond", {}), subject=subject)
        with answers.readable(subject):
            return PriceList.from_webcast(body)

    async def audience(self, room_id: int, *, host_id: int) -> AudienceList:
        """Who is in a room. Raises `LoginRequired` without a session that TikTok knows."""
        subject = f"the audience of room {room_id}"
        params = {"room_id": str(room_id), "anchor_id": str(host_id)}
        answer = await self._api.webcast("ranklist/online_audience/", params)
        body = answers.webcast_data(answer, subject=subject)
        with answers.readable(subject):
            return AudienceList.from_webcast(body.get("data"))
