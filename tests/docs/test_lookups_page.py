"""Runs the code of the page about lookups and of the README."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docs.conftest import Play
from tests.docs.documents import blocks
from tikcast import ChatEvent, Live, TikTok

CODE = blocks("lookups.md")


@pytest.fixture
async def tiktok(play: Play) -> AsyncIterator[TikTok]:
    async with TikTok() as client:
        assert await client.is_live(play.user)
        yield client


async def test_looking_up_who_is_live(play: Play) -> None:
    title, viewers, followers = (await play.run(CODE["Lookups"], TikTok=TikTok)).output.rsplit(maxsplit=2)
    assert title
    assert int(viewers) > 0
    assert int(followers) > 0


async def test_seeing_what_each_source_says(play: Play, tiktok: TikTok) -> None:
    first, second = (await play.run(CODE["Who is live"], tiktok=tiktok)).output.splitlines()
    assert first.startswith(f"live {play.room_id} ('the live page says that the user is live")
    assert second == f"live_page live status 2, room {play.room_id} None"


async def test_going_through_the_feed(play: Play, tiktok: TikTok) -> None:
    ran = await play.run(CODE["The feed"], tiktok=tiktok)
    feed = ran.names["feed"]
    assert len(ran.output.splitlines()) == len(feed.lives)
    assert len(feed.lives) >= 30 or not feed.has_more  # other tests have ended some live streams
    assert feed.lives[0].room_id in play.simulator.rooms.values()


async def test_waiting_for_live_streams(play: Play, tiktok: TikTok) -> None:
    followed: asyncio.Queue[int] = asyncio.Queue()

    async def follow(live: Live) -> None:
        async with live:
            followed.put_nowait(live.room_id)

    other = play.simulator.users[-1]  # no other test ends this live stream
    code = CODE["Waiting"].replace("@somebody_else", other)
    watching = asyncio.create_task(play.run(code, tiktok=tiktok, asyncio=asyncio, follow=follow))
    rooms = {await followed.get(), await followed.get()}
    assert rooms == {play.room_id, play.simulator.rooms[other]}
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_saving_a_picture(play: Play, tiktok: TikTok, tmp_path: Path) -> None:
    async with tiktok.track(play.user) as live:
        event = await anext(live.events(ChatEvent))
    await play.run(CODE["Pictures"], tiktok=tiktok, event=event, Path=Path)
    assert (tmp_path / f"{event.user.id}.png").read_bytes().startswith(b"\x89PNG")


async def test_the_simulator_in_the_readme(play: Play) -> None:
    code = blocks("../README.md")["Simulator"].replace("...", "print(live.host.username, live.room_id)")
    user, room_id = (await play.run(code)).output.split()
    assert user == "sim0"
    assert int(room_id) > 0


def test_all_code_has_its_test() -> None:
    tested = {"Lookups", "Who is live", "The feed", "Waiting", "Pictures"}
    assert CODE.keys() == tested
