"""How fast this machine decodes frames: `make bench`, or `python -m benchmarks.decode [--json] [--frames N]`.

The input is real messages in the proportions of a real room, from three groups of senders: people who mostly return,
people of whom at most half are in the cache (the main figure), and people who never return. Each stage is timed
separately, as the best processor time of several rounds. For comparison, the same frames are decoded by a reader in
pure Python that creates an object for every field, as libraries with generated dataclasses do.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import FrameType

from benchmarks.corpus import Corpus, build
from benchmarks.reference import decode_everything
from tikcast import LiveSession, decode_frame
from tikcast._proto import fast
from tikcast._wire import gunzip
from tikcast._wire.frames import open_frame
from tikcast._wire.protobuf import picking
from tikcast._wire.shared import CACHES, RECORDS
from tikcast._wire.table import TABLE

ROUNDS = 7
REFERENCE_FRAMES = 40
# The share of the senders who return, and the share of the top viewers who stay.
CROWDS = {"returning": (0.97, 1.0), "half known": (0.5, 0.7), "strangers": (0.0, 0.0)}
HEADLINE = "half known"


@dataclass(frozen=True)
class Result:
    """Figures of one group: messages per second, nanoseconds per message by stage, ratios."""

    crowd: str
    messages: int
    bytes_per_frame: int
    hit_rate: float
    decode_per_second: int
    session_per_second: int
    stage_ns: dict[str, int]
    floor_ratio: float


def best(action: Callable[[], None], rounds: int = ROUNDS) -> float:
    """Processor seconds of the fastest round. Each round begins with empty caches."""
    fastest = float("inf")
    for _ in range(rounds):
        _forget()
        start = time.process_time()
        action()
        fastest = min(fastest, time.process_time() - start)
    return fastest


def stages(corpus: Corpus) -> dict[str, float]:
    """Seconds until the end of each stage."""
    frames = corpus.frames
    parse_frame = fast.WebcastPushFrame.FromString
    payloads = [parse_frame(frame).payload for frame in frames]

    def parse() -> None:
        for frame in frames:
            response = open_frame(frame).response
            for method, payload, *_ in response.messages if response is not None else ():
                TABLE[method][0](payload)

    def session() -> None:
        live = LiveSession(0)
        live.opened(0)
        for frame in frames:
            live.receive(frame, 1000)
            live.to_send()

    return {
        "gunzip": best(lambda: _each(gunzip.gunzip, payloads)),
        "open": best(lambda: _each(open_frame, frames)),
        "floor": best(parse),
        "decode": best(lambda: _each(decode_frame, frames)),
        "session": best(session),
    }


def _each(function: Callable[[bytes], object], items: list[bytes]) -> None:
    for item in items:
        function(item)


def hit_rate(corpus: Corpus) -> float:
    """The share of lookups of shared records that are cache hits in one round."""
    converters = {cache.convert.__code__ for cache in CACHES.values()}
    calls = Counter[str]()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls["lookup"] += frame.f_code.co_name == "lookup"
            calls["miss"] += frame.f_code in converters

    _forget()
    sys.setprofile(count)
    _each(decode_frame, corpus.frames)
    sys.setprofile(None)
    return 1 - calls["miss"] / max(calls["lookup"], 1)


def _forget() -> None:
    for cache in CACHES.values():
        cache.clear()


def measure(crowd: str, *, frames: int) -> Result:
    """All figures of one group."""
    regulars, ranks_stay = CROWDS[crowd]
    corpus = build(crowd, frames=frames, regulars=regulars, ranks_stay=ranks_stay)
    seconds = stages(corpus)
    return Result(
        crowd=crowd,
        messages=corpus.messages,
        bytes_per_frame=sum(map(len, corpus.frames)) // len(corpus.frames),
        hit_rate=round(hit_rate(corpus), 3),
        decode_per_second=round(corpus.messages / seconds["decode"]),
        session_per_second=round(corpus.messages / seconds["session"]),
        stage_ns={name: round(value / corpus.messages * 1e9) for name, value in seconds.items()},
        floor_ratio=round(seconds["floor"] / seconds["decode"], 2),
    )


def reference(frames: int = REFERENCE_FRAMES) -> int:
    """Messages per second of the reader in pure Python."""
    corpus = build("reference", frames=frames, regulars=CROWDS[HEADLINE][0])
    return round(corpus.messages / best(lambda: _each(decode_everything, corpus.frames), rounds=3))


def report(results: list[Result], plain: int) -> str:
    """The figures as text."""
    reader = "compiled" if picking.COMPILED else "protobuf runtime's"
    lines = [f"{gunzip.backend()} and the {reader} reader, cache of {RECORDS} records per type, one core", ""]
    for item in results:
        lines += [
            f"{item.crowd}: {item.decode_per_second:,} messages/s decoded, {item.session_per_second:,} in a session",
            f"  {item.messages:,} messages, {item.bytes_per_frame:,} bytes per frame, {item.hit_rate:.0%} cache hits",
            "  ns per message until the end of a stage: " + ", ".join(f"{k} {v:,}" for k, v in item.stage_ns.items()),
            f"  floor (gunzip and parse only): {item.floor_ratio:.0%} of the time of decoding",
        ]
    headline = next(item for item in results if item.crowd == HEADLINE)
    ratio = headline.decode_per_second / plain
    lines += [
        "",
        f"pure Python reader: {plain:,} messages/s; the main figure ({HEADLINE}) is {ratio:.0f} times this",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--frames", type=int, default=4000, help="frames per group (4000)")
    options = parser.parse_args(arguments)
    results = [measure(crowd, frames=options.frames) for crowd in CROWDS]
    plain = reference()
    if options.json:
        crowds = [asdict(result) for result in results]
        setting = {"decompression": gunzip.backend(), "compiled": picking.COMPILED}
        print(json.dumps({**setting, "reference": plain, "crowds": crowds}))
    else:
        print(report(results, plain))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
