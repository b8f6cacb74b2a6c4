"""Recommended live streams in the synchronous API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self, TypeAlias, overload

from tikcast.errors import FeedExhausted

if TYPE_CHECKING:
    from tikcast import feed as asynchronous
    from tikcast import live as asynchronous_live
    from tikcast.models import FeedItem, FeedPage, RoomInfo, UserInfo
    from tikcast.sync.live import Live
    from tikcast.sync.portal import Portal

Adopt: TypeAlias = "Callable[[asynchronous_live.Live], Live]"
"""Creates the synchronous `Live` for an asynchronous one."""


class FeedLive:
    """A recommended live stream. `item`: everything that the feed contains about it."""

    def __init__(self, live: asynchronous.FeedLive, *, portal: Portal, adopt: Adopt) -> None:
        self.item: FeedItem = live.item
        self._live = live
        self._portal = portal
        self._adopt = adopt

    def __repr__(self) -> str:
        return repr(self._live)

    @property
    def room_id(self) -> int:
        """The id of the room."""
        return self._live.room_id

    @property
    def info(self) -> RoomInfo:
        """The information about the room in the feed."""
        return self._live.info

    @property
    def host(self) -> UserInfo:
        """The user who is live."""
        return self._live.host

    def track(self, *, room_info: bool = True, gift_list: bool = False) -> Live:
        """Return a `Live` to open with `with`, as `TikTok.track` does."""
        live = self._portal.run(self._live.track, room_info=room_info, gift_list=gift_list)
        return self._portal.run(self._adopt, live)


class Page(Sequence[FeedLive]):
    """The live streams of one page, in TikTok's order. `source`: the page as TikTok sent it."""

    def __init__(self, page: asynchronous.Page, *, portal: Portal, adopt: Adopt) -> None:
        self.source: FeedPage = page.source
        self.lives = tuple(FeedLive(live, portal=portal, adopt=adopt) for live in page)

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

    `for page in feed` yields all pages; `feed.next()` returns one. If a request for a page fails, the page can be
    requested again.
    """

    def __init__(self, feed: asynchronous.Feed, *, portal: Portal, adopt: Adopt) -> None:
        self._feed = feed
        self._portal = portal
        self._adopt = adopt

    def __repr__(self) -> str:
        return repr(self._feed)

    @property
    def lives(self) -> Sequence[FeedLive]:
        """The live streams of all pages so far."""
        return tuple(FeedLive(live, portal=self._portal, adopt=self._adopt) for live in self._feed.lives)

    @property
    def has_more(self) -> bool:
        """Whether there is another page, according to TikTok's last answer."""
        return self._feed.has_more

    def next(self) -> Page:
        """Return the next page. Raises `FeedExhausted` after the last page, and the errors of a lookup."""
        return Page(self._portal.call(self._feed.next), portal=self._portal, adopt=self._adopt)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Page:
        try:
            return self.next()
        except FeedExhausted:
            raise StopIteration from None
