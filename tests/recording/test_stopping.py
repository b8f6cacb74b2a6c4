"""`stop()` while a part is being finished: every call has the same result, and no file is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.clocks import settle
from tests.recording.scene import OnAir, names_in, on_air, probe, stand_in, until
from tikcast import Recording
from tikcast.recording import Part

ENDS_WHEN_ASKED = """*pipe:0*)
    "$real" "$@"; code=$?
    touch "{folder}/ending"
    while [ ! -e "{folder}/may_end" ]; do sleep 0.02; done
    exit $code ;;"""

Stops = Callable[[OnAir, Recording], list[Awaitable[object]]]


@pytest.fixture
def control(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for signals with an ffmpeg that creates `ending` there, and ends once `may_end` is there."""
    folder = tmp_path_factory.mktemp("control")
    monkeypatch.setenv("PATH", stand_in(folder, ENDS_WHEN_ASKED.format(folder=folder)))
    return folder


async def finish_first_part(scene: OnAir, control: Path, *, by: str) -> Recording:
    """Record until the first part is being finished."""
    recording = await scene.download("x.mkv", segment=1.0 if by == "segment" else None)
    if by != "segment":
        await until(lambda: recording.progress.duration > 0.5)
        await scene.video(by)
    await until((control / "ending").exists)
    return recording


async def start_all(calls: list[Awaitable[object]]) -> list[asyncio.Future[object]]:
    """Start the calls one after the other, each at its first wait before the next one."""
    started: list[asyncio.Future[object]] = []
    for call in calls:
        started.append(asyncio.ensure_future(call))
        await settle()
    return started


def expect_whole(recording: Recording, folder: Path) -> None:
    """All files of a recording are reported and can be played, and no other file is there."""
    assert recording.parts
    assert {part.path.name for part in recording.parts} == names_in(folder)
    assert all(probe(part.path).codecs == {"h264", "aac"} for part in recording.parts)


async def test_a_stop_waits_for_the_part_that_is_being_finished(tmp_path: Path, control: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await finish_first_part(scene, control, by="drop")
        (stop,) = await start_all([recording.stop()])
        (control / "may_end").touch()
        assert await stop == recording.parts
    expect_whole(recording, tmp_path)


@pytest.mark.parametrize(("by", "times"), [("segment", 2), ("drop", 2), ("resize", 5)])
async def test_every_stop_has_the_same_result(tmp_path: Path, control: Path, by: str, times: int) -> None:
    async with on_air(tmp_path) as scene:
        recording = await finish_first_part(scene, control, by=by)
        stops = await start_all([recording.stop() for _ in range(times)])
        (control / "may_end").touch()
        results = await asyncio.gather(*stops)
    assert results == [recording.parts] * times
    expect_whole(recording, tmp_path)


async def test_a_stop_that_is_cancelled_leaves_the_others_their_result(tmp_path: Path, control: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await finish_first_part(scene, control, by="drop")
        first, second = await start_all([recording.stop(), recording.stop()])
        first.cancel()
        await settle()
        (control / "may_end").touch()
        assert await second == recording.parts
        assert first.cancelled()
    expect_whole(recording, tmp_path)


def stop_and_close(scene: OnAir, recording: Recording) -> list[Awaitable[object]]:
    return [recording.stop(), recording.close(), recording.close()]


def stop_and_close_the_live(scene: OnAir, recording: Recording) -> list[Awaitable[object]]:
    return [recording.stop(), scene.live.close(), recording.wait()]


def end_and_stop_and_close(scene: OnAir, recording: Recording) -> list[Awaitable[object]]:
    return [scene.end(), recording.stop(), recording.close(), scene.live.close(), recording.stop()]


@pytest.mark.parametrize(
    ("by", "calls"),
    [("segment", stop_and_close), ("drop", stop_and_close_the_live), ("drop", end_and_stop_and_close)],
)
async def test_stop_and_close_and_the_end_of_the_live_together_lose_nothing(
    tmp_path: Path, control: Path, by: str, calls: Stops
) -> None:
    async with on_air(tmp_path) as scene:
        recording = await finish_first_part(scene, control, by=by)
        running = await start_all(calls(scene, recording))
        (control / "may_end").touch()
        results = await asyncio.gather(*running)
    assert all(result == recording.parts for result in results if isinstance(result, tuple))
    assert all(isinstance(part, Part) for part in recording.parts)
    expect_whole(recording, tmp_path)
