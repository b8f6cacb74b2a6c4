"""Closing a live stream that is being recorded: within a second, with files that can be played."""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.runner import started
from tests.recording.processes import children, runs
from tests.recording.scene import OnAir, names_in, on_air, probe, stand_in, until
from tests.waiting import counting_waits, waited
from tikcast import ChatEvent, Recording
from tikcast.simulator import Simulator

WORK = {"recording", "recorder", "video", "ffmpeg", "remux"}
SLOW_MP4 = "*faststart*) exec sleep 600 ;;"
STAYS_AFTER_ITS_END = '*pipe:0*) "$real" "$@"; exec sleep 600 ;;'


async def recording_of(scene: OnAir, name: str) -> Recording:
    recording = await scene.download(name)
    await until(lambda: recording.progress.size > 30_000)
    return recording


def busy_machine(monkeypatch: pytest.MonkeyPatch, *, grace: float) -> None:
    """Allow for files that take long to finish, and processes that take long to kill, for lack of a processor."""
    monkeypatch.setattr("tikcast.recording.recording._CLOSING", grace)
    monkeypatch.setattr("tikcast.recording.recording._KILLING", 30.0)


def own_tasks() -> set[str]:
    names = {task.get_name() for task in asyncio.all_tasks()}
    return {name for name in names if name.removeprefix("tikcast ") in WORK or name.endswith("of recording")}


@pytest.mark.parametrize(
    ("name", "case", "said"),
    [("x.mp4", SLOW_MP4, "stays as it was recorded"), ("x.ts", STAYS_AFTER_ITS_END, "ends early")],
    ids=["remux", "copy"],
)
async def test_what_would_take_long_is_left_as_it_is_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, case: str, said: str
) -> None:
    busy_machine(monkeypatch, grace=5.0)
    monkeypatch.setenv("PATH", stand_in(tmp_path, case))
    async with on_air(tmp_path) as scene:
        recording = await recording_of(scene, name)
        with caplog.at_level(logging.WARNING, logger="tikcast.recording"):
            async with asyncio.timeout(10):
                await scene.live.close()
        assert recording.done
        assert own_tasks() == set()
        assert not [pid for pid in children(os.getpid()) if is_asleep(pid)]
    (part,) = recording.parts
    assert (part.path, part.ended_by) == (tmp_path / "x.ts", "stopped")
    assert names_in(tmp_path) == {"x.ts"}
    assert probe(part.path).codecs == {"h264", "aac"}
    (warning,) = caplog.messages
    assert warning.startswith(str(part.path))
    assert said in warning


def is_asleep(pid: int) -> bool:
    with suppress(OSError):
        return b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes() and runs(pid)
    return False


@pytest.mark.parametrize(("name", "case"), [("x.mp4", SLOW_MP4), ("x.mkv", STAYS_AFTER_ITS_END)], ids=["remux", "copy"])
@counting_waits
async def test_it_takes_less_than_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, case: str
) -> None:
    monkeypatch.setenv("PATH", stand_in(tmp_path, case))
    async with on_air(tmp_path) as scene:
        await recording_of(scene, name)
        before_closing = waited()
        await scene.live.close()
        assert waited() - before_closing < 1
        await until(lambda: own_tasks() == set())


async def test_a_handler_may_close_the_live_that_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy_machine(monkeypatch, grace=30.0)
    async with on_air(tmp_path, rate=40.0) as scene:
        recording, went_on = await recording_of(scene, "x.mkv"), asyncio.Event()

        @scene.live.on(ChatEvent)
        async def leave(_: ChatEvent) -> None:
            await scene.live.close()
            went_on.set()

        await asyncio.wait_for(went_on.wait(), 30)
        (part,) = await recording.wait()
    assert probe(part.path).codecs == {"h264", "aac"}


async def test_a_recording_may_be_closed_again_and_while_others_wait_for_it(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await recording_of(scene, "x.flv")
        waiting = asyncio.create_task(recording.wait())
        await asyncio.gather(recording.close(), recording.close())
        await recording.close()
        assert await waiting == recording.parts
        assert [part.ended_by for part in recording.parts] == ["stopped"]


async def test_a_second_ctrl_c_leaves_what_there_is_and_names_it(tmp_path: Path) -> None:
    env = {**os.environ, "PATH": stand_in(tmp_path, f"*faststart*) touch {tmp_path}/begun; exec sleep 600 ;;")}
    async with Simulator(users=("ana",), seed=1, rate=5.0) as sim:
        out = ("-o", f"{tmp_path}/x.mp4", "--quality", "ld", "--endpoint", sim.url)
        async with started("record", "ana", *out, env=env) as process:
            await until(lambda: (tmp_path / "x.ts").exists() and (tmp_path / "x.ts").stat().st_size > 30_000)
            process.send_signal(signal.SIGINT)
            await until((tmp_path / "begun").exists)
            left = children(process.pid)
            process.send_signal(signal.SIGINT)
            text, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")
    assert text.decode().startswith(f"{tmp_path}/x.ts  00:00:0")
    assert probe(tmp_path / "x.ts").codecs == {"h264", "aac"}
    assert names_in(tmp_path) == {"x.ts", "begun"}
    await until(lambda: not [pid for pid in left if runs(pid)])
