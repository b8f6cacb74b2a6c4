"""`tikcast record` in a separate process."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.cli.runner import started, tikcast
from tests.recording.scene import probe, until
from tikcast.cli.record import progress_line
from tikcast.recording import Progress
from tikcast.simulator import Simulator


async def test_it_records_for_the_given_duration_and_prints_its_files(tmp_path: Path) -> None:
    async with Simulator(users=("ana",), seed=1, rate=200.0) as sim:
        where = ("--duration", "1", "--quality", "ld", "--endpoint", sim.url)
        done = await tikcast("record", "@ana", "-o", f"{tmp_path}/{{user}}.mp4", "--events", "--json", *where)
    assert (done.code, done.err) == (0, "")
    (part,) = done.documents
    assert part["path"] == str(tmp_path / "ana.mp4")
    assert (part["duration"], part["ended_by"], part["width"]) == (1.0, "duration", 360)
    assert probe(tmp_path / "ana.mp4").codecs == {"h264", "aac"}
    assert all((tmp_path / f"ana.{ending}").stat().st_size for ending in ("jsonl", "ass"))


async def test_ctrl_c_and_sigterm_end_it_with_complete_files(tmp_path: Path) -> None:
    async with Simulator(users=("ana",), seed=1, rate=5.0) as sim:
        await asyncio.gather(
            end_by(signal.SIGINT, tmp_path, sim, code=130), end_by(signal.SIGTERM, tmp_path, sim, code=0)
        )


async def end_by(number: signal.Signals, folder: Path, sim: Simulator, *, code: int) -> None:
    path = folder / f"{number.name}.mkv"
    out = ("-o", str(path), "--quality", "ld", "--endpoint", sim.url)
    async with started("record", "ana", *out) as process:
        await until(lambda: path.exists() and path.stat().st_size > 30_000)
        process.send_signal(number)
        text, err = await process.communicate()
    assert (process.returncode, err) == (code, b"")
    assert text.decode().startswith(f"{path}  00:0")
    assert probe(path).codecs == {"h264", "aac"}


async def test_it_ends_with_the_live_stream(tmp_path: Path) -> None:
    async with Simulator(users=("ana",), seed=1, rate=5.0) as sim:
        out = ("-o", f"{tmp_path}/x.ts", "--quality", "ld", "--json", "--endpoint", sim.url)
        async with started("record", "ana", *out) as process:
            path = tmp_path / "x.ts"
            await until(lambda: path.exists() and path.stat().st_size > 30_000)
            await sim.control("ana", "end")
            text, _ = await process.communicate()
    assert (process.returncode, json.loads(text)["ended_by"]) == (0, "ended")


async def test_wrong_options_and_failures_have_different_exit_codes(tmp_path: Path) -> None:
    assert (await tikcast("record", "ana", "--quality", "best-ever")).code == 2
    (tmp_path / "file").write_text("")
    async with Simulator(users=("ana",), seed=1) as sim:
        wrong = await tikcast("record", "ana", "--duration", "-1", "--endpoint", sim.url)
        failed = await tikcast("record", "ana", "-o", f"{tmp_path}/file/x.ts", "--json", "--endpoint", sim.url)
    assert wrong.code == 2
    assert wrong.sentence == "Wrong option --duration: -1.0 seconds; give more than 0, or leave it out."
    assert (failed.code, failed.error["error"]) == (1, "RecordingError")


def test_the_progress_is_one_line() -> None:
    running = Progress(state="recording", duration=3723.4, size=1_234_567_890, bitrate=2_512_000, part=1)
    assert progress_line(running) == "01:02:03  1.2 GB  2.5 Mbit/s"
    waiting = Progress(state="waiting", duration=0.5, size=999, bitrate=0, part=3)
    assert progress_line(waiting) == "00:00:00  999 B  0.0 Mbit/s  part 3  waiting"


async def test_a_terminal_shows_the_progress_and_is_cleared_at_the_end(tmp_path: Path) -> None:
    terminal, other_end = os.openpty()
    async with Simulator(users=("ana",), seed=1, rate=1.0) as sim:
        where = ("-o", f"{tmp_path}/x.ts", "--quality", "ld", "--endpoint", sim.url)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tikcast", "record", "ana", *where, stdout=PIPE, stderr=other_end
        )
        shown = ""
        while not re.search(r"\r\x1b\[K00:\d\d:\d\d  [\d.]+ kB  \d+\.\d Mbit/s", shown):
            shown += (await asyncio.to_thread(os.read, terminal, 1 << 12)).decode()
        process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()
    os.close(other_end)
    shown += os.read(terminal, 1 << 12).decode()
    os.close(terminal)
    assert out.decode().startswith(f"{tmp_path}/x.ts  00:0")
    assert shown.endswith("\r\x1b[K")
