"""Runs a command: turns its errors into one sentence on stderr and an exit code, and sets up logging."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from tikcast.cli._output import as_json, escape
from tikcast.errors import ConfigError, InvalidTarget, MissingExtra, TikcastError, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

T = TypeVar("T")

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
UNKNOWN: Final = 3
INTERRUPTED: Final = 130


class WrongUse(Exception):  # noqa: N818 - the name is part of the JSON output
    """The arguments of the command line are wrong."""

    def __init__(self, reason: str, *, command: str = "") -> None:
        self.reason = " ".join(reason.split()).rstrip(".?")
        self.command = f"tikcast {command}".strip()
        super().__init__(f"{self.reason}; see `{self.command} --help`.")


def guarded(command: Callable[[], int], *, json: bool) -> int:
    """Run a command. Every exception becomes one line on stderr and an exit code."""
    try:
        return command()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return DONE
    except (WrongUse, TikcastError, OSError) as error:
        report(error, json=json)
        return exit_code(error)
    except Exception as error:
        logging.getLogger("tikcast.cli.run").debug("Unexpected", exc_info=error)
        report(Unexpected(error), json=json)
        return FAILED


def exit_code(error: BaseException) -> int:
    """2 for wrong arguments, 1 for every other failure."""
    wrong = isinstance(error, WrongUse | ConfigError | InvalidTarget)
    return WRONG_USE if wrong and not isinstance(error, MissingExtra) else FAILED


class Unexpected(TikcastError):  # noqa: N818 - the name is part of the JSON output
    """A bug in tikcast."""

    def __init__(self, error: Exception) -> None:
        self.cause = type(error).__name__
        super().__init__(
            f"Something went wrong inside tikcast ({self.cause}: {error})",
            advice="run the command again with -v and report its output",
        )


def report(error: BaseException, *, json: bool) -> None:
    """Write an error to stderr: one sentence, or one JSON document."""
    if json:
        print(_as_json(error), file=sys.stderr, flush=True)
    else:
        print(f"tikcast: {escape(_sentence(error), longest=1000)}", file=sys.stderr, flush=True)


def run(main: Coroutine[None, None, T]) -> T:
    """Run the coroutine of a command; Ctrl+C cancels it, so that it closes what it opened.

    Raises the first exception of an exception group.
    """
    try:
        return asyncio.run(main)
    except BaseExceptionGroup as group:
        raise _first(group) from None


@contextmanager
def logging_to_stderr() -> Iterator[None]:
    """Write every log record of tikcast to stderr; the logger is restored at the end."""
    logger, handler = logging.getLogger("tikcast"), logging.StreamHandler()
    level = logger.level
    handler.setFormatter(_EscapingFormatter("%(asctime)s %(levelname)-7s %(name)s  %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


class _EscapingFormatter(logging.Formatter):
    """Writes a message on one line, then its traceback; text from other people is escaped."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        return " ".join(super().formatMessage(record).split("\n"))

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(escape(line, longest=2000) for line in super().format(record).split("\n"))


def fail(reason: str) -> NoReturn:
    """End the command because of a wrong argument."""
    raise WrongUse(reason)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and not isinstance(error, TikcastError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}; check the path or address."
    if isinstance(error, ConfigError) and _is_written(f"--{error.option}"):
        return str(error).replace(f"option {error.option}:", f"option --{error.option}:", 1)
    return str(error)


def _is_written(option: str) -> bool:
    """Whether the command line contains an option; otherwise it came from another source, such as a scenario file."""
    return any(word.partition("=")[0] == option for word in sys.argv[1:])


def _as_json(error: BaseException) -> str:
    return as_json({**describe(error), "message": _sentence(error)})


def _drop_stdout() -> None:
    """Redirect stdout to the null device, so that the flush at interpreter exit does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
