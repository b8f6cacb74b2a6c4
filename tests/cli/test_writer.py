"""Lines written to a file descriptor that may block or be closed."""

import asyncio
import os

import pytest

from tikcast.cli._writer import Writer


async def test_lines_arrive_complete_and_in_order() -> None:
    reading, writing = os.pipe()
    lines = [b"%d\n" % number for number in range(5000)]

    async def write() -> None:
        async with Writer(writing) as writer:
            for line in lines:
                await writer.write(line)
        os.close(writing)

    writer = asyncio.create_task(write())
    with os.fdopen(reading, "rb") as pipe:
        assert await asyncio.to_thread(pipe.read) == b"".join(lines)
    await writer


async def test_a_pipe_that_nobody_reads_makes_the_writer_wait_but_not_the_loop() -> None:
    reading, writing = os.pipe()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), Writer(writing) as writer:
            while True:
                await writer.write(b"x" * 1000 + b"\n")
    os.close(reading)
    os.close(writing)


async def test_a_pipe_without_a_reader_is_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        async with Writer(writing) as writer:
            await writer.write(b"one\n")
            await writer.flush()
    os.close(writing)
