"""Recordings on machines where things go wrong: full disks, no rights, no ffmpeg, proxies, kill -9."""

import asyncio
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.cli.runner import started, tikcast
from tests.proxies import PASSWORD, http_proxy, socks_proxy
from tests.recording.processes import children, copies, known_to_children, runs
from tests.recording.scene import SOON, names_in, on_air, probe, until
from tests.room_server import RoomServer
from tikcast import Endpoints, TikTok
from tikcast.errors import RecordingError
from tikcast.simulator import Simulator


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A disk of its own; it takes a superuser to make one."""
    place = folder / "disk"
    place.mkdir(parents=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("This user may not make a disk to fill.")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_full_disk_ends_the_recording_and_says_so(tmp_path: Path) -> None:
    names = ("x.ts", "x.flv", "x.mp4")
    with ExitStack() as disks:
        places = [disks.enter_context(small_disk(tmp_path / name, "size=128k")) for name in names]
        async with on_air(tmp_path) as scene:
            recordings = [scene.download(f"{place}/{name}") for place, name in zip(places, names, strict=True)]
            failures = await asyncio.gather(*(one.wait() for one in recordings), return_exceptions=True)
        assert {type(failure) for failure in failures} == {RecordingError}
        assert all("the disk is full; make room" in str(failure) for failure in failures)
        assert [part.ended_by for recording in recordings for part in recording.parts] == ["failed"] * 3
        assert all(probe_what_is_there(one.parts[0].path) > 0.5 for one in recordings)


async def test_a_recording_that_cannot_become_an_mp4_stays_and_is_named(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=160k") as disk:
        async with on_air(disk) as scene:
            recording = scene.download("x.mp4", duration=1.0)
            with pytest.raises(RecordingError, match=rf"no MP4 .* the disk is full; .* is in {disk}/x.ts"):
                await recording.wait()
        assert names_in(disk) == {"x.ts"}
        assert [part.path for part in recording.parts] == [disk / "x.ts"]
        assert probe(disk / "x.ts").duration == pytest.approx(1.0, abs=0.3)


def probe_what_is_there(path: Path) -> float:
    """Seconds of a file that may end in the middle of a picture."""
    command = ["ffprobe", "-v", "quiet", "-show_entries", "packet=pts_time", "-of", "csv=p=0", str(path)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return max(float(line.strip(",")) for line in text.split())


async def test_a_read_only_disk_is_reported_as_such(tmp_path: Path) -> None:
    with small_disk(tmp_path, "ro") as disk:
        async with on_air(disk) as scene:
            with pytest.raises(RecordingError, match="the disk is read-only; choose a folder"):
                await scene.download("x.ts")


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Nothing may be written there, which for a superuser means to be somebody else."""
    user = os.geteuid()
    folder.chmod(0o555)
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["x.ts", "x.flv", "new/x.ts"])
async def test_a_folder_without_permission_is_reported_as_such_and_left_alone(tmp_path: Path, name: str) -> None:
    async with on_air(tmp_path) as scene:
        with (
            without_rights(tmp_path),
            pytest.raises(RecordingError, match="no permission to write there; choose a folder"),
        ):
            await scene.download(name, events=True)
        assert names_in(tmp_path) == set()


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_file_that_may_not_grow_ends_the_recording_and_says_so(tmp_path: Path) -> None:
    names = ("x.ts", "x.mkv", "x.flv", "x.mp4")
    async with on_air(tmp_path) as scene:
        await scene.download("the pictures are made before there is a limit.ts")
        with no_file_above(128 * 1024):
            recordings = [scene.download(name) for name in names]
            failures = await asyncio.gather(*(one.wait() for one in recordings), return_exceptions=True)
    assert {type(failure) for failure in failures} == {RecordingError}
    assert all("the disk accepts no file of this size; record in segments" in str(failure) for failure in failures)
    assert [[part.ended_by for part in one.parts] for one in recordings] == [["failed"]] * 4
    assert all(probe_what_is_there(one.parts[0].path) > 0.5 for one in recordings)


async def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with on_air(tmp_path) as scene:
        with pytest.raises(RecordingError, match="a part of the path is a file"):
            await scene.download("file/x.ts")
        with pytest.raises(RecordingError, match="the name is too long"):
            await scene.download("x" * 300 + ".ts")


async def test_without_ffmpeg_flv_is_recorded_and_everything_else_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "imageio_ffmpeg.py").write_text("raise ImportError")
    bare = {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    async with Simulator(users=("ana",), seed=1, rate=1.0) as sim:
        wanted = ("--quality", "ld", "--duration", "0.5", "--endpoint", sim.url)
        flv, other = await asyncio.gather(
            tikcast("record", "ana", "-o", f"{tmp_path}/x.flv", *wanted, env=bare),
            tikcast("record", "ana", "-o", f"{tmp_path}/x.ts", "--json", *wanted, env=bare),
        )
    assert (flv.code, flv.err) == (0, "")
    assert probe(tmp_path / "x.flv").codecs == {"h264", "aac"}
    assert (other.code, other.error["error"]) == (1, "FFmpegNotFound")
    assert "install ffmpeg, or pip install 'tikcast[record]'" in other.error["message"]
    assert not (tmp_path / "x.ts").exists()


async def test_without_ffmpeg_video_over_hls_alone_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "imageio_ffmpeg.py").write_text("raise ImportError")
    bare = {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    async with RoomServer() as server:
        server.streams = {"hls_pull_url": f"{server.url}/hd/index.m3u8"}
        done = await tikcast("record", "ana", "-o", f"{tmp_path}/x.flv", "--endpoint", server.url, env=bare)
    assert done.code == 1
    assert (
        "ffmpeg is not installed, and the video of this live stream is available over HLS only; install ffmpeg"
        in done.sentence
    )
    assert "format='flv'" not in done.sentence
    assert not (tmp_path / "x.flv").exists()


@pytest.mark.parametrize("kind", [http_proxy, socks_proxy], ids=["http", "socks"])
async def test_video_goes_through_the_proxy_whose_password_no_other_process_sees(tmp_path: Path, kind: Any) -> None:
    async with Simulator(users=("ana",), seed=1, rate=1.0) as sim, kind(int(sim.url.rpartition(":")[2])) as proxy:
        client = TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), proxy=proxy.url, reconnect=SOON)
        async with client as tiktok, tiktok.track("ana") as live:
            over_flv = await live.download(tmp_path / "flv.ts", quality="ld")
            await until(lambda: "pipe:0" in known_to_children())
            seen = known_to_children()
            await until(lambda: over_flv.progress.duration > 0.4)
            await over_flv.stop()
            await sim.video("ana", "no_flv")
            await live.download(tmp_path / "hls.ts", quality="ld", duration=0.5).wait()
    assert proxy.refused == 0
    media = [path for path in proxy.paths() if path.startswith("/media/")]
    assert {path.rpartition(".")[2] for path in media} == {"flv", "m3u8", "ts"}
    assert not {secret for secret in (PASSWORD, quote(PASSWORD, safe=""), proxy.url, "sign=") if secret in seen}
    assert all(probe(tmp_path / name).duration > 0.3 for name in ("flv.ts", "hls.ts"))


async def test_recordings_that_are_killed_can_be_played(tmp_path: Path) -> None:
    """The processes alone die; what they started has to notice."""
    endings = ("ts", "mkv", "flv", "mp4")
    async with Simulator(users=("ana",), seed=1, rate=5.0) as sim:
        await asyncio.gather(*(kill_one(sim, tmp_path / f"{ending}.{ending}") for ending in endings))
    left = [tmp_path / f"{ending}.{'ts' if ending == 'mp4' else ending}" for ending in endings]
    assert all(probe_what_is_there(path) > 0.5 for path in left)
    assert all(path.with_suffix(".jsonl").read_text(encoding="utf-8") for path in left)


async def kill_one(sim: Simulator, path: Path) -> None:
    """Record with the command until there is something, and kill it."""
    out = ("-o", str(path), "--quality", "ld", "--events", "--endpoint", sim.url)
    async with started("record", "ana", *out) as process:
        await until(lambda: sum(found.stat().st_size for found in path.parent.glob(f"{path.stem}.[tmf]*")) > 80_000)
        await until(lambda: path.with_suffix(".jsonl").stat().st_size)
        ffmpegs = children(process.pid)
        process.kill()
        await process.wait()
    assert len(ffmpegs) == (path.suffix != ".flv")
    await until(lambda: not [pid for pid in ffmpegs if runs(pid)])


async def test_an_ffmpeg_that_is_killed_costs_a_moment_and_leaves_a_part_that_can_be_played(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recordings = [await scene.download(name) for name in ("x.ts", "x.mkv")]
        await until(lambda: min(recording.progress.size for recording in recordings) > 80_000)
        for pid in filter(copies, children(os.getpid())):
            os.kill(pid, signal.SIGKILL)
        await until(lambda: all(len(one.parts) == 1 and one.progress.part == 2 for one in recordings))
        await until(lambda: all(one.progress.duration > one.parts[0].duration + 0.3 for one in recordings))
        results = [await recording.stop() for recording in recordings]
    for first, second in results:
        assert probe_what_is_there(first.path) > 0.3
        assert probe(second.path).codecs == {"h264", "aac"}
