"""Chunks divided into parts, without a network."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.clocks import settle
from tests.recording.flv_bytes import SIGNATURE, aac_setup, avc_setup, picture, second, tag, tags_of
from tests.recording.scene import names_in, probe
from tikcast.models.stream import StreamUrl
from tikcast.recording.chunks import Chunk, StreamBroken, VideoTimeline
from tikcast.recording.flv import FlvReader
from tikcast.recording.options import RecordingOptions
from tikcast.recording.parts import PartNames
from tikcast.recording.paths import NameFields, run_to_end
from tikcast.recording.splitter import Splitter

STREAM = StreamUrl(quality="hd", kind="flv", url="https://cdn/x.flv", width=720, height=1280)
H264 = SIGNATURE + avc_setup() + aac_setup() + second(0) + second(1000)
H265 = SIGNATURE + tag(9, b"\x90hvc1" + b"config") + tag(9, b"\x91hvc1\0\0\0" + b"picture")


async def make_splitter(folder: Path, name: str, *, program: str | None = None, **options: Any) -> Splitter:
    chosen = RecordingOptions(path=folder / name, **options)
    splitter = Splitter(chosen, PartNames(chosen, NameFields(user="ana")))
    await splitter.prepare(program=program)
    return splitter


def chunks(data: bytes) -> list[Chunk]:
    return FlvReader().feed(data)


async def take(splitter: Splitter, *found: Chunk) -> None:
    for chunk in found:
        await splitter.write(chunk, stream=STREAM, timeline=VideoTimeline())


async def test_plain_flv_holds_what_came_and_nothing_else(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.flv")
    await take(splitter, *chunks(H264))
    assert (splitter.duration_ms, splitter.size) == (1750, (tmp_path / "x.flv").stat().st_size)
    await splitter.finish("ended")
    assert tags_of((tmp_path / "x.flv").read_bytes()) == tags_of(H264)
    (part,) = splitter.parts
    assert (part.duration, part.ended_by, part.width) == (1.75, "ended", 720)


async def test_no_part_begins_between_key_frames(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.flv")
    reader = FlvReader()
    reader.feed(H264)
    await take(splitter, *reader.feed(second(2000)[40:]))
    await splitter.finish("ended")
    assert splitter.parts == ()
    assert names_in(tmp_path) == set()


async def test_a_limit_is_kept_to_the_frame(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.flv", duration=1.3)
    await take(splitter, *chunks(H264))
    assert splitter.full
    await splitter.finish("duration")
    assert max(stamp for _, stamp, _ in tags_of((tmp_path / "x.flv").read_bytes())) == 1250
    assert splitter.parts[0].duration == 1.3


async def test_video_that_ffmpeg_would_leave_out_of_flv_is_read_from_another_stream(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.ts", program=shutil.which("ffmpeg"))
    with pytest.raises(StreamBroken, match="ffmpeg cannot read h265 in FLV"):
        await take(splitter, *chunks(H265))
    assert names_in(tmp_path) == set()


async def test_a_part_names_the_codec_of_sound_that_starts_soon_after_its_beginning(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.flv")
    reader = FlvReader()
    await take(splitter, *reader.feed(SIGNATURE + avc_setup() + picture(0, key=True)))
    await take(splitter, *reader.feed(aac_setup(at_ms=40) + second(1000)))
    await splitter.finish("ended")
    assert [part.audio for part in splitter.parts] == ["aac"]


async def test_no_sound_is_lost_that_starts_long_after_the_video(tmp_path: Path) -> None:
    source = tmp_path / "source.flv"
    made = ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10", "-f", "lavfi", "-i", "sine", "-t", "12", "-g", "10")
    ffmpeg = shutil.which("ffmpeg") or "ffmpeg"
    process = await asyncio.create_subprocess_exec(ffmpeg, "-v", "error", *made, "-c:v", "libx264", str(source))
    assert await process.wait() == 0
    tags = [(kind, at, body) for kind, at, body in tags_of(source.read_bytes()) if kind == 9 or at >= 8000]
    late = [tag(kind, body, at_ms=at) for kind, at, body in tags]
    splitter = await make_splitter(tmp_path, "x.ts", program=ffmpeg)
    await take(splitter, *chunks(SIGNATURE + b"".join(late)))
    await splitter.finish("ended")
    first, second = splitter.parts
    assert (probe(first.path).codecs, first.ended_by) == ({"h264"}, "changed")
    assert probe(second.path).codecs == {"h264", "mp3"}
    assert first.duration + second.duration == pytest.approx(12.0, abs=0.3)


async def test_plain_flv_takes_them_as_they_are(tmp_path: Path) -> None:
    splitter = await make_splitter(tmp_path, "x.flv")
    await take(splitter, *chunks(H265 + tag(9, b"\xa1hvc1\0\0\0" + b"picture", at_ms=40)))
    await splitter.finish("ended")
    assert splitter.parts[0].video == "h265"


@pytest.mark.parametrize("times", [1, 3])
async def test_work_runs_to_its_end_before_a_cancellation_takes_effect(times: int) -> None:
    done = []
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        done.append("all")

    task = asyncio.create_task(run_to_end(work()))
    await begun.wait()
    for _ in range(times):
        task.cancel()
        await settle()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["all"]
