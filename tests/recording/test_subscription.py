"""A recording with `events=True` reads the live stream as long as it runs, and not a moment longer."""

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest

from tests.recording.scene import OnAir, on_air, until
from tikcast import Limits, Reconnect, Recording
from tikcast.errors import FFmpegNotFound, RecordingError, StreamUrlNotFound

QUEUE = 30
ENOUGH = 5 * QUEUE
Policy = Literal["drop_oldest", "wait"]
Start = Callable[[OnAir, pytest.MonkeyPatch], Awaitable[None]]


async def no_ffmpeg(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as without:
        without.setenv("PATH", "/nowhere")
        without.setitem(sys.modules, "imageio_ffmpeg", None)
        with pytest.raises(FFmpegNotFound):
            await scene.download("x.ts", events=True)


async def no_stream_url(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    await scene.video("unnamed")
    with pytest.raises(StreamUrlNotFound):
        await scene.download("x.ts", events=True)


async def no_video(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    await scene.video("missing")
    with pytest.raises(RecordingError, match="no video comes"):
        await scene.download("x.ts", events=True)


async def no_folder(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    (scene.folder / "file").touch()
    with pytest.raises(RecordingError, match="a part of the path is a file"):
        await scene.download("file/x.ts", events=True)


async def stopped_at_once(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    assert await scene.download("x.ts", events=True).stop() == ()


async def closed_at_once(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    await scene.download("x.ts", events=True).close()


async def cancelled_by_the_program(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    """As a program does that cancels all tasks of its loop to end."""
    recording = scene.download("x.ts", events=True)
    for task in asyncio.all_tasks():
        if task.get_name() == "tikcast recording":
            task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await recording.wait()


async def stopped_after_a_while(scene: OnAir, patch: pytest.MonkeyPatch) -> None:
    recording = await scene.download("x.flv", events=True)
    await until(lambda: recording.progress.duration > 0.3)
    await recording.stop()


WAYS = [
    no_ffmpeg,
    no_stream_url,
    no_video,
    no_folder,
    stopped_at_once,
    closed_at_once,
    cancelled_by_the_program,
    stopped_after_a_while,
]


@pytest.mark.parametrize("policy", ["drop_oldest", "wait"])
@pytest.mark.parametrize("over", WAYS)
async def test_when_a_recording_is_over_the_live_stream_goes_on_as_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: Start, policy: Policy
) -> None:
    once = Reconnect(attempts=1, first_delay=0.05)
    async with on_air(tmp_path, rate=400.0, queue_policy=policy, limits=Limits(events=QUEUE), reconnect=once) as scene:
        seen = Counter[str]()
        reading = asyncio.create_task(read(scene, seen))
        await over(scene, monkeypatch)
        before = seen.total()
        await until(lambda: seen.total() > before + ENOUGH, seconds=10)
        stats = scene.live.stats()
    await reading
    assert (stats.dropped, stats.queued < QUEUE) == (0, True)


async def read(scene: OnAir, seen: Counter[str]) -> None:
    async for event in scene.live:
        seen[event.type] += 1


async def test_a_context_that_is_cancelled_while_it_waits_for_video_ends_the_recording(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=40.0) as scene:
        await scene.video("missing")
        recording = scene.download("x.ts", events=True)
        opening = asyncio.create_task(opened(recording))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert recording.done
        assert recording.parts == ()


async def opened(recording: Recording) -> None:
    async with recording:
        pass
