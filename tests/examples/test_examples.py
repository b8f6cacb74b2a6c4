"""Every example runs as it stands, against the simulator."""

import asyncio
import json
import os
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable

import pytest

from tests.shared_data import REPO
from tikcast.simulator import Simulator

EXAMPLES = REPO / "examples"
# Example → does this line of its output show that it works?
SIGNS: dict[str, Callable[[str], bool]] = {
    "chat.py": lambda line: ": " in line,
    "gifts.py": lambda line: " gave " in line,
}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(users=("sim0",), seed=1, rate=100.0) as running:
        yield running


def end_live(url: str) -> None:
    request = urllib.request.Request(
        f"{url}/_sim/rooms/sim0", json.dumps({"action": "end"}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        answer.read()


def test_every_example_has_a_test() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == SIGNS.keys()


@pytest.mark.parametrize("name", SIGNS)
async def test_an_example_shows_events_and_stops_when_the_live_ends(name: str, simulator: Simulator) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLES / name),
        "@sim0",
        env=os.environ | {"TIKCAST_ENDPOINT": simulator.url, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    while line := (await process.stdout.readline()).decode():
        if SIGNS[name](line):
            await asyncio.to_thread(end_live, simulator.url)
            break
    _, errors = await process.communicate()
    assert line, errors.decode()
    assert process.returncode == 0, errors.decode()
