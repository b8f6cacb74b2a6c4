"""The command line `tikcast`: one module a command, loaded when it is called."""

from __future__ import annotations

import sys
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 failed, 2 wrong use, 130 interrupted; never raises."""
    from tikcast.cli._run import guarded

    tokens = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _dispatch(tokens), json="--json" in tokens)


def _dispatch(tokens: list[str]) -> int:
    from tikcast.cli._run import WrongUse

    app = make_app()
    try:
        code = app(tokens)
    except WrongUse as error:
        raise WrongUse(error.reason, tokens=tokens) from None
    except Exception as error:
        if _is_usage(error):
            raise WrongUse(str(error), tokens=tokens) from None
        raise
    return code if isinstance(code, int) else 0


def make_app() -> App:
    """The command line as cyclopts sees it. Raises `MissingExtra` without the extra `cli`."""
    from tikcast.errors import MissingExtra

    try:
        import rich  # noqa: F401 - every command needs it
        from cyclopts import App, Parameter
    except ImportError as error:
        raise MissingExtra("cli", "the command line") from error
    app = App(
        name="tikcast",
        help="TikTok LIVE on the command line.",
        version=_version,
        default_parameter=Parameter(negative=(), show_default=False),
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
    )
    for name, text in COMMANDS.items():
        app.command(f"tikcast.cli.{name}:{name}", name=name, help=text)
    return app


def _version() -> str:
    from importlib.metadata import version

    return version("tikcast")


def _is_usage(error: Exception) -> bool:
    from cyclopts import CycloptsError

    return isinstance(error, CycloptsError)
