"""A live that is open on a room of the test's own, with time that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.clocks import ManualClock
from tests.room_server import Connection, RoomServer
from tikcast import Event, Live, Timeouts
from tikcast._net.network import Network
from tikcast._options import ClientOptions

# Quick where a test waits for it, patient where only a slow machine would.
FAST = Timeouts(request=60.0, handshake=60.0, close=0.3, mint_interval=0.001)


@dataclass
class Scene:
    """An open live, the server's end of its connection, and the clock of both."""

    server: RoomServer
    network: Network
    live: Live
    connection: Connection
    clock: ManualClock

    async def end(self) -> None:
        """End the live the way a host does."""
        from tests.room_server import control

        self.server.live = False
        await self.connection.send(control(3))


@asynccontextmanager
async def network_for(server: RoomServer, timeouts: Timeouts = FAST) -> AsyncIterator[Network]:
    """A network that finds everything at `server`, directly."""
    config = ClientOptions(endpoints=server.endpoints, timeouts=timeouts, connect=("direct",))
    network = Network(config, environment={}, random=Random(1))
    try:
        yield network
    finally:
        await network.aclose()


def make_live(network: Network, target: str | int = "@ana", **settings: Any) -> tuple[Live, ManualClock]:
    """A live that is not open yet; settings are those of `ClientOptions`."""
    clock = ManualClock()
    room_info, gift_list = settings.pop("room_info", True), settings.pop("gift_list", False)
    live = Live(
        network,
        target,
        options=ClientOptions(**{"timeouts": FAST, **settings}),
        room_info=room_info,
        gift_list=gift_list,
        clock=clock,
        random=Random(1),
    )
    return live, clock


@asynccontextmanager
async def open_scene(**settings: Any) -> AsyncIterator[Scene]:
    """A server, a network and a live that has entered the room."""
    timeouts = settings.get("timeouts", FAST)
    async with RoomServer() as server, network_for(server, timeouts) as network:
        live, clock = make_live(network, **settings)
        async with live:
            yield Scene(server, network, live, await server.accept(), clock)


async def collect(live: Live) -> list[Event]:
    """Every event until the live ends."""
    return [event async for event in live]


async def take(live: Live, kind: type[Event]) -> list[Event]:
    """Events up to the first of a kind."""
    events = []
    async for event in live:
        events.append(event)
        if isinstance(event, kind):
            return events
    raise AssertionError(f"the live ended without a {kind.__name__}")


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def live_tasks() -> set[str]:
    """Names of the tasks that still run, without the test's own and the HTTP client's."""
    mine = asyncio.current_task()
    return {
        f"{task.get_name()} {task.get_coro()}"
        for task in asyncio.all_tasks()
        if task is not mine and "tikcast" in str(task.get_coro()) and "curl_cffi" not in str(task)
    }
