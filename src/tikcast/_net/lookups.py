"""Look up users, rooms and lists: which requests are sent, in which order, and which answer counts."""

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

_MAX_REDIRECTS: Final = 5
_ROOMS_PER_REQUEST: Final = 100
_LONGEST_ID: Final = 20
_DAY: Final = 86400.0


class Lookups:
    """The lookups of users and rooms of one client. Cancelling is safe."""

    def __init__(self, http: Http, settings: Settings, *, api: Api) -> None:
        self._http = http
        self._settings = settings
        self._api = api
        self._flights = SingleFlight()

    async def resolve(self, target: str | int) -> Target:
        """The user or room that `target` names. Only a share link needs requests. Raises `InvalidTarget`."""
        parsed = self._parse(target)
        return parsed if isinstance(parsed, Target) else await self._follow(parsed)

    async def find_room(self, target: Target, *, other_than: int | None = None) -> FoundRoom:
        """The live room of `target`. `other_than`: a room that has ended; an answer with it is out of date.

        The live page is requested first, then the API, then the profile, until one has the room. A user counts
        as missing only when two of them say so.

        Raises `UserNotFound`, `UserOffline` or `PrivateAccount`; `LiveEndedError` when every answer is out of
        date; the first `Blocked`, `RateLimited`, `LookupFailed` or `NetworkError` when there is no usable answer;
        and `NetworkTimeout` at once.
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
                answer = await ask(username)
            except NetworkTimeout:
                raise
            except (Blocked, RateLimited, LookupFailed, NetworkError) as error:
                failure = failure or error
                continue
            if isinstance(answer, FoundRoom):
                if answer.room_id != other_than:
                    return answer
                failure = failure or LiveEndedError(answer.room_id)
                continue
            missing += answer == "missing"
            if isinstance(failure, LiveEndedError):
                raise failure
            if answer != "missing" or missing == 2:
                raise _no_room(answer, username)
        raise failure or UserNotFound(username)

    async def live_room(self, target: Target) -> LiveRoom:
        """The live room of `target` with all that the answer contains; for a room id, that of room/info.

        Raises as `find_room` does, and for a room id as `room_info` does.
        """
        if target.room_id is not None:
            return LiveRoom.from_room(await self.room_info(target.room_id))
        return answers.live_room(await self.find_room(target))

    async def check_alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """Whether each room is live, None where the answer does not contain the room."""
        alive: dict[int, bool] = {}
        for chunk in _chunks(room_ids, _ROOMS_PER_REQUEST):
            ids = ",".join(str(room_id) for room_id in chunk)
            alive |= answers.alive_rooms(await self._api.webcast("room/check_alive/", {"room_ids": ids}))
        return {room_id: alive.get(room_id) for room_id in room_ids}

    async def room_info(self, room_id: int) -> RoomInfo:
        """The details of a room. Raises `LiveEndedError`, `AgeRestricted`, or `LookupFailed`."""
        answer = await self._api.webcast("room/info/", {"room_id": str(room_id)})
        return _room_info(answer, subject=f"room {room_id}", room_id=room_id)

    async def room_info_by_user(self, username: str) -> RoomInfo:
        """The details of the room of a user. Raises as `room_info` and `find_room` do.

        When TikTok does not find the room by the name of its user, the id of the room is looked up first.
        """
        answer = await self._api.webcast("room/info_by_user/", {"unique_id": username})
        try:
            return _room_info(answer, subject=f"the room of @{username}", room_id=0)
        except LookupFailed as error:
            if type(error) is not LookupFailed:
                raise
        return await self.room_info((await self.find_room(Target(username=username))).room_id)

    async def user_info(self, user: str | int) -> UserInfo:
        """The profile of a user, by name, page, share link or user id.

        Raises `UserNotFound`, `PrivateAccount`, `Blocked`, `RateLimited`, `LookupFailed`.
        """
        username = await self._username(user)
        user_info = await self._profile(username)
        if not isinstance(user_info, UserInfo):
            raise _no_room(user_info, username)
        return user_info

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
        """The room in a profile, if it is live: a profile may contain an old one."""
        user = await self._profile(username)
        if not isinstance(user, UserInfo):
            return user
        if not user.room_id or not (await self.check_alive([user.room_id]))[user.room_id]:
            return "offline"
        return FoundRoom(room_id=user.room_id, username=user.username or username, user=user)

    async def _ask_profile(self, username: str) -> UserInfo | Verdict:
        return answers.profile_page(await self._api.page(f"@{username}"), username=username)

    def _parse(self, target: str | int) -> Target | ShareLink:
        host = urlsplit(self._settings.endpoints.web).hostname or ""
        return parse_target(target, web_host=host)

    async def _follow(self, link: ShareLink) -> Target:
        """The user or room to which a share link redirects. An endpoint that replaces TikTok resolves it as /t/CODE."""
        web = self._settings.endpoints.web
        url = link.url if self._settings.is_trusted("vm.tiktok.com") else f"{web}/t/{link.code}"
        for _ in range(_MAX_REDIRECTS):
            answer = await self._http.get(url, kind="page", cookies="jar")
            answers.check_page(answer)
            location = answer.header("location")
            if not location:
                break
            url = urljoin(url, location)
            try:
                target = self._parse(url)
            except InvalidTarget:
                break
            if isinstance(target, Target):
                return target
        raise InvalidTarget(link.url, "the share link does not lead to a user")

    async def _username(self, user: str | int) -> str:
        """The name, or the id in digits, with which a profile is requested."""
        text = str(user).strip()
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID and int(text):
            return text
        target = await self.resolve(user)
        if not target.username:
            raise InvalidTarget(text, "it is not a user name")
        return target.username


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
    """The feed, prices, gifts and audiences. Each raises `Blocked`, `RateLimited`, `LookupFailed`, `NetworkError`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def gifts(self, room_id: int, *, language: str | None = None) -> list[dict[str, object]]:
        """The gifts of a room as TikTok sends them, named in `language` (such as `en`)."""
        subject = f"the gifts of room {room_id}"
        languages = {"app_language": language, "webcast_language": language} if language else {}
        answer = await self._api.webcast("gift/list/", {"room_id": str(room_id), **languages})
        body = answers.webcast_data(answer, subject=subject)
        with answers.readable(subject):
            return [gift.rest() for gift in Fields(body.get("data"), path="data").children("gifts")]

    async def feed_page(self, max_time: int) -> FeedPage:
        """The page of recommended live streams that begins at `max_time`, 0 for the first page."""
        subject = "the feed"
        position = {"max_time": str(max_time)} if max_time else {}
        answer = await self._api.webcast("feed/", {**_WEB_FEED, **position})
        body = answers.webcast_data(answer, subject=subject)
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
        body = answers.webcast_data(answer, subject=subject)
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
                logger.warning("The gift list cannot be updated, an older one is used: %s", error)
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
