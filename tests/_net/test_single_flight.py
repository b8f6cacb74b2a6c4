"""One run for all callers of a key, owned by them together."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.clocks import settle
from tikcast._net.single_flight import SingleFlight


class Work:
    """Counts its runs; each waits until `go` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.runs = 0
        self.cancelled = 0

    async def __call__(self) -> int:
        self.runs += 1
        run = self.runs
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return run


def start(flights: SingleFlight, work: Callable[[], Coroutine[Any, Any, int]], key: str = "k") -> asyncio.Task[int]:
    return asyncio.create_task(flights.run(key, work))


async def test_callers_share_a_run_by_key() -> None:
    flights, work, other = SingleFlight(), Work(), Work()
    callers = [start(flights, work), start(flights, work), start(flights, other, "other")]
    await settle()
    work.go.set()
    other.go.set()
    assert await asyncio.gather(*callers) == [1, 1, 1]
    assert await flights.run("k", work) == 2


async def test_the_last_caller_that_is_cancelled_cancels_the_run_and_the_next_one_starts_a_new_one() -> None:
    flights, work = SingleFlight(), Work()
    callers = [start(flights, work) for _ in range(2)]
    await settle()
    callers[0].cancel()
    await settle()
    assert work.cancelled == 0
    callers[1].cancel()
    later = start(flights, work)
    await settle()
    assert (work.runs, work.cancelled) == (2, 1)
    work.go.set()
    assert await later == 2
    assert await asyncio.gather(*callers, return_exceptions=True) != [1, 1]


async def test_a_failure_that_no_caller_is_left_to_receive_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    flights, go = SingleFlight(), asyncio.Event()

    async def fail() -> int:
        await go.wait()
        raise ValueError

    caller = start(flights, fail)
    await settle()
    go.set()
    await asyncio.sleep(0)  # the run has failed, and its caller is not yet awake
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gc.collect()
    await settle()
    assert caplog.records == []
