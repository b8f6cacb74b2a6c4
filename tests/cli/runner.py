"""Runs the command line in a separate process, as a user does."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """The JSON documents on stdout, one per line; each line ends with a line feed only."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]

    @property
    def error(self) -> Any:
        """The JSON document on stderr."""
        return json.loads(self.err)

    @property
    def sentence(self) -> str:
        """The one line on stderr, without the name of the program. Fails on a traceback."""
        assert "Traceback" not in self.err, self.err
        assert self.err.startswith("tikcast: ")
        assert self.err.count("\n") == 1
        assert self.err.endswith(".\n")
        return self.err.removeprefix("tikcast: ").strip()


async def tikcast(
    *arguments: str, stdin: bytes = b"", module: str = "tikcast", env: Mapping[str, str] | None = None
) -> Finished:
    """Run a command to its end."""
    async with started(*arguments, module=module, env=env) as process:
        out, err = await process.communicate(stdin)
    assert process.returncode is not None
    return Finished(code=process.returncode, out=out.decode(), err=err.decode())


@asynccontextmanager
async def started(
    *arguments: str, module: str = "tikcast", env: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Start a command, with `env` added to the environment; it is killed if it still runs at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIKCAST_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        env=environment | {"PYTHONIOENCODING": "utf-8", "NO_PROXY": "*", "TIKCAST_CACHE_DIR": ""} | dict(env or {}),
        limit=2**22,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
