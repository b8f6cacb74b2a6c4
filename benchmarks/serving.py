"""A simulator in a process of its own, whose processor time and memory are not those that are measured."""

from __future__ import annotations

import json
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[str]:
    """`tikcast sim` with these arguments; gives its URL."""
    process = await create_subprocess_exec(sys.executable, "-m", "tikcast", "sim", "--json", *arguments, stdout=PIPE)
    try:
        if process.stdout is None or not (line := await process.stdout.readline()):
            raise SystemExit("the simulator did not start")
        yield json.loads(line)["url"]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
