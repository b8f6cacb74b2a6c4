"""Gives wrong bytes to everything that reads bytes: `make fuzz`, or `python -m tests.fuzz.run [TARGET…] --runs N`.

Each target starts with valid inputs and mutates them; the same seed repeats the same run. A failing input is written to
.fuzz/ and can be repeated with --input. --search also uses hypothesis, which reduces failing inputs. --guided also uses
atheris, if installed, which chooses inputs by code coverage. --cuts tries every real message, cut at every byte.
"""

import argparse
import hashlib
import random
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.mutate import Mutator
from tests.fuzz.shrinking import BrokenError, search
from tests.fuzz.targets import TARGETS, Target, message

FAILURES = Path(".fuzz")
MOST_MEMORY = 4 << 30
MOST_SHOWN = 10
SLOW = 0.5
LONGEST_INPUT = 1 << 16


@dataclass
class Outcome:
    """The result of a run of one target."""

    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_input: bytes = b""
    failures: dict[str, str] = field(default_factory=dict)

    def line(self, name: str) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        speed = self.inputs / max(self.seconds, 1e-9)
        line = f"{name:<18} {self.inputs:>9,} inputs, {speed:>8,.0f}/s"
        line += f", slowest {self.slowest * 1000:.0f} ms" if self.slowest else ""
        return f"{line}, memory at most {peak} MiB, {len(self.failures)} failures"


def damaged(target: Target, seed: int) -> Iterator[bytes]:
    """Yield the valid inputs, then mutated ones without end."""
    valid = target.seeds()
    yield from valid
    mutator = Mutator(seed, valid)
    while True:
        yield mutator.mutate(mutator.luck.choice(valid))


def cuts() -> Iterator[bytes]:
    """Yield every real message, cut at every byte."""
    for one in seeds.messages():
        whole = seeds.tagged(one)
        for end in range(1, len(whole)):
            yield whole[:end]


def run(target: Target, inputs: Iterator[bytes], *, runs: int, seconds: float) -> Outcome:
    """Check inputs until there are no more, or until a limit of number or time is reached."""
    outcome, started = Outcome(), time.monotonic()
    for data in inputs:
        began = time.process_time()
        try:
            target.check(data)
        except Exception as error:  # noqa: BLE001 - every exception is a failure
            _keep(outcome, data, error)
        if (took := time.process_time() - began) > outcome.slowest:
            outcome.slowest, outcome.slowest_input = took, data
        outcome.inputs += 1
        if outcome.inputs >= runs or time.monotonic() - started > seconds:
            break
    outcome.seconds = time.monotonic() - started
    return outcome


def _keep(outcome: Outcome, data: bytes, error: Exception) -> None:
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}: {str(error)[:200]}"
    kind = f"{type(error).__name__} {place.filename}:{place.lineno}"
    if kind in outcome.failures:
        return
    outcome.failures[kind] = f"{what}\n    again: python -m tests.fuzz.run --input {_kept(data)}"


def _kept(data: bytes) -> Path:
    FAILURES.mkdir(exist_ok=True)
    path = FAILURES / hashlib.blake2b(data, digest_size=8).hexdigest()
    path.write_bytes(data)
    return path


def searched(target: Target, *, seconds: float, seed: int) -> Outcome:
    """Let hypothesis choose the inputs; it stops at the first failure."""
    outcome, started = Outcome(), time.monotonic()
    try:
        outcome.inputs = search(target, seconds=seconds, seeds=random.Random(seed))
    except BrokenError as broken:
        cause = broken.__cause__
        _keep(outcome, broken.data, cause if isinstance(cause, Exception) else broken)
    outcome.seconds = time.monotonic() - started
    return outcome


def guided(name: str, seconds: float) -> int:
    """Let atheris choose the inputs, in a separate process, because it ends its process."""
    corpus = FAILURES / name
    corpus.mkdir(parents=True, exist_ok=True)
    for data in TARGETS[name].seeds():
        if len(data) < LONGEST_INPUT:
            (corpus / hashlib.blake2b(data, digest_size=8).hexdigest()).write_bytes(data)
    limits = [f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST_INPUT}", "-timeout=20", "-rss_limit_mb=3000"]
    limits += ["-verbosity=0", "-print_final_stats=1"]
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(corpus), *limits, f"-artifact_prefix={FAILURES}/"]
    return subprocess.run(command, check=False).returncode


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"some of {', '.join(TARGETS)} (all)")
    parser.add_argument("--runs", type=int, default=sys.maxsize, help="inputs a target")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together (60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--search", action="store_true", help="a part of the time by hypothesis")
    parser.add_argument("--guided", action="store_true", help="a part of the time by atheris, where it is installed")
    parser.add_argument("--cuts", action="store_true", help="every real message cut at every byte")
    parser.add_argument("--input", type=Path, help="check the bytes of one file in the targets")
    parser.add_argument(
        "--unlimited", action="store_true", help="memory without a limit: a sanitizer reserves terabytes"
    )
    options = parser.parse_args(arguments)
    if not options.unlimited:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.RLIM_INFINITY))
    names = options.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"there is no target {', '.join(sorted(unknown))}: use {', '.join(TARGETS)}")
    if options.input is not None:
        for name in names:
            TARGETS[name].check(options.input.read_bytes())
        return 0
    if options.cuts:
        whole = Target(list, message)
        return int(report("cuts", run(whole, cuts(), runs=options.runs, seconds=options.seconds)))
    with_atheris = options.guided and find_spec("atheris") is not None
    share = options.seconds / len(names) / (1 + options.search + with_atheris)
    failed = False
    for name in names:
        inputs = damaged(TARGETS[name], options.seed)
        failed |= report(name, run(TARGETS[name], inputs, runs=options.runs, seconds=share))
    for name in names if options.search else ():
        failed |= report(f"{name}, small", searched(TARGETS[name], seconds=share, seed=options.seed))
    if options.guided and not with_atheris:
        say("atheris is not installed here, so that all inputs were made without a look at what they reach")
    for name in names if with_atheris else ():
        failed |= bool(guided(name, share))
    return int(failed)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(name: str, outcome: Outcome) -> bool:
    say(outcome.line(name))
    if outcome.slowest > SLOW:
        say(f"  the slowest input: {_kept(outcome.slowest_input)}")
    for told in list(outcome.failures.values())[:MOST_SHOWN]:
        say(f"  {told}")
    return bool(outcome.failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
