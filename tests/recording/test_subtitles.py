"""Chat as subtitles, and what hostile text can do to them: nothing."""

import re
from pathlib import Path

import pytest

from tests.recording.scene import dialogue
from tikcast import ChatEvent, GiftEvent, JoinEvent, QuestionEvent, SubscribeEvent
from tikcast.events import Event, Gift, User
from tikcast.recording.subtitles import Line, SrtWriter, ass_header, ass_line, line_of

ANA = User(nickname="Ana")


def srt(*lines: tuple[int, str]) -> str:
    writer = SrtWriter()
    return "".join(writer.add(Line(who="Ana", what=what), at_ms=at) for at, what in lines) + writer.end()


def cues(text: str) -> list[str]:
    return text.removesuffix("\n\n").split("\n\n")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (ChatEvent(user=ANA, comment="hi"), ("Ana", "hi")),
        (QuestionEvent(user=ANA, question="why"), ("Ana", "? why")),
        (GiftEvent(user=ANA, gift=Gift(name="Rose"), new_gifts=3), ("Ana", "+3 Rose")),
        (SubscribeEvent(user=User(username="bo")), ("bo", "subscribed")),
    ],
)
def test_what_viewers_read_is_a_line(event: Event, line: tuple[str, str]) -> None:
    found = line_of(event)
    assert found is not None
    assert (found.who, found.what) == line


@pytest.mark.parametrize("event", [JoinEvent(user=ANA), ChatEvent(user=ANA), GiftEvent(user=ANA, new_gifts=0)])
def test_other_events_are_no_lines(event: Event) -> None:
    assert line_of(event) is None


def test_a_cue_shows_the_lines_of_its_moment_until_the_next_one() -> None:
    assert cues(srt((1000, "one"), (2500, "two"))) == [
        "1\n00:00:01,000 --> 00:00:02,500\nAna: one",
        "2\n00:00:02,500 --> 00:00:07,000\nAna: one\nAna: two",
        "3\n00:00:07,000 --> 00:00:08,500\nAna: two",
    ]


def test_lines_leave_after_six_seconds_and_after_four_others() -> None:
    crowd = cues(srt(*((at, str(at)) for at in range(0, 600, 100))))
    assert max(cue.count("Ana") for cue in crowd) == 4
    later = cues(srt((0, "early"), (60_000, "late")))
    assert later[0] == "1\n00:00:00,000 --> 00:00:06,000\nAna: early"
    assert later[1].splitlines()[1] == "00:01:00,000 --> 00:01:06,000"


def test_a_line_that_comes_late_never_goes_back_in_time() -> None:
    times = [cue.splitlines()[1] for cue in cues(srt((5000, "now"), (2000, "late"), (5100, "next")))]
    assert times == sorted(times)
    assert times[0].startswith("00:00:05,000")


HOSTILE = [
    "<i>x</i><font size=99>",
    "{\\an8}up",
    "\\N\\h{\\b1}",
    "1\n\n2\n00:00:00,000 --> 01:00:00,000\nforged",
    "00:00:00,000 --> 01:00:00,000",
    "a\u2028b\x1b[2J\u202e",
    "}{,,&H00&",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_write_in_subrip_is_only_ever_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.srt"
    path.write_text(srt((1000, text)), encoding="utf-8")
    (shown,) = dialogue(path)
    assert "0:00:01.00,0:00:07.00" in shown
    assert "{\\" not in shown.replace("\\{", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_write_in_ass_is_only_ever_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ass"
    line = ass_line(Line(who=text, what=text), at_ms=1000)
    path.write_text(ass_header(width=0, height=0) + line, encoding="utf-8")
    assert len(dialogue(path)) == 1
    theirs = re.sub(r"\{\\b1\\1c&H\w+&\}|\{\\r\}", "", line.split(",,", 2)[-1])
    assert not re.findall(r"(?<!\\)[{}]|\\(?![{}\u2060])|[\x00-\x09\x0b-\x1f]", theirs)


def test_a_header_has_the_size_of_the_video() -> None:
    assert "PlayResX: 1080\nPlayResY: 1920\n" in ass_header(width=1080, height=1920)


def test_an_ass_line_says_when_who_and_what() -> None:
    line = ass_line(Line(who="Ana", what="hi", user_id=1), at_ms=3_723_450)
    assert line.startswith("Dialogue: 0,1:02:03.45,1:02:09.45,Chat,,")
    assert line.endswith("Ana{\\r}  hi\n")
