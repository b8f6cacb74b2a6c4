"""Records of what must not change: repeatable, and compared with a report that names the difference."""

import json
from pathlib import Path
from typing import Any

import pytest

from unchanged import SECTIONS, differences, main
from unchanged_simulator import START_MS, Client, play, seeded_world, struck


def write(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def recorded(path: Path) -> Any:
    assert main(["record", str(path), "--only", "fault list", "--only", "answers"]) == 0
    return json.loads(path.read_text(encoding="utf-8"))


def test_two_records_of_the_same_tree_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = recorded(tmp_path / "a"), recorded(tmp_path / "b")
    assert first == second
    assert set(first) == {"fault list", "answers"}
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert capsys.readouterr().out == "2 sections are equal\n"


def test_the_frames_of_a_seed_are_the_same_each_time_and_those_of_another_seed_are_not() -> None:
    def frames(seed: int) -> list[str]:
        world = seeded_world(seed)
        client = Client(world, "bo")
        client.connect(START_MS)
        play(world, [client], seconds=6)
        return client.sent

    assert len(frames(1)) > 20
    assert frames(1) == frames(1) != frames(2)


def test_a_fault_shows_in_its_record() -> None:
    seen: Any = struck("close", {"code": 1001})
    assert seen["ordered"]["status"] == 200
    assert seen["connections"]["client 0"] == ["0 closed 1001 internal error reset=False"]
    refused: Any = struck("forbidden", {"where": "page"})
    assert (refused["/@ana/live"]["status"], refused["/@ana"]["status"]) == (403, 200)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ({"wheel": {"a": 1}}, {"wheel": {}}, "wheel / a: is missing in the second record"),
        ({"wheel": {}}, {"wheel": {"a": 1}}, "wheel / a: is new in the second record"),
        ({"help": ["x", "y"]}, {"help": ["x", "z"]}, "help: differs\n    @@ -2 +2 @@\n    -y\n    +z"),
        ({"help": "x\ny"}, {"help": "x"}, "help: differs\n    @@ -2 +1,0 @@\n    -y"),
        ({"faults": {"a": 1}}, {"faults": {"a": 2}}, "faults / a: differs\n    @@ -1 +1 @@\n    -1\n    +2"),
    ],
)
def test_a_difference_is_named_with_its_place(
    before: object, after: object, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [write(tmp_path / "a", before), write(tmp_path / "b", after)]
    assert main(["compare", *files]) == 1
    assert capsys.readouterr().out == f"{named}\n1 differences in 1 sections\n"
    section = next(iter({"help", "wheel", "faults"} & before.keys() if isinstance(before, dict) else set()))
    assert main(["compare", *files, "--skip", section]) == 0


def test_a_long_difference_is_cut() -> None:
    (text,) = differences({"help": [f"old {n}" for n in range(50)]}, {"help": [f"new {n}" for n in range(50)]})
    assert text.endswith("    … 89 more lines")


def test_missing_real_messages_are_no_failure_but_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIKCAST_SHARED", str(tmp_path / "nowhere"))
    monkeypatch.delenv("CI", raising=False)
    files = [str(tmp_path / name) for name in "ab"]
    for file in files:
        assert main(["record", file, "--only", "payloads"]) == 0
    assert "payloads: skipped: No shared data at" in capsys.readouterr().err
    assert main(["compare", *files]) == 0
    assert "payloads: was not recorded" in capsys.readouterr().err


def test_a_section_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["record", "x", "--only", "nothing"])
    assert "simulator" in SECTIONS
