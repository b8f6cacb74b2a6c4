"""Live streams that TikTok recommends, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, Self, overload

from tikcast._net.liveness import FoundRoom
from tikcast.errors import FeedExhausted

if TYPE_CHECKING:
    from tikcast.live import Live
    from tikcast.models import FeedItem, FeedPage, RoomInfo, UserInfo


class Tracker(Protocol):
    """Creates a `Live` for a room."""

    def __call__(self, room: FoundRoom, *, room_info: bool, gift_list: bool) -> Live:
        """Return a `Live` to open with `async with`."""


class FeedLive:
    """A recommended live stream. `item`: everything that the feed contains about it."""

    def __init__(self, item: FeedItem, *, tracker: Tracker) -> None:
        self.item = item
        self._tracker = tracker

    def __repr__(self) -> str:
        return f"<FeedLive @{self.host.username} room_id={self.room_id}>"

    @property
    def room_id(self) -> int:
        """The id of the room."""
        return self.item.room_id

    @property
    def info(self) -> RoomInfo:
        """The information about the room in the feed."""
        return self.item.info

    @property
    def host(self) -> UserInfo:
        """The user who is live."""
        return self.item.info.owner

    def track(self, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """Return a `Live` to open with `async with`, as `TikTok.track` does."""
        room = FoundRoom(
            room_id=self.room_id,
            username=self.host.username or None,
            user=self.host if self.host.id else None,
            title=self.info.title,
        )
        return self._tracker(room, room_info=room_info, gift_list=gift_list)


class Page(Sequence[FeedLive]):
    """The live streams of one page, in TikTok's order. `source`: the page as TikTok sent it."""

    def __init__(self, source: FeedPage, *, tracker: Tracker) -> None:
        self.source = source
        self.lives = tuple(FeedLive(item, tracker=tracker) for item in source.items)

    def __repr__(self) -> str:
        return f"<Page of {len(self)} lives>"

    def __len__(self) -> int:
        return len(self.lives)

    @overload
    def __getitem__(self, index: int) -> FeedLive: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FeedLive]: ...
    def __getitem__(self, index: int | slice) -> FeedLive | Sequence[FeedLive]:
        return self.lives[index]


class Feed:
    """The recommended live streams, as `TikTok.feed` returns them. The first page is requested when it is needed.

    `async for page in feed` yields all pages; `await feed.next()` returns one. If a request for a page
    fails, the page can be requested again.
    """

    def __init__(self, ask: Callable[[int], Awaitable[FeedPage]], *, tracker: Tracker) -> None:
        self._ask = ask
        self._tracker = tracker
        self._lives: list[FeedLive] = []
        self._max_time = 0
        self._pages = 0
        self._more = True
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        return f"<Feed pages={self._pages} lives={len(self._lives)} has_more={self._more}>"

    @property
    def lives(self) -> Sequence[FeedLive]:
        """The live streams of all pages so far."""
        return tuple(self._lives)

    @property
    def has_more(self) -> bool:
        """Whether there is another page, according to TikTok's last answer."""
        return self._more

    async def next(self) -> Page:
        """Return the next page. Raises `FeedExhausted` after the last page, and the errors of a lookup."""
        async with self._turn:
            if not self._more:
                raise FeedExhausted(self._pages)
            source = await self._ask(self._max_time)
            page = Page(source, tracker=self._tracker)
            self._lives += page.lives
            self._pages += 1
            # A page that names itself as the next page would repeat forever.
            self._more = source.has_more and source.max_time != self._max_time
            self._max_time = source.max_time
            return page

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page:
        try:
            return await self.next()
        except FeedExhausted:
            raise StopAsyncIteration from None
