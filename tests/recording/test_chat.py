"""The chat beside a recording, on the clock of its video."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.clocks import settle
from tests.recording.scene import dialogue, on_air, until
from tikcast import ChatEvent, Event, LiveEnded, from_json, to_json
from tikcast._live.hub import EventStream, Hub
from tikcast.events import Overflow, User
from tikcast.recording.chat import Chat, SideFiles
from tikcast.recording.chunks import DecoderConfig, VideoTimeline


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_events_stand_beside_each_part_with_their_moment_in_it(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=60.0) as scene:
        came: list[Any] = []
        scene.live.on(ChatEvent, came.append)
        recording = await scene.download("x.ts", events=True)
        await until(lambda: said_in(tmp_path / "x.jsonl"))
        await scene.video("resize")
        await until(lambda: len({event["received_at_ms"] for event in said_in(tmp_path / "x-part2.jsonl")}) > 1)
        parts = await recording.stop()
    told = [event for part in parts for event in lines(part.path.with_suffix(".jsonl"))]
    # What comes while the recording is being stopped may miss it; what came before its last line may not.
    begin, end = parts[0].started_at_ms + 100, max(event["received_at_ms"] for event in told)
    during = {str(int(event.message_id)) for event in came if begin < event.received_at_ms < end}
    assert during
    written = [event["message_id"] for event in told if event["type"] == "chat"]
    assert during <= set(written)
    assert len(written) == len(set(written))
    for part in parts:
        # How exactly it stands there depends on when the machine got round to the video.
        for event in lines(part.path.with_suffix(".jsonl")):
            assert abs(part.started_at_ms + event["offset"] * 1000 - event["received_at_ms"]) < 20_000
            assert event["offset"] >= 0
        assert {part.path.with_suffix(ending).exists() for ending in (".ts", ".jsonl", ".srt", ".ass")} == {True}


def said_in(path: Path) -> list[dict[str, Any]]:
    """The chat that is written already, as far as its lines are whole."""
    whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
    return [event for line in whole.splitlines() if (event := json.loads(line))["type"] == "chat"]


async def test_an_event_stands_at_its_moment_of_the_part_and_early_ones_at_the_beginning_or_nowhere(
    tmp_path: Path,
) -> None:
    hub = Hub(10, wait=False, overflow=lambda dropped, reader: Overflow(dropped=dropped))
    timeline = VideoTimeline()
    timeline.came(until_ms=5000, now_ms=105_000)
    recorded = Chat(EventStream(hub, (Event,), require_open=lambda: None, failure=lambda: None))
    running = asyncio.create_task(recorded.run())
    hub.publish_nowait([chat("before the video", at_ms=99_000), chat("early", at_ms=103_250)])
    await settle()
    await recorded.begin(tmp_path / "x", timeline, setup=DecoderConfig(number=1, container="flv"), start_ms=3000)
    hub.publish_nowait([chat("one", at_ms=104_000)])
    await settle()
    await recorded.begin(tmp_path / "y", timeline, setup=DecoderConfig(number=2, container="flv"), start_ms=4000)
    hub.publish_nowait([chat("two", at_ms=104_500)])
    await settle()
    recorded.stop()
    await running
    await recorded.close()
    told = {name: [(line["comment"], line["offset"]) for line in lines(tmp_path / f"{name}.jsonl")] for name in "xy"}
    assert told == {"x": [("early", 0.25), ("one", 1.0)], "y": [("two", 0.5)]}


def chat(comment: str, *, at_ms: int) -> ChatEvent:
    return ChatEvent(comment=comment, received_at_ms=at_ms)


async def test_players_find_the_chat_in_both_forms_of_subtitles(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=80.0) as scene:
        recording = await scene.download("x.mkv", events=True)
        await until(lambda: said_in(tmp_path / "x.jsonl"))
        (part,) = await recording.stop()
    chats = [event for event in lines(part.path.with_suffix(".jsonl")) if event["type"] == "chat"]
    assert chats
    for ending in ("srt", "ass"):
        assert len(dialogue(part.path.with_suffix(f".{ending}"))) >= len(chats)
    assert "PlayResX: 360\n" in part.path.with_suffix(".ass").read_text(encoding="utf-8")


async def test_a_line_is_the_event_as_json_with_its_offset_before_it(tmp_path: Path) -> None:
    event = ChatEvent(comment="hé\n", user=User(nickname="Bo"))
    files = await opened(tmp_path)
    files.add(event, at_ms=1234)
    await files.close()
    (line,) = (tmp_path / "x.jsonl").read_bytes().splitlines()
    assert line == b'{"offset":1.234,' + to_json(event)[1:]
    assert from_json(line.replace(b'"offset":1.234,', b"")) == event


async def test_what_was_written_is_on_disk_before_the_end(tmp_path: Path) -> None:
    files = await opened(tmp_path)
    files.add(ChatEvent(comment="one", user=User(nickname="Bo")), at_ms=0)
    files.add(LiveEnded(reason="ended"), at_ms=100)
    files.add(ChatEvent(comment="two", user=User(nickname="Bo")), at_ms=500)
    await files.write()
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 3
    assert "Bo: one" in (tmp_path / "x.srt").read_text()
    assert (tmp_path / "x.ass").read_text().count("Dialogue:") == 2
    await files.close()
    assert "Bo: one\nBo: two" in (tmp_path / "x.srt").read_text()


async def opened(folder: Path) -> SideFiles:
    return await SideFiles.open(folder / "x", width=0, height=0)


def test_a_moment_of_the_video_is_when_its_newest_part_came() -> None:
    timeline = VideoTimeline()
    timeline.came(until_ms=3000, now_ms=100_000)  # the server sends the last three seconds at once
    timeline.came(until_ms=4000, now_ms=101_000)
    assert timeline.moment_ms(101_500) == 4500
    assert timeline.time_ms(0) == 97_000


def test_video_that_is_held_up_does_not_move_the_clock() -> None:
    timeline = VideoTimeline()
    timeline.came(until_ms=1000, now_ms=101_000)
    timeline.came(until_ms=2000, now_ms=108_000)
    assert timeline.moment_ms(105_000) == 5000


async def test_events_reach_the_disk_while_no_video_comes(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=800.0) as scene:
        recording = await scene.download("x.ts", events=True)
        await scene.video("missing")
        await until(lambda: recording.progress.state == "waiting")
        before = (tmp_path / "x.jsonl").stat().st_size
        await until(lambda: (tmp_path / "x.jsonl").stat().st_size > before + 100_000)
        await recording.stop()
    assert all(event["offset"] >= 0 for event in lines(tmp_path / "x.jsonl"))
