"""Find users and rooms: which questions are asked, in which order, and whom to believe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tikcast._net import answers
from tikcast._net.answers import FoundRoom, Verdict
from tikcast._net.target import ShareLink, Target, parse_target
from tikcast.errors import (
    Blocked,
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
from tikcast.models import LiveRoom, RoomInfo, UserInfo

if TYPE_CHECKING:
    from tikcast._net.api import Api
    from tikcast._net.config import Settings
    from tikcast._net.http import Answer, Http

_HOPS: Final = 5
_ROOMS_A_CALL: Final = 100
_LONGEST_ID: Final = 20


class Lookup:
    """The questions of one client to TikTok's pages and API. All may be cancelled at any point."""

    def __init__(self, http: Http, settings: Settings, *, api: Api) -> None:
        self._http = http
        self._settings = settings
        self._api = api

    async def resolve(self, target: str | int) -> Target:
        """What `target` names; only a share link costs requests. Raises `InvalidTarget`."""
        found = self._parse(target)
        return found if isinstance(found, Target) else await self._follow(found)

    async def find_room(self, target: Target, *, besides: int | None = None) -> FoundRoom:
        """The live room of `target`. `besides` is a room that is known to be over: who names it is behind.

        The live page is asked first, then the API, then the profile, until one knows. That there
        is no such user is believed only when two of them say so.

        Raises `UserNotFound`, `UserOffline` or `PrivateAccount`, `LiveEndedError` when all are behind;
        when nobody could tell, the first source's own `Blocked`, `RateLimited`, `LookupFailed` or
        `NetworkError`; and `NetworkTimeout` at once.
        """
        if target.room_id is not None:
            if target.room_id == besides:
                raise LiveEndedError(besides)
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
                if found.room_id != besides:
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
        return answers.live_page(await self._api.page(f"@{username}/live"), username=username)

    async def _api_live(self, username: str) -> FoundRoom | Verdict:
        params = {"sourceType": "54", "staleTime": "600000", "uniqueId": username}
        return answers.api_live(await self._api.web("api-live/user/room/", params), username=username)

    async def _profile_room(self, username: str) -> FoundRoom | Verdict:
        """The room that a profile names, when it is alive: profiles can name an old one."""
        found = await self._profile(username)
        if not isinstance(found, UserInfo):
            return found
        if not found.room_id or not (await self.check_alive([found.room_id]))[found.room_id]:
            return "offline"
        return FoundRoom(room_id=found.room_id, username=found.username or username, user=found)

    async def _profile(self, username: str) -> UserInfo | Verdict:
        return answers.profile_page(await self._api.page(f"@{username}"), username=username)

    def _parse(self, target: str | int) -> Target | ShareLink:
        host = urlsplit(self._settings.endpoints.web).hostname or ""
        return parse_target(target, web_host=host)

    async def _follow(self, link: ShareLink) -> Target:
        """Where a share link leads. Another endpoint than TikTok's own resolves it as /t/CODE."""
        web = self._settings.endpoints.web
        url = link.url if self._settings.is_home("vm.tiktok.com") else f"{web}/t/{link.code}"
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
