"""How much memory grows while a million messages are decoded: `python -m benchmarks.memory [--messages N] [--json]`.

Real messages in the proportions of a real room, all from different people, are decoded again and again by
`decode_frame`, and by a `LiveSession` whose time advances as in a busy room. The memory of the process is measured
after a warm-up, which fills every cache, and at the end.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.corpus import Corpus, build
from tikcast import LiveSession, decode_frame

FRAMES = 8000
WARM_UP = 60_000
MS_A_FRAME = 800
MIB = 1024 * 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Result:
    """The memory of the process in bytes: the highest value of the warm-up, and the value at the end."""

    loop: str
    messages: int
    before: int
    after: int

    @property
    def grown(self) -> int:
        """The difference; it can be negative."""
        return self.after - self.before


def memory() -> int:
    """Resident memory in bytes, after a garbage collection."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


def stateless(_: int, frame: bytes) -> None:
    """Decode one frame without a session."""
    decode_frame(frame)


def in_session() -> Callable[[int, bytes], None]:
    """A function that gives each frame to the same session, and calls `tick`."""
    live = LiveSession(0)
    live.opened(0)

    def take(number: int, frame: bytes) -> None:
        now_ms = number * MS_A_FRAME
        live.receive(frame, now_ms)
        live.tick(now_ms)
        live.to_send()

    return take


def measure(loop: str, take: Callable[[int, bytes], None], *, corpus: Corpus, messages: int) -> Result:
    """Decode messages in a loop, after a warm-up with the same frames."""
    rounds = -(-messages // corpus.messages)
    number = 0
    before = 0
    for _ in range(-(-WARM_UP // corpus.messages)):
        for frame in corpus.frames:
            number += 1
            take(number, frame)
        # The caches drop half of their records at a time, so the memory of one moment says little.
        before = max(before, memory())
    for _ in range(rounds):
        for frame in corpus.frames:
            number += 1
            take(number, frame)
    return Result(loop, rounds * corpus.messages, before, memory())


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages per loop (1,000,000)")
    options = parser.parse_args(arguments)
    corpus = build("strangers", frames=FRAMES, regulars=0.0, ranks_stay=0)
    results = [
        measure("decode_frame", stateless, corpus=corpus, messages=options.messages),
        measure("LiveSession", in_session(), corpus=corpus, messages=options.messages),
    ]
    if options.json:
        print(json.dumps([asdict(result) | {"grown": result.grown} for result in results]))
        return 0
    for result in results:
        then, now = result.before / MIB, result.after / MIB
        grown = f"{result.grown / MIB:+.1f} MiB"
        print(f"{result.loop}: {result.messages:,} messages, {then:.1f} MiB after the warm-up, {now:.1f} now: {grown}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
