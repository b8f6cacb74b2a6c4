"""The client: lookups and tracking, everything through one network identity."""

from __future__ import annotations

import asyncio
import warnings
from random import Random
from typing import TYPE_CHECKING, Final, Self

from tikcast._live.state import LiveSettings
from tikcast._live.watching import NetworkClock, Pace, Watcher, wait_until_live
from tikcast._net.config import NetworkConfig
from tikcast._net.network import Network
from tikcast._net.targets import parse_room_id
from tikcast.errors import UserOffline
from tikcast.events import Image
from tikcast.feed import Feed
from tikcast.live import Live, OpenLives
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from os import PathLike

    from tikcast._live.listeners import ErrorHook
    from tikcast._live.state import ChatSender, History, QueuePolicy
    from tikcast._net.answers import FoundRoom
    from tikcast._net.cookies import SessionOption
    from tikcast._net.proxy import ProxyOption
    from tikcast.capture.recorder import Recorder
    from tikcast.models import (
        AudienceList,
        GiftInfo,
        LiveRoom,
        Picture,
        PriceList,
        RoomInfo,
        SignerLimits,
        UserInfo,
    )
    from tikcast.signer import Signer

_DAY: Final = 86400.0

# The records are frozen: one of each serves every client.
_ENDPOINTS: Final = Endpoints()
_TIMEOUTS: Final = Timeouts()
_RECONNECT: Final = Reconnect()
_LIMITS: Final = Limits()


class TikTok:
    """A client of TikTok LIVE. Constructing it opens nothing; `async with` closes what it opened.

    Where: `endpoints` (all of TikTok may be replaced by one server), `proxy` for everything or
    `http_proxy` and `ws_proxy` apart, False for none whatever the environment says. `verify=False`
    accepts any certificate, with a warning.
    Who: `identity`, `language`, `region`; `session` is the `sessionid` cookie of a login, a cookie
    string, a mapping of cookies, or the path of a cookie file (Netscape's form); `extra_params` and
    `extra_headers` go with every request to TikTok.
    How: `connect` names the ways to connect in the order to try; `signer` is a URL or a `Signer`,
    with `api_key` and `client_name`; `check_limits` asks it for its limits before use; the session
    goes to it only with `send_session_to_signer`.
    How long and how much: `timeouts`, `reconnect`, `limits`.
    Events: `history` "mark" delivers what happened before as such, "skip" leaves it out, "deliver"
    also repeats what was seen. `queue_policy` "drop_oldest" counts what a slow reader misses, "wait"
    reads on from TikTok only when there is space. `on_error(error, event)` is told what handlers
    raise. `chat_sender` sends for `Live.send`. `experimental` logs each unknown message type once.
    `log_requests` logs every request without its secrets; `trace` is a file to write every frame to,
    both ways, for `tikcast inspect` and `tikcast replay`: an older file of that name is replaced.

    Raises `ConfigError` for options that cannot work. `TIKCAST_ENDPOINT`, `TIKCAST_API_KEY`,
    `TIKCAST_SIGNER`, `TIKCAST_SESSION` and the usual proxy variables stand in for options that are not given.
    """

    def __init__(
        self,
        *,
        endpoints: Endpoints = _ENDPOINTS,
        identity: Identity | None = None,
        session: SessionOption = None,
        connect: Sequence[str] = ("direct", "signed"),
        signer: str | Signer | None = None,
        api_key: str | None = None,
        client_name: str = "tikcast",
        check_limits: bool = True,
        send_session_to_signer: bool = False,
        proxy: ProxyOption = None,
        http_proxy: ProxyOption = None,
        ws_proxy: ProxyOption = None,
        verify: bool | str = True,
        language: str | None = None,
        region: str | None = None,
        timeouts: Timeouts = _TIMEOUTS,
        reconnect: Reconnect = _RECONNECT,
        limits: Limits = _LIMITS,
        history: History = "mark",
        queue_policy: QueuePolicy = "drop_oldest",
        experimental: bool = False,
        extra_params: Mapping[str, str] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        chat_sender: ChatSender | None = None,
        capture: None = None,
        trace: str | PathLike[str] | None = None,
        log_requests: bool = False,
        on_error: ErrorHook | None = None,
    ) -> None:
        _warn_of(verify=verify)
        self._lives = OpenLives()
        self._settings = LiveSettings(
            timeouts=timeouts, reconnect=reconnect, limits=limits, history=history,
            queue_policy=queue_policy, on_error=on_error, chat_sender=chat_sender,
            experimental=experimental, capture=capture,
        )  # fmt: skip
        self._trace = _recorder(trace)
        self._network = Network(
            NetworkConfig(
                endpoints=endpoints, identity=identity, language=language, region=region,
                session=session, connect=connect, signer=signer, api_key=api_key,
                client_name=client_name, check_limits=check_limits,
                send_session_to_signer=send_session_to_signer, proxy=proxy, http_proxy=http_proxy,
                ws_proxy=ws_proxy, verify=verify, timeouts=timeouts, limits=limits,
                extra_params=extra_params or {}, extra_headers=extra_headers or {},
                log_requests=log_requests, tracer=self._trace,
            )
        )  # fmt: skip
        self._clock = NetworkClock(self._network)
        self._pace = Pace(self._clock)

    async def __aenter__(self) -> Self:
        if self._trace is not None:
            self._trace.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every live stream of this client, then its connections and its trace. Doing it twice is fine."""
        try:
            await self._lives.aclose()
            await self._network.aclose()
        finally:
            if self._trace is not None:
                await asyncio.to_thread(self._trace.close)

    @property
    def lives(self) -> tuple[Live, ...]:
        """The live streams that this client has open, from their opening until they are closed."""
        return tuple(self._lives)

    def track(self, user_or_room: str | int, /, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """A live to be opened with `async with`.

        `user_or_room`: a name, @name, page URL, share link, or room id (an int, or 15 and more
        digits). `room_info` and `gift_list` are asked for when it opens; failing, they are None.
        Nothing happens yet: what is wrong is raised by `async with`.
        """
        return Live(
            self._network,
            user_or_room,
            settings=self._settings,
            room_info=room_info,
            gift_list=gift_list,
            owner=self._lives,
        )

    async def user_info(self, user: str | int, /) -> UserInfo:
        """The profile of a user: a name, @name, page, share link; bare digits are a user id.

        Raises `UserNotFound`, `PrivateAccount`, `LookupFailed`, `Blocked`, `RateLimited`, `NetworkError`,
        as all lookups do.
        """
        return await self._network.lookups.user_info(user)

    async def live_room(self, user_or_room: str | int, /) -> LiveRoom:
        """The room in which a user is live now, with the user, their counts, and where the video is.

        Raises `UserOffline` for a user who is not live, `LiveEndedError` for a room that is over.
        """
        lookups = self._network.lookups
        return await lookups.live_room(await lookups.resolve(user_or_room))

    async def is_live(self, user_or_room: str | int, /) -> bool | None:
        """Whether a user or a room is live now; None when TikTok's answer does not tell.

        Raises `UserNotFound` for a user who does not exist, and what kept TikTok from answering.
        """
        target = await self._network.lookups.resolve(user_or_room)
        if target.room_id is not None:
            return (await self.are_live([target.room_id])).get(target.room_id)
        try:
            await self._network.lookups.find_room(target)
        except UserOffline:
            return False
        return True

    async def are_live(self, rooms: Sequence[str | int], /) -> dict[int, bool | None]:
        """Whether rooms are live now, by id, asked in as few requests as possible; None: not told."""
        asked = [rooms] if isinstance(rooms, str) else rooms
        return await self._network.lookups.check_alive([parse_room_id(room) for room in asked])

    async def room_info(self, user_or_room: str | int, /) -> RoomInfo:
        """What TikTok says of a room. Raises `LiveEndedError`, `AgeRestricted`, `LookupFailed`."""
        target = await self._network.lookups.resolve(user_or_room)
        if target.room_id is not None:
            return await self._network.lookups.room_info(target.room_id)
        return await self._network.lookups.room_info_by_user(target.username or "")

    async def gift_list(
        self, room: str | int, /, *, language: str | None = None, max_age: float = _DAY
    ) -> list[GiftInfo]:
        """The gifts that can be sent, named in `language`, such as `en`; None: the client's own.

        They are kept on disk by language. TikTok is asked, by way of this room (or a user's live),
        only when the list that is known is older than `max_age` seconds; when that fails, the older
        one is given.
        """
        target = await self._network.lookups.resolve(room)
        return await self._network.catalogue.gifts(target, language=language, max_age=max_age)

    async def price_list(self) -> PriceList:
        """What coins cost, in US cents and in the currency of where this client comes from."""
        return await self._network.listings.price_list()

    async def audience(self, room: str | int, /) -> AudienceList:
        """Who watches a live, those who gave most first.

        Raises `LoginRequired` unless `TikTok(session=…)` is one that TikTok knows.
        """
        lookups = self._network.lookups
        live = await lookups.live_room(await lookups.resolve(room))
        return await self._network.listings.audience(live.room_id, host_id=live.user.id)

    async def fetch_image(self, image: Image | Sequence[str], /, *, size: int | None = None) -> Picture:
        """A picture of an event or a lookup: an avatar, a gift, a badge, a cover; by its URLs, or by one.

        `size`: the smallest form of at least so many pixels is taken, else the largest; None takes
        TikTok's first choice. Pictures are kept on disk. Only TikTok's own servers are asked.
        Raises `LookupFailed` when none of the URLs gives a picture, and `NetworkError` for one of
        more than `Limits.image` bytes.
        """
        urls = image.urls if isinstance(image, Image) else image or ()
        return await self._network.images.fetch([urls] if isinstance(urls, str) else urls, size=size)

    def feed(self) -> Feed:
        """The lives that TikTok recommends, page by page. Nothing is asked yet."""
        return Feed(self._network.listings.feed_page, tracker=self._follow)

    async def signer_limits(self) -> SignerLimits:
        """What the signer still grants. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return await self._network.signer.limits()

    async def wait_until_live(self, user: str | int, /, *, interval: float = 30.0) -> LiveRoom:
        """Wait until a user is live, and give the room; a room id stands for its host.

        TikTok is asked about every `interval` seconds, and up to four times less often the longer it
        takes. Failures that may pass are waited out, unless TikTok was never reached. Raises
        `UserNotFound` and what waiting cannot mend; closing this client ends the waiting with `ConfigError`.
        """
        return await wait_until_live(
            self._network, user, interval=interval, clock=self._clock, random=_chance(), pace=self._pace
        )

    def watch(self, *users: str | int, interval: float = 30.0) -> AsyncIterator[Live]:
        """A `Live`, to be opened with `async with`, whenever one of the users goes live.

        Who is live already comes at once; a host who opens a new room comes again. TikTok is asked
        as in `wait_until_live`, never more than once a second, while you wait for the next one: open
        lives in tasks of their own. A user who does not exist is raised, once; go on with `anext`
        to watch the others.
        """
        return Watcher(
            self._network,
            users,
            make=lambda found: self._follow(found, room_info=True, gift_list=False),
            interval=interval,
            clock=self._clock,
            random=_chance(),
            pace=self._pace,
        )

    def _follow(self, found: FoundRoom, *, room_info: bool, gift_list: bool) -> Live:
        """A live of a room that is found already."""
        return Live(
            self._network,
            found.username or found.room_id,
            settings=self._settings,
            found=found,
            room_info=room_info,
            gift_list=gift_list,
            owner=self._lives,
        )


def _chance() -> Random:
    return Random()  # noqa: S311 - it spreads requests, it guards nothing


def _recorder(path: str | PathLike[str] | None) -> Recorder | None:
    if path is None:
        return None
    from tikcast.capture.recorder import Recorder

    return Recorder(path, option="trace")


def _warn_of(*, verify: bool | str) -> None:
    if verify is False:
        text = "verify=False: anybody on the way can read and change what comes from TikTok"
        warnings.warn(text, stacklevel=3)
