"""The cost of watching for a long time: `python -m benchmarks.longrun [--hours H] [--speed N] [--json]`.

A client receives an hour of a live stream at fifty times the normal speed, from a simulator in another process over
real sockets. Every three minutes of simulated time the connection breaks in one of several ways. Memory, tasks and open
files are measured during the run: once the caches are full, they must not grow. At the end the ledger of the simulator
shows whether every message arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import time
import urllib.request
from array import array
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.serving import simulator
from tikcast import Endpoints, Live, Reconnect, TikTok, Timeouts
from tikcast.events import Gap
from tikcast.live import LiveState

USER = "sim0"
# Messages per second of a real room.
PACE = 3.5
BREAK_EVERY = 180.0
SAMPLES = 10
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("close", {"code": 1001}),
    ("close", {"code": 1006}),
    ("reset", {}),
    ("cut_frame", {}),
    ("silence", {"seconds": 20.0}),
    ("handshake_refused", {"message": "DEVICE_BLOCKED"}),
    ("bad_gzip", {"lost": True}),
    ("duplicate", {}),
    ("replay", {"flagged": False}),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The state of this process at a minute of simulated time. `memory` is resident memory in MiB."""

    minute: int
    memory: float
    tasks: int
    files: int
    events: int
    connections: int


class Watch:
    """Reads a live stream and keeps what the report needs."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.events = 0
        # An array, so that the ids hardly add to the measured memory.
        self.ids = array("Q")
        self.gaps: list[tuple[int, int]] = []

    async def run(self) -> None:
        """Read until the live stream ends; keep only message ids and gaps."""
        async for event in self.live:
            self.events += 1
            if isinstance(event, Gap):
                self.gaps.append((event.from_ms, event.to_ms))
            if event.message_id and event.type != "undecoded":
                self.ids.append(event.message_id)

    def sample(self, minute: int) -> Sample:
        """Measure this process after a garbage collection."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return Sample(
            minute=minute,
            memory=round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1),
            tasks=len(asyncio.all_tasks()),
            files=len(list(Path("/proc/self/fd").iterdir())),
            events=self.events,
            connections=self.live.stats().connections,
        )


def ask(url: str, body: object = None) -> dict[str, Any]:
    """Send a request to the simulator's control API."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:  # noqa: S310 - loopback
        document: dict[str, Any] = json.loads(answer.read())
        return document


async def break_connections(url: str, live: Live, *, every: float) -> None:
    """Cause a random fault every `every` seconds. After a fault in a frame, also close the connection."""
    random = Random(1)
    while True:
        await asyncio.sleep(every)
        name, parameters = random.choice(FAULTS)
        orders = [{"user": USER, "fault": name, **parameters}]
        if name not in {"close", "reset", "silence", "cut_frame"}:
            orders.append({"user": USER, "fault": "close", "after": 0.2})
        if live.state is LiveState.CONNECTED:
            for order in orders:
                await asyncio.to_thread(ask, f"{url}/_sim/faults", order)


async def measure(*, hours: float, speed: float) -> dict[str, Any]:
    """Run the benchmark and return the report."""
    seconds = hours * 3600 / speed
    timeouts = Timeouts(first_frame=max(1.0, 20 / speed), stale=max(1.0, 60 / speed))
    reconnect = Reconnect(attempts=None, first_delay=1 / speed, max_delay=60 / speed, healthy_after=10 / speed)
    async with simulator("--seed", "1", "--rate", str(PACE * speed)) as url:
        client = TikTok(endpoints=Endpoints.at(url), connect=("direct",), timeouts=timeouts, reconnect=reconnect)
        async with client as tiktok, tiktok.track(USER) as live:
            watch = Watch(live)
            reading = asyncio.create_task(watch.run())
            breaking = asyncio.create_task(break_connections(url, live, every=BREAK_EVERY / speed))
            samples = []
            for number in range(1, SAMPLES + 1):
                await asyncio.sleep(seconds / SAMPLES)
                samples.append(watch.sample(round(number * hours * 60 / SAMPLES)))
            breaking.cancel()
            await asyncio.sleep(1.0)
            await asyncio.to_thread(ask, f"{url}/_sim/rooms/{USER}", {"action": "end"})
            await reading
            ledger = await asyncio.to_thread(ask, f"{url}/_sim/ledger/{USER}")
        return {**report(watch, ledger), "samples": samples}


def report(watch: Watch, ledger: dict[str, Any]) -> dict[str, Any]:
    """Compare what arrived with what was sent."""
    sent = {int(message["message_id"]): message["sent"][0][1] for message in ledger["messages"]}
    received = set(watch.ids)
    missing = [at for number, at in sent.items() if number not in received]
    outside = [at for at in missing if not any(start <= at <= end for start, end in watch.gaps)]
    stats = watch.live.stats()
    return {
        "sent": len(sent),
        "received": len(received),
        "duplicates": len(watch.ids) - len(received),
        "missing_in_gaps": len(missing) - len(outside),
        "missing_outside": len(outside),
        "gaps": stats.gaps,
        "recovered": stats.recovered,
        "dropped": stats.dropped,
        "gifts": [stats.gifts, ledger["gifts"]],
        "diamonds": [stats.diamonds, ledger["diamonds"]],
        "processor_seconds": round(time.process_time(), 1),
    }


def show(figures: dict[str, Any]) -> None:
    """Print the figures as a table."""
    print("minute  memory MiB  tasks  files   events  connections")
    for sample in figures["samples"]:
        print(
            f"{sample.minute:>6}  {sample.memory:>10}  {sample.tasks:>5}  {sample.files:>5}  {sample.events:>7}"
            f"  {sample.connections:>11}"
        )
    for name, value in figures.items():
        if name != "samples":
            print(f"{name.replace('_', ' ')}: {value}")


def main() -> None:
    """Run the benchmark and print its figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--hours", type=float, default=1.0)
    options.add_argument("--speed", type=float, default=50.0)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    figures = asyncio.run(measure(hours=chosen.hours, speed=chosen.speed))
    if chosen.json:
        print(json.dumps(figures, default=asdict))
    else:
        show(figures)


if __name__ == "__main__":
    main()
