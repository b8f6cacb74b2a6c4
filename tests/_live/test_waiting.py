"""Waiting for a user to go live."""

import asyncio
from random import Random

import pytest

from tests.clocks import ManualClock
from tests.live_room import network_for
from tests.room_server import ROOM, RoomServer
from tikcast._live.waiting import wait_until_live
from tikcast._net.network import Network
from tikcast.errors import Captcha, InvalidTarget


def waiting(network: Network, clock: ManualClock, user: str = "@ana") -> "asyncio.Task[int]":
    async def wait() -> int:
        return (await wait_until_live(network, user, interval=30, clock=clock, random=Random(1))).room_id

    return asyncio.create_task(wait())


async def test_it_asks_again_until_the_user_is_live() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = waiting(network, clock)
        for _ in range(2):
            pause = await clock.until_sleeping()
            assert 24 <= pause <= 36
            await clock.advance(pause)
        await clock.until_sleeping()
        server.live = True
        await clock.advance(40)
        assert await task == ROOM


async def test_a_failure_after_an_answer_is_waited_out() -> None:
    async with RoomServer() as server, network_for(server) as network:
        clock, server.live = ManualClock(), False
        task = waiting(network, clock)
        await clock.until_sleeping()
        server.page = '<div id="tiktok-verify-page"></div>'
        await clock.advance(40)
        assert await clock.until_sleeping() >= 60
        server.page, server.live = None, True
        await clock.advance(70)
        assert await task == ROOM


async def test_a_failure_of_the_first_question_is_raised() -> None:
    async with RoomServer() as server, network_for(server) as network:
        server.page = '<div id="tiktok-verify-page"></div>'
        with pytest.raises(Captcha):
            await waiting(network, ManualClock())


async def test_what_names_no_user_is_raised() -> None:
    async with RoomServer() as server, network_for(server) as network:
        with pytest.raises(InvalidTarget):
            await waiting(network, ManualClock(), user="no such thing")
