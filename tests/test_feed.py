"""The feed, page by page, against the real simulator, and against servers that go wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests._net.site import Reply, Seen, Site, open_site
from tikcast import ChatEvent, Endpoints, Feed, TikTok
from tikcast.errors import FeedExhausted, LookupFailed
from tikcast.simulator import Simulator

FEED = "/webcast/feed/"


@asynccontextmanager
async def simulated(**options: Any) -> AsyncIterator[tuple[Simulator, TikTok]]:
    async with Simulator(seed=3, rate=30.0, **options) as sim, TikTok(endpoints=Endpoints.at(sim.url)) as tiktok:
        yield sim, tiktok


@asynccontextmanager
async def answered(*pages: Reply) -> AsyncIterator[tuple[Site, Feed]]:
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        site.routes[FEED] = list(pages)
        yield site, tiktok.feed()


def page(*rooms: int, more: object = True, max_time: object = 0) -> Reply:
    items = [{"rid": str(room), "data": {"id_str": str(room), "title": f"Room {room}"}} for room in rooms]
    return Reply.json({"data": items, "extra": {"has_more": more, "max_time": max_time}, "status_code": 0})


def before(seen: Seen) -> str:
    return seen.query.get("max_time", "")


async def test_every_page_comes_once_and_the_feed_collects_its_lives() -> None:
    async with simulated(rooms=14) as (sim, tiktok):
        feed = tiktok.feed()
        assert repr(feed) == "<Feed pages=0 lives=0 has_more=True>"
        sizes = [len(found) async for found in feed]
        assert sizes == [6, 6, 2]
        assert not feed.has_more
        assert {live.room_id for live in feed.lives} == set(sim.rooms.values())
        assert len(feed.lives) == 14
        assert [found async for found in feed] == []
        with pytest.raises(FeedExhausted, match="after 3 pages") as caught:
            await feed.next()
        assert caught.value.pages == 3


async def test_each_item_tells_of_its_live_and_can_be_tracked() -> None:
    async with simulated(users=("ana",)) as (sim, tiktok):
        found = await tiktok.feed().next()
        assert len(found.lives) == len(found) == 1
        item = found[0]
        person = sim.world.hosts["ana"].person
        assert (item.host.username, item.host.nickname) == ("ana", person.nickname)
        assert item.info.viewers > 0
        live = item.track()
        assert live.room_id == item.room_id == sim.rooms["ana"]
        assert live.host is not None
        async with live:
            async for event in live:
                if isinstance(event, ChatEvent):
                    break
        assert "@ana" in repr(item)
        assert repr(found) == "<Page of 1 lives>"


async def test_the_next_page_is_asked_for_with_the_max_time_of_the_last() -> None:
    pages = page(1, 2, max_time=900), page(3, max_time="800"), page(4, more=False)
    async with answered(*pages) as (site, feed):
        assert [[live.room_id for live in found] async for found in feed] == [[1, 2], [3], [4]]
        assert [before(seen) for seen in site.seen] == ["", "900", "800"]
        assert site.seen[0].query["channel"] == "tiktok_web"
        assert site.seen[0].query["channel_id"] == "86"
        assert repr(feed) == "<Feed pages=3 lives=4 has_more=False>"


@pytest.mark.parametrize("pages", [[page(1)], [page(1, max_time=900), page(2, max_time=900)], [page()]])
async def test_a_page_that_leads_to_itself_is_the_last(pages: list[Reply]) -> None:
    async with answered(*pages) as (site, feed):
        assert len([found async for found in feed]) == len(pages)
        assert len(site.seen) == len(pages)


async def test_a_page_that_could_not_be_had_can_be_asked_for_again() -> None:
    async with answered(page(1, max_time=900), Reply("", 500), page(2, more=False)) as (site, feed):
        await feed.next()
        with pytest.raises(LookupFailed, match="status 500"):
            await feed.next()
        assert feed.has_more
        assert [live.room_id for live in await feed.next()] == [2]
        assert [before(seen) for seen in site.seen] == ["", "900", "900"]


async def test_pages_wanted_at_the_same_time_come_one_after_the_other() -> None:
    async with answered(page(1, max_time=900), page(2, more=False)) as (site, feed):
        found = await asyncio.gather(feed.next(), feed.next(), feed.next(), return_exceptions=True)
        assert [type(one).__name__ for one in found] == ["Page", "Page", "FeedExhausted"]
        assert [before(seen) for seen in site.seen] == ["", "900"]


async def test_what_is_no_live_is_left_out() -> None:
    odd = {"data": [{"type": 7}, None, {"rid": "0", "data": {}}, {"data": {"id": 5}}], "extra": {"has_more": False}}
    async with answered(Reply.json({**odd, "status_code": 0})) as (_, feed):
        assert [live.room_id for live in await feed.next()] == [5]


async def test_a_wrong_type_is_named_by_its_path() -> None:
    odd = {"data": [{"rid": "1"}, {"rid": "2", "data": {"user_count": []}}], "status_code": 0}
    async with answered(Reply.json(odd)) as (_, feed):
        with pytest.raises(LookupFailed, match=r"body\.data\[1\]\.data\.user_count should be a number and is a list"):
            await feed.next()


async def test_making_a_feed_asks_nothing() -> None:
    async with answered() as (site, _):
        assert site.seen == []
