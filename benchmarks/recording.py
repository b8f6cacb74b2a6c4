"""The cost of recording: `python -m benchmarks.recording [--seconds N] [--quality hd] [--json]`.

A simulated live stream (720x1280, 30 frames per second, 2 Mbit/s, with sound) is recorded over FLV and over HLS. For
comparison, ffmpeg encodes it again with its default settings for MKV (libx264), as programs without `-c copy` do. All
read from the same server and write files. The processor time includes all processes that take part, without the start
of the Python interpreter.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.serving import simulator
from tikcast import Endpoints, Live, TikTok
from tikcast.models.stream import StreamUrls

USER = "bench"


def used() -> float:
    """Processor seconds of this process and of the child processes that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


async def recorded(live: Live, path: Path, *, quality: str, seconds: float) -> float:
    """Processor seconds that a recording takes."""
    before = used()
    parts = await live.download(path, quality=quality, duration=seconds).wait()
    assert sum(part.duration for part in parts) >= seconds
    return used() - before


async def encoded(url: str, path: Path, *, seconds: float) -> float:
    """Processor seconds that encoding the same video again takes."""
    before = used()
    process = await asyncio.create_subprocess_exec(
        "ffmpeg", "-nostdin", "-loglevel", "error", "-i", url, "-t", str(seconds), str(path)
    )
    assert await process.wait() == 0
    return used() - before


def leave_only_hls(url: str) -> None:
    """Make the simulator refuse FLV."""
    order = Request(f"{url}/_sim/video/{USER}", data=b'{"action": "no_flv"}', method="POST")  # noqa: S310 - our own server
    urlopen(order).close()  # noqa: S310


async def measure(*, seconds: float, quality: str) -> dict[str, float]:
    """Processor seconds per second of video, by method."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            simulator("--users", USER, "--rate", "1") as url,
            TikTok(endpoints=Endpoints.at(url)) as tiktok,
            tiktok.track(USER) as live,
        ):
            assert live.info is not None
            streams = StreamUrls.from_webcast(live.info.stream_url).choose(quality)
            address = {stream.kind: stream.url for stream in streams if stream.quality == quality}
            out = Path(folder)
            await recorded(live, out / "warm.ts", quality=quality, seconds=1.0)
            figures = {
                "flv": await recorded(live, out / "flv.ts", quality=quality, seconds=seconds),
                "plain flv": await recorded(live, out / "plain.flv", quality=quality, seconds=seconds),
                "encoded": await encoded(address["flv"], out / "encoded.mkv", seconds=seconds),
            }
            await asyncio.to_thread(leave_only_hls, url)
            figures["hls"] = await recorded(live, out / "hls.ts", quality=quality, seconds=seconds)
    return {way: spent / seconds for way, spent in figures.items()}


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds of video per method (20)")
    parser.add_argument("--quality", default="hd", help="origin, hd, sd or ld (hd)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    figures = asyncio.run(measure(seconds=options.seconds, quality=options.quality))
    ratios = {way: figures["encoded"] / figures[way] for way in figures if way != "encoded"}
    if options.json:
        print(json.dumps({"quality": options.quality, "seconds_per_second": figures, "ratios": ratios}))
    else:
        for way, spent in figures.items():
            less = f", {ratios[way]:.0f} times less than encoding" if way in ratios else ""
            print(f"{way:9} {spent:.4f} s of processor time per second of video{less}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
