"""The command line `tikcast`: one module a command, loaded when it is called."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import App

COMMANDS: Final = {
    "watch": "Show the events of lives as they come.",
    "live": "Tell whether a user is live (exit code 0: live, 1: not).",
    "info": "Show what TikTok says of a user and their live.",
    "feed": "Show lives that TikTok recommends.",
    "gifts": "Show the gifts that can be given, and what they cost.",
    "prices": "Show what coins cost.",
    "audience": "Show who watches a live (needs --session).",
    "record": "Record the video of a live into files.",
    "doctor": "Try every step of connecting and say which one fails.",
    "sim": "Run a local TikTok to try things on.",
    "replay": "Play a file of captured frames as events.",
    "inspect": "Take frames and messages apart down to the wire.",
}

_ASKING: Final = frozenset({"--help", "-h", "--version"})


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
    if tokens and not command and tokens[0] not in _ASKING:
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
    """Why `token` is none. An option's value stays untold, since it may be a secret."""
    if token.startswith("-"):
        return f"options such as {token.partition('=')[0]} come after the command, as in `tikcast live USER --json`"
    from difflib import get_close_matches

    close = get_close_matches(token, COMMANDS, n=1)
    return f"there is no command {token!r}" + (f", did you mean {close[0]!r}" if close else "")


def make_app(*, asked: str = "") -> App:
    """The command line as cyclopts sees it; the command `asked` for tells more of itself than its line.

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
    """What cyclopts finds wrong with the words of a command, "" when it was somebody else."""
    from cyclopts import CycloptsError, UnknownOptionError, UnusedCliTokensError

    if isinstance(error, UnusedCliTokensError):  # some of them may be secrets
        count = len(error.unused_tokens or ())
        return f"{count} {'word is' if count == 1 else 'words are'} too many; quote what holds spaces"
    if isinstance(error, UnknownOptionError):
        return str(error).replace("Unknown option: ", "there is no option ").replace(". Did", ", did")
    return str(error) if isinstance(error, CycloptsError) else ""
