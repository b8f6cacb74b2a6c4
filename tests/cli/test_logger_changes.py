"""The command line leaves the loggers of the program that imports or calls it as they were."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE

import pytest

# Level, handlers, propagation and the switch of every logger below "tikcast", and of the root logger.
SNAPSHOT = """
import logging
def state():
    loggers = [logging.getLogger(), logging.getLogger("tikcast")]
    children = logging.root.manager.loggerDict.items()
    loggers += [item for name, item in children if name.startswith("tikcast.") and isinstance(item, logging.Logger)]
    return {item.name: (item.level, list(item.handlers), item.propagate, item.disabled) for item in loggers}
def changes(before, after):
    untouched = (logging.NOTSET, [], True, False)
    return {name: value for name, value in after.items() if value != before.get(name, untouched)}
"""

IMPORT_EACH = """
import importlib, pkgutil, tikcast, tikcast.metrics, tikcast.simulator
before = state()
import tikcast.cli
for name in ["", *(f".{module.name}" for module in pkgutil.iter_modules(tikcast.cli.__path__))]:
    importlib.import_module(f"tikcast.cli{name}")
    changed = changes(before, state())
    if changed:
        print(f"importing tikcast.cli{name} changes", changed)
        break
"""

OWN_LOGGING = """
import sys, tikcast
logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(name)s: %(message)s")
logging.getLogger("tikcast.net").setLevel(logging.ERROR)
before = state()
import tikcast.cli.record, tikcast.cli.sim, tikcast.cli.watch
logging.getLogger("tikcast.live").warning("still printed")
print(changes(before, state()))
"""

CALL = """
import tikcast
from tikcast.cli import main
before = state()
for _ in range(2):
    main({arguments})
print(changes(before, state()))
"""

NOBODY_LISTENS = ["live", "ana", "--endpoint", "http://127.0.0.1:9"]


async def run(code: str) -> tuple[str, str]:
    """Run code in a Python of its own: what it writes to stdout and to stderr."""
    process = await create_subprocess_exec(sys.executable, "-c", SNAPSHOT + code, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode(), err.decode()


async def test_importing_a_module_of_the_command_line_changes_no_logger() -> None:
    assert await run(IMPORT_EACH) == ("", "")


async def test_a_program_that_imports_the_command_line_keeps_its_own_logging() -> None:
    assert await run(OWN_LOGGING) == ("tikcast.live: still printed\n{}\n", "")


@pytest.mark.parametrize("options", [[], ["-v"], ["--json"]], ids=["plain", "verbose", "json"])
async def test_a_command_that_a_program_calls_leaves_the_loggers_as_they_were(options: list[str]) -> None:
    out, _ = await run(CALL.format(arguments=[*NOBODY_LISTENS, *options]))
    assert out == "{}\n"


async def test_verbose_commands_in_one_program_write_each_line_once() -> None:
    _, err = await run(CALL.format(arguments=[*NOBODY_LISTENS, "-v"]))
    assert err.count("tikcast.net.http  GET http://127.0.0.1:9/@ana: ") == 2
