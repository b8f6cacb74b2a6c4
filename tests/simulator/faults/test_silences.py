"""Connections on which the messages stop or old ones come again, over raw sockets."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from tests.simulator.raw import Push, RawSocket, control_action, http, pb, push, read, reply, upgrade, websocket
from tests.simulator.worlds import START_MS, commons, enter, play, world
from tikcast.simulator import Simulator

BEAT = pb((6, "pb"), (7, "hb"), (8, pb((2, 9))))


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana", "bob"), seed=3, rate=60.0) as running:
        yield running


def entering(room: int) -> bytes:
    return pb((6, "pb"), (7, "im_enter_room"), (8, pb((1, room))))


async def frames(socket: RawSocket) -> AsyncIterator[Push]:
    async for data in socket.messages():
        yield push(data)


async def until(socket: RawSocket, kind: str) -> list[Push]:
    """The frames up to the first one of a type, which comes last."""
    came: list[Push] = []
    async for frame in frames(socket):
        came.append(frame)
        if frame.payload_type == kind:
            break
    return came


def kinds(came: list[Push]) -> list[str]:
    return [frame.payload_type for frame in came]


def created_at_ms(payload: bytes) -> int:
    common = next(value for number, value in read(payload) if number == 1)
    assert isinstance(common, bytes)
    return int(dict(read(common))[4])


async def head_of(sim: Simulator, method: str) -> str:
    """What opens the WebSocket without a signer, or with its signature."""
    room = sim.rooms["ana"]
    if method == "direct":
        return upgrade(room)
    signed = reply((await http(sim.url, f"GET /signer/webcast/fetch?room_id={room} HTTP/1.1\nHost: {{host}}")).body)
    params = "&".join(f"{name}={quote(value)}" for name, value in signed.route_params.items())
    return upgrade(room).replace("ws_direct=1", params)


async def test_heartbeats_are_answered_before_the_room_is_entered(sim: Simulator) -> None:
    async with websocket(sim.url, upgrade(sim.rooms["ana"])) as socket:
        socket.send(BEAT)
        (answer,) = await until(socket, "hb")
        assert dict(read(answer.payload))[2] == 9
        socket.send(entering(sim.rooms["ana"]))
        assert kinds(await until(socket, "msg")) == ["im_enter_room_resp", "msg"]


async def messages_elsewhere(sim: Simulator, *, count: int) -> None:
    """Wait until a client in another room, which is as busy, has got so many frames with messages."""
    async with websocket(sim.url, upgrade(sim.rooms["bob"])) as socket:
        socket.send(entering(sim.rooms["bob"]))
        for _ in range(count):
            await until(socket, "msg")


@pytest.mark.parametrize("method", ["direct", "signed"])
async def test_a_socket_can_open_and_stay_silent(sim: Simulator, method: str) -> None:
    await sim.fault("ana", "silent_socket", times=9, method=method)
    for tried in ("direct", "signed"):
        async with websocket(sim.url, await head_of(sim, tried)) as socket:
            socket.send(entering(sim.rooms["ana"]))
            if tried != method:
                assert kinds(await until(socket, "msg")) == ["im_enter_room_resp", "msg"]
                continue
            (entered,) = await until(socket, "im_enter_room_resp")
            assert entered.payload == b""
            socket.send(entering(sim.rooms["ana"]))
            await messages_elsewhere(sim, count=3)
            socket.send(BEAT)
            assert kinds(await until(socket, "hb")) == ["hb"]


async def test_a_silent_socket_is_one_without_a_signature_unless_ordered_otherwise(sim: Simulator) -> None:
    await sim.fault("ana", "silent_socket")
    async with websocket(sim.url, await head_of(sim, "signed")) as socket:
        socket.send(entering(sim.rooms["ana"]))
        assert kinds(await until(socket, "msg"))[-1] == "msg"


@pytest.mark.parametrize("reason", ["disable_web_direct", "something new"])
async def test_a_close_frame_can_come_in_place_of_the_first_messages(sim: Simulator, reason: str) -> None:
    await sim.fault("ana", "close_frame", reason=reason, seconds=0.5, method="direct")
    async with websocket(sim.url, await head_of(sim, "signed")) as socket:
        socket.send(entering(sim.rooms["ana"]))
        assert kinds(await until(socket, "msg"))[-1] == "msg"
    async with websocket(sim.url, upgrade(sim.rooms["ana"])) as socket:
        socket.send(entering(sim.rooms["ana"]))
        entered, closing = await until(socket, "close")
        assert entered.payload_type == "im_enter_room_resp"
        assert (closing.headers, closing.payload) == ({"close_reason": reason}, b"")
        socket.send(BEAT)
        assert [frame async for frame in frames(socket)] == []
        assert socket.close_code == 1000
    assert (await sim.ledger("ana"))["connections"] == 2


async def test_a_close_frame_can_come_while_messages_do(sim: Simulator) -> None:
    async with websocket(sim.url, upgrade(sim.rooms["ana"])) as socket:
        socket.send(entering(sim.rooms["ana"]))
        await until(socket, "msg")
        await sim.fault("ana", "close_frame", after=0.2, seconds=0.2)
        *before, closing = await until(socket, "close")
        assert "msg" in kinds(before)
        assert closing.headers == {"close_reason": "disable_web_direct"}
        assert [frame async for frame in frames(socket)] == []


@pytest.mark.parametrize("admits", [True, False])
async def test_the_end_can_be_lost(sim: Simulator, admits: bool) -> None:
    room = sim.rooms["ana"]
    async with websocket(sim.url, upgrade(room)) as socket:
        socket.send(entering(room))
        await until(socket, "msg")
        await sim.fault("ana", "lost_end", admits=admits)
        socket.send(BEAT)
        came = await until(socket, "hb")
        last = [reply(frame.payload) for frame in came if frame.payload_type == "msg"]
        assert not any(control_action(message) for inside in last for message in inside.messages)
        socket.send(BEAT)
        assert kinds(await until(socket, "hb")) == ["hb"]
        info = await http(sim.url, f"GET /webcast/room/info/?room_id={room} HTTP/1.1\nHost: {{host}}")
        assert b'"status":4' in info.body
        async with websocket(sim.url, upgrade(room)) as again:
            assert again.answer.status == (101 if admits else 200)
            if admits:
                again.send(entering(room))
                again.send(BEAT)
                assert kinds(await until(again, "hb")) == ["im_enter_room_resp", "hb"]
    await sim.control("ana", "go_live")
    async with websocket(sim.url, upgrade(room)) as old, websocket(sim.url, upgrade(sim.rooms["ana"])) as new:
        assert (old.answer.status, new.answer.status) == (200, 101)


@pytest.mark.parametrize(("flagged", "kinds_of"), [(False, "comments"), (True, "all")])
def test_messages_that_are_hours_old_come_again(flagged: bool, kinds_of: str) -> None:
    of = world(rate=2.0)
    viewer = enter(of)
    hours = play(of, viewer, until_ms=START_MS + 5_400_000, step_ms=1000)
    seen = {message.msg_id for message in viewer.messages}
    of.fault("ana", "old_history", now_ms=hours, seconds=3600.0, count=20, flagged=flagged, kinds=kinds_of)
    returned = enter(of, now_ms=hours, query=f"&cursor={hours}_1_1_1_0_0")
    old = [message for message in returned.messages if message.is_history is flagged][:20]
    assert {message.msg_id for message in old} <= seen
    created = [common.create_time for common in commons(old)]
    assert created == sorted(created)
    assert all(hours - 3_600_000 - 120_000 <= at <= hours - 3_600_000 for at in created)
    assert ({message.method for message in old} == {"WebcastChatMessage"}) is (kinds_of == "comments")


async def test_in_a_young_live_stream_messages_come_again_that_are_as_old_as_it_allows(sim: Simulator) -> None:
    await sim.fault("ana", "old_history", seconds=80_000.0)
    async with websocket(sim.url, upgrade(sim.rooms["ana"])) as socket:
        socket.send(entering(sim.rooms["ana"]))
        first = reply((await until(socket, "msg"))[-1].payload)
    assert [method for method, _, _ in first.messages[:6]] == ["WebcastChatMessage"] * 6
    began = sim.world.hosts["ana"].broadcast.started_at_ms
    ages = [created_at_ms(payload) - began for _, _, payload in first.messages[:6]]
    assert all(0 <= age < 4_000_000 for age in ages)
    assert ages == sorted(ages)
