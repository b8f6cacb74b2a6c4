"""Two source trees side by side: `python -m benchmarks.compare OLD NEW [--runs N] [--only NAME]... [--tiny] [--json]`.

Each benchmark runs in both trees alternately, so that changes of the machine's speed affect both. The output is the
medians, and how many times better the second tree is. OLD and NEW are folders with `src` and `benchmarks`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

EXTRAS = ("deflate", "zlib_ng")
RUN = """
import runpy, sys
module, *arguments, without = sys.argv[1:]
sys.modules.update(dict.fromkeys(filter(None, without.split(","))))
sys.argv[1:] = arguments
sys.path.insert(0, "")
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""
ENOUGH = 0.95


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A program, and the figures of it to compare; the value of a figure says whether more is better."""

    module: str
    arguments: tuple[str, ...]
    tiny: tuple[str, ...]
    figures: Mapping[str, bool]
    without: tuple[str, ...] = ()


_SPEEDS = {f"crowds.{n}.{figure}_per_second": True for n in range(3) for figure in ("decode", "session")}
BENCHMARKS = {
    "decode": Benchmark(
        module="benchmarks.decode", arguments=("--frames", "4000"), tiny=("--frames", "100"), figures=_SPEEDS
    ),
    "decode without extras": Benchmark(
        module="benchmarks.decode",
        arguments=("--frames", "2000"),
        tiny=("--frames", "100"),
        figures=_SPEEDS,
        without=EXTRAS,
    ),
    "rooms": Benchmark(
        module="benchmarks.rooms",
        arguments=("--rooms", "500"),
        tiny=("--rooms", "10", "--settle", "1", "--seconds", "2"),
        figures={"cpu_us_per_frame": False, "kib_per_room": False},
    ),
    "startup": Benchmark(
        module="benchmarks.startup",
        arguments=("--runs", "15"),
        tiny=("--runs", "2"),
        figures={"import_ms": False, "cpu_ms": False},
    ),
    "recording": Benchmark(
        module="benchmarks.recording",
        arguments=("--seconds", "20"),
        tiny=("--seconds", "2"),
        figures={f"seconds_per_second.{way}": False for way in ("flv", "plain flv", "hls")},
    ),
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of both trees: the medians, and how many times better the second tree is."""

    name: str
    old: float
    new: float
    better: float


def run(benchmark: Benchmark, tree: Path, *, tiny: bool) -> dict[str, float]:
    """Run a benchmark once in a tree."""
    arguments = benchmark.tiny if tiny else benchmark.arguments
    command = [sys.executable, "-c", RUN, benchmark.module, "--json", *arguments, ",".join(benchmark.without)]
    paths = os.pathsep.join(str(tree / name) for name in ("src", "."))
    ended = subprocess.run(  # noqa: S603 - our own benchmarks
        command, cwd=tree, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, check=True
    )
    numbers = dict(_numbers(json.loads(ended.stdout)))
    return {name: numbers[name] for name in benchmark.figures}


def _numbers(document: object, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(document, dict | list):
        items = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in items:
            yield from _numbers(value, f"{path}.{key}".lstrip("."))
    elif isinstance(document, int | float):
        yield path, document


def compare(name: str, trees: list[Path], *, runs: int, tiny: bool) -> list[Figure]:
    """Run a benchmark alternately in the two trees."""
    benchmark = BENCHMARKS[name]
    results: list[list[dict[str, float]]] = [[], []]
    for number in range(runs):
        # Every other time the second tree goes first.
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            results[which].append(run(benchmark, trees[which], tiny=tiny))
            print(f"{name}, run {number + 1}, tree {which + 1}: {results[which][-1]}", file=sys.stderr, flush=True)
    figures = []
    for figure, more in benchmark.figures.items():
        old, new = (median(result[figure] for result in tree) for tree in results)
        better = (new / old if more else old / new) if old and new else 1.0
        figures.append(Figure(name=f"{name}: {figure}", old=old, new=new, better=round(better, 3)))
    return figures


def main(arguments: list[str]) -> int:
    """Compare and print. Returns 1 if a figure of the second tree is below 0.95 of the first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--runs", type=int, default=6, help="runs of each benchmark in each tree (6)")
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), help="run only this benchmark")
    parser.add_argument("--tiny", action="store_true", help="small numbers, to test the programs")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    trees = [options.old.resolve(), options.new.resolve()]
    figures = [
        figure
        for name in options.only or BENCHMARKS
        for figure in compare(name, trees, runs=options.runs, tiny=options.tiny)
    ]
    if options.json:
        print(
            json.dumps(
                {figure.name: {"old": figure.old, "new": figure.new, "better": figure.better} for figure in figures}
            )
        )
    else:
        for figure in figures:
            print(f"{figure.name:<52} {figure.old:>12,.4g} {figure.new:>12,.4g}  {figure.better:.3f} times")
    return 0 if all(figure.better >= ENOUGH for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
