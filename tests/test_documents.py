"""The documents agree with the code."""

import re
from inspect import signature
from pathlib import Path

import pytest

from tests.shared_data import REPO
from tikcast import TikTok, errors
from tikcast.cli import COMMANDS
from tikcast.simulator import load_scenario

USAGE = "if len(sys.argv) != 2:\n    sys.exit(__doc__)\n"


def read(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


def test_the_readme_starts_with_what_it_is_and_how_to_start() -> None:
    first_lines = read("README.md").splitlines()[:12]
    assert {"make demo", "make test"} <= {line.partition("#")[0].strip() for line in first_lines}


def test_the_readme_lists_every_command_and_no_other() -> None:
    assert set(re.findall(r"^\| `tikcast (\w+)", read("README.md"), re.MULTILINE)) == COMMANDS.keys()


def test_the_readme_shows_the_chat_example_unchanged() -> None:
    example = read("examples/chat.py").partition("\n\n")[2]
    shown = example.replace("import sys\n", "").replace(USAGE, "").replace("sys.argv[1]", '"@somebody"')
    assert shown in read("README.md")


@pytest.mark.parametrize("name", ["README.md", "docs/connecting.md"])
def test_every_error_that_a_document_names_exists(name: str) -> None:
    table = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ", read(name), re.MULTILINE)
    named = {error for row in table for error in re.findall(r"\w+", row)}
    named |= set(re.findall(r"`(\w+(?:Error|Failed|Blocked|Limited))`", read(name)))
    assert {error for error in named if not hasattr(errors, error)} == set()
    assert named


def test_every_option_that_a_document_names_exists() -> None:
    options = signature(TikTok).parameters
    for name in ("README.md", "SECURITY.md", "docs/connecting.md"):
        for call in re.findall(r"TikTok\(([^)]*(?:\([^)]*\))?[^)]*)\)", read(name)):
            assert set(re.findall(r"\b(\w+)=", call)) - {"push", "web"} <= options.keys(), (name, call)


def test_the_scenario_that_the_simulator_document_shows_can_be_played(tmp_path: Path) -> None:
    shown = read("docs/simulator.md").partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "evening.toml").write_text(shown, encoding="utf-8")
    config = load_scenario(tmp_path / "evening.toml")
    assert [plan.user for plan in config.room_plans()] == ["ana"]


def test_the_error_that_the_readme_shows_is_what_the_command_line_says() -> None:
    assert f"tikcast: {errors.UserNotFound('nobody_at_all')}\n" in read("README.md")
