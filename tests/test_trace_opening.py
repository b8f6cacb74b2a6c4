"""A trace file on a disk that answers slowly does not stop the event loop."""

import asyncio
import os
import threading
from pathlib import Path

from tikcast import TikTok


async def test_the_event_loop_runs_while_the_trace_file_is_opened(tmp_path: Path) -> None:
    path, loop_ran = tmp_path / "trace.cap", threading.Event()
    os.mkfifo(path)  # opening it for writing waits for a reader
    outcomes: list[bool] = []

    def read_once_the_loop_ran() -> None:
        outcomes.append(loop_ran.wait(5))
        path.read_bytes()

    reader = threading.Thread(target=read_once_the_loop_ran)
    reader.start()
    opening = asyncio.create_task(open_and_close(path))
    while not opening.done():
        await asyncio.sleep(0.02)
        loop_ran.set()
    reader.join()
    await opening
    assert outcomes == [True]


async def open_and_close(path: Path) -> None:
    async with TikTok(trace=path):
        pass
