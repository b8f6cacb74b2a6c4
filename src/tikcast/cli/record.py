"""`tikcast record`: records the video of a live stream into files."""

import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Final

from cyclopts import Parameter

from tikcast import Recording
from tikcast.cli._options import Connection
from tikcast.cli._output import print_answer
from tikcast.cli._run import DONE, run
from tikcast.errors import TikcastError
from tikcast.recording import Part, Progress, RecordingOptions
from tikcast.recording.options import Format, Quality

_PROGRESS_INTERVAL: Final = 0.5
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


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
    """Record the video of a live stream until it ends. Ctrl+C ends it earlier and completes the files.

    Args:
        user: A user name, a page URL, a share link, or a room id.
        output: A file or a folder; {user}, {title}, {room} and {start} in it are replaced.
        quality: The quality of the video; if it is not offered, the nearest one is used.
        format: The file format; an mp4 is made at the end of the recording.
        duration: The maximum length of the video in seconds.
        segment: Begin a new file after this many seconds.
        events: Also write every event (JSONL) and the chat (SRT and ASS subtitles).
        wait: Wait until the user is live.
    """
    # Wrong options are reported now, and not only when the user goes live.
    options = RecordingOptions(
        path=output, quality=quality, format=format, duration=duration, segment=segment, events=events
    )
    return run(_record(user, options=options, wait=wait, connection=connection))


async def _record(user: str, *, options: RecordingOptions, wait: bool, connection: Connection) -> int:
    async with connection.client() as tiktok:
        if wait:
            await tiktok.wait_until_live(user)
        async with tiktok.track(user) as live:
            recording = live.download(**asdict(options))
            try:
                await _follow(recording, shown=sys.stderr.isatty() and not (connection.json or connection.verbose))
                await recording.stop()
            finally:
                await _finish(recording, json=connection.json)
    return DONE


async def _finish(recording: Recording, *, json: bool) -> None:
    """Complete the files and print them; a second Ctrl+C leaves them as they are."""
    try:
        with suppress(TikcastError):
            await recording.stop()
    finally:
        await recording.close()
        for part in recording.parts:
            print_answer(_described(part), _facts(part), json=json)


async def _follow(recording: Recording, *, shown: bool) -> None:
    """Wait until the recording ends, or until this process gets SIGTERM."""
    terminated = asyncio.Event()
    with suppress(NotImplementedError):  # this system has no such signals
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    waits = {asyncio.create_task(terminated.wait()), asyncio.create_task(_over(recording))}
    try:
        while not (await asyncio.wait(waits, timeout=_PROGRESS_INTERVAL, return_when=asyncio.FIRST_COMPLETED))[0]:
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
    """The progress of a recording on one line."""
    state = "" if progress.state == "recording" else f"  {progress.state}"
    part = f"  part {progress.part}" if progress.part > 1 else ""
    rate = f"{progress.bitrate / 1e6:.1f} Mbit/s"
    return f"{_clock(progress.duration)}  {_size(progress.size)}  {rate}{part}{state}"


def _described(part: Part) -> str:
    video_size = f"  {part.width}x{part.height}" if part.width else ""
    return f"{part.path}  {_clock(part.duration)}  {_size(part.size)}  {part.quality}{video_size}  ({part.ended_by})"


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
