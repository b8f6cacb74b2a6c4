"""Faults over raw sockets: which bytes arrive, and how the connection ends."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulator.raw import KEY, PATIENCE, RawSocket, http, pb, push, reply, upgrade, websocket
from tikcast.simulator import Simulator

PAGE = "GET /@ana/live HTTP/1.1\nHost: {host}\nConnection: keep-alive"


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana",), seed=3, rate=60.0) as running:
        yield running


class Raw(RawSocket):
    """A client in the room that reads the bytes of frames."""

    def enter(self, room: int) -> None:
        self.send(pb((7, "im_enter_room"), (8, pb((1, room)))))

    async def frame(self) -> tuple[int, bytes]:
        async with asyncio.timeout(PATIENCE):
            return await self._frame()

    async def other_than_binary(self) -> tuple[int, bytes]:
        while (found := await self.frame())[0] == 2:
            pass
        return found

    async def until_the_end(self) -> tuple[list[bytes], bytes, type[BaseException]]:
        """The complete messages, the bytes of an incomplete one, and how the connection ended."""
        whole: list[bytes] = []
        data = bytearray()
        ending: type[BaseException] = EOFError
        try:
            async with asyncio.timeout(PATIENCE):
                while part := await self._reader.read(1 << 16):
                    data += part
        except ConnectionResetError:
            ending = ConnectionResetError
        at = 0
        while at < len(data):
            head, size = 2, data[at + 1]
            if size == 126:
                head, size = 4, struct.unpack_from("!H", data, at + 2)[0]
            elif size == 127:
                head, size = 10, struct.unpack_from("!Q", data, at + 2)[0]
            if at + head + size > len(data):
                break
            whole.append(bytes(data[at + head : at + head + size]))
            at += head + size
        return whole, bytes(data[at:]), ending


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - the simulator tells nobody what a test may wait for
            await asyncio.sleep(0.01)


async def entered(sim: Simulator) -> Raw:
    socket = await Raw.upgrade(f"{sim.url}/", upgrade(sim.rooms["ana"]))
    assert socket.answer.status == 101
    socket.enter(sim.rooms["ana"])
    await socket.frame()
    return socket


def ids(frames: list[bytes]) -> set[str]:
    opened = [push(data) for data in frames]
    return {str(m[1]) for frame in opened if frame.payload_type == "msg" for m in reply(frame.payload).messages}


def sent(sim: Simulator, *, connection: int | None = None) -> set[str]:
    ledger = sim.world.hosts["ana"].room.ledger.report()
    counted = [(message, {number for number, _ in message["sent"]}) for message in ledger["messages"]]
    return {message["message_id"] for message, numbers in counted if connection is None or connection in numbers}


@pytest.mark.parametrize(
    ("fault", "parameters", "ending", "partial"),
    [
        ("reset", {}, ConnectionResetError, False),
        ("close", {"code": 1006}, EOFError, False),
        ("cut_frame", {}, ConnectionResetError, True),
        ("cut_frame", {"seconds": 0.3}, ConnectionResetError, True),
        ("silence", {"seconds": 0.3}, ConnectionResetError, False),
    ],
)
async def test_a_connection_ends_without_a_close_frame_after_all_that_was_sent(
    sim: Simulator, fault: str, parameters: dict[str, Any], ending: type[BaseException], partial: bool
) -> None:
    socket = await entered(sim)
    await sim.fault("ana", fault, after=0.4, **parameters)
    whole, rest, ended = await socket.until_the_end()
    assert ended is ending
    assert bool(rest) == partial
    assert ids(whole) == sent(sim)
    assert len(whole) > 5
    await socket.aclose()


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 1015, 4321])
async def test_the_close_frame_holds_the_code_and_the_reason(sim: Simulator, code: int) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "close", code=code, reason="so be it")
    opcode, data = await socket.other_than_binary()
    assert opcode == 8
    assert data == (b"" if code == 1005 else struct.pack("!H", code) + b"so be it")
    socket.send(data[:2], opcode=8)
    whole, _, ended = await socket.until_the_end()
    assert ended is EOFError
    assert len(whole) <= 1
    await socket.aclose()


async def test_a_server_whose_close_frame_is_not_answered_ends_the_connection(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "close", code=1015)
    await socket.aclose()
    await until(lambda: not sim.world.connected)


async def test_in_silence_neither_pings_nor_close_frames_are_answered(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "silence", seconds=0.6)
    (connection,) = sim.world.hosts["ana"].room.connections
    await until(lambda: connection.silent)
    before = sent(sim)
    socket.send(b"hello?", opcode=9)
    socket.send(struct.pack("!H", 1000), opcode=8)
    whole, rest, ended = await socket.until_the_end()
    assert ended is ConnectionResetError
    assert rest == b""
    assert b"hello?" not in whole
    assert sent(sim) == before
    await socket.aclose()


async def test_a_ping_can_stay_unanswered(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "no_pong", times=2)
    for said in (b"one", b"two"):
        socket.send(said, opcode=9)
    await until(lambda: not sim.world.hosts["ana"].faults)
    socket.send(b"three", opcode=9)
    opcode, data = await socket.other_than_binary()
    assert (opcode, data) == (10, b"three")
    await socket.aclose()


async def test_a_text_message_arrives_among_the_frames(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "text", text="hello?")
    opcode, data = await socket.other_than_binary()
    assert (opcode, data) == (1, b"hello?")
    await socket.aclose()


async def test_a_slow_frame_arrives_complete_and_no_pong_is_sent_inside_it(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "slow", seconds=0.5, pieces=10)
    await until(lambda: not sim.world.hosts["ana"].faults)
    socket.send(b"hello?", opcode=9)
    for _ in range(10):
        opcode, data = await socket.frame()
        assert opcode in {2, 10}
        assert opcode == 10 or push(data).payload_type
    await socket.aclose()


async def test_large_and_compressed_frames_arrive_unchanged(sim: Simulator) -> None:
    socket = await entered(sim)
    await sim.fault("ana", "oversize", size=40 << 20)
    largest = 0
    while largest < 40 << 20:
        _, data = await socket.frame()
        largest = max(largest, len(data))
    await socket.aclose()


async def exchange(sim: Simulator, head: str) -> tuple[bytes, type[BaseException]]:
    """All bytes that come for one request until the connection ends, and how it ends."""
    parts = urlsplit(sim.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    request = head.strip().replace("{host}", "x").replace("{key}", KEY).replace("\n", "\r\n")
    writer.write(f"{request}\r\n\r\n".encode())
    data = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while part := await reader.read(1 << 16):
                data += part
    except ConnectionResetError:
        return data, ConnectionResetError
    finally:
        writer.close()
    return data, EOFError


@pytest.mark.parametrize(
    ("fault", "parameters", "start", "ending"),
    [
        ("malformed_http", {"damage": "noise"}, b"\x00\x01HELO", EOFError),
        ("malformed_http", {"damage": "head"}, b"HTTP/1.1 200", EOFError),
        ("malformed_http", {"damage": "body"}, b"HTTP/1.1 200", EOFError),
        ("http_reset", {}, b"", ConnectionResetError),
        ("no_answer", {"seconds": 0.2}, b"", EOFError),
    ],
)
async def test_an_answer_can_be_other_bytes_than_http(
    sim: Simulator, fault: str, parameters: dict[str, Any], start: bytes, ending: type[BaseException]
) -> None:
    await sim.fault("ana", fault, **parameters)
    data, ended = await exchange(sim, PAGE)
    assert data.startswith(start)
    assert bool(data) == bool(start)
    assert ended is ending
    head, _, body = data.partition(b"\r\n\r\n")
    if parameters.get("damage") == "body":
        assert int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) > len(body)
    healthy = await http(sim.url, "GET /@ana/live HTTP/1.1\nHost: {host}")
    assert healthy.status == 200


async def test_a_slow_body_arrives_complete(sim: Simulator) -> None:
    await sim.fault("ana", "slow_body", seconds=0.4, pieces=5)
    began = asyncio.get_running_loop().time()
    found = await http(sim.url, "GET /@ana/live HTTP/1.1\nHost: {host}")
    assert asyncio.get_running_loop().time() - began > 0.35
    assert found.body.endswith(b"</html>")


async def test_messages_of_a_slow_signer_count_only_if_the_client_waited(sim: Simulator) -> None:
    await sim.fault("ana", "slow_body", where="signer", seconds=0.6, times=2)
    parts = urlsplit(sim.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"GET /signer/webcast/fetch?unique_id=ana HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.close()
    found = await http(sim.url, "GET /signer/webcast/fetch?unique_id=ana HTTP/1.1\nHost: {host}")
    fetched = {str(message[1]) for message in reply(found.body).messages}
    await until(lambda: sent(sim) == fetched)


@pytest.mark.parametrize(
    ("fault", "parameters", "start", "ending"),
    [
        ("malformed_http", {"where": "socket"}, b"\x00\x01HELO", EOFError),
        ("http_reset", {"where": "socket"}, b"", ConnectionResetError),
        ("no_answer", {"where": "socket", "seconds": 0.2}, b"", EOFError),
        ("captcha", {"where": "socket"}, b"HTTP/1.1 200 OK\r\n", EOFError),
        ("handshake_refused", {"message": "illegal app_id"}, b"\r\nHandshake-Msg: illegal app_id\r\n", EOFError),
    ],
)
async def test_a_handshake_can_be_answered_by_other_bytes(
    sim: Simulator, fault: str, parameters: dict[str, Any], start: bytes, ending: type[BaseException]
) -> None:
    await sim.fault("ana", fault, **parameters)
    data, ended = await exchange(sim, upgrade(sim.rooms["ana"]))
    assert start.lower() in data.lower()
    assert bool(start) == bool(data)
    assert ended is ending
    async with websocket(f"{sim.url}/", upgrade(sim.rooms["ana"])) as socket:
        assert socket.answer.status == 101


async def test_no_connection_is_left_of_a_client_that_vanished_during_a_fault() -> None:
    before = asyncio.all_tasks()
    async with Simulator(users=("ana",), rate=60.0) as sim:
        for fault, parameters in (
            ("silence", {"seconds": 60.0}),
            ("slow", {"seconds": 60.0}),
            ("close", {"code": 1005}),
        ):
            socket = await entered(sim)
            await sim.fault("ana", fault, **parameters)
            await until(lambda: not sim.world.hosts["ana"].faults)
            await socket.aclose()
        await sim.fault("ana", "no_answer", where="page", seconds=60.0)
        _, writer = await asyncio.open_connection(urlsplit(sim.url).hostname, urlsplit(sim.url).port)
        writer.write(b"GET /@ana/live HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: not sim.world.hosts["ana"].faults)
        writer.close()
    assert asyncio.all_tasks() == before


async def test_for_a_client_that_reads_nothing_only_what_the_system_takes_counts(sim: Simulator) -> None:
    stuck = await entered(sim)
    await sim.fault("ana", "oversize", size=64 << 20)
    await until(lambda: not sim.world.hosts["ana"].faults)
    known = sent(sim, connection=1)
    other = await entered(sim)
    for _ in range(20):
        await other.frame()
    assert sent(sim, connection=1) == known
    assert sent(sim, connection=2) - known
    await other.aclose()
    await stuck.aclose()
