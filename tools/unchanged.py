"""Record what a change of structure must not change, and compare two records.

Usage: unchanged.py record FILE [--only SECTION]...
       unchanged.py compare BEFORE AFTER [--skip SECTION]...

The record is of the source tree that this file stands in. It is a JSON file, to be kept outside the repository.
`compare` names every difference and ends with 1 when there is one.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
LINES_OF_A_DIFFERENCE = 12
SKIPPED = "skipped: "
ENVIRONMENT = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONPATH": str(ROOT / "src"), "TZ": "UTC"}


def payloads() -> object:
    """Each real message as JSON, with and without its bytes, as hashes."""
    import pytest

    from tests.shared_data import load_real_messages
    from tikcast import decode_message, to_json

    try:
        messages = load_real_messages()
    except (pytest.skip.Exception, pytest.fail.Exception) as error:
        return f"{SKIPPED}{error}"
    shown = {}
    for message in messages:
        event = decode_message(message.method, message.payload)
        documents = [to_json(event), to_json(event, raw=True)]
        shown[message.id] = " ".join([message.method, *(hashlib.sha256(text).hexdigest()[:16] for text in documents)])
    return shown


def simulator() -> object:
    """Frames, ledgers and events for five seeds."""
    from unchanged_simulator import SEEDS, seeded

    return {f"seed {seed}": seeded(seed) for seed in SEEDS}


def fault_list() -> object:
    """The faults that the simulator lists."""
    from unchanged_simulator import fault_list

    return fault_list()


def faults() -> object:
    """What each fault does."""
    from unchanged_simulator import faults

    return faults()


def answers() -> object:
    """What the simulator's web side answers."""
    from unchanged_simulator import answers

    return answers()


def command(*arguments: str) -> list[str]:
    """The lines that a run of the command line prints, its exit code first."""
    ended = subprocess.run(
        [sys.executable, "-m", "tikcast", *arguments],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    return [f"exit code {ended.returncode}", *ended.stdout.splitlines(), *ended.stderr.splitlines()]


def help_texts() -> object:
    """The help of every command."""
    top = command("--help")
    names = [name for line in top if (name := "".join(re.findall(r"^│ ([a-z]\w*)", line)))]
    return {"tikcast --help": top} | {f"tikcast {name} --help": command(name, "--help") for name in names}


def commands() -> object:
    """What the commands that need no network print, each line as a hash."""
    from unchanged_simulator import plain_frames, short_hash

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "frames")
        file.write_bytes(plain_frames())
        shown = {}
        for arguments in (["replay"], ["inspect"], ["inspect", "--unknown"]):
            for more in ([], ["--json"]):
                lines = command(*arguments, *more, "--", str(file))
                known = [line.replace(str(file), "FILE").replace(folder, "FOLDER") for line in lines]
                shown[f"tikcast {' '.join([*arguments, *more])}"] = [
                    f"{line[:60]} {short_hash(line.encode())}" for line in known
                ]
        return shown


def wheel() -> object:
    """The names of the files in a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        ended = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
        if ended.returncode:
            return f"{SKIPPED}no wheel could be built: {(ended.stderr or ended.stdout).strip()[-300:]}"
        with ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            names = sorted(archive.namelist())
    return {"files": names, "stubs of _proto": [name for name in names if "/_proto/" in name and name.endswith(".pyi")]}


SECTIONS: dict[str, Callable[[], object]] = {
    "payloads": payloads,
    "simulator": simulator,
    "fault list": fault_list,
    "faults": faults,
    "answers": answers,
    "help": help_texts,
    "commands": commands,
    "wheel": wheel,
}


def record(file: Path, sections: list[str]) -> None:
    """Write the record of this source tree."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    recorded: dict[str, object] = {}
    for name in sections:
        recorded[name] = SECTIONS[name]()
        if isinstance(reason := recorded[name], str):
            print(f"{name}: {reason}", file=sys.stderr)
    file.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def differences(before: object, after: object, *, path: str = "") -> Iterator[str]:
    """Yield each difference between two records, with its path and the first differing lines."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            place = f"{path} / {key}" if path else str(key)
            if key not in after:
                yield f"{place}: is missing in the second record"
            elif key not in before:
                yield f"{place}: is new in the second record"
            else:
                yield from differences(before[key], after[key], path=place)
    else:
        yield f"{path}: differs\n{_changed_lines(before, after)}"


def _changed_lines(before: object, after: object) -> str:
    lines = list(difflib.unified_diff(_lines(before), _lines(after), "before", "after", n=0, lineterm=""))[2:]
    shown = [f"    {line[:300]}" for line in lines[:LINES_OF_A_DIFFERENCE]]
    if len(lines) > LINES_OF_A_DIFFERENCE:
        shown.append(f"    … {len(lines) - LINES_OF_A_DIFFERENCE} more lines")
    return "\n".join(shown)


def _lines(value: object) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    if isinstance(value, list):
        return [item if isinstance(item, str) else json.dumps(item) for item in value]
    return [json.dumps(value)]


def compare(before: Path, after: Path, *, skip: list[str]) -> int:
    """Print the differences; return how many there are."""
    first, second = (json.loads(file.read_text(encoding="utf-8")) for file in (before, after))
    for name in skip:
        first.pop(name, None)
        second.pop(name, None)
    listed = list(differences(first, second))
    for difference in listed:
        print(difference)
    unread = [name for name in first if isinstance(first[name], str) or isinstance(second.get(name), str)]
    for name in unread:
        print(f"{name}: was not recorded", file=sys.stderr)
    print(f"{len(listed)} differences in {len(first)} sections" if listed else f"{len(first)} sections are equal")
    return len(listed)


def main(arguments: list[str] | None = None) -> int:
    """Record or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    recording = actions.add_parser("record", help="write the record of this source tree")
    recording.add_argument("file", type=Path)
    recording.add_argument("--only", action="append", choices=list(SECTIONS), help="just this section")
    comparing = actions.add_parser("compare", help="name the differences between two records")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--skip", action="append", choices=list(SECTIONS), default=[], help="not this section")
    options = parser.parse_args(arguments)
    if options.action == "record":
        record(options.file, options.only or list(SECTIONS))
        return 0
    return 1 if compare(options.before, options.after, skip=options.skip) else 0


if __name__ == "__main__":
    sys.exit(main())
