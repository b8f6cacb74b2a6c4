"""Lives that TikTok recommends, page by page, each ready to be tracked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, Self, overload

from tikcast._net.answers import FoundRoom
from tikcast.errors import FeedExhausted

if TYPE_CHECKING:
    from tikcast.live import Live
    from tikcast.models import FeedItem, FeedPage, RoomInfo, UserInfo


class Tracker(Protocol):
    """Makes a live of a room that was found."""

    def __call__(self, found: FoundRoom, *, room_info: bool, gift_list: bool) -> Live:
        """A live to be opened with `async with`."""


class FeedLive:
    """A recommended live. `item`: all that the feed told of it."""

    def __init__(self, item: FeedItem, *, tracker: Tracker) -> None:
        self.item = item
        self._tracker = tracker

    def __repr__(self) -> str:
        return f"<FeedLive @{self.host.username} room_id={self.room_id}>"

    @property
    def room_id(self) -> int:
        """The room."""
        return self.item.room_id

    @property
    def info(self) -> RoomInfo:
        """What the feed told of the room."""
        return self.item.info

    @property
    def host(self) -> UserInfo:
        """Whose live it is."""
        return self.item.info.owner

    def track(self, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """The live, to be opened with `async with`, as `TikTok.track` gives it."""
        found = FoundRoom(
            room_id=self.room_id,
            username=self.host.username or None,
            user=self.host if self.host.id else None,
            title=self.info.title,
        )
        return self._tracker(found, room_info=room_info, gift_list=gift_list)


class Page(Sequence[FeedLive]):
    """The lives of one page, in TikTok's order. `source`: the page as TikTok sent it."""

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
    """The recommended lives; `TikTok.feed` makes it. Nothing is asked before the first page is wanted.

    `async for page in feed` goes through all pages; `await feed.next()` takes one. A page that could
    not be had can be asked for again.
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
        """The lives of all pages so far."""
        return tuple(self._lives)

    @property
    def has_more(self) -> bool:
        """Whether there is another page, as far as TikTok told."""
        return self._more

    async def next(self) -> Page:
        """The next page. Raises `FeedExhausted` after the last, and what a lookup raises."""
        async with self._turn:
            if not self._more:
                raise FeedExhausted(self._pages)
            source = await self._ask(self._max_time)
            page = Page(source, tracker=self._tracker)
            self._lives += page.lives
            self._pages += 1
            # A page that leads to itself would come for ever.
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
