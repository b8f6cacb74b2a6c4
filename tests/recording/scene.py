"""A simulated live stream with video, and a client that records it."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tikcast import Endpoints, Live, Reconnect, Recording, TikTok, Timeouts
from tikcast.simulator import Simulator

USER, OTHER = "ana", "bo"
SOON = Reconnect(first_delay=0.05, jitter=0.0)
PATIENCE = 60.0
PATIENT = Timeouts(video=PATIENCE)


@dataclass(frozen=True)
class OnAir:
    """An open live stream of a simulator, and the folder of its recordings."""

    sim: Simulator
    live: Live
    folder: Path
    user: str = USER

    async def video(self, action: Any) -> None:
        await self.sim.video(self.user, action)

    async def end(self) -> None:
        await self.sim.control(self.user, "end")

    def download(self, name: str, **options: Any) -> Recording:
        """Record into the folder, in the lowest quality by default."""
        return self.live.download(self.folder / name, **{"quality": "ld", **options})


@asynccontextmanager
async def on_air(folder: Path, *, rate: float = 5.0, **client: Any) -> AsyncIterator[OnAir]:
    """An open live stream with video. `client`: options of `TikTok`."""
    async with (
        Simulator(users=(USER,), seed=1, rate=rate) as sim,
        _client(sim, client) as tiktok,
        tiktok.track(USER) as live,
    ):
        yield OnAir(sim, live, folder)


@asynccontextmanager
async def both_ways(folder: Path, **client: Any) -> AsyncIterator[tuple[OnAir, OnAir]]:
    """Two live streams with video: one over FLV, and one over HLS only."""
    async with (
        Simulator(users=(USER, OTHER), seed=1, rate=5.0) as sim,
        _client(sim, client) as tiktok,
        tiktok.track(USER) as live,
        tiktok.track(OTHER) as other,
    ):
        await sim.video(OTHER, "no_flv")
        yield OnAir(sim, live, folder / "flv"), OnAir(sim, other, folder / "hls", OTHER)


def _client(sim: Simulator, options: dict[str, Any]) -> TikTok:
    own = {"reconnect": SOON, "timeouts": PATIENT, "connect": ("direct",), "endpoints": Endpoints.at(sim.url)}
    return TikTok(**{**own, **options})


def names_in(folder: Path) -> set[str]:
    """The names of the files in a folder."""
    return {path.name for path in folder.iterdir() if path.is_file()}


async def until(condition: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Wait for a condition that has no event."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a file or a process that grows tells nobody
            await asyncio.sleep(0.02)


def stand_in(folder: Path, case: str) -> str:
    """A PATH with an ffmpeg that is the real one but for `case`, a branch of a shell's `case` over its arguments."""
    program = folder / "bin" / "ffmpeg"
    program.parent.mkdir()
    text = f'real={shutil.which("ffmpeg")}\ncase "$*" in\n{case}\n*) exec "$real" "$@" ;;\nesac'
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


@dataclass(frozen=True)
class Probe:
    """The description of a complete file by ffprobe."""

    duration: float
    start: float
    streams: dict[str, dict[str, Any]]
    container: str

    @property
    def size(self) -> tuple[int, int]:
        return self.streams["video"]["width"], self.streams["video"]["height"]

    @property
    def codecs(self) -> set[str]:
        return {stream["codec_name"] for stream in self.streams.values()}


def probe(path: Path) -> Probe:
    """Decode a file completely, without any warning, and describe it."""
    decoded = subprocess.run(
        ["ffmpeg", "-v", "warning", "-nostdin", "-i", str(path), "-f", "null", "-"], capture_output=True, check=True
    )
    assert decoded.stderr == b"", decoded.stderr.decode()
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    description = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return Probe(
        duration=float(description["format"]["duration"]),
        start=float(description["format"]["start_time"]),
        streams={stream["codec_type"]: stream for stream in description["streams"]},
        container=description["format"]["format_name"],
    )


def gaps(path: Path) -> float:
    """The longest time between two frames."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    text = subprocess.run([*command, str(path)], capture_output=True, check=True, text=True).stdout
    moments = sorted(float(line.strip(",")) for line in text.split())
    return max(after - before for before, after in pairwise(moments))


def dialogue(path: Path) -> list[str]:
    """The cues that ffmpeg reads in a file of subtitles."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-f", "ass", "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [line for line in text.splitlines() if line.startswith("Dialogue:")]
