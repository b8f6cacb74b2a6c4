"""PartNames of files from words that others chose."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast.recording.paths import NameFields, base_path, candidates, safe_name, time_name

LIVE = NameFields(user="ana", title="Hi / there: *all*?", room_id=73, started_at=1_795_378_500.0)


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ana.b_c", "ana.b_c"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("..", "live"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("", "live"),
        ("con", "_con"),
        ("LPT1.ts", "_LPT1.ts"),
        ("console", "console"),
        ("nul .tar.gz", "_nul .tar.gz"),
        ("COM¹", "_COM¹"),
        ("-rf", "_-rf"),
        ("ends with dots. . .", "ends with dots"),
        ("line\nbreak\x00\x1b[31m", "linebreak[31m"),
        ("\u202egpj.exe\u200b", "gpj.exe"),
        ("no\u00a0break", "no break"),
        ("e\u0301", "é"),
        ("ana 🌸", "ana 🌸"),
    ],
)
def test_a_name_is_safe_on_every_system(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=400))
def test_no_text_makes_a_name_that_some_system_refuses(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= 151
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name.strip(" .") == name
    assert safe_name(name) == name


def test_a_recording_is_called_after_the_user_and_the_start_of_the_live() -> None:
    assert base_path(None, LIVE) == Path("ana-2026y11m22dT20h15m00s")


def test_in_a_folder_it_gets_that_name_too(tmp_path: Path) -> None:
    assert base_path(tmp_path, LIVE) == tmp_path / "ana-2026y11m22dT20h15m00s"
    assert base_path(f"{tmp_path}/new/", LIVE) == tmp_path / "new" / "ana-2026y11m22dT20h15m00s"


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("show.mp4", "show"),
        ("show.TS", "show"),
        ("my.show", "my.show"),
        ("v/{user}-{room}.ts", "v/ana-73"),
        ("{title} {start}.mkv", "Hi _ there_ _all__ 2026y11m22dT20h15m00s"),
        ("{user} {nobody}", "ana {nobody}"),
    ],
)
def test_places_in_a_path_are_filled_and_its_ending_is_left_to_the_format(path: str, base: str) -> None:
    assert base_path(path, LIVE) == Path(base)


def test_long_words_leave_room_for_what_is_added() -> None:
    long = NameFields(user="u" * 64, title="ü" * 300)
    base = base_path("{user} {title}.ts", long)
    *_, last = candidates(base, part=99, at=0)
    assert len(f"{last.name}.jsonl".encode()) < 255


def test_a_name_that_is_taken_gets_the_time_and_then_a_number() -> None:
    names = candidates(Path("v/show"), part=1, at=0)
    assert [next(names).name for _ in range(3)] == [
        "show",
        "show-1970y01m01dT00h00m00s",
        "show-1970y01m01dT00h00m00s-2",
    ]


def test_parts_are_numbered_from_the_second_on() -> None:
    assert next(candidates(Path("v/show"), part=2, at=0)) == Path("v/show-part2")


@pytest.mark.parametrize("seconds", [0.0, -1e30, 1e30, 2**53])
def test_a_time_that_cannot_be_still_gives_a_name(seconds: float) -> None:
    assert time_name(seconds).startswith(("1970y", "2"))
