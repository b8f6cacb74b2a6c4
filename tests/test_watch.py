"""Waiting for lives on the real simulator: through the public API, in real time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.live_room import live_tasks
from tikcast import ChatEvent, Endpoints, Live, TikTok
from tikcast.errors import ConfigError, InvalidTarget, LiveEndedError, UserNotFound
from tikcast.live import LiveState
from tikcast.simulator import Simulator

QUICK = 1.0


@asynccontextmanager
async def watched(**options: Any) -> AsyncIterator[tuple[Simulator, TikTok]]:
    async with Simulator(seed=3, rate=30.0, **options) as sim, TikTok(endpoints=Endpoints.at(sim.url)) as tiktok:
        yield sim, tiktok


async def test_who_is_live_already_comes_at_once_ready_to_be_opened() -> None:
    async with watched(users=("ana", "bob"), offline=("carol",)) as (sim, tiktok):
        watch = tiktok.watch("ana", "@carol", f"{sim.url}/@bob/live")
        lives = [await anext(watch) for _ in range(2)]
        assert {live.room_id for live in lives} == set(sim.rooms.values())
        assert all(type(live) is Live and live.state is LiveState.NEW for live in lives)
        assert [live.host.username for live in lives if live.host] == ["ana", "bob"]
        async with lives[0] as live:
            async for event in live:
                if isinstance(event, ChatEvent):
                    break
        assert live.info is not None


async def test_a_host_who_opens_a_new_room_comes_as_a_new_live() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        watch = tiktok.watch("ana", interval=QUICK)
        first = await anext(watch)
        await sim.control("ana", "end")
        await sim.control("ana", "go_live")
        second = await anext(watch)
        assert second is not first
        assert first.room_id != second.room_id == sim.rooms["ana"]


async def test_a_check_alive_that_reports_every_room_as_live_hides_no_new_room() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        await sim.fault("ana", "lying_alive", times=1000)
        watch = tiktok.watch("ana", interval=QUICK)
        await anext(watch)
        await sim.control("ana", "end")
        await sim.control("ana", "go_live")
        assert (await anext(watch)).room_id == sim.rooms["ana"]


async def test_a_page_that_is_behind_hides_no_live_stream() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        await sim.control("ana", "end")
        watch = tiktok.watch("ana", interval=QUICK)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(watch), 0.2)
        await sim.control("ana", "go_live")
        await sim.fault("ana", "stale_page", times=1000, where="page", shows="offline")
        assert (await anext(watch)).room_id == sim.rooms["ana"]
        stats = watch.stats()
        assert (stats.users, stats.live) == (1, 1)
        assert stats.requests >= 4


async def test_watching_survives_being_cancelled_while_it_waits() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        await sim.control("ana", "end")
        watch = tiktok.watch("ana", interval=QUICK)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(watch), 0.2)
        await sim.control("ana", "go_live")
        assert (await anext(watch)).room_id == sim.rooms["ana"]
        assert live_tasks() == set()


async def test_waiting_gives_the_room_once_the_user_is_live() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        await sim.control("ana", "end")
        waiting = asyncio.create_task(tiktok.wait_until_live("@ana", interval=QUICK))
        await asyncio.sleep(0)
        await sim.control("ana", "go_live")
        room = await waiting
        assert (room.room_id, room.user.username, room.status) == (sim.rooms["ana"], "ana", 2)
        assert room.title


async def test_a_room_id_or_a_share_link_stands_for_its_host() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        room_id = sim.rooms["ana"]
        assert (await tiktok.wait_until_live(room_id)).user.username == "ana"
        assert (await tiktok.wait_until_live("https://vm.tiktok.com/ana/")).room_id == room_id
        await sim.control("ana", "end")
        with pytest.raises(LiveEndedError):
            await tiktok.wait_until_live(room_id)


async def test_a_user_who_does_not_exist_is_raised_once_and_the_others_are_watched_on() -> None:
    async with watched(users=("ana",)) as (sim, tiktok):
        watch = tiktok.watch("nobody", "ana")
        with pytest.raises(UserNotFound, match="@nobody"):
            await anext(watch)
        assert (await anext(watch)).room_id == sim.rooms["ana"]
        with pytest.raises(UserNotFound):
            await tiktok.wait_until_live("nobody")


async def test_watching_ends_when_nobody_is_left() -> None:
    async with watched(users=()) as (_, tiktok):
        watch = tiktok.watch("nobody")
        with pytest.raises(UserNotFound):
            await anext(watch)
        assert [live async for live in watch] == []


async def test_what_cannot_be_watched_is_refused_at_once() -> None:
    async with watched(users=()) as (_, tiktok):
        with pytest.raises(ConfigError, match="name at least one user"):
            tiktok.watch()
        with pytest.raises(ConfigError, match="give 1 or more"):
            tiktok.watch("ana", interval=0)
        with pytest.raises(ConfigError, match="it cannot be nan seconds"):
            tiktok.watch("ana", interval=float("nan"))
        with pytest.raises(InvalidTarget):
            await anext(tiktok.watch("no such thing"))


async def test_a_client_that_was_closed_watches_no_longer() -> None:
    async with watched(users=("ana",)) as (_, tiktok):
        watch = tiktok.watch("ana", interval=QUICK)
        await anext(watch)
        await tiktok.aclose()
        with pytest.raises(ConfigError, match="this client is closed"):
            await anext(watch)
