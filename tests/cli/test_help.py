"""The help texts of the command line."""

import pytest

from tikcast._options import cli_options
from tikcast.cli import COMMANDS, main


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_shows_what_a_command_does_its_options_and_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    text, err = capsys.readouterr()
    assert err == ""
    assert text.startswith(f"Usage: tikcast {command} ")
    assert "--json" in text
    assert "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted." in text


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert all(f" {name} " in shown and text in shown for name, text in COMMANDS.items())


def test_the_help_of_a_command_is_longer_than_its_line_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    main(["record", "--help"])
    assert "Ctrl+C ends it earlier" in capsys.readouterr().out


def test_each_option_of_clients_with_a_help_text_is_an_option_of_commands_that_connect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["watch", "--help"])
    shown = capsys.readouterr().out
    offered = cli_options()
    assert {"endpoints", "proxy", "session", "trace"} <= offered.keys()
    for name, option in offered.items():
        assert f"--{option.name or name}" in shown
        assert " ".join(option.help.split()[:4]) in shown
