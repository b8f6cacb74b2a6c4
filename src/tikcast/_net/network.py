"""Everything that touches the network for one client, behind one door."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from tikcast._net.answers import FoundRoom
from tikcast._net.config import Method, NetworkConfig, Settings, settle
from tikcast._net.connect import Connector, OpenedRoom, Progress, RoomRequest
from tikcast._net.connect.direct import DirectConnector
from tikcast._net.connect.signed import SignedConnector
from tikcast._net.http import Api, Http
from tikcast._net.images import Images
from tikcast._net.lookups import Catalogue, Listings, Lookup
from tikcast._net.media import Media
from tikcast._net.signer import HttpSigner, limiter_for
from tikcast._net.store import Store, cache_folder
from tikcast._net.targets import Target
from tikcast._wire.response import without_route
from tikcast.errors import STAGES, ConnectFailed, Stage, TikcastError
from tikcast.models import (
    AudienceList,
    FeedPage,
    GiftInfo,
    LiveRoom,
    Picture,
    PriceList,
    RoomInfo,
    SignerLimits,
    UserInfo,
)

__all__ = ["FoundRoom", "Network", "NetworkConfig", "OpenedRoom", "Target"]

_DAY: Final = 86400.0


class Network:
    """Lookups and connections of one client, which is one browser with its cookies.

    Constructing opens nothing. Raises `ConfigError` for options that cannot work. Every coroutine
    may be cancelled, and raises errors of the tree only.
    """

    def __init__(
        self,
        config: NetworkConfig | None = None,
        *,
        environment: Mapping[str, str] = os.environ,
        random: Random | None = None,
    ) -> None:
        random = random or Random()  # noqa: S311 - it varies a browser's numbers, no secrets
        settings = settle(config or NetworkConfig(), environment=environment, random=random)
        jar = settings.visitor.jar
        self._settings = settings
        self._http = Http(settings, jar=jar)
        api = Api(self._http, settings, jar=jar)
        self._lookup = Lookup(self._http, settings, api=api)
        self._listings = Listings(api)
        store = Store(cache_folder(environment))
        self._catalogue = Catalogue(store, settings)
        self._images = Images(self._http, settings, store=store)
        self._signer = HttpSigner(
            self._http,
            settings,
            limiter=limiter_for(settings.endpoints.signer, api_key=settings.api_key),
        )
        own = settings.config.signer
        signer = self._signer if own is None or isinstance(own, str) else own
        self._connectors: dict[Method, Connector] = {
            "direct": DirectConnector(self._http, settings, jar=jar, random=random),
            "signed": SignedConnector(signer, settings, random=random),
        }

    @property
    def settings(self) -> Settings:
        """What the options and the environment came to."""
        return self._settings

    async def resolve(self, target: str | int) -> Target:
        """What a name, page, share link or room id names. Raises `InvalidTarget`."""
        return await self._lookup.resolve(target)

    async def find_room(self, target: Target, *, besides: int | None = None) -> FoundRoom:
        """The live room of `target`; a room id is taken as it is. `besides`: a room that it is not.

        Raises `UserNotFound`, `UserOffline`, `PrivateAccount`, `LiveEndedError`, `Blocked`, `RateLimited`,
        `LookupFailed`, `NetworkError`.
        """
        return await self._lookup.find_room(target, besides=besides)

    async def check_alive(self, room_ids: Sequence[int]) -> dict[int, bool | None]:
        """Whether each room is live, None where TikTok did not say."""
        return await self._lookup.check_alive(room_ids)

    async def room_info(self, room_id: int) -> RoomInfo:
        """All about a room. Raises `LiveEndedError`, `AgeRestricted`, or `LookupFailed`."""
        return await self._lookup.room_info(room_id)

    async def room_info_by_user(self, username: str) -> RoomInfo:
        """All about the room of a user. Raises as `room_info` does."""
        return await self._lookup.room_info_by_user(username)

    async def live_room(self, target: Target) -> LiveRoom:
        """The live room of `target` with all that is told of it. Raises as `find_room` and `room_info` do."""
        return await self._lookup.live_room(target)

    async def gift_list(
        self, room: int | Target, *, language: str | None = None, max_age: float = _DAY
    ) -> list[GiftInfo]:
        """The gifts that viewers can send, named in `language`, such as `en`; None: the client's own.

        TikTok is asked, by this room, only when no list of that language is known that is at most
        `max_age` seconds old. When asking fails, an older one is given if there is one.
        """

        async def ask() -> list[dict[str, object]]:
            target = Target(room_id=room) if isinstance(room, int) else room
            found = await self._lookup.find_room(target)
            return await self._listings.gifts(found.room_id, language=language)

        return await self._catalogue.gifts(ask, language=language, max_age=max_age)

    async def feed_page(self, max_time: int) -> FeedPage:
        """The page of recommended lives that begins at `max_time`, 0 for the first."""
        return await self._listings.feed_page(max_time)

    async def price_list(self) -> PriceList:
        """What coins cost where this client comes from."""
        return await self._listings.price_list()

    async def audience(self, target: Target) -> AudienceList:
        """Who is in a live. Raises `LoginRequired` without a session that TikTok knows."""
        room = await self._lookup.live_room(target)
        return await self._listings.audience(room.room_id, host_id=room.user.id)

    async def image(self, urls: Sequence[str], *, size: int | None = None) -> Picture:
        """The picture that `urls` show, in a form of at least `size` pixels if there is one."""
        return await self._images.fetch(urls, size=size)

    async def user_info(self, user: str | int) -> UserInfo:
        """A user's profile, by name or by id. Raises `UserNotFound`, or `PrivateAccount`."""
        return await self._lookup.user_info(user)

    async def signer_limits(self) -> SignerLimits:
        """What the signer still grants. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return await self._signer.limits()

    async def connect_room(
        self,
        room_id: int,
        *,
        username: str | None = None,
        cursor: str = "",
        internal_ext: bytes = b"",
        methods: Sequence[Method] | None = None,
    ) -> OpenedRoom:
        """Open the room's WebSocket by the first way that works.

        `cursor` and `internal_ext` go on from an earlier connection. `methods`: other ways than
        the client's own. Raises `ConnectFailed` with the error of every way.
        """
        if self._settings.config.tracer is not None:
            self._settings.config.tracer.open()
        request = RoomRequest(room_id=room_id, username=username, cursor=cursor, internal_ext=internal_ext)
        causes: list[TikcastError] = []
        attempts: list[tuple[str, Stage]] = []
        for method in methods or self._settings.methods:
            progress = Progress()
            try:
                return self._watched(await self._connectors[method].open(request, progress), request)
            except TikcastError as error:
                error.stage = progress.stage
                causes.append(error)
                attempts.append((method, progress.stage))
        stage = max((stage for _, stage in attempts), key=STAGES.index)
        raise ConnectFailed(stage, causes, attempts=attempts) from causes[-1]

    def _watched(self, opened: OpenedRoom, request: RoomRequest) -> OpenedRoom:
        """Let the client's tracer see what goes over a connection, from its first frame on."""
        tracer = self._settings.config.tracer
        if tracer is not None:
            tap = tracer.connection(room_id=request.room_id, method=opened.method, username=request.username)
            if opened.first_response:
                tap.passed("answer", without_route(opened.first_response))
            opened.socket.watch(tap)
        return opened

    def media(self) -> Media:
        """Connections to video servers; whoever asks for them closes them."""
        return Media(self._settings)

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._http.closed

    async def rest(self, seconds: float) -> None:
        """Ask nothing for a while. Raises `ConfigError` as soon as this is closed."""
        await self._http.rest(seconds)

    async def aclose(self) -> None:
        """Close what is open; sockets of rooms are their owner's. Closing twice is fine."""
        await self._http.aclose()
