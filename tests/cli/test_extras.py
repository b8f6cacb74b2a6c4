"""If an extra is missing, one line says what to install."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest


async def without(package: str, *arguments: str, main: str = "tikcast.cli") -> tuple[int | None, bytes, bytes]:
    code = f"import sys; sys.modules[{package!r}] = None; from {main} import main; sys.exit(main({list(arguments)!r}))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("package", "arguments", "main", "extra"),
    [
        ("cyclopts", ["live", "ana"], "tikcast.cli", "cli"),
        ("rich", ["watch", "ana"], "tikcast.cli", "cli"),
        ("rich", [], "tikcast.cli.demo", "cli"),
        ("starlette", ["sim"], "tikcast.cli", "server"),
        ("uvicorn", [], "tikcast.cli.demo", "server"),
    ],
)
async def test_a_missing_extra_is_one_line(package: str, arguments: list[str], main: str, extra: str) -> None:
    code, out, err = await without(package, *arguments, main=main)
    assert (code, out) == (1, b"")
    assert err.decode().startswith("tikcast: ")
    assert err.decode().endswith(f"pip install 'tikcast[{extra}]'.\n")
    assert err.count(b"\n") == 1
