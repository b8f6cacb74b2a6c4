"""`tikcast replay`."""

import time
from pathlib import Path

import pytest

from tests.cli.runner import tikcast
from tests.room_server import NOW_MS, chat, frame, plain_file
from tikcast import ChatEvent, from_json, to_json


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three frames: two together, one two seconds later."""
    path = tmp_path / "live.frames"
    together = frame(chat("one"), chat("two"))
    path.write_bytes(plain_file(together, frame(chat("three", created_at_ms=NOW_MS + 2000))))
    return path


async def test_json_is_exactly_what_to_json_gives(file: Path) -> None:
    done = await tikcast("replay", str(file), "--json")
    assert (done.code, done.err) == (0, "")
    events = [from_json(line) for line in done.out.splitlines()]
    assert [event.comment for event in events if isinstance(event, ChatEvent)] == ["one", "two", "three"]
    assert [to_json(event).decode() for event in events] == done.out.splitlines()


async def test_the_text_output_ends_with_a_count(file: Path) -> None:
    done = await tikcast("replay", str(file))
    assert done.code == 0
    assert done.out.splitlines()[-1] == "3 events of 2 frames"


async def test_a_cut_file_is_played_up_to_the_cut(file: Path) -> None:
    offset = cut(file)
    done = await tikcast("replay", str(file), "--json")
    assert done.code == 1
    assert len(done.documents) == 2
    assert done.error["error"] == "CaptureError"
    assert done.error["offset"] == offset
    assert f"cannot be read from byte {offset} on" in (await tikcast("replay", str(file))).sentence


def cut(file: Path) -> int:
    """Cut off the last bytes, and return the offset of the frame that they belong to."""
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    return 4 + int.from_bytes(whole[:4], "little")


async def test_a_missing_file(tmp_path: Path) -> None:
    done = await tikcast("replay", str(tmp_path / "nothing"))
    assert done.code == 1
    assert "No such file" in done.sentence


async def test_a_file_of_another_format(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = await tikcast("replay", str(path))
    assert done.code == 1
    assert "give a file of frames" in done.sentence


async def test_speed_keeps_the_time_between_messages(file: Path) -> None:
    began = time.monotonic()
    done = await tikcast("replay", str(file), "--speed", "2", "--json")
    assert done.code == 0
    assert time.monotonic() - began >= 1.0
