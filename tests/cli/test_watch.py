"""`tikcast watch` against the simulator and against a room that the test controls."""

import json
import signal

from tests.cli.runner import started
from tests.room_server import RoomServer, chat, control
from tikcast import from_json, to_json
from tikcast.simulator import Simulator


async def test_watch_json_against_the_simulator_gives_exactly_the_messages_of_its_ledger() -> None:
    async with (
        Simulator(users=("ana",), seed=3, rate=60.0) as sim,
        started("watch", "ana", "--json", "--endpoint", sim.url) as process,
    ):
        assert process.stdout is not None
        first = [await process.stdout.readline() for _ in range(100)]
        await sim.control("ana", "end")
        rest, err = await process.communicate()
        ledger = await sim.ledger("ana")
    assert (process.returncode, err) == (0, b"")
    documents = [json.loads(line) for line in [*first, *rest.splitlines()]]
    ids = [document["message_id"] for document in documents if document["message_id"] != "0"]
    assert len(ids) == len(set(ids))
    assert set(ids) == {message["message_id"] for message in ledger["messages"]}
    assert documents[0]["type"] == "connected"
    assert documents[-1]["type"] == "live_ended"
    assert sum(document.get("new_gifts") or 0 for document in documents) == ledger["gifts"]
    assert sum(document.get("new_diamonds") or 0 for document in documents) == ledger["diamonds"]
    assert sum(document.get("likes", 0) for document in documents) == ledger["likes"]


async def test_each_line_is_what_to_json_gives() -> None:
    async with RoomServer() as server, started("watch", "ana", "--json", "--endpoint", server.url) as process:
        connection = await server.accept()
        await connection.send(chat("héllo"), control(3))
        out, _ = await process.communicate()
    assert process.returncode == 0
    lines = out.splitlines()
    assert [to_json(from_json(line)) for line in lines] == lines
    assert json.loads(lines[1])["comment"] == "héllo"


async def test_only_leaves_out_every_other_type() -> None:
    only = ("--only", "chat,live_ended")
    async with (
        RoomServer() as server,
        started("watch", "ana", "--json", *only, "--endpoint", server.url) as process,
    ):
        connection = await server.accept()
        await connection.send(chat("one"), control(3))
        out, _ = await process.communicate()
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["chat", "live_ended"]


async def test_a_pipe_gets_plain_lines_with_escaped_text() -> None:
    async with RoomServer() as server, started("watch", "ana", "--endpoint", server.url) as process:
        connection = await server.accept()
        await connection.send(chat("\x1b[31mred\x07 [bold]x[/bold] \u202eabc\nnext"), control(3))
        out, _ = await process.communicate()
    line = out.decode().splitlines()[1]
    assert line.endswith("Bo  \\x1b[31mred\\x07 [bold]x[/bold] \\u202eabc next")
    assert "\x1b" not in out.decode()


async def test_ctrl_c_closes_the_connection_and_ends_it_with_130() -> None:
    async with RoomServer() as server, started("watch", "ana", "--endpoint", server.url) as process:
        connection = await server.accept()
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
        await connection.socket.wait_closed()
    assert (process.returncode, err) == (130, b"")
    assert connection.socket.close_code == 1000


async def test_ctrl_c_ends_it_while_it_waits_to_reconnect() -> None:
    async with RoomServer() as server, started("watch", "ana", "--json", "--endpoint", server.url) as process:
        connection = await server.accept()
        server.refusal = (417, "illegal app_id")
        await connection.drop()
        assert process.stdout is not None
        while b'"reconnecting"' not in await process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")
    # On a slow machine it may have tried again before the signal.
    assert {json.loads(line)["type"] for line in out.splitlines()} <= {"reconnecting"}


async def test_a_closed_pipe_ends_it_without_an_error() -> None:
    async with RoomServer() as server, started("watch", "ana", "--json", "--endpoint", server.url) as process:
        connection = await server.accept()
        assert process.stdout is not None
        await process.stdout.readline()
        process.stdout._transport.close()  # type: ignore[attr-defined]
        for number in range(20):
            await connection.send(chat(str(number)))
        await connection.send(control(3))
        assert process.stderr is not None
        err = await process.stderr.read()
        await process.wait()
    assert (process.returncode, err) == (0, b"")


async def test_several_live_streams_are_watched_at_once_and_a_failing_one_is_reported() -> None:
    users = ("ana", "nobody_here", "bob")
    async with (
        Simulator(users=("ana", "bob"), seed=3, rate=20.0) as sim,
        started("watch", *users, "--json", "--endpoint", sim.url) as process,
    ):
        assert process.stdout is not None
        rooms = set[str]()
        while rooms != {str(room) for room in sim.rooms.values()}:
            rooms.add(json.loads(await process.stdout.readline())["room_id"])
        for user in ("ana", "bob"):
            await sim.control(user, "end")
        _, err = await process.communicate()
    assert process.returncode == 1
    assert json.loads(err)["error"] == "UserNotFound"


async def test_wait_waits_until_the_user_is_live() -> None:
    async with RoomServer() as server:
        server.live = False
        async with started("watch", "ana", "--wait", "--json", "--endpoint", server.url) as process:
            await server.until_asked("/@ana/live")
            assert process.returncode is None
            process.send_signal(signal.SIGINT)
            await process.communicate()
    assert process.returncode == 130
