"""The client for programs without asyncio."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, Self, TypeVar

from tikcast import client
from tikcast.live import ChatSender
from tikcast.sync.feed import Feed
from tikcast.sync.handlers import Handler, Handlers
from tikcast.sync.live import Live, Watch
from tikcast.sync.portal import ClientClosed, Portal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tikcast import live as asynchronous
    from tikcast._live.listeners import ErrorHook
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

    It is `tikcast.TikTok`, options included, with plain calls: each waits for its answer while the
    work is done by an event loop in a thread of the client's own. It can therefore be used where a
    loop runs already, as in Jupyter, and from any number of threads.

    `on_error` is called where handlers are. `chat_sender` may be a plain object whose `send_chat`
    blocks. `call_soon` decides where handlers are called: it gets a function without arguments and
    has it called, once, in the right thread, without waiting for it (`root.after_idle` of Tk,
    `wx.CallAfter`, a Qt signal's `emit`); None calls them one at a time in a thread for handlers.
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
        """The live streams that this client has open, from their opening until they are closed."""
        return tuple(map(self._adopt, self._portal.run(lambda: self._client.lives)))

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
        return Live(live, portal=self._portal, handlers=self._handlers)


class _BlockingSender:
    """Calls a sender that may block in a thread where it may."""

    def __init__(self, sender: ChatSender) -> None:
        self._sender = sender

    async def send_chat(self, room_id: int, text: str) -> None:
        result = await asyncio.to_thread(self._sender.send_chat, room_id, text)
        if inspect.isawaitable(result):
            await result
