"""The client: lookups and live streams with one network identity."""

from __future__ import annotations

import asyncio
import warnings
from random import Random
from typing import TYPE_CHECKING, Final, Self

from tikcast._live.pace import NetworkClock, Pace
from tikcast._live.watching import wait_until_live
from tikcast._net.network import Network
from tikcast._net.targets import parse_room_id
from tikcast._options import ClientOptions
from tikcast.events import Image
from tikcast.feed import Feed
from tikcast.live import Live, OpenLives, Watcher
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from tikcast._net.liveness import FoundRoom
    from tikcast._options import ChatSender, ErrorHook, ProxyOption, QueuePolicy, SessionOption
    from tikcast._wire.session.session import History
    from tikcast.capture.recorder import CaptureRecorder
    from tikcast.models import (
        AudienceList,
        GiftInfo,
        LiveRoom,
        LiveStatus,
        Picture,
        PriceList,
        RoomInfo,
        SignerLimits,
        UserInfo,
    )
    from tikcast.signer import Signer, UrlSigner

_DAY: Final = 86400.0

# The records are frozen, so all clients can share them.
_ENDPOINTS: Final = Endpoints()
_TIMEOUTS: Final = Timeouts()
_RECONNECT: Final = Reconnect()
_LIMITS: Final = Limits()


class TikTok:
    """A client of TikTok LIVE. Constructing it opens nothing; `async with` closes what it opened.

    Servers: `endpoints` (one server may replace all of TikTok). `proxy` is for everything, or
    `http_proxy` and `ws_proxy` are set separately; False uses no proxy and ignores the environment.
    `verify=False` accepts any certificate and emits a warning.
    Identity: `identity`, `language`, `region`. `session` is the `sessionid` cookie of a login, a cookie
    string, a mapping of cookies, or the path of a cookie file (Netscape format). `extra_params` and
    `extra_headers` are added to every request to TikTok.
    Connecting: `connect` names the ways to connect, in the order to try them. `signer` is a URL or a
    `Signer`, with `api_key` and `client_name`. `check_limits` requests the limits of the signer before
    its first use. The session is sent to the signer only with `send_session_to_signer`, and the name of
    the user only with `send_username_to_signer`. `url_signer` signs the addresses of requests.
    Limits: `timeouts`, `reconnect`, `limits`.
    Events: `history` "mark" delivers earlier messages marked as history, "skip" leaves them out,
    "deliver" also delivers duplicates. With `queue_policy` "drop_oldest" a full queue drops its oldest
    events and counts them; with "wait" the next frame is read only when there is space.
    `on_error(error, event)` is called with the exceptions of handlers. `chat_sender` sends the chat
    of `Live.send`. `experimental` logs each unknown message type once.
    Debugging: `log_requests` logs every request without its secrets. `trace` is a file for every sent
    and received frame, for `tikcast inspect` and `tikcast replay`; an existing file is replaced.

    Raises `ConfigError` for wrong options. If an option is not given, `TIKCAST_ENDPOINT`,
    `TIKCAST_API_KEY`, `TIKCAST_SIGNER`, `TIKCAST_SESSION` and the usual proxy variables are used.
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
        send_username_to_signer: bool = False,
        url_signer: UrlSigner | None = None,
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
        options = ClientOptions(**{name: value for name, value in locals().items() if name != "self"})
        _warn_of(verify=verify)
        self._options = options
        self._lives = OpenLives()
        self._trace = _recorder(trace)
        self._network = Network(options, tracer=self._trace)
        self._clock = NetworkClock(self._network)
        self._pace = Pace(self._clock)
        # One for all live streams: it takes 2.5 KiB.
        self._random = Random()  # noqa: S311 - it only spreads requests and reconnects over time

    async def __aenter__(self) -> Self:
        if self._trace is not None:
            try:
                await self._trace.open()
            except asyncio.CancelledError:
                await self.aclose()
                raise
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
                await self._trace.close()

    @property
    def lives(self) -> tuple[Live, ...]:
        """The live streams that this client has open, from their opening until they are closed."""
        return tuple(self._lives)

    def track(self, user_or_room: str | int, /, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """Return a `Live` to open with `async with`. Nothing is requested before; errors are raised by `async with`.

        `user_or_room`: a name, @name, page URL, share link, or room id (an int, or a string of 15 or more
        digits). `room_info` and `gift_list`: request them when it opens; if the request fails, they are None.
        """
        return Live(
            self._network,
            user_or_room,
            options=self._options,
            room_info=room_info,
            gift_list=gift_list,
            owner=self._lives,
            random=self._random,
        )

    async def user_info(self, user: str | int, /) -> UserInfo:
        """Return the profile of a user, given by name, @name, page URL or share link; digits are a user id.

        Raises `UserNotFound`, `PrivateAccount`, `LookupFailed`, `Blocked`, `RateLimited`, `NetworkError`,
        like all lookups.
        """
        return await self._network.lookups.user_info(user)

    async def live_room(self, user_or_room: str | int, /) -> LiveRoom:
        """Return the room of a user who is live, with the user, the user's counts, and the addresses of the video.

        Raises `UserOffline` if the user is not live, `LiveEndedError` if the live stream of the room is over.
        """
        lookups = self._network.lookups
        return await lookups.live_room(await lookups.resolve(user_or_room))

    async def is_live(self, user_or_room: str | int, /) -> bool | None:
        """Return whether a user or a room is live now, also while it is paused; None if TikTok's answers do not tell.

        False needs two sources, or one that is certain. Raises `UserNotFound` if the user does not exist, and the
        error of the lookup if no source answers.
        """
        lookups = self._network.lookups
        return await lookups.is_live(await lookups.resolve(user_or_room))

    async def live_status(self, user_or_room: str | int, /, *, every: bool = False) -> LiveStatus:
        """Return whether a user or a room is live, with what each source of TikTok said about it.

        The sources are asked until they settle it; with `every`, all of them. A source that fails is part of the
        result, and so is a user who does not exist.
        """
        lookups = self._network.lookups
        return await lookups.live_status(await lookups.resolve(user_or_room), every=every)

    async def are_live(self, rooms: Sequence[str | int], /) -> dict[int, bool | None]:
        """Return whether rooms are live now, by room id, with few requests; None if TikTok does not tell."""
        asked = [rooms] if isinstance(rooms, str) else rooms
        return await self._network.lookups.are_live([parse_room_id(room) for room in asked])

    async def room_info(self, user_or_room: str | int, /) -> RoomInfo:
        """Return all information about a room. Raises `LiveEndedError`, `AgeRestricted`, `LookupFailed`."""
        target = await self._network.lookups.resolve(user_or_room)
        if target.room_id is not None:
            return await self._network.lookups.room_info(target.room_id)
        return await self._network.lookups.room_info_by_user(target.username or "")

    async def gift_list(
        self, room: str | int, /, *, language: str | None = None, max_age: float = _DAY
    ) -> list[GiftInfo]:
        """Return the available gifts, with names in `language`, such as `en`; None: the language of the client.

        `room`: any room, or a user who is live. The list is kept on disk by language. It is requested
        again if it is older than `max_age` seconds; if that fails, the older list is returned.
        """
        target = await self._network.lookups.resolve(room)
        return await self._network.catalogue.gifts(target, language=language, max_age=max_age)

    async def price_list(self) -> PriceList:
        """Return the prices of coins, in US cents and in the local currency of the client's address."""
        return await self._network.listings.price_list()

    async def audience(self, room: str | int, /) -> AudienceList:
        """Return the viewers of a live stream, those who gave most first.

        Raises `LoginRequired` without a valid `TikTok(session=…)`.
        """
        lookups = self._network.lookups
        live = await lookups.live_room(await lookups.resolve(room))
        return await self._network.listings.audience(live.room_id, host_id=live.user.id)

    async def fetch_image(self, image: Image | Sequence[str], /, *, size: int | None = None) -> Picture:
        """Download a picture of an event or a lookup, such as an avatar or a gift, by its URL or its URLs.

        `size`: use the smallest version with at least this many pixels, else the largest; None uses the
        first version that TikTok did not reduce. Pictures are kept on disk. Only TikTok's own servers are
        used. Raises `LookupFailed` if no URL returns a picture, and `NetworkError` if it has more than
        `Limits.image` bytes.
        """
        urls = image.urls if isinstance(image, Image) else image or ()
        return await self._network.images.fetch([urls] if isinstance(urls, str) else urls, size=size)

    def feed(self) -> Feed:
        """Return the live streams that TikTok recommends, page by page. Nothing is requested yet."""
        return Feed(self._network.listings.feed_page, tracker=self._follow)

    async def signer_limits(self) -> SignerLimits:
        """Return the remaining quota of the signer. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return await self._network.signer.limits()

    async def wait_until_live(self, user: str | int, /, *, interval: float = 30.0) -> LiveRoom:
        """Wait until a user is live, and return the room; a room id means the host of the room.

        A request is sent about every `interval` seconds, and up to four times less often after a long
        time. Temporary failures are waited out, unless TikTok was never reached. Raises
        `UserNotFound` and other errors that waiting cannot solve. Closing this client ends the waiting
        with `ConfigError`.
        """
        return await wait_until_live(
            self._network, user, interval=interval, clock=self._clock, random=self._random, pace=self._pace
        )

    def watch(self, *users: str | int, interval: float = 30.0) -> Watcher[Live]:
        """Yield a `Live`, to open with `async with`, whenever one of the users goes live.

        Users who are already live come immediately; a host who opens a new room comes again. Requests
        are sent as in `wait_until_live`, at most one per second, and only while you wait for the next
        `Live`: open each one in its own task. For a user who does not exist, an error is raised once;
        continue with `anext` to watch the others. `stats()` of the iterator says how many requests are
        sent, and how soon a change is noticed.
        """
        return Watcher(
            self._network,
            users,
            make=lambda room: self._follow(room, room_info=True, gift_list=False),
            interval=interval,
            clock=self._clock,
            random=self._random,
            pace=self._pace,
        )

    def _follow(self, room: FoundRoom, *, room_info: bool, gift_list: bool) -> Live:
        """Return a `Live` of a room that was already looked up."""
        return Live(
            self._network,
            room.username or room.room_id,
            options=self._options,
            known_room=room,
            room_info=room_info,
            gift_list=gift_list,
            owner=self._lives,
            random=self._random,
        )


def _recorder(path: str | PathLike[str] | None) -> CaptureRecorder | None:
    if path is None:
        return None
    from tikcast.capture.recorder import CaptureRecorder

    return CaptureRecorder(path, option="trace")


def _warn_of(*, verify: bool | str) -> None:
    if verify is False:
        text = "verify=False: anybody on the network path can read and change the data"
        warnings.warn(text, stacklevel=3)
