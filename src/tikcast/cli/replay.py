"""`tikcast replay`: plays a file of captured frames as events."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tikcast import Event, to_json
from tikcast.capture.replay import Replay, open_replay
from tikcast.cli._options import Output
from tikcast.cli._run import DONE, fail

_LONGEST_PAUSE = 3600.0


def replay(file: Path, /, *, speed: str = "max", output: Output = Output()) -> int:
    """Play a file of captured frames as events.

    Args:
        file: A capture file, or plain frames, each after its length as 4 little-endian bytes.
        speed: "max", or a factor of the original speed, such as 1 or 2.5.
    """
    factor = _factor(speed)
    show = _make_show(json=output.json)
    with file.open("rb") as source:
        played = open_replay(source, name=str(file))
        shown = _play(played, show=show, factor=factor)
    if not output.json:
        broken = f", {played.broken} could not be read" if played.broken else ""
        lost = f", {played.lost} records are missing in the capture" if played.lost else ""
        sys.stdout.write(f"{shown} events of {played.frames} frames{broken}{lost}\n")
    return DONE


def _factor(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    return factor if 0 < factor < float("inf") else fail(f"--speed is 'max' or a number above 0, not {speed!r}")


def _play(played: Replay, *, show: Callable[[Event], None], factor: float | None) -> int:
    """Show each event at its time; a pause of more than an hour in the capture is shortened to an hour."""
    started, began_ms, count = time.monotonic(), 0, 0
    for event in played:
        began_ms = began_ms or played.now_ms
        if factor is not None:
            wait = started + (played.now_ms - began_ms) / 1000 / factor - time.monotonic()
            if wait > 0:
                sys.stdout.flush()
                time.sleep(min(wait, _LONGEST_PAUSE))
        show(event)
        count += 1
    sys.stdout.flush()
    return count


def _make_show(*, json: bool) -> Callable[[Event], None]:
    out = sys.stdout.buffer
    if json:
        return lambda event: _nothing(out.write(to_json(event) + b"\n"))
    from tikcast.cli._event_lines import encode, event_line, make_console

    console = make_console()
    return lambda event: _nothing(out.write(encode(console, event_line(event))))


def _nothing(_: object) -> None:
    return None
