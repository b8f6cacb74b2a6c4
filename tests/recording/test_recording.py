"""Recordings of simulated live streams, made by a real ffmpeg and read by ffprobe."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.recording.scene import both_ways, gaps, names_in, on_air, probe, until
from tikcast import Reconnect, Recording, Timeouts
from tikcast.errors import ConfigError, RecordingError, StreamUrlNotFound
from tikcast.live import LiveState

CONTAINERS = {"ts": "mpegts", "mkv": "matroska,webm", "flv": "flv", "mp4": "mov,mp4,m4a,3gp,3g2,mj2"}


async def test_every_format_holds_the_live_as_long_as_it_was_asked_for(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as scenes:
        jobs = [scene.download(f"{name}.{name}", duration=2.0).wait() for scene in scenes for name in CONTAINERS]
        await asyncio.gather(*jobs)
    for folder in (tmp_path / "flv", tmp_path / "hls"):
        assert names_in(folder) == {f"{name}.{name}" for name in CONTAINERS}
        for name, container in CONTAINERS.items():
            found = probe(folder / f"{name}.{name}")
            assert (found.container, found.codecs, found.size) == (container, {"h264", "aac"}, (360, 640))
            assert found.duration == pytest.approx(2.0, abs=0.3)
            assert found.start == pytest.approx(0.0, abs=0.1)
            assert gaps(folder / f"{name}.{name}") < 0.1


async def test_awaiting_gives_the_recording_once_video_comes_and_stopping_it_gives_whole_files(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = scene.download("x.mp4")
        states = [recording.progress.state]
        assert await recording is recording
        states.append(recording.progress.state)
        await until(lambda: recording.progress.duration > 0.5 and recording.progress.size)
        assert recording.progress.bitrate > 10_000
        (part,) = await recording.stop()
        assert await recording.stop() == recording.parts == (part,)
        states.append(recording.progress.state)
    assert states == ["starting", "recording", "done"]
    assert (part.path, part.size) == (tmp_path / "x.mp4", (tmp_path / "x.mp4").stat().st_size)
    assert (part.quality, part.ended_by, part.video, part.audio) == ("ld", "stopped", "h264", "aac")
    assert probe(part.path).duration == pytest.approx(part.duration, abs=0.3)


async def test_the_best_quality_is_used_unless_another_is_requested(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        wanted = ("best", "hd", "uhd")
        jobs = [scene.download(f"{quality}.ts", quality=quality, duration=0.5).wait() for quality in wanted]
        (best,), (named,), (missing,) = await asyncio.gather(*jobs)
    assert [part.quality for part in (best, named, missing)] == ["origin", "hd", "hd"]
    assert [probe(part.path).size for part in (best, named)] == [(1080, 1920), (720, 1280)]


async def test_sound_can_be_recorded_alone_and_is_taken_from_video_where_it_is_not_offered(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as (flv, hls):
        jobs = [flv.download(name, quality="audio", duration=1.0).wait() for name in ("a.ts", "b.flv", "c.mp4")]
        results = await asyncio.gather(*jobs, hls.download("of_video.mkv", quality="audio", duration=1.0).wait())
    parts = [part for (part,) in results]
    assert [part.quality for part in parts] == ["audio", "audio", "audio", "ld"]
    assert all(probe(part.path).streams.keys() == {"audio"} for part in parts)


async def test_video_of_another_size_begins_a_new_part(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as (flv, hls):
        recordings = [flv.download("x.ts"), flv.download("plain.flv"), hls.download("x.ts")]
        await asyncio.gather(*recordings)
        await asyncio.gather(flv.video("resize"), hls.video("resize"))
        for recording in recordings:
            await until(lambda recording=recording: recording.progress.part == 2)  # type: ignore[misc]
        await until(lambda: all(len(recording.parts) == 1 for recording in recordings))
        await until(lambda: all(one.progress.duration > one.parts[0].duration + 0.5 for one in recordings))
        results = [await recording.stop() for recording in recordings]
    for first, second in results:
        assert (first.ended_by, first.width, second.width) == ("changed", 360, 180)
        assert [probe(part.path).size for part in (first, second)] == [(360, 640), (180, 320)]
        assert probe(second.path).start == pytest.approx(0.0, abs=0.1)
        assert second.path.name == f"{first.path.stem}-part2{first.path.suffix}"


async def test_another_codec_begins_a_new_part(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as (flv, hls):
        recordings = [flv.download("x.mkv"), flv.download("plain.flv"), hls.download("x.mp4")]
        await asyncio.gather(*recordings)
        await asyncio.gather(flv.video("recode"), hls.video("recode"))
        for recording in recordings:
            await until(lambda recording=recording: len(recording.parts) == 1 and recording.progress.part == 2)  # type: ignore[misc]
            before = recording.progress.duration
            await until(lambda recording=recording, before=before: recording.progress.duration > before + 0.5)  # type: ignore[misc]
        results = [await recording.stop() for recording in recordings]
    for first, second in results:
        assert (first.ended_by, first.audio, second.audio) == ("changed", "aac", "mp3")
        assert [probe(part.path).codecs for part in (first, second)] == [{"h264", "aac"}, {"h264", "mp3"}]


async def test_a_stream_that_breaks_off_or_expires_goes_on_in_a_new_part(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await scene.download("x.ts")
        for part, trouble in enumerate(("drop", "expire"), 1):
            await until(lambda part=part: recording.progress.duration > 0.4 * part)  # type: ignore[misc]
            await scene.video(trouble)
            await until(lambda part=part: len(recording.parts) == part and recording.progress.part == part + 1)  # type: ignore[misc]
        await until(lambda: recording.progress.duration > sum(part.duration for part in recording.parts) + 0.3)
        await recording.stop()
    assert [part.ended_by for part in recording.parts] == ["dropped", "dropped", "stopped"]
    assert [part.path.stem for part in recording.parts] == ["x", "x-part2", "x-part3"]
    assert min(probe(part.path).duration for part in recording.parts[:2]) > 0.1


async def test_an_expired_playlist_is_asked_for_anew(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        await scene.video("no_flv")
        recording = await scene.download("x.ts")
        await scene.video("expire")
        await until(lambda: recording.progress.part == 2)
        await recording.stop()
    assert recording.parts[0].ended_by == "dropped"


async def test_a_recording_waits_for_video_that_is_missing_for_a_while(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await scene.download("x.ts")
        await scene.video("missing")
        await until(lambda: recording.progress.state == "waiting")
        await scene.video("restore")
        await until(lambda: recording.progress.part == 2)
        await recording.stop()
    assert recording.parts[0].ended_by == "dropped"


async def test_a_stalled_stream_is_opened_again(tmp_path: Path) -> None:
    async with both_ways(tmp_path, timeouts=Timeouts(video=1.0)) as scenes:
        recordings = [await scene.download("x.ts") for scene in scenes]
        for scene in scenes:
            await scene.video("stall")
        await until(lambda: all(recording.parts for recording in recordings))
        for scene in scenes:
            await scene.video("restore")
        # On a busy machine a second may pass without video once more.
        await until(lambda: all(recording.progress.part >= 2 for recording in recordings))
        results = [await recording.stop() for recording in recordings]
    assert {part.ended_by for parts in results for part in parts[:-1]} == {"dropped"}


async def test_a_slow_stream_is_recorded_as_it_comes(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await scene.download("x.ts")
        await scene.video("slow")
        await until(lambda: recording.progress.duration > 0.8)
        (part,) = await recording.stop()
    assert gaps(part.path) < 0.1


async def test_segments_follow_each_other_at_key_frames(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        parts = await scene.download("x.flv", segment=1.0, duration=2.1).wait()
    assert [part.path.name for part in parts] == ["x.flv", "x-part2.flv", "x-part3.flv"]
    assert [part.ended_by for part in parts] == ["segment", "segment", "duration"]
    assert sum(probe(part.path).duration for part in parts) == pytest.approx(2.1, abs=0.3)


async def test_the_recording_ends_with_the_live_stream(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        recording = await scene.download("x.mkv")
        await scene.end()
        (part,) = await recording.wait()
    assert part.ended_by == "ended"
    assert probe(part.path).duration == pytest.approx(part.duration, abs=0.3)


async def test_closing_the_live_stream_completes_the_files_of_its_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tikcast.recording.recording._CLOSING", 60.0)  # a busy machine makes no MP4 in less
    async with on_air(tmp_path) as scene:
        recording = await scene.download("x.mp4")
    assert recording.done
    assert [part.ended_by for part in recording.parts] == ["stopped"]
    assert names_in(tmp_path) == {"x.mp4"}
    assert probe(tmp_path / "x.mp4").codecs == {"h264", "aac"}


async def test_a_recording_without_any_video_says_why(tmp_path: Path) -> None:
    async with on_air(tmp_path, reconnect=Reconnect(attempts=1, first_delay=0.05)) as scene:
        await scene.video("missing")
        with pytest.raises(RecordingError, match=r"no video comes: .* status 404 instead of"):
            await scene.download("x.ts")
        await scene.video("unnamed")
        with pytest.raises(StreamUrlNotFound, match="no video URL for quality 'hd'"):
            await scene.download("x.ts", quality="hd").wait()
    assert names_in(tmp_path) == set()


async def test_stopping_before_any_video_leaves_nothing(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        await scene.video("missing")
        assert await scene.download("x.ts", events=True).stop() == ()
    assert names_in(tmp_path) == set()


async def test_a_recording_is_a_context_that_stops_it(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        async with scene.download("x.ts") as recording:
            assert isinstance(recording, Recording)
        assert recording.done
        with pytest.raises(KeyError):
            async with scene.download("y.ts") as recording:
                raise KeyError
        assert recording.done


async def test_options_that_cannot_work_are_refused_at_once(tmp_path: Path) -> None:
    wrong: list[tuple[str, Any]] = [
        ("quality", "best ever"), ("format", "avi"), ("duration", 0), ("segment", -1.0), ("duration", float("nan")),
    ]  # fmt: skip
    async with on_air(tmp_path) as scene:
        for option, value in wrong:
            with pytest.raises(ConfigError, match=option):
                scene.download("x.ts", **{option: value})
    with pytest.raises(ConfigError, match="closed"):
        scene.download("x.ts")


async def test_a_file_that_exists_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "x.ts").write_text("mine")
    (tmp_path / "y.mp4").write_text("mine")
    (tmp_path / "z.srt").write_text("mine")
    async with on_air(tmp_path) as scene:
        jobs = [scene.download(name, duration=0.5, events=name == "z.ts") for name in ("x.ts", "y.mp4", "z.ts")]
        results = await asyncio.gather(*(job.wait() for job in jobs))
    assert {(tmp_path / name).read_text() for name in ("x.ts", "y.mp4", "z.srt")} == {"mine"}
    for (part,), name in zip(results, "xyz", strict=True):
        assert part.path.name.startswith(f"{name}-20")
        assert probe(part.path).duration > 0.2


async def test_the_name_is_that_of_the_user_and_the_start_of_the_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with on_air(tmp_path) as scene:
        (part,) = await scene.live.download(quality="ld", duration=0.2).wait()
        assert scene.live.info is not None
        assert part.path.name.startswith("ana-20")
        assert part.path.name.endswith("s.ts")
        assert names_in(tmp_path) == {part.path.name}


async def test_video_after_the_end_of_the_live_stream_is_recorded_for_a_short_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tikcast.recording.job._LINGER", 0.2)
    async with on_air(tmp_path, timeouts=Timeouts(video=60.0)) as scene:
        recording = await scene.download("x.ts")
        await scene.video("stall")
        await scene.end()
        (part,) = await recording.wait()
    assert part.ended_by == "ended"


async def test_without_an_answer_of_the_api_the_addresses_that_are_known_are_used(tmp_path: Path) -> None:
    async with on_air(tmp_path) as scene:
        await scene.sim.fault(scene.user, "server_error", where="webcast", times=1000)
        recording = await scene.download("x.ts")
        await scene.video("drop")
        await until(lambda: recording.progress.part == 2)
        first, *_ = await recording.stop()
    assert first.ended_by == "dropped"


async def test_the_video_is_recorded_on_when_the_events_are_lost(tmp_path: Path) -> None:
    async with on_air(tmp_path, reconnect=Reconnect(attempts=1, first_delay=0.05)) as scene:
        recording = await scene.download("x.ts", events=True)
        await scene.sim.fault(scene.user, "handshake_refused", times=1000)
        await scene.sim.fault(scene.user, "close")
        await until(lambda: scene.live.state is LiveState.FAILED)
        before = recording.progress.duration
        await until(lambda: recording.progress.duration > before + 0.5)
        (part,) = await recording.stop()
    assert part.ended_by == "stopped"
