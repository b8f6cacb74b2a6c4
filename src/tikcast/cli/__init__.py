"""The command line `tikcast`: one module per command, imported when the command is called."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import App

COMMANDS: Final = {
    "watch": "Show the events of live streams in real time.",
    "live": "Show whether a user is live (exit code 0 yes, 1 no, 3 unknown).",
    "info": "Show information about a user and their live stream.",
    "feed": "Show live streams that TikTok recommends.",
    "gifts": "Show the available gifts and their prices.",
    "prices": "Show the prices of coins.",
    "audience": "Show the viewers of a live stream (needs --session).",
    "record": "Record the video of a live stream into files.",
    "doctor": "Check every way to connect to TikTok, and show what to do.",
    "sim": "Run a local TikTok simulator.",
    "replay": "Play a file of captured frames as events.",
    "inspect": "Show every wire field of frames and messages.",
}

_GLOBAL_OPTIONS: Final = frozenset({"--help", "-h", "--version"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 failed, 2 wrong use, 130 interrupted; never raises.

    Loggers are changed for the time of the command only.
    """
    from tikcast.cli._run import guarded

    tokens = list(sys.argv[1:] if arguments is None else arguments)
    with ExitStack() as cleanup:
        return guarded(lambda: _dispatch(tokens, cleanup), json="--json" in tokens)


def _dispatch(tokens: list[str], cleanup: ExitStack) -> int:
    from tikcast.cli._run import WrongUse

    command = tokens[0] if tokens and tokens[0] in COMMANDS else ""
    if tokens and not command and tokens[0] not in _GLOBAL_OPTIONS:
        raise WrongUse(_no_command(tokens[0]))
    app = make_app(asked=command)
    try:
        code = _call(app, tokens, cleanup=cleanup)
    except WrongUse as error:
        raise WrongUse(error.reason, command=command) from None
    except Exception as error:
        reason = _misuse(error)
        if reason:
            raise WrongUse(reason, command=command) from None
        raise
    return code if isinstance(code, int) else 0


def _call(app: App, tokens: list[str], *, cleanup: ExitStack) -> object:
    """Call what the tokens name: a command, the help or the version."""
    from tikcast.cli._run import logging_to_stderr

    function, bound, _ = app.parse_args(tokens)
    if any(getattr(value, "verbose", False) for value in bound.arguments.values()):
        cleanup.enter_context(logging_to_stderr())
    return function(*bound.args, **bound.kwargs)


def _no_command(token: str) -> str:
    """Why `token` is not a command. The value of an option is left out, because it may be a secret."""
    if token.startswith("-"):
        return f"options such as {token.partition('=')[0]} come after the command, as in `tikcast live USER --json`"
    from difflib import get_close_matches

    close = get_close_matches(token, COMMANDS, n=1)
    return f"there is no command {token!r}" + (f", did you mean {close[0]!r}" if close else "")


def make_app(*, asked: str = "") -> App:
    """The cyclopts application. The help of the command `asked` is its full docstring, of the others one line.

    Raises `MissingExtra` without the extra `cli`.
    """
    from tikcast.errors import MissingExtra

    try:
        import rich  # noqa: F401 - every command needs it
        from cyclopts import App, Parameter
    except ImportError as error:
        raise MissingExtra("cli", "the command line") from error
    app = App(
        name="tikcast",
        help="TikTok LIVE on the command line.",
        help_epilogue="Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.",
        version=_version,
        default_parameter=Parameter(negative=(), show_default=False),
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
    )
    for name, text in COMMANDS.items():
        app.command(f"tikcast.cli.{name}:{name}", name=name, help=None if name == asked else text)
    return app


def _version() -> str:
    from importlib.metadata import version

    return version("tikcast")


def _misuse(error: Exception) -> str:
    """What is wrong with the arguments of a command; "" if `error` does not come from cyclopts."""
    from cyclopts import CycloptsError, UnknownOptionError, UnusedCliTokensError

    if isinstance(error, UnusedCliTokensError):  # not repeated, because they may be secrets
        count = len(error.unused_tokens or ())
        return f"there {'is 1 argument' if count == 1 else f'are {count} arguments'} too many; quote text with spaces"
    if isinstance(error, UnknownOptionError):
        return str(error).replace("Unknown option: ", "there is no option ").replace(". Did", ", did")
    return str(error) if isinstance(error, CycloptsError) else ""
