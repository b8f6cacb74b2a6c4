"""What a long watch costs: `python -m benchmarks.longrun [--hours H] [--speed N] [--json]`.

An hour of a live, at fifty times its pace, from a simulator in a process of its own over real sockets, with a
connection that breaks every three minutes of it in one way or another. Memory, tasks and open files are looked
at on the way: after the caches have filled they have to stay where they are. At the end the ledger is asked
whether everything came.
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
# Of real rooms: messages a second.
PACE = 3.5
BREAK_EVERY = 180.0
LOOKS = 10
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
class Look:
    """The state of this process at a minute of the simulated time. Memory is resident, in MiB."""

    minute: int
    memory: float
    tasks: int
    files: int
    events: int
    connections: int


class Watch:
    """A live that is watched, and what it has brought."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.events = 0
        # Small enough not to be seen in what is measured.
        self.ids = array("Q")
        self.gaps: list[tuple[int, int]] = []

    async def run(self) -> None:
        """Read to the end, keeping ids only."""
        async for event in self.live:
            self.events += 1
            if isinstance(event, Gap):
                self.gaps.append((event.from_ms, event.to_ms))
            if event.message_id and event.type != "undecoded":
                self.ids.append(event.message_id)

    def look(self, minute: int) -> Look:
        """Look at this process; garbage is collected before."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return Look(
            minute=minute,
            memory=round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1),
            tasks=len(asyncio.all_tasks()),
            files=len(list(Path("/proc/self/fd").iterdir())),
            events=self.events,
            connections=self.live.stats()["connections"],
        )


def ask(url: str, body: object = None) -> dict[str, Any]:
    """The simulator's control API."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:  # noqa: S310 - loopback
        found: dict[str, Any] = json.loads(answer.read())
        return found


async def break_things(url: str, live: Live, *, every: float) -> None:
    """Let something go wrong every so often; frame faults are followed by an end of the connection."""
    luck = Random(1)
    while True:
        await asyncio.sleep(every)
        name, told = luck.choice(FAULTS)
        orders = [{"user": USER, "fault": name, **told}]
        if name not in {"close", "reset", "silence", "cut_frame"}:
            orders.append({"user": USER, "fault": "close", "after": 0.2})
        if live.state is LiveState.CONNECTED:
            for order in orders:
                await asyncio.to_thread(ask, f"{url}/_sim/faults", order)


async def measure(*, hours: float, speed: float) -> dict[str, Any]:
    """Watch, and report."""
    seconds = hours * 3600 / speed
    timeouts = Timeouts(first_frame=max(1.0, 20 / speed), stale=max(1.0, 60 / speed))
    reconnect = Reconnect(attempts=None, first_delay=1 / speed, max_delay=60 / speed, healthy_after=10 / speed)
    async with simulator("--seed", "1", "--rate", str(PACE * speed)) as url:
        client = TikTok(endpoints=Endpoints.at(url), connect=("direct",), timeouts=timeouts, reconnect=reconnect)
        async with client as tiktok, tiktok.track(USER) as live:
            watch = Watch(live)
            reading = asyncio.create_task(watch.run())
            breaking = asyncio.create_task(break_things(url, live, every=BREAK_EVERY / speed))
            looks = []
            for number in range(1, LOOKS + 1):
                await asyncio.sleep(seconds / LOOKS)
                looks.append(watch.look(round(number * hours * 60 / LOOKS)))
            breaking.cancel()
            await asyncio.sleep(1.0)
            await asyncio.to_thread(ask, f"{url}/_sim/rooms/{USER}", {"action": "end"})
            await reading
            ledger = await asyncio.to_thread(ask, f"{url}/_sim/ledger/{USER}")
        return {**report(watch, ledger), "looks": looks}


def report(watch: Watch, ledger: dict[str, Any]) -> dict[str, Any]:
    """What came against what was sent."""
    sent = {int(message["message_id"]): message["sent"][0][1] for message in ledger["messages"]}
    came = set(watch.ids)
    missing = [at for number, at in sent.items() if number not in came]
    outside = [at for at in missing if not any(start <= at <= end for start, end in watch.gaps)]
    stats = watch.live.stats()
    return {
        "sent": len(sent),
        "came": len(came),
        "twice": len(watch.ids) - len(came),
        "missing_in_gaps": len(missing) - len(outside),
        "missing_outside": len(outside),
        "gaps": stats["gaps"],
        "recovered": stats["recovered"],
        "dropped": stats["dropped"],
        "gifts": [stats["gifts"], ledger["gifts"]],
        "diamonds": [stats["diamonds"], ledger["diamonds"]],
        "processor_seconds": round(time.process_time(), 1),
    }


def show(found: dict[str, Any]) -> None:
    """The figures as a table."""
    print("minute  memory MiB  tasks  files   events  connections")
    for look in found["looks"]:
        print(
            f"{look.minute:>6}  {look.memory:>10}  {look.tasks:>5}  {look.files:>5}  {look.events:>7}"
            f"  {look.connections:>11}"
        )
    for name, value in found.items():
        if name != "looks":
            print(f"{name.replace('_', ' ')}: {value}")


def main() -> None:
    """Run it and print what it took."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--hours", type=float, default=1.0)
    options.add_argument("--speed", type=float, default=50.0)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = asyncio.run(measure(hours=chosen.hours, speed=chosen.speed))
    if chosen.json:
        print(json.dumps(found, default=asdict))
    else:
        show(found)


if __name__ == "__main__":
    main()
