"""Look up users and rooms: which requests are sent, in which order, and which answer counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urljoin, urlsplit

from tikcast._clock import age
from tikcast._net import answers
from tikcast._net.liveness import CANARY, PAGES, Evidence, FoundRoom, Inquiry, Verdict, judge
from tikcast._net.refusals import NAMED
from tikcast._net.single_flight import SingleFlight
from tikcast._net.targets import ShareLink, Target, parse_target
from tikcast.errors import (
    ConfigError,
    InvalidTarget,
    LiveEndedError,
    LookupFailed,
    NetworkTimeout,
    PrivateAccount,
    TikcastError,
    UserNotFound,
)
from tikcast.models import LiveRoom, LiveStatus, RoomInfo, UserInfo

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tikcast._net.config import Settings
    from tikcast._net.http import Answer, Api, Http
    from tikcast.models.status import Source

logger = logging.getLogger("tikcast.net.lookups")

Turn: TypeAlias = "Callable[[], Awaitable[None]]"
"""Waits until a request may be sent."""

_MAX_REDIRECTS: Final = 5
ROOMS_PER_REQUEST: Final = 99
"""Rooms in one request of check_alive, without the canary room."""

_CONFIRMED_ROOMS: Final = 20
_CONFIRMED_AT_ONCE: Final = 4
_LONGEST_ID: Final = 20
_MAX_TIMEOUTS: Final = 2


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

    async def inquire(
        self,
        target: Target,
        *,
        other_than: int | None = None,
        known: Sequence[Evidence] = (),
        every: bool = False,
        turn: Turn | None = None,
    ) -> Inquiry:
        """Ask one source after the other whether `target` is live, until `judge` has the answer.

        `other_than`: a room that has ended. `known`: what sources said already. `every`: ask each source, also
        when the answer is settled. `turn`: waits before each request. A source that fails is evidence too; after
        two timeouts no further one is asked. Raises only `ConfigError`.
        """
        evidence = list(known)
        while True:
            verdict = judge(evidence, room_id=target.room_id or 0, ended=other_than or 0)
            source, room_id = verdict.ask, verdict.room_id
            if source is None and every:
                source, room_id = _not_asked(evidence, verdict, target=target)
            if source is None or _timeouts(evidence) >= _MAX_TIMEOUTS:
                break
            if turn is not None:
                await turn()
            evidence.append(await self.ask(source, username=target.username or "", room_id=room_id))
        return Inquiry(
            target=target,
            evidence=tuple(evidence),
            verdict=verdict,
            ended=other_than or 0,
            session=self._settings.logged_in,
        )

    async def ask(self, source: Source, *, username: str = "", room_id: int = 0) -> Evidence:
        """What one source says about a user (pages and api-live) or a room. A failure is evidence too.

        Names are asked in lower case. Raises only `ConfigError`.
        """
        since, name = age(), username.lower()
        try:
            match source:
                case "room_info":
                    evidence = await self._ask_room_info(room_id)
                case "check_alive":
                    evidence = await self._ask_check_alive(room_id)
                case _:
                    evidence = await self._ask_page(source, name)
        except ConfigError:
            raise
        except TikcastError as error:
            evidence = Evidence(source=source, says="failed", room_id=room_id, detail=error.happened, error=error)
        logger.debug("%s about %s: %s (%s)", source, name or f"room {room_id}", evidence.says, evidence.detail)
        return replace(evidence, seconds=age() - since)

    async def find_room(self, target: Target, *, other_than: int | None = None) -> FoundRoom:
        """The live room of `target`. `other_than`: a room that has ended; an answer with it is out of date.

        Usually the live page settles it; otherwise further sources are asked, see `judge`. Raises `UserNotFound`,
        `UserOffline` or `PrivateAccount`; `LiveEndedError` when the sources name no other room; the first `Blocked`,
        `RateLimited`, `LookupFailed` or `NetworkError` when nothing is settled because sources failed, with the other
        failures as `causes`; and `LookupFailed` when the answers contradict each other.
        """
        if target.room_id is not None:
            if target.room_id == other_than:
                raise LiveEndedError(other_than)
            return FoundRoom(room_id=target.room_id)
        return (await self.inquire(target, other_than=other_than)).room()

    async def live_status(self, target: Target, *, every: bool = False) -> LiveStatus:
        """Whether a user or a room is live, with what each source said."""
        return (await self.inquire(target, every=every)).status()

    async def is_live(self, target: Target) -> bool | None:
        """Whether a user or a room is live; None when the answers do not settle it.

        Raises `UserNotFound` or `PrivateAccount`, and the first failure when no source answered.
        """
        status = await self.live_status(target)
        if status.error is not None:
            raise status.error
        return status.live

    async def live_room(self, target: Target) -> LiveRoom:
        """The live room of `target` with all that the answer contains; for a room id, that of room/info.

        Raises as `find_room` does, and for a room id as `room_info` does.
        """
        if target.room_id is not None:
            return LiveRoom.from_room(await self.room_info(target.room_id))
        return answers.live_room(await self.find_room(target))

    async def check_alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """Whether each room is live, by check_alive alone, with a canary room in each request.

        None where the answer does not contain the room, and in place of True where it reports the canary as live.
        """
        alive = await self._alive(room_ids)
        return {room_id: alive.get(room_id) for room_id in room_ids}

    async def are_live(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """Whether each room is live. If check_alive cannot be believed, room/info is asked about the first 20 rooms."""
        alive = await self._alive(room_ids)
        doubtful = [room_id for room_id, on in alive.items() if on is None][:_CONFIRMED_ROOMS]
        slots = asyncio.Semaphore(_CONFIRMED_AT_ONCE)

        async def confirm(room_id: int) -> None:
            async with slots:
                info = await self.ask("room_info", room_id=room_id)
            verdict = judge([info, Evidence(source="check_alive", says="unclear", room_id=room_id)], room_id=room_id)
            alive[room_id] = {"live": True, "paused": True, "offline": False}.get(verdict.status)

        async with asyncio.TaskGroup() as tasks:
            for room_id in doubtful:
                tasks.create_task(confirm(room_id))
        return {room_id: alive.get(room_id) for room_id in room_ids}

    async def room_info(self, room_id: int, *, known: FoundRoom | None = None) -> RoomInfo:
        """The details of a room. `known`: what a page said about it, which may name the reason of a refusal.

        Raises `LiveEndedError`, the error that names why this client may not see it, or `LookupFailed`.
        """
        answer = await self._api.webcast("room/info/", {"room_id": str(room_id)})
        return self._room_info(answer, subject=f"room {room_id}", room_id=room_id, facts=_facts(known))

    async def room_info_by_user(self, username: str) -> RoomInfo:
        """The details of the room of a user. Raises as `room_info` and `find_room` do.

        When info_by_user does not give them, the room is looked up and room/info is asked; when that fails too, the
        result contains what the page says.
        """
        target = Target(username=username)
        try:
            answer = await self._api.webcast("room/info_by_user/", {"unique_id": username.lower()})
            return self._room_info(answer, subject=f"the room of @{username}", room_id=0)
        except (*NAMED, ConfigError):
            raise
        except TikcastError as error:
            failure = error
        ended = failure if isinstance(failure, LiveEndedError) else None
        try:
            room = await self.find_room(target, other_than=ended.room_id if ended else None)
        except LookupFailed as error:
            raise _caused(ended or error, failure) from None
        except TikcastError as error:
            raise _caused(error, failure) from None
        return await self._room_info_of(target, room, failure=failure)

    async def user_info(self, user: str | int) -> UserInfo:
        """The profile of a user, by name, page, share link or user id; from api-live if the profile fails.

        Raises `UserNotFound`, `PrivateAccount`, `Blocked`, `RateLimited`, `LookupFailed`.
        """
        username = (await self._username(user)).lower()
        try:
            profile = answers.profile_page(
                await self._profile(username), username=username, session=self._settings.logged_in
            )
        except (*NAMED, ConfigError):
            raise
        except TikcastError as error:
            if username.isdecimal():  # api-live finds users by their name only
                raise
            return await self._user_of_api_live(username, failure=error)
        if profile == "missing":
            raise UserNotFound(username)
        if profile == "private":
            raise PrivateAccount(username, session=self._settings.logged_in)
        return profile

    async def _user_of_api_live(self, username: str, *, failure: TikcastError) -> UserInfo:
        try:
            answer = await self._api_live(username)
            return answers.api_live_user(answer, username=username, session=self._settings.logged_in)
        except ConfigError:
            raise
        except TikcastError as error:
            raise _caused(failure, error) from None

    async def _room_info_of(self, target: Target, room: FoundRoom, *, failure: TikcastError) -> RoomInfo:
        """The details of a room that was looked up, after `failure`; from its page if room/info fails."""
        try:
            return await self.room_info(room.room_id, known=room)
        except LiveEndedError:
            room = await self.find_room(target, other_than=room.room_id)
            return await self.room_info(room.room_id, known=room)
        except (*NAMED, ConfigError):
            raise
        except TikcastError as error:
            if room.page is None:
                raise _caused(error, failure) from None
            logger.warning("No details of room %d, those of its page are used: %s", room.room_id, error)
            return RoomInfo.from_live_room(answers.live_room(room))

    def _room_info(
        self, answer: Answer, *, subject: str, room_id: int, facts: Mapping[str, object] | None = None
    ) -> RoomInfo:
        session = self._settings.logged_in
        data = answers.room_data(answer, subject=subject, room_id=room_id, session=session, facts=facts)
        with answers.readable(subject):
            return RoomInfo.from_webcast(data)

    async def _ask_page(self, source: Source, name: str) -> Evidence:
        session = self._settings.logged_in
        if source == "live_page":
            return answers.live_page(await self._live_page(name), username=name)
        if source == "api_live":
            return answers.api_live(await self._api_live(name), username=name, session=session)
        return answers.profile(await self._profile(name), username=name, session=session)

    async def _ask_room_info(self, room_id: int) -> Evidence:
        answer = await self._api.webcast("room/info/", {"room_id": str(room_id)})
        return answers.room_evidence(answer, room_id=room_id, session=self._settings.logged_in)

    async def _ask_check_alive(self, room_id: int) -> Evidence:
        alive = await self._alive([room_id])
        if room_id not in alive:
            return Evidence(source="check_alive", says="unclear", room_id=room_id, detail="not in the answer")
        on = alive[room_id]
        if on is None:
            detail = "it reports a room that cannot exist as live too"
            return Evidence(source="check_alive", says="unclear", room_id=room_id, detail=detail)
        return Evidence(
            source="check_alive", says="live" if on else "offline", room_id=room_id, detail=f"alive: {on}".lower()
        )

    async def _alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """What check_alive says about the rooms that its answers contain; None for a True that is not to be trusted."""
        alive: dict[int, bool | None] = {}
        for chunk in _chunks(room_ids, ROOMS_PER_REQUEST):
            ids = ",".join(str(room_id) for room_id in (*chunk, CANARY))
            alive |= answers.alive_rooms(await self._api.webcast("room/check_alive/", {"room_ids": ids}))
        return alive

    async def _live_page(self, name: str) -> Answer:
        return await self._flights.run(("live page", name), lambda: self._api.page(f"@{name}/live"))

    async def _api_live(self, name: str) -> Answer:
        params = {"sourceType": "54", "staleTime": "600000", "uniqueId": name}
        return await self._flights.run(("api-live", name), lambda: self._api.web("api-live/user/room/", params))

    async def _profile(self, name: str) -> Answer:
        return await self._flights.run(("profile", name), lambda: self._api.page(f"@{name}"))

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


def _not_asked(evidence: Sequence[Evidence], verdict: Verdict, *, target: Target) -> tuple[Source | None, int]:
    """The next source that was not asked yet, with the room that it is to be asked about."""
    asked = {one.source for one in evidence}
    if target.room_id is None:
        page = next((source for source in PAGES if source not in asked), None)
        if page is not None:
            return page, 0
    named = next((one.room_id for one in evidence if one.room_id), 0)
    room_id = target.room_id or verdict.room_id or named
    rooms: tuple[Source, ...] = ("room_info", "check_alive")
    about = {one.source for one in evidence if one.room_id == room_id}
    return next((source for source in rooms if room_id and source not in about), None), room_id


def _timeouts(evidence: Sequence[Evidence]) -> int:
    return sum(isinstance(one.error, NetworkTimeout) for one in evidence)


def _facts(room: FoundRoom | None) -> Mapping[str, object] | None:
    """What a page says about a room, apart from its user."""
    return answers.child(room.page, "liveRoom") if room is not None else None


def _caused(error: TikcastError, *others: TikcastError) -> TikcastError:
    """`error` with further failures among its causes. Callers that share a request share its error as well."""
    known = {id(error), *map(id, error.causes)}
    error.causes = (*error.causes, *(other for other in others if id(other) not in known))
    return error


def _chunks(room_ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (room_ids[start : start + size] for start in range(0, len(room_ids), size))
