"""The client of the synchronous API."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, Self, TypeVar

from tikcast import client
from tikcast.live import ChatSender
from tikcast.sync.feed import Feed
from tikcast.sync.handlers import Handler, Handlers
from tikcast.sync.live import Live, Watcher
from tikcast.sync.portal import ClientClosed, Portal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tikcast import live as asynchronous
    from tikcast._options import ErrorHook
    from tikcast.events import Image
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
    from tikcast.sync.handlers import CallSoon

P = ParamSpec("P")
Q = ParamSpec("Q")
T = TypeVar("T")

_DAY: Final = 86400.0


class _Constructor(Protocol[P]):
    """The options of a client, and `call_soon`."""

    def __call__(self, call_soon: CallSoon | None = None, *args: P.args, **kwargs: P.kwargs) -> None: ...


def _with_call_soon(original: Callable[P, object]) -> _Constructor[P]:
    """The parameters of the asynchronous client, with `call_soon` as the last one."""

    def constructor(call_soon: CallSoon | None = None, *args: P.args, **kwargs: P.kwargs) -> None: ...

    signature = inspect.signature(original)
    own = inspect.signature(constructor).parameters["call_soon"].replace(kind=inspect.Parameter.KEYWORD_ONLY)
    parameters = [*signature.parameters.values(), own]
    constructor.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return constructor


def _takes_options_of(
    source: Callable[Q, object],
) -> Callable[[Callable[Concatenate[T, ...], None]], Callable[Concatenate[T, Q], None]]:
    """Give a constructor the parameters of `source`, for type checkers and for `inspect.signature`."""

    def decorate(constructor: Callable[Concatenate[T, ...], None]) -> Callable[Concatenate[T, Q], None]:
        own, options = inspect.signature(constructor), inspect.signature(source)
        parameters = [own.parameters["self"], *options.parameters.values()]
        constructor.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return constructor

    return decorate


class TikTok:
    """A client of TikTok LIVE. Constructing it opens nothing; `with` closes what it opened.

    It has the options and methods of `tikcast.TikTok`. Each call waits for its result, while an event
    loop in a separate thread of the client does the work. You can therefore use it while another event
    loop is running, as in Jupyter, and from any number of threads.

    `on_error` is called in the same thread as handlers. `send_chat` of the `chat_sender` may be a plain
    function that blocks. `call_soon` sets the thread of handlers: it gets a function without arguments
    and arranges that this function is called once in the right thread, without waiting for it
    (`root.after_idle` of Tk, `wx.CallAfter`, `emit` of a Qt signal). With None, handlers are called one
    at a time in a separate thread.
    """

    @_takes_options_of(_with_call_soon(client.TikTok))
    def __init__(
        self,
        *,
        call_soon: CallSoon | None = None,
        on_error: ErrorHook | None = None,
        chat_sender: ChatSender | None = None,
        **options: Any,  # noqa: ANN401 - those of the asynchronous client, typed by the decorator
    ) -> None:
        self._portal = Portal()
        self._handlers = Handlers(call_soon)
        self._client = client.TikTok(
            chat_sender=None if chat_sender is None else _BlockingSender(chat_sender),
            on_error=None if on_error is None else Handler(on_error, self._handlers),
            **options,
        )

    def __enter__(self) -> Self:
        self._portal.call(self._client.__aenter__)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every live stream of this client, its connections and its threads, from any thread.

        Running calls in other threads end. It can be called twice.
        """
        try:
            if self._portal.started:
                with suppress(ClientClosed):  # another thread has closed it
                    self._portal.call(self._client.aclose)
        finally:
            try:
                self._portal.close()
            finally:  # also after a second Ctrl+C
                self._handlers.close()

    @property
    def lives(self) -> tuple[Live, ...]:
        """The live streams that this client has open, from their opening until they are closed."""
        return tuple(map(self._adopt, self._portal.run(lambda: self._client.lives)))

    def track(self, user_or_room: str | int, /, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """Return a `Live` to open with `with`. Nothing is requested before; errors are raised by `with`.

        `user_or_room`: a name, @name, page URL, share link, or room id (an int, or a string of 15 or more
        digits). `room_info` and `gift_list`: request them when it opens; if the request fails, they are None.
        """
        live = self._portal.run(self._client.track, user_or_room, room_info=room_info, gift_list=gift_list)
        return self._portal.run(self._adopt, live)

    def user_info(self, user: str | int, /) -> UserInfo:
        """Return the profile of a user, given by name, @name, page URL or share link; digits are a user id.

        Raises `UserNotFound`, `PrivateAccount`, `LookupFailed`, `Blocked`, `RateLimited`, `NetworkError`,
        like all lookups.
        """
        return self._portal.call(self._client.user_info, user)

    def live_room(self, user_or_room: str | int, /) -> LiveRoom:
        """Return the room of a user who is live, with the user, the user's counts, and the addresses of the video.

        Raises `UserOffline` if the user is not live, `LiveEndedError` if the live stream of the room is over.
        """
        return self._portal.call(self._client.live_room, user_or_room)

    def is_live(self, user_or_room: str | int, /) -> bool | None:
        """Return whether a user or a room is live now, also while it is paused; None if TikTok's answers do not tell.

        False needs two sources, or one that is certain. Raises `UserNotFound` if the user does not exist, and the
        error of the lookup if no source answers.
        """
        return self._portal.call(self._client.is_live, user_or_room)

    def live_status(self, user_or_room: str | int, /, *, every: bool = False) -> LiveStatus:
        """Return whether a user or a room is live, with what each source of TikTok said about it.

        The sources are asked until they settle it; with `every`, all of them. A source that fails is part of the
        result, and so is a user who does not exist.
        """
        return self._portal.call(self._client.live_status, user_or_room, every=every)

    def are_live(self, rooms: Sequence[str | int], /) -> dict[int, bool | None]:
        """Return whether rooms are live now, by room id, with few requests; None if TikTok does not tell."""
        return self._portal.call(self._client.are_live, rooms)

    def room_info(self, user_or_room: str | int, /) -> RoomInfo:
        """Return all information about a room. Raises `LiveEndedError`, `AgeRestricted`, `LookupFailed`."""
        return self._portal.call(self._client.room_info, user_or_room)

    def gift_list(self, room: str | int, /, *, language: str | None = None, max_age: float = _DAY) -> list[GiftInfo]:
        """Return the available gifts, with names in `language`, such as `en`; None: the language of the client.

        `room`: any room, or a user who is live. The list is kept on disk by language. It is requested
        again if it is older than `max_age` seconds; if that fails, the older list is returned.
        """
        return self._portal.call(self._client.gift_list, room, language=language, max_age=max_age)

    def price_list(self) -> PriceList:
        """Return the prices of coins, in US cents and in the local currency of the client's address."""
        return self._portal.call(self._client.price_list)

    def audience(self, room: str | int, /) -> AudienceList:
        """Return the viewers of a live stream, those who gave most first.

        Raises `LoginRequired` without a valid `TikTok(session=…)`.
        """
        return self._portal.call(self._client.audience, room)

    def fetch_image(self, image: Image | Sequence[str], /, *, size: int | None = None) -> Picture:
        """Download a picture of an event or a lookup, such as an avatar or a gift, by its URL or its URLs.

        `size`: use the smallest version with at least this many pixels, else the largest; None uses the
        first version that TikTok did not reduce. Pictures are kept on disk. Only TikTok's own servers are
        used. Raises `LookupFailed` if no URL returns a picture, and `NetworkError` if it has more than
        `Limits.image` bytes.
        """
        return self._portal.call(self._client.fetch_image, image, size=size)

    def feed(self) -> Feed:
        """Return the live streams that TikTok recommends, page by page. Nothing is requested yet."""
        return Feed(self._portal.run(self._client.feed), portal=self._portal, adopt=self._adopt)

    def signer_limits(self) -> SignerLimits:
        """Return the remaining quota of the signer. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        return self._portal.call(self._client.signer_limits)

    def wait_until_live(self, user: str | int, /, *, interval: float = 30.0) -> LiveRoom:
        """Wait until a user is live, and return the room; a room id means the host of the room.

        A request is sent about every `interval` seconds, and up to four times less often after a long
        time. Temporary failures are waited out, unless TikTok was never reached. Raises
        `UserNotFound` and other errors that waiting cannot solve.
        """
        return self._portal.call(self._client.wait_until_live, user, interval=interval)

    def watch(self, *users: str | int, interval: float = 30.0) -> Watcher[Live]:
        """Yield a `Live`, to open with `with`, whenever one of the users goes live.

        Users who are already live come immediately; a host who opens a new room comes again. Requests
        are sent as in `wait_until_live`, at most one per second, and only while you wait for the next
        `Live`: open each one in its own thread. For a user who does not exist, an error is raised once;
        continue with `next` to watch the others. `stats()` of the iterator says how many requests are
        sent, and how soon a change is noticed.
        """
        watch = self._portal.run(self._client.watch, *users, interval=interval)
        return Watcher(watch, portal=self._portal, adopt=self._adopt)

    def _adopt(self, live: asynchronous.Live) -> Live:
        return Live(live, portal=self._portal, handlers=self._handlers)


class _BlockingSender:
    """Calls a sender in a thread, where it may block."""

    def __init__(self, sender: ChatSender) -> None:
        self._sender = sender

    async def send_chat(self, room_id: int, text: str) -> None:
        result = await asyncio.to_thread(self._sender.send_chat, room_id, text)
        if inspect.isawaitable(result):
            await result
