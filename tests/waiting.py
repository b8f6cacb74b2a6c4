"""Measures how long code intends to wait, independently of the load of the machine."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class _Counting(selectors.SelectSelector):
    """Adds up the timeouts of all waits that ended with a timeout."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(timeout)
        if not ready and timeout is not None:
            self.waited += max(timeout, 0.0)
        return ready


class CountingLoop(asyncio.SelectorEventLoop):
    """An event loop that measures how long it intended to wait for timers, without delays by other processes."""

    def __init__(self) -> None:
        self._counting = _Counting()
        super().__init__(self._counting)

    @property
    def waited(self) -> float:
        """Seconds so far."""
        return self._counting.waited


def waited() -> float:
    """Seconds for which the running loop has waited for timers; for tests marked with `counting_waits`."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, CountingLoop)
    return loop.waited


def counting_waits(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an asynchronous test in a loop that supports `waited`."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=CountingLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
