"""The client: lookups and tracking, everything through one network identity."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Final, Self
from weakref import WeakSet

from tikcast._live.clock import SystemClock
from tikcast._live.state import LiveSettings
from tikcast._live.waiting import wait_until_live
from tikcast._net.config import NetworkConfig
from tikcast._net.network import Network
from tikcast.errors import ConfigError, UserOffline
from tikcast.live import Live
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from tikcast._live.listeners import ErrorHook
    from tikcast._live.state import ChatSender, History, QueuePolicy
    from tikcast._net.answers import FoundRoom
    from tikcast._net.login import SessionOption
    from tikcast._net.proxy import ProxyOption
    from tikcast._net.signer import Signer
    from tikcast.capture.recorder import Recorder
    from tikcast.models import GiftInfo, RoomInfo, SignerLimits, UserInfo

_HISTORIES: Final = ("mark", "skip", "deliver")
_POLICIES: Final = ("drop_oldest", "wait")

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
        _refuse(capture=capture)
        _choose("history", history, among=_HISTORIES)
        _choose("queue_policy", queue_policy, among=_POLICIES)
        if verify is False:
            text = "verify=False: anybody on the way can read and change what comes from TikTok"
            warnings.warn(text, stacklevel=2)
        self._lives: WeakSet[Live] = WeakSet()
        self._settings = LiveSettings(
            timeouts=timeouts, reconnect=reconnect, limits=limits, history=history,
            queue_policy=queue_policy, on_error=on_error, chat_sender=chat_sender,
            report_unknown=experimental,
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

    async def __aenter__(self) -> Self:
        if self._trace is not None:
            self._trace.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every live of this client, then its connections and its trace. Doing it twice is fine."""
        try:
            await asyncio.gather(*(live.close() for live in list(self._lives)))
            await self._network.aclose()
        finally:
            if self._trace is not None:
                await asyncio.to_thread(self._trace.close)

    @property
    def lives(self) -> tuple[Live, ...]:
        """The lives that this client tracks and whose makers still hold them, closed ones too."""
        return tuple(self._lives)

    def track(self, user_or_room: str | int, /, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """A live to be opened with `async with`.

        `user_or_room`: a name, @name, page URL, share link, or room id (an int, or 15 and more
        digits). `room_info` and `gift_list` are asked for when it opens; failing, they are None.
        Nothing happens yet: what is wrong is raised by `async with`.
        """
        live = Live(
            self._network,
            user_or_room,
            settings=self._settings,
            room_info=room_info,
            gift_list=gift_list,
        )
        self._lives.add(live)
        return live

    async def user_info(self, user: str | int, /) -> UserInfo:
        """The profile of a user; bare digits are a user id. Raises `LookupFailed`, `Blocked`."""
        return await self._network.user_info(user)

    async def live_room(self, user: str, /) -> FoundRoom:
        """The room in which a user is live now, with the user. Raises `UserOffline` if in none."""
        target = await self._network.resolve(user)
        return await self._network.find_room(target)

    async def is_live(self, user_or_room: str | int, /) -> bool | None:
        """Whether a user or a room is live now; None when TikTok's answer does not tell.

        Raises `UserNotFound` for a user who does not exist, and what kept TikTok from answering.
        """
        target = await self._network.resolve(user_or_room)
        if target.room_id is not None:
            return (await self.are_live([target.room_id])).get(target.room_id)
        try:
            await self._network.find_room(target)
        except UserOffline:
            return False
        return True

    async def are_live(self, rooms: Sequence[int], /) -> dict[int, bool | None]:
        """Whether rooms are live now, asked in as few requests as possible; None: not told."""
        return await self._network.check_alive(rooms)

    async def room_info(self, user_or_room: str | int, /) -> RoomInfo:
        """What TikTok says of a room. Raises `LiveEndedError`, `AgeRestricted`, `LookupFailed`."""
        target = await self._network.resolve(user_or_room)
        if target.room_id is not None:
            return await self._network.room_info(target.room_id)
        return await self._network.room_info_by_user(target.username or "")

    async def gift_list(self, room: str | int, /, *, language: str | None = None) -> list[GiftInfo]:
        """The gifts that can be sent in a room (or in a user's live), named in `language`."""
        found = await self._network.find_room(await self._network.resolve(room))
        return await self._network.gift_list(found.room_id, language=language)

    async def signer_limits(self) -> SignerLimits:
        """What the signer still grants. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return await self._network.signer_limits()

    async def wait_until_live(self, user: str, /, *, interval: float = 30.0) -> FoundRoom:
        """Wait until a user is live, asking about every `interval` seconds, and give the room.

        Failures that may pass are waited out. Raises `UserNotFound` and what waiting cannot mend.
        """
        return await wait_until_live(self._network, user, interval=interval, clock=SystemClock())


def _recorder(path: str | PathLike[str] | None) -> Recorder | None:
    if path is None:
        return None
    from tikcast.capture.recorder import Recorder

    return Recorder(path, option="trace")


def _refuse(**options: object) -> None:
    for option, value in options.items():
        if value is not None:
            raise ConfigError("it is not available in this version", option=option, advice="leave it out")


def _choose(option: str, value: str, *, among: Sequence[str]) -> None:
    if value not in among:
        names = " or ".join(map(repr, among))
        raise ConfigError(f"{value!r} is unknown", option=option, advice=f"give {names}")
