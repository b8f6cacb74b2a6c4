"""What the command line tells of itself."""

import pytest

from tikcast.cli import COMMANDS, main


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_tells_what_a_command_does_takes_and_answers(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    told, err = capsys.readouterr()
    assert err == ""
    assert told.startswith(f"Usage: tikcast {command} ")
    assert "--json" in told
    assert "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted." in told


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert all(f" {name} " in told and text in told for name, text in COMMANDS.items())


def test_a_command_tells_more_of_itself_than_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    main(["record", "--help"])
    assert "Ctrl+C ends it earlier" in capsys.readouterr().out
