"""`tikcast record`: the video of a live into files."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from tikcast import Live, Recording
from tikcast.cli._options import Connection
from tikcast.cli._output import answer
from tikcast.cli._run import DONE, run
from tikcast.errors import TikcastError
from tikcast.recording import Part, Progress
from tikcast.recording.options import make_plan

_EVERY: Final = 0.5
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")

Quality = Literal["best", "origin", "uhd", "hd", "sd", "ld", "audio"]
Format = Literal["ts", "mp4", "mkv", "flv"]


def record(
    user: str,
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    quality: Quality = "best",
    format: Format = "ts",  # noqa: A002 - the option's name
    duration: float | None = None,
    segment: float | None = None,
    events: bool = False,
    wait: bool = False,
    connection: Connection = Connection(),
) -> int:
    """Record the video of a live until it ends; Ctrl+C ends it earlier, with whole files.

    Args:
        user: A user name, page URL, share link, or room id.
        output: A file or a folder; {user}, {title}, {room} and {start} in it are filled in.
        quality: What to record; a quality that is not offered falls back to the nearest.
        format: The kind of file; mp4 is made of the recording when it is over.
        duration: Seconds of video to record at most.
        segment: Seconds after which a new file begins.
        events: Write every event (JSONL) and the chat (SRT and ASS subtitles) beside the video.
        wait: Wait until the user is live.
    """
    # What cannot work is said at once, not when somebody goes live.
    make_plan(path=output, quality=quality, format=format, duration=duration, segment=segment, events=events)

    def start(live: Live) -> Recording:
        return live.download(output, quality=quality, format=format, duration=duration, segment=segment, events=events)

    return run(_record(user, start=start, wait=wait, connection=connection))


async def _record(user: str, *, start: Callable[[Live], Recording], wait: bool, connection: Connection) -> int:
    async with connection.client() as tiktok:
        if wait:
            await tiktok.wait_until_live(user)
        async with tiktok.track(user) as live:
            recording = start(live)
            try:
                await _follow(recording, shown=sys.stderr.isatty() and not (connection.json or connection.verbose))
                await recording.stop()
            finally:
                await _finish(recording, json=connection.json)
    return DONE


async def _finish(recording: Recording, *, json: bool) -> None:
    """Finish the files and tell which there are; a second Ctrl+C leaves them as they are."""
    try:
        with suppress(TikcastError):
            await recording.stop()
    finally:
        await recording.close()
        for part in recording.parts:
            answer(_described(part), _facts(part), json=json)


async def _follow(recording: Recording, *, shown: bool) -> None:
    """Wait until the recording is over, or somebody ends this process the polite way."""
    asked = asyncio.Event()
    with suppress(NotImplementedError):  # no such signals on this system
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    waits = {asyncio.create_task(asked.wait()), asyncio.create_task(_over(recording))}
    try:
        while not (await asyncio.wait(waits, timeout=_EVERY, return_when=asyncio.FIRST_COMPLETED))[0]:
            if shown:
                print(f"\r\x1b[K{progress_line(recording.progress)}", end="", file=sys.stderr, flush=True)
    finally:
        for task in waits:
            task.cancel()
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


async def _over(recording: Recording) -> None:
    with suppress(TikcastError):
        await recording.wait()


def progress_line(progress: Progress) -> str:
    """Where a recording is, on one line."""
    state = "" if progress.state == "recording" else f"  {progress.state}"
    part = f"  part {progress.part}" if progress.part > 1 else ""
    rate = f"{progress.bitrate / 1e6:.1f} Mbit/s"
    return f"{_clock(progress.duration)}  {_size(progress.size)}  {rate}{part}{state}"


def _described(part: Part) -> str:
    pictures = f"  {part.width}x{part.height}" if part.width else ""
    return f"{part.path}  {_clock(part.duration)}  {_size(part.size)}  {part.quality}{pictures}  ({part.ended_by})"


def _facts(part: Part) -> dict[str, object]:
    return {**asdict(part), "path": str(part.path)}


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _size(count: float) -> str:
    for unit in _UNITS[:-1]:
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} {_UNITS[-1]}"
