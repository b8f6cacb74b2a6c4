"""A simulator in another process, so that its processor time and memory are not measured."""

from __future__ import annotations

import json
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[str]:
    """Run `tikcast sim` with these arguments; yields its URL."""
    process = await create_subprocess_exec(sys.executable, "-m", "tikcast", "sim", "--json", *arguments, stdout=PIPE)
    try:
        if process.stdout is None or not (line := await process.stdout.readline()):
            raise SystemExit("the simulator did not start")
        yield json.loads(line)["url"]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
