"""The simulator as people run it."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest

from tests.simulator.raw import PATIENCE, http, pb, upgrade, websocket
from tikcast.errors import ConfigError
from tikcast.simulator import Simulator, SimulatorConfig, SimulatorInfo, Strictness, run


async def fetch(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    def ask() -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    return await asyncio.to_thread(ask)


async def test_a_simulator_serves_from_entering_to_leaving() -> None:
    async with Simulator(users=("ana", "bob"), seed=1, rate=20.0) as sim:
        url = sim.url
        assert url.startswith("http://127.0.0.1:")
        assert sim.users == ("ana", "bob")
        status, _ = await fetch(f"{url}/@ana/live")
        assert status == 200
    with pytest.raises(urllib.error.URLError):
        await fetch(url)


async def test_it_leaves_no_task_and_no_socket_behind() -> None:
    before = asyncio.all_tasks()
    async with Simulator(rooms=2, rate=50.0) as sim:
        room = sim.rooms["sim0"]
        async with websocket(sim.url, upgrade(room)) as socket:
            socket.send(pb((7, "im_enter_room"), (8, pb((1, room)))))
            async for _ in socket.messages():
                break
    assert asyncio.all_tasks() == before


async def test_it_can_be_moved_and_read_over_http() -> None:
    async with Simulator(users=("ana",)) as sim:
        status, body = await fetch(f"{sim.url}/_sim/rooms/ana", b'{"action": "end"}')
        assert (status, json.loads(body)["state"]) == (200, "ended")
        status, body = await fetch(f"{sim.url}/_sim/ledger/ana")
        assert json.loads(body) == await sim.ledger("ana")


async def test_running_says_where_it_is_and_stops_after_its_duration() -> None:
    told: list[SimulatorInfo] = []
    config = SimulatorConfig(rooms=2, duration=0.2, strictness=Strictness(linger=0.1))
    await asyncio.wait_for(run(config, on_ready=told.append), PATIENCE)
    assert told[0].users == ("sim0", "sim1")
    said = told[0].as_json()
    assert said["rooms"] == {user: str(room) for user, room in told[0].rooms.items()}
    assert json.loads(json.dumps(said)) == said


async def test_running_ends_every_live_before_it_stops() -> None:
    ready: asyncio.Queue[SimulatorInfo] = asyncio.Queue()
    config = SimulatorConfig(duration=1.0, rate=20.0, strictness=Strictness(linger=0.5))
    running = asyncio.create_task(run(config, on_ready=ready.put_nowait))
    info = await ready.get()
    async with websocket(info.url, upgrade(info.rooms["sim0"])) as socket:
        socket.send(pb((7, "im_enter_room"), (8, pb((1, info.rooms["sim0"])))))
        async for _ in socket.messages():
            pass
        assert socket.close_code == 1000
    await asyncio.wait_for(running, PATIENCE)


async def test_running_can_be_cancelled() -> None:
    ready: asyncio.Queue[SimulatorInfo] = asyncio.Queue()
    running = asyncio.create_task(run(SimulatorConfig(), on_ready=ready.put_nowait))
    info = await ready.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(urllib.error.URLError):
        await fetch(info.url)


async def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    async with Simulator() as sim:
        port = int(sim.url.rsplit(":", 1)[1])
        with pytest.raises(ConfigError, match="cannot be used"):
            await Simulator(port=port).__aenter__()


async def test_it_serves_on_ipv6_too() -> None:
    async with Simulator(host="::1", users=("ana",)) as sim:
        status, body = await fetch(f"{sim.url}/signer/webcast/fetch?unique_id=ana")
        assert status == 200
        assert b"ws://[::1]:" in body


async def test_a_large_request_is_no_harm() -> None:
    async with Simulator(users=("ana",)) as sim:
        status, _ = await fetch(f"{sim.url}/_sim/rooms/ana", b" " * (3 << 20))
        assert status == 400


async def test_a_head_request_gets_the_head_alone() -> None:
    async with Simulator(users=("ana",)) as sim:
        answer = await asyncio.to_thread(
            urllib.request.urlopen, urllib.request.Request(f"{sim.url}/@ana", method="HEAD")
        )
        with answer:
            assert answer.status == 200
            assert answer.read() == b""


async def test_two_requests_on_one_connection_are_both_answered() -> None:
    async with Simulator(users=("ana",)) as sim:
        answer = await http(sim.url, "GET /@ana HTTP/1.1\nHost: {host}\n\nGET /@ana HTTP/1.1\nHost: {host}")
        assert answer.status == 200


def test_options_and_a_config_at_once_are_refused() -> None:
    with pytest.raises(ConfigError, match="at once"):
        Simulator(SimulatorConfig(), rate=3.0)


def test_before_it_runs_there_is_no_world() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        _ = Simulator().rooms
