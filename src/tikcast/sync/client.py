"""The client for programs without asyncio."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, Self
from weakref import WeakSet

from tikcast import client
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts
from tikcast.sync.feed import Feed
from tikcast.sync.handlers import Handler, Handlers
from tikcast.sync.live import Live, Watch
from tikcast.sync.portal import ClientClosed, Portal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike

    from tikcast import live as asynchronous
    from tikcast._live.listeners import ErrorHook
    from tikcast._live.state import History, QueuePolicy
    from tikcast._net.cookies import SessionOption
    from tikcast._net.proxy import ProxyOption
    from tikcast.events import Image
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
    from tikcast.sync.handlers import CallSoon

# The records are frozen: one of each serves every client.
_ENDPOINTS: Final = Endpoints()
_TIMEOUTS: Final = Timeouts()
_RECONNECT: Final = Reconnect()
_LIMITS: Final = Limits()
_DAY: Final = 86400.0


class ChatSender(Protocol):
    """Sends chat messages, in whatever way its maker knows."""

    def send_chat(self, room_id: int, text: str) -> object:
        """Send `text` to the room; raises when it was not sent. It may block."""


class TikTok:
    """A client of TikTok LIVE. Constructing it opens nothing; `with` closes what it opened.

    It is `tikcast.TikTok`, options included, with plain calls: each waits for its answer while the
    work is done by an event loop in a thread of the client's own. It can therefore be used where a
    loop runs already, as in Jupyter, and from any number of threads.

    `on_error` is called where handlers are. `chat_sender` may be a plain object whose `send_chat`
    blocks. `call_soon` decides where handlers are called: it gets a function without arguments and
    has it called, once, in the right thread, without waiting for it (`root.after_idle` of Tk,
    `wx.CallAfter`, a Qt signal's `emit`); None calls them one at a time in a thread for handlers.
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
        call_soon: CallSoon | None = None,
    ) -> None:
        self._portal = Portal()
        self._handlers = Handlers(call_soon)
        self._lives: WeakSet[Live] = WeakSet()
        self._client = client.TikTok(
            endpoints=endpoints, identity=identity, session=session, connect=connect, signer=signer,
            api_key=api_key, client_name=client_name, check_limits=check_limits,
            send_session_to_signer=send_session_to_signer, proxy=proxy, http_proxy=http_proxy,
            ws_proxy=ws_proxy, verify=verify, language=language, region=region, timeouts=timeouts,
            reconnect=reconnect, limits=limits, history=history, queue_policy=queue_policy,
            experimental=experimental, extra_params=extra_params, extra_headers=extra_headers,
            chat_sender=None if chat_sender is None else _Sender(chat_sender), capture=capture,
            trace=trace, log_requests=log_requests,
            on_error=None if on_error is None else Handler(on_error, self._handlers),
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._portal.call(self._client.__aenter__)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every live of this client, its connections and its threads, from any thread.

        Calls that are under way elsewhere end. Doing it twice is fine.
        """
        try:
            if self._portal.started:
                with suppress(ClientClosed):  # by another thread, just now
                    self._portal.call(self._client.aclose)
        finally:
            try:
                self._portal.close()
            finally:  # a second Ctrl+C ends the waiting, not the closing
                self._handlers.close()

    @property
    def lives(self) -> tuple[Live, ...]:
        """The lives that this client tracks and whose makers still hold them, closed ones too."""
        return self._portal.run(tuple[Live, ...], self._lives)

    def track(self, user_or_room: str | int, /, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """A live to be opened with `with`.

        `user_or_room`: a name, @name, page URL, share link, or room id (an int, or 15 and more
        digits). `room_info` and `gift_list` are asked for when it opens; failing, they are None.
        Nothing happens yet: what is wrong is raised by `with`.
        """
        live = self._portal.run(self._client.track, user_or_room, room_info=room_info, gift_list=gift_list)
        return self._portal.run(self._adopt, live)

    def user_info(self, user: str | int, /) -> UserInfo:
        """The profile of a user: a name, @name, page, share link; bare digits are a user id.

        Raises `UserNotFound`, `PrivateAccount`, `LookupFailed`, `Blocked`, `RateLimited`, `NetworkError`,
        as all lookups do.
        """
        return self._portal.call(self._client.user_info, user)

    def live_room(self, user_or_room: str | int, /) -> LiveRoom:
        """The room in which a user is live now, with the user, their counts, and where the video is.

        Raises `UserOffline` for a user who is not live, `LiveEndedError` for a room that is over.
        """
        return self._portal.call(self._client.live_room, user_or_room)

    def is_live(self, user_or_room: str | int, /) -> bool | None:
        """Whether a user or a room is live now; None when TikTok's answer does not tell.

        Raises `UserNotFound` for a user who does not exist, and what kept TikTok from answering.
        """
        return self._portal.call(self._client.is_live, user_or_room)

    def are_live(self, rooms: Sequence[str | int], /) -> dict[int, bool | None]:
        """Whether rooms are live now, by id, asked in as few requests as possible; None: not told."""
        return self._portal.call(self._client.are_live, rooms)

    def room_info(self, user_or_room: str | int, /) -> RoomInfo:
        """What TikTok says of a room. Raises `LiveEndedError`, `AgeRestricted`, `LookupFailed`."""
        return self._portal.call(self._client.room_info, user_or_room)

    def gift_list(self, room: str | int, /, *, language: str | None = None, max_age: float = _DAY) -> list[GiftInfo]:
        """The gifts that can be sent, named in `language`, such as `en`; None: the client's own.

        They are kept on disk by language. TikTok is asked, by way of this room (or a user's live),
        only when the list that is known is older than `max_age` seconds; when that fails, the older
        one is given.
        """
        return self._portal.call(self._client.gift_list, room, language=language, max_age=max_age)

    def price_list(self) -> PriceList:
        """What coins cost, in US cents and in the currency of where this client comes from."""
        return self._portal.call(self._client.price_list)

    def audience(self, room: str | int, /) -> AudienceList:
        """Who watches a live, those who gave most first.

        Raises `LoginRequired` unless `TikTok(session=…)` is one that TikTok knows.
        """
        return self._portal.call(self._client.audience, room)

    def fetch_image(self, image: Image | Sequence[str], /, *, size: int | None = None) -> Picture:
        """A picture of an event or a lookup: an avatar, a gift, a badge, a cover; by its URLs, or by one.

        `size`: the smallest form of at least so many pixels is taken, else the largest; None takes
        TikTok's first choice. Pictures are kept on disk. Only TikTok's own servers are asked.
        Raises `LookupFailed` when none of the URLs gives a picture, and `NetworkError` for one of
        more than `Limits.image` bytes.
        """
        return self._portal.call(self._client.fetch_image, image, size=size)

    def feed(self) -> Feed:
        """The lives that TikTok recommends, page by page. Nothing is asked yet."""
        return Feed(self._portal.run(self._client.feed), portal=self._portal, adopt=self._adopt)

    def signer_limits(self) -> SignerLimits:
        """What the signer still grants. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return self._portal.call(self._client.signer_limits)

    def wait_until_live(self, user: str | int, /, *, interval: float = 30.0) -> LiveRoom:
        """Wait until a user is live, and give the room; a room id stands for its host.

        TikTok is asked about every `interval` seconds, and up to four times less often the longer it
        takes. Failures that may pass are waited out, unless TikTok was never reached. Raises
        `UserNotFound` and what waiting cannot mend.
        """
        return self._portal.call(self._client.wait_until_live, user, interval=interval)

    def watch(self, *users: str | int, interval: float = 30.0) -> Iterator[Live]:
        """A `Live`, to be opened with `with`, whenever one of the users goes live.

        Who is live already comes at once; a host who opens a new room comes again. TikTok is asked
        as in `wait_until_live`, never more than once a second, while you wait for the next one: open
        lives in threads of their own. A user who does not exist is raised, once; go on with `next`
        to watch the others.
        """
        watch = self._portal.run(self._client.watch, *users, interval=interval)
        return Watch(watch, portal=self._portal, adopt=self._adopt)

    def _adopt(self, live: asynchronous.Live) -> Live:
        adopted = Live(live, portal=self._portal, handlers=self._handlers)
        self._lives.add(adopted)
        return adopted


class _Sender:
    """A sender that may block, in a thread where it may."""

    def __init__(self, sender: ChatSender) -> None:
        self._sender = sender

    async def send_chat(self, room_id: int, text: str) -> None:
        result = await asyncio.to_thread(self._sender.send_chat, room_id, text)
        if inspect.isawaitable(result):
            await result
