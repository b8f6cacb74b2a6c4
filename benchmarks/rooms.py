"""The cost of many rooms in one process: `python -m benchmarks.rooms [--rooms N] [--rate R] [--seconds S] [--json]`.

One client follows all rooms of a simulator, which runs in another process, and reads every event. The figures are the
processor time per frame of the client process, and the memory that each room adds to it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.serving import simulator
from tikcast import Endpoints, Live, TikTok

OPENING_AT_ONCE = 16
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures of one run: `seconds` is the length of the measurement, memory is resident memory."""

    rooms: int
    rate: float
    seconds: float
    frames: int
    events: int
    dropped: int
    cpu_us_per_frame: float
    cpu_share: float
    kib_per_room: float


@dataclass
class Readers:
    """All rooms of a client. One task per room reads its events. `open` is set when all rooms are open."""

    tiktok: TikTok
    rooms: int
    open: asyncio.Event = field(default_factory=asyncio.Event)
    lives: list[Live] = field(default_factory=list)
    events: int = 0
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(OPENING_AT_ONCE))

    async def read(self, user: str) -> None:
        """Follow one room."""
        live = self.tiktok.track(user, room_info=False)
        async with self._turn:
            await live.__aenter__()
        try:
            self.lives.append(live)
            if len(self.lives) == self.rooms:
                self.open.set()
            async for _ in live:
                self.events += 1
        finally:
            await live.close()

    def count(self, name: str) -> int:
        """The sum of one count over all rooms."""
        return sum(live.stats()[name] for live in self.lives)


def memory() -> int:
    """Resident memory in bytes, after a garbage collection."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


async def measure(*, rooms: int, rate: float, settle: float, seconds: float) -> Result:
    """Open the rooms, wait `settle` seconds, and measure for `seconds`."""
    arguments = ("--rooms", str(rooms), "--rate", str(rate), "--seed", "1")
    async with simulator(*arguments) as url, TikTok(endpoints=Endpoints.at(url), connect=("direct",)) as tiktok:
        async with tiktok.track("sim0", room_info=False):
            pass  # what the first room loads must not count for the measured rooms
        before = memory()
        readers = Readers(tiktok, rooms)
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(readers.read(f"sim{number}")) for number in range(rooms)]
            await readers.open.wait()
            await asyncio.sleep(settle)
            frames, events, started, used = readers.count("frames"), readers.events, time.monotonic(), _used()
            await asyncio.sleep(seconds)
            frames, events = readers.count("frames") - frames, readers.events - events
            elapsed, used = time.monotonic() - started, _used() - used
            result = Result(
                rooms=rooms,
                rate=rate,
                seconds=round(elapsed, 1),
                frames=frames,
                events=events,
                dropped=readers.count("dropped"),
                cpu_us_per_frame=round(used / max(frames, 1) * 1e6, 1),
                cpu_share=round(used / elapsed, 3),
                kib_per_room=round((memory() - before) / rooms / 1024, 1),
            )
            for task in reading:
                task.cancel()
        return result


def _used() -> float:
    return time.process_time()


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rooms", type=int, default=500, help="number of rooms (500)")
    parser.add_argument("--rate", type=float, default=3.5, help="messages per second in each room (3.5)")
    parser.add_argument("--settle", type=float, default=10.0, help="seconds before the measurement (10)")
    parser.add_argument("--seconds", type=float, default=30.0, help="seconds to measure (30)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    result = asyncio.run(
        measure(rooms=options.rooms, rate=options.rate, settle=options.settle, seconds=options.seconds)
    )
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        print(
            f"{result.rooms} rooms, {result.frames:,} frames and {result.events:,} events in {result.seconds} s\n"
            f"{result.cpu_us_per_frame:,.0f} µs of processor time per frame, {result.cpu_share:.0%} of one core\n"
            f"{result.kib_per_room:,.0f} KiB of memory per room, {result.dropped:,} events dropped"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
