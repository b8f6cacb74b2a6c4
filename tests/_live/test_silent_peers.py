"""Servers that hold a connection open and read nothing, or say nothing: both are noticed in time."""

import asyncio
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live_room import take
from tests.room_server import Connection, RoomServer
from tests.wire_schema import encoded, push_frame
from tikcast import Reconnect, TikTok, Timeouts
from tikcast.events import Reconnecting

PATIENCE = 15.0


def demanding_frame() -> bytes:
    """A frame whose acknowledgement is so large that few of them fill every buffer on the way."""
    response = encoded("WebcastResponse", needs_ack=True, internal_ext=b"x" * 400_000, heart_beat_duration=1000)
    return push_frame("msg", response, log_id=1, compress=True)


async def flood(connection: Connection, *, pause: float | None) -> None:
    """Read nothing more, send many frames that are to be acknowledged, and then one after each pause."""
    connection.socket.transport.pause_reading()
    data = demanding_frame()
    with suppress(ConnectionClosed):
        for _ in range(60):
            await connection.socket.send(data)
        while pause is not None:
            await connection.socket.send(data)
            await asyncio.sleep(pause)


@pytest.mark.parametrize("pause", [None, 0.02], ids=["then it is silent", "and goes on sending"])
async def test_a_server_that_reads_nothing_is_left_within_the_time_for_silence(pause: float | None) -> None:
    timeouts = Timeouts(stale=2.0, close=0.1)
    options = {"timeouts": timeouts, "reconnect": Reconnect(first_delay=60.0, max_delay=60.0)}
    async with (
        asyncio.timeout(PATIENCE),
        RoomServer() as server,
        TikTok(endpoints=server.endpoints, connect=("direct",), **options) as tiktok,  # type: ignore[arg-type]
        tiktok.track("@ana") as live,
    ):
        connection = await server.accept()
        flooding = asyncio.create_task(flood(connection, pause=pause))
        try:
            events = await take(live, Reconnecting)
        finally:
            connection.socket.transport.abort()
            await flooding
        assert isinstance(events[-1], Reconnecting)
        assert "for 2 s" in events[-1].reason
