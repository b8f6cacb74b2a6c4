"""Find users and rooms: which questions are asked, in which order, and whom to believe."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import msgspec

from tikcast._net import answers
from tikcast._net.answers import FoundRoom, Verdict
from tikcast._net.single_flight import SingleFlight
from tikcast._net.store import file_name
from tikcast._net.targets import ShareLink, Target, parse_target
from tikcast.errors import (
    Blocked,
    ConfigError,
    InvalidTarget,
    LiveEndedError,
    LookupFailed,
    NetworkError,
    NetworkTimeout,
    PrivateAccount,
    RateLimited,
    TikcastError,
    UserNotFound,
    UserOffline,
)
from tikcast.models import AudienceList, FeedPage, GiftInfo, LiveRoom, PriceList, RoomInfo, ShapeError, UserInfo
from tikcast.models._fields import Fields

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.http import Answer, Api, Http
    from tikcast._net.store import Store

logger = logging.getLogger("tikcast.net.lookups")

_HOPS: Final = 5
_ROOMS_A_CALL: Final = 100
_LONGEST_ID: Final = 20
_DAY: Final = 86400.0


class Lookups:
    """The questions of one client to TikTok's pages and API. All may be cancelled at any point."""

    def __init__(self, http: Http, settings: Settings, *, api: Api) -> None:
        self._http = http
        self._settings = settings
        self._api = api
        self._flights = SingleFlight()

    async def resolve(self, target: str | int) -> Target:
        """What `target` names; only a share link costs requests. Raises `InvalidTarget`."""
        found = self._parse(target)
        return found if isinstance(found, Target) else await self._follow(found)

    async def find_room(self, target: Target, *, other_than: int | None = None) -> FoundRoom:
        """The live room of `target`. `other_than` is a room that is known to be over: who names it is behind.

        The live page is asked first, then the API, then the profile, until one knows. That there
        is no such user is believed only when two of them say so.

        Raises `UserNotFound`, `UserOffline` or `PrivateAccount`, `LiveEndedError` when all are behind;
        when nobody could tell, the first source's own `Blocked`, `RateLimited`, `LookupFailed` or
        `NetworkError`; and `NetworkTimeout` at once.
        """
        if target.room_id is not None:
            if target.room_id == other_than:
                raise LiveEndedError(other_than)
            return FoundRoom(room_id=target.room_id)
        username = target.username or ""
        failure: TikcastError | None = None
        missing = 0
        for ask in (self._live_page, self._api_live, self._profile_room):
            try:
                found = await ask(username)
            except NetworkTimeout:
                raise
            except (Blocked, RateLimited, LookupFailed, NetworkError) as error:
                failure = failure or error
                continue
            if isinstance(found, FoundRoom):
                if found.room_id != other_than:
                    return found
                failure = failure or LiveEndedError(found.room_id)
                continue
            missing += found == "missing"
            if isinstance(failure, LiveEndedError):
                raise failure
            if found != "missing" or missing == 2:
                raise _no_room(found, username)
        raise failure or UserNotFound(username)

    async def live_room(self, target: Target) -> LiveRoom:
        """The live room of `target` with all that its source told; for a room id, room/info.

        Raises as `find_room` does, and for a room id as `room_info` does.
        """
        if target.room_id is not None:
            return LiveRoom.from_room(await self.room_info(target.room_id))
        return answers.live_room(await self.find_room(target))

    async def check_alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """Whether each room is live, None where TikTok did not say."""
        told: dict[int, bool] = {}
        for some in _chunks(room_ids, _ROOMS_A_CALL):
            ids = ",".join(str(room_id) for room_id in some)
            told |= answers.alive_rooms(await self._api.webcast("room/check_alive/", {"room_ids": ids}))
        return {room_id: told.get(room_id) for room_id in room_ids}

    async def room_info(self, room_id: int) -> RoomInfo:
        """All about a room. Raises `LiveEndedError`, `AgeRestricted`, or `LookupFailed`."""
        answer = await self._api.webcast("room/info/", {"room_id": str(room_id)})
        return _room_info(answer, subject=f"room {room_id}", room_id=room_id)

    async def room_info_by_user(self, username: str) -> RoomInfo:
        """All about the room of a user. Raises as `room_info` and `find_room` do.

        When TikTok does not know the room by its user's name, the room is found first.
        """
        answer = await self._api.webcast("room/info_by_user/", {"unique_id": username})
        try:
            return _room_info(answer, subject=f"the room of @{username}", room_id=0)
        except LookupFailed as error:
            if type(error) is not LookupFailed:
                raise
        return await self.room_info((await self.find_room(Target(username=username))).room_id)

    async def user_info(self, user: str | int) -> UserInfo:
        """A user's profile, by name, page, share link or user id.

        Raises `UserNotFound`, `PrivateAccount`, `Blocked`, `RateLimited`, `LookupFailed`.
        """
        username = await self._username(user)
        found = await self._profile(username)
        if not isinstance(found, UserInfo):
            raise _no_room(found, username)
        return found

    async def _live_page(self, username: str) -> FoundRoom | Verdict:
        return await self._flights.run(("live page", username), lambda: self._ask_live_page(username))

    async def _api_live(self, username: str) -> FoundRoom | Verdict:
        return await self._flights.run(("api-live", username), lambda: self._ask_api_live(username))

    async def _profile_room(self, username: str) -> FoundRoom | Verdict:
        return await self._flights.run(("profile room", username), lambda: self._ask_profile_room(username))

    async def _profile(self, username: str) -> UserInfo | Verdict:
        return await self._flights.run(("profile", username), lambda: self._ask_profile(username))

    async def _ask_live_page(self, username: str) -> FoundRoom | Verdict:
        return answers.live_page(await self._api.page(f"@{username}/live"), username=username)

    async def _ask_api_live(self, username: str) -> FoundRoom | Verdict:
        params = {"sourceType": "54", "staleTime": "600000", "uniqueId": username}
        return answers.api_live(await self._api.web("api-live/user/room/", params), username=username)

    async def _ask_profile_room(self, username: str) -> FoundRoom | Verdict:
        """The room that a profile names, when it is alive: profiles can name an old one."""
        found = await self._profile(username)
        if not isinstance(found, UserInfo):
            return found
        if not found.room_id or not (await self.check_alive([found.room_id]))[found.room_id]:
            return "offline"
        return FoundRoom(room_id=found.room_id, username=found.username or username, user=found)

    async def _ask_profile(self, username: str) -> UserInfo | Verdict:
        return answers.profile_page(await self._api.page(f"@{username}"), username=username)

    def _parse(self, target: str | int) -> Target | ShareLink:
        host = urlsplit(self._settings.endpoints.web).hostname or ""
        return parse_target(target, web_host=host)

    async def _follow(self, link: ShareLink) -> Target:
        """Where a share link leads. Another endpoint than TikTok's own resolves it as /t/CODE."""
        web = self._settings.endpoints.web
        url = link.url if self._settings.is_trusted("vm.tiktok.com") else f"{web}/t/{link.code}"
        for _ in range(_HOPS):
            answer = await self._http.get(url, kind="page", cookies="visitor")
            answers.check_page(answer)
            place = answer.header("location")
            if not place:
                break
            url = urljoin(url, place)
            try:
                found = self._parse(url)
            except InvalidTarget:
                break
            if isinstance(found, Target):
                return found
        raise InvalidTarget(link.url, "the share link leads to no user")

    async def _username(self, user: str | int) -> str:
        """The name, or the id in digits, that a profile is asked for."""
        text = str(user).strip()
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID and int(text):
            return text
        found = await self.resolve(user)
        if not found.username:
            raise InvalidTarget(text, "it is no user name")
        return found.username


def _no_room(verdict: Verdict, username: str) -> LookupFailed:
    return {"missing": UserNotFound, "offline": UserOffline, "private": PrivateAccount}[verdict](username)


def _room_info(answer: Answer, *, subject: str, room_id: int) -> RoomInfo:
    data = answers.room_data(answer, subject=subject, room_id=room_id)
    with answers.readable(subject):
        return RoomInfo.from_webcast(data)


def _chunks(room_ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (room_ids[start : start + size] for start in range(0, len(room_ids), size))


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


_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

Gifts = Sequence[dict[str, object]]
"""Gifts as TikTok sent them, which is how they are kept: later versions may read more of them."""


class Catalogue:
    """The gift lists that one client knows; `store` shares them with later ones."""

    def __init__(self, store: Store, settings: Settings, *, lookups: Lookups, listings: Listings) -> None:
        self._store = store
        self._lookups = lookups
        self._listings = listings
        self._webcast = settings.endpoints.webcast
        self._browser = settings.browser
        self._turn = asyncio.Lock()

    async def gifts(self, room: int | Target, *, language: str | None = None, max_age: float = _DAY) -> list[GiftInfo]:
        """The gifts that viewers can send, named in `language`, such as `en`; None: the client's own.

        TikTok is asked, by way of this room, only when the list of that language is older than `max_age`
        seconds. When that fails, an older list is returned if there is one. Raises as `find_room` does when
        there is none, `LookupFailed` for an answer that cannot be read, and `ConfigError` for a wrong language.
        """
        if language is not None and not _LANGUAGE.fullmatch(language):
            raise ConfigError(f"{language!r} is no language", option="language", advice="give a code such as 'en'")
        name = file_name("gifts", language or self._browser.language, self._browser.region, self._webcast)
        async with self._turn:  # who comes at the same time finds what the first one got
            known = await self._known(name, max_age=max_age)
            if known is not None:
                return known
            try:
                found = await self._ask(room, language)
            except TikcastError as error:
                old = None if isinstance(error, ConfigError) else await self._known(name, max_age=math.inf)
                if old is None:
                    raise
                logger.warning("No new gift list, using an older one: %s", error)
                return old
            return await self._take(name, found)

    async def _ask(self, room: int | Target, language: str | None) -> Gifts:
        target = Target(room_id=room) if isinstance(room, int) else room
        found = await self._lookups.find_room(target)
        return await self._listings.gifts(found.room_id, language=language)

    async def _take(self, name: str, found: Gifts) -> list[GiftInfo]:
        with answers.readable("the gift list"):
            gifts = _read(found)
        if gifts:
            await self._store.put(name, msgspec.json.encode(found))
        return gifts

    async def _known(self, name: str, *, max_age: float) -> list[GiftInfo] | None:
        """What is kept, None when it is too old or cannot be read."""
        data = await self._store.get(name, max_age=max_age)
        if data is None:
            return None
        try:
            return _read(msgspec.json.decode(data, type=list[dict[str, object]]))
        except (msgspec.MsgspecError, ShapeError, ValueError, RecursionError):
            logger.debug("The kept gift list cannot be read, it is ignored")
            return None


def _read(gifts: Gifts) -> list[GiftInfo]:
    return [GiftInfo.from_webcast(gift, path=f"data.gifts[{index}]") for index, gift in enumerate(gifts)]
