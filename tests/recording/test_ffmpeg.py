"""ffmpeg as a process: where it is, how it fails, and that it gets no secrets."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.recording.flv_bytes import SIGNATURE
from tests.recording.scene import probe, until
from tikcast.errors import FFmpegNotFound, RecordingError
from tikcast.recording.chunks import StreamBroken
from tikcast.recording.ffmpeg import CopyOptions, find_ffmpeg
from tikcast.recording.mp4 import remux
from tikcast.recording.parts import FFmpegOutput

FFMPEG = shutil.which("ffmpeg") or "ffmpeg"
TO_TS = CopyOptions(program=FFMPEG, source="flv", target="ts")


def script(folder: Path, text: str) -> str:
    """A program that stands in for ffmpeg."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_ffmpeg_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = script(tmp_path, "exit 0")
    assert find_ffmpeg() == found


def test_without_one_that_of_the_extra_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    (tmp_path / "imageio_ffmpeg.py").write_text("def get_ffmpeg_exe():\n    return '/of/the/extra'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "imageio_ffmpeg", raising=False)
    try:
        assert find_ffmpeg() == "/of/the/extra"
    finally:
        sys.modules.pop("imageio_ffmpeg", None)


def test_without_any_the_error_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(FFmpegNotFound, match=r"pip install 'tikcast\[record\]'"):
        find_ffmpeg()


async def test_it_copies_reads_only_from_us_and_sees_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy:1")
    monkeypatch.setenv("TIKCAST_SESSION", "secret")
    spy = script(tmp_path, f'echo "$@" > {tmp_path}/seen; env >> {tmp_path}/seen; cat > /dev/null')
    output = await FFmpegOutput.open(
        tmp_path / "x: y.ts", CopyOptions(program=spy, source="flv", target="ts", seconds=2.5)
    )
    await output.finish()
    seen = (tmp_path / "seen").read_text()
    assert "secret" not in seen
    assert "://" not in seen
    for argument in ("-nostdin", "-c copy", "-i pipe:0", "-t 2.500", f"file:{tmp_path}/x: y.ts"):
        assert argument in seen


async def test_video_that_it_cannot_read_is_no_fault_of_the_disk(tmp_path: Path) -> None:
    output = await FFmpegOutput.open(tmp_path / "x.ts", TO_TS)
    with pytest.raises(StreamBroken):
        await output.write(b"this is no video at all" * 100)
        await output.finish()


async def test_a_folder_that_went_away_ends_it(tmp_path: Path) -> None:
    output = await FFmpegOutput.open(tmp_path / "nowhere" / "x.ts", TO_TS)
    with pytest.raises(StreamBroken, match="ffmpeg failed"):
        await output.write(SIGNATURE)
        await output.finish()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("av_interleaved_write_frame(): No space left on device", "the disk is full"),
        ("x.ts: Permission denied", "no permission"),
        ("x.ts: Read-only file system", "read-only"),
        ("x.ts: File too large", "no file of this size"),
    ],
)
async def test_errors_of_the_disk_are_reported_as_such(tmp_path: Path, said: str, reason: str) -> None:
    job = CopyOptions(program=script(tmp_path, f'echo "{said}" >&2; exit 1'), source="flv", target="ts")
    output = await FFmpegOutput.open(tmp_path / "x.ts", job)
    with pytest.raises(RecordingError, match=reason):
        await output.finish()


async def test_one_that_does_not_end_is_killed_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tikcast.recording.parts._FINISHING", 0.2)
    stubborn = script(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; trap '' TERM INT; wait; wait")
    output = await FFmpegOutput.open(tmp_path / "x.ts", CopyOptions(program=stubborn, source="flv", target="ts"))
    await until((tmp_path / "child").exists)
    await until(lambda: (tmp_path / "child").read_text().strip())
    with pytest.raises(StreamBroken):
        await output.finish()
    child = int((tmp_path / "child").read_text())
    await until(lambda: not runs(child))


async def test_a_program_that_cannot_start_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_bytes(b"\x7fELF broken")
    broken.chmod(0o755)
    with pytest.raises(RecordingError, match="does not start"):
        await FFmpegOutput.open(tmp_path / "x.ts", CopyOptions(program=str(broken), source="flv", target="ts"))


async def test_a_file_that_cannot_become_an_mp4_stays_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.ts").write_bytes(b"no video")
    with pytest.raises(RecordingError, match=f"the recording itself is in {tmp_path}/x.ts"):
        await remux(tmp_path / "x.ts", tmp_path / "x.mp4", program=FFMPEG)
    assert (tmp_path / "x.ts").exists()


async def test_h265_in_an_mp4_gets_the_tag_that_every_player_accepts(tmp_path: Path) -> None:
    source, target = tmp_path / "x.ts", tmp_path / "x.mp4"
    pictures = (
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=64x64",
        "-t",
        "0.5",
        "-c:v",
        "libx265",
        "-x265-params",
        "log-level=0",
    )
    made = await asyncio.create_subprocess_exec(FFMPEG, "-v", "error", *pictures, str(source))
    assert await made.wait() == 0
    await remux(source, target, program=FFMPEG, video="h265")
    assert probe(target).streams["video"]["codec_tag_string"] == "hvc1"


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return " Z " not in Path(f"/proc/{pid}/stat").read_text() if Path(f"/proc/{pid}/stat").exists() else False
