"""The events and the chat of a recording, in files next to its video."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.recording.scene import dialogue, on_air, until
from tikcast import ChatEvent, LiveEnded, from_json, to_json
from tikcast.events import User
from tikcast.recording.chat import ChatWriter, SideFiles, age_of
from tikcast.recording.chunks import DecoderConfig, VideoTimeline

NOW_MS = 1_800_000_000_000


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_events_are_written_next_to_each_part_with_their_position_in_it(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=60.0) as scene:
        came: list[Any] = []
        scene.live.on(ChatEvent, came.append)
        recording = await scene.download("x.ts", events=True)
        await until(lambda: said_in(tmp_path / "x.jsonl"))
        await scene.video("resize")
        await until(lambda: len({event["received_at_ms"] for event in said_in(tmp_path / "x-part2.jsonl")}) > 1)
        parts = await recording.stop()
    written_events = [event for part in parts for event in lines(part.path.with_suffix(".jsonl"))]
    # What comes while the recording is being stopped may miss it; what came before its last line may not.
    begin, end = parts[0].started_at_ms + 100, max(event["received_at_ms"] for event in written_events)
    during = {str(int(event.message_id)) for event in came if begin < event.received_at_ms < end}
    assert during
    written = [event["message_id"] for event in written_events if event["type"] == "chat"]
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


async def test_an_event_is_placed_in_its_part_and_events_from_before_the_video_are_left_out(tmp_path: Path) -> None:
    timeline, config = VideoTimeline(), DecoderConfig(number=1, container="flv")
    timeline.arrived(until_ms=5000, age_ms=105_000)
    writer = ChatWriter()
    await writer.add(ChatEvent(comment="before the video"), age_ms=99_000)
    await writer.add(ChatEvent(comment="early"), age_ms=103_250)
    await writer.begin(tmp_path / "x", timeline, config=config, start_ms=3000)
    await writer.add(ChatEvent(comment="one"), age_ms=104_000)
    await writer.begin(tmp_path / "y", timeline, config=config, start_ms=4000)
    await writer.add(ChatEvent(comment="two"), age_ms=104_500)
    await writer.close()
    written = {name: [(line["comment"], line["offset"]) for line in lines(tmp_path / f"{name}.jsonl")] for name in "xy"}
    assert written == {"x": [("early", 0.25), ("one", 1.0)], "y": [("two", 0.5)]}


@pytest.mark.parametrize(
    ("event", "age_ms"),
    [
        (ChatEvent(received_at_ms=NOW_MS), 500_000),
        (ChatEvent(received_at_ms=NOW_MS - 2000), 498_000),
        (ChatEvent(received_at_ms=NOW_MS - 1_200_000), 500_000),
        (ChatEvent(received_at_ms=NOW_MS + 1_200_000), 500_000),
        (ChatEvent(received_at_ms=NOW_MS, created_at_ms=NOW_MS - 90_000, is_history=True), 410_000),
    ],
    ids=["at once", "late", "clock set forward", "clock set back", "history"],
)
def test_the_age_of_an_event_does_not_depend_on_steps_of_the_wall_clock(event: ChatEvent, age_ms: int) -> None:
    assert age_of(event, now_ms=NOW_MS, age_ms=500_000) == age_ms


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


def test_a_position_in_the_video_was_live_when_its_newest_video_arrived() -> None:
    timeline = VideoTimeline()
    timeline.arrived(until_ms=3000, age_ms=100_000)  # the server sends the last three seconds at once
    timeline.arrived(until_ms=4000, age_ms=101_000)
    assert timeline.position_ms(101_500) == 4500
    assert timeline.wall_ms(1000) - timeline.wall_ms(0) == 1000


def test_delayed_video_does_not_move_the_timeline() -> None:
    timeline = VideoTimeline()
    timeline.arrived(until_ms=1000, age_ms=101_000)
    timeline.arrived(until_ms=2000, age_ms=108_000)
    assert timeline.position_ms(105_000) == 5000


async def test_events_are_written_to_the_disk_while_there_is_no_video(tmp_path: Path) -> None:
    async with on_air(tmp_path, rate=800.0) as scene:
        recording = await scene.download("x.ts", events=True)
        await scene.video("missing")
        await until(lambda: recording.progress.state == "waiting")
        before = (tmp_path / "x.jsonl").stat().st_size
        await until(lambda: (tmp_path / "x.jsonl").stat().st_size > before + 100_000)
        await recording.stop()
    assert all(event["offset"] >= 0 for event in lines(tmp_path / "x.jsonl"))
