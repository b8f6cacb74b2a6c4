"""The wall clock of the machine is set while a recording runs."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.cli.runner import started
from tests.recording.scene import until
from tikcast.simulator import Simulator

STEP = 1200
WALL_CLOCK_THAT_CAN_BE_SET = f"""
import os, time
step = os.path.join(os.path.dirname(__file__), "step")
seconds, nanoseconds = time.time, time.time_ns
time.time = lambda: seconds() + {STEP} * os.path.exists(step)
time.time_ns = lambda: nanoseconds() + {STEP} * 10**9 * os.path.exists(step)
"""


async def test_events_keep_their_moment_in_the_video_when_the_wall_clock_is_set_forward(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WALL_CLOCK_THAT_CAN_BE_SET, encoding="utf-8")
    env = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    beside = tmp_path / "x.jsonl"
    async with Simulator(users=("ana",), seed=1, rate=60.0) as sim:
        out = ("-o", f"{tmp_path}/x.flv", "--quality", "ld", "--events", "--json", "--endpoint", sim.url)
        async with started("record", "ana", *out, env=env) as process:
            await until(lambda: live_events(beside))
            before = live_events(beside)[0]["received_at_ms"]
            (tmp_path / "step").touch()
            await until(lambda: [event for event in live_events(beside) if later(event, before)])
            process.send_signal(signal.SIGTERM)
            documents, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    (part,) = map(json.loads, documents.splitlines())
    assert max(event["offset"] for event in live_events(beside)) < part["duration"] + 30
    assert abs(part["started_at_ms"] - before) < STEP * 500


def live_events(path: Path) -> list[dict[str, Any]]:
    """The events that are written already and are no history, as far as their lines are whole."""
    whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
    return [event for line in whole.splitlines() if not (event := json.loads(line))["is_history"]]


def later(event: dict[str, Any], before: int) -> bool:
    """Whether an event came after the step."""
    return bool(event["received_at_ms"] > before + STEP * 500)
