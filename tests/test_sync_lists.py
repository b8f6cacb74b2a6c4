"""The feed, watching and the lookups of lists without asyncio, against the simulator."""

from collections.abc import Iterator

import pytest

from tests.background import background
from tikcast import ChatEvent, Endpoints
from tikcast.errors import FeedExhausted, LoginRequired, UserNotFound
from tikcast.simulator import Simulator
from tikcast.simulator.room.gifts import GIFTS
from tikcast.sync import Live, TikTok

ROOMS = 8


@pytest.fixture(scope="module")
def site() -> Iterator[Simulator]:
    with background() as behind, behind.entered(Simulator(rooms=ROOMS, seed=1, rate=60.0)) as simulator:
        yield simulator


@pytest.fixture
def tiktok(site: Simulator) -> Iterator[TikTok]:
    with TikTok(endpoints=Endpoints.at(site.url)) as client:
        yield client


def first_chat(live: Live) -> ChatEvent:
    with live:
        return next(event for event in live if isinstance(event, ChatEvent))


def test_the_feed_is_a_plain_loop_over_pages_of_lives_to_track(site: Simulator, tiktok: TikTok) -> None:
    feed = tiktok.feed()
    assert [len(page) for page in feed] == [6, 2]
    assert {live.room_id for live in feed.lives} == set(site.rooms.values())
    assert not feed.has_more
    with pytest.raises(FeedExhausted):
        feed.next()
    page = tiktok.feed().next()
    assert [live.host.username for live in page[:2]] == [live.item.info.owner.username for live in page.lives[:2]]
    assert page[0].info == page.source.items[0].info
    assert repr(page[0]) == repr(feed.lives[0])
    assert (repr(page), repr(feed)) == ("<Page of 6 lives>", "<Feed pages=2 lives=8 has_more=False>")
    live = page[0].track()
    with live:
        assert tiktok.lives == (live,)
        assert next(event for event in live if isinstance(event, ChatEvent)).room_id == page[0].room_id


def test_watching_is_a_plain_loop_over_lives(site: Simulator, tiktok: TikTok) -> None:
    rooms = set()
    for live in tiktok.watch("sim0", "sim1"):
        rooms.add(first_chat(live).room_id)
        if len(rooms) == 2:
            break
    assert rooms == {site.rooms["sim0"], site.rooms["sim1"]}
    watch = tiktok.watch("nobody", "sim2")
    with pytest.raises(UserNotFound):
        next(watch)
    assert next(watch).room_id == site.rooms["sim2"]
    assert (watch.stats().users, watch.stats().live) == (1, 1)


def test_lists_are_looked_up_by_plain_calls(site: Simulator, tiktok: TikTok) -> None:
    assert len(tiktok.gift_list("sim0")) == len(GIFTS)
    assert tiktok.price_list().currency == "USD"
    with pytest.raises(LoginRequired):
        tiktok.audience("sim0")
    room = tiktok.live_room("sim0")
    assert room.cover is not None
    assert tiktok.fetch_image(room.cover, size=100).media_type == "image/png"
    assert tiktok.wait_until_live("sim0").room_id == site.rooms["sim0"]
