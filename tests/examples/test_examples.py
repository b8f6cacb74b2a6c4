"""Runs every example against the simulator, and compares its output with the simulator's ledger."""

import asyncio
import json
import os
import re
import signal
import sys
import urllib.error
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.shared_data import REPO
from tikcast.simulator import RoomPlan, Simulator, TimelineEntry

EXAMPLES = REPO / "examples"
# Sent every half second, so that one also comes after a slow start, when earlier ones are history.
SAID = tuple(TimelineEntry(at=0.5 * n, action="chat", text="!hello everybody") for n in range(1, 400))
GIVEN = tuple(
    entry
    for n in range(1, 400)
    for entry in (
        TimelineEntry(at=0.5 * n, action="gift", gift="Rose", count=3),
        TimelineEntry(at=0.5 * n + 0.1, action="chat", text="thanks"),
    )
)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    plans = (RoomPlan(user="sim0", timeline=SAID), RoomPlan(user="sim1", timeline=GIVEN))
    async with Simulator(plans=plans, seed=1, rate=100.0) as running:
        yield running


@asynccontextmanager
async def started(
    simulator: Simulator, name: str, *arguments: str, folder: Path | None = None
) -> AsyncIterator[Process]:
    """Start an example; it is killed if it still runs at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / name),
        *arguments,
        cwd=folder,
        env=os.environ | {"TIKCAST_ENDPOINT": simulator.url, "PYTHONUNBUFFERED": "1"},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_with(process: Process, sign: str) -> str:
    """The next line of output that matches a pattern."""
    assert process.stdout
    assert process.stderr
    while line := (await process.stdout.readline()).decode():
        if re.search(sign, line):
            return line
    raise AssertionError(f"no {sign!r} came: {(await process.stderr.read()).decode()}")


async def the_rest(process: Process) -> list[str]:
    """The remaining lines of output; the example must end with exit code 0 and print no errors."""
    output, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (0, "")
    return output.decode().splitlines()


async def ask(url: str, body: object = None) -> str:
    def answer() -> str:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            text: str = reply.read().decode()
        return text

    return await asyncio.to_thread(answer)


async def end_live(simulator: Simulator, user: str = "sim0") -> None:
    await ask(f"{simulator.url}/_sim/rooms/{user}", {"action": "end"})


async def ledger(simulator: Simulator, user: str = "sim0") -> dict[str, Any]:
    report: dict[str, Any] = json.loads(await ask(f"{simulator.url}/_sim/ledger/{user}"))
    return report


def examples() -> set[str]:
    return {path.name for path in EXAMPLES.glob("*.py")}


def test_every_example_has_a_test() -> None:
    tested = re.findall(r'started\(\s*simulator, "(\w+\.py)"', Path(__file__).read_text(encoding="utf-8"))
    assert examples() == set(tested)


def test_the_readme_and_the_documents_name_every_example() -> None:
    readme, page = (path.read_text(encoding="utf-8") for path in (REPO / "README.md", REPO / "docs" / "examples.md"))
    assert set(re.findall(r"\(examples/(\w+\.py)\)", readme)) == examples()
    assert set(re.findall(r'--8<-- "(\w+\.py)"', page)) == examples()


@pytest.mark.parametrize("name", sorted(examples()))
async def test_without_arguments_an_example_says_how_it_is_started(simulator: Simulator, name: str) -> None:
    async with started(simulator, name) as process:
        output, errors = await process.communicate()
    usage, *_ = errors.decode().splitlines()
    assert (process.returncode, output) == (1, b"")
    assert f"python examples/{name} @" in usage
    assert "Traceback" not in errors.decode()


async def test_chat_prints_comments_until_the_live_ends(simulator: Simulator) -> None:
    async with started(simulator, "chat.py", "@sim0") as process:
        await line_with(process, ": !hello everybody")
        await end_live(simulator)
        await the_rest(process)


async def test_gifts_are_counted_as_the_ledger_counts_them(simulator: Simulator) -> None:
    async with started(simulator, "gifts.py", "@sim1") as process:
        await line_with(process, " gave ")
        await end_live(simulator, "sim1")
        *_, gifts, givers = await the_rest(process)
    sent = await ledger(simulator, "sim1")
    assert sum(map(int, re.findall(r"(\d+) \D", gifts))) == sent["gifts"]
    assert int(re.findall(r"\((\d+)\)", givers)[0]) <= sent["diamonds"]


async def test_rooms_are_followed_side_by_side(simulator: Simulator) -> None:
    async with started(simulator, "rooms.py", "sim0", "offline0", "sim1") as process:
        await line_with(process, r"^\[sim0\] .*: ")
        await line_with(process, r"^\[sim1\] .*: thanks")
        await asyncio.gather(end_live(simulator, "sim0"), end_live(simulator, "sim1"))
        *_, first, second, third = await the_rest(process)
    got = {user: (await ledger(simulator, user))["diamonds"] for user in ("sim0", "sim1")} | {"offline0": 0}
    assert {first, second, third} == {f"{user} got {diamonds} diamonds" for user, diamonds in got.items()}
    assert got["sim1"] > 0


async def test_commands_are_answered_through_the_sender(simulator: Simulator) -> None:
    async with started(simulator, "commands.py", "@sim0") as process:
        answer = await line_with(process, "To room")
        assert answer == f"To room {simulator.rooms['sim0']}: Hello everybody!\n"
        await end_live(simulator)
        await the_rest(process)


async def test_speech_says_comments_into_its_sink(simulator: Simulator, tmp_path: Path) -> None:
    sink = tmp_path / "speech.txt"
    async with started(simulator, "speech.py", "@sim0", str(sink)) as process:
        await until(lambda: sink.exists() and "says: !hello everybody\n" in sink.read_text(encoding="utf-8"))
        await end_live(simulator)
        await the_rest(process)
    assert all(" says: " in line for line in sink.read_text(encoding="utf-8").splitlines())


async def test_record_waits_for_the_live_and_records_it_with_subtitles(simulator: Simulator, tmp_path: Path) -> None:
    await end_live(simulator)
    async with started(simulator, "record.py", "@sim0", "1", folder=tmp_path) as process:
        assert await line_with(process, "Waiting") == "Waiting until @sim0 is live\n"
        await ask(f"{simulator.url}/_sim/rooms/sim0", {"action": "go_live"})
        await line_with(process, "^Recording ")
        await until(lambda: (tmp_path / "sim0.srt").stat().st_size > 500)
        await end_live(simulator)
        (part,) = await the_rest(process)
    assert re.fullmatch(r"sim0\.ts: \d+\.\d s, \d+ bytes", part)
    written = {path.name: path.read_bytes() for path in files(tmp_path)}
    assert written.keys() == {f"sim0.{ending}" for ending in ("ts", "srt", "ass", "jsonl")}
    events = [json.loads(line) for line in written["sim0.jsonl"].splitlines()]
    words = [event["comment"].split() for event in events if event["type"] == "chat"]
    assert any(word[0].encode() in written["sim0.srt"] for word in words if word)
    assert f" {len(written['sim0.ts'])} bytes" in part


async def test_pipe_hands_every_event_to_another_program(simulator: Simulator) -> None:
    reader = "import sys, json\nfor line in sys.stdin: print(json.loads(line)['message_id'])"
    async with started(simulator, "pipe.py", "@sim0", sys.executable, "-uc", reader) as process:
        first = [await line_with(process, r"^\d{10,}$") for _ in range(20)]
        await end_live(simulator)
        rest = await the_rest(process)
    sent = {message["message_id"] for message in (await ledger(simulator))["messages"]}
    assert {line.strip() for line in [*first, *rest]} - {"0"} == sent


async def test_pipe_says_when_the_other_program_ends_first(simulator: Simulator) -> None:
    async with started(simulator, "pipe.py", "@sim0", sys.executable, "-c", "") as process:
        _, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (0, "The program ended before the live stream\n")


async def test_flask_shows_the_live_and_looks_users_up(simulator: Simulator) -> None:
    async with started(simulator, "flask_app.py", "@sim0", "0") as process:
        assert process.stderr
        banner = ""
        while "Running on" not in banner:
            banner = (await process.stderr.readline()).decode()
            assert banner, "the server did not start"
        site = banner.split()[-1]
        assert "<p>connected</p>" in await shown(site, "!hello everybody")
        user = json.loads(await ask(f"{site}/users/sim0"))
        assert user["live"] is True
        with pytest.raises(urllib.error.HTTPError, match="404"):
            await ask(f"{site}/users/nobody_at_all")
        await end_live(simulator)
        await shown(site, "<p>ended</p>")
        process.send_signal(signal.SIGINT)
        await process.communicate()
        assert process.returncode == 0


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def shown(site: str, sign: str) -> str:
    """Load a page again and again until it contains a text."""
    while sign not in (page := await ask(site)):  # noqa: ASYNC110 - a page sends no notification
        await asyncio.sleep(0.05)
    return page


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a change that another process makes without a notification."""
    while not condition():  # noqa: ASYNC110 - an event cannot be shared by processes
        await asyncio.sleep(0.02)
