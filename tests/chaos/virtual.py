"""An event loop in virtual time: whenever nothing is ready, the clock jumps to the next timer."""

import asyncio
import selectors
from collections.abc import Coroutine, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

START_MS = 1_790_000_000_000


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio in virtual time. No task may wait for a thread or a socket."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_Jump(self))

    def time(self) -> float:
        return self._seconds

    def jump(self, seconds: float) -> None:
        self._seconds += seconds


class _Jump(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise AssertionError("all tasks wait, and no timer is set")
        self._loop.jump(max(timeout, 0.0))
        return super().select(0)


class VirtualClock:
    """The loop's time as a clock of a live stream."""

    def now_ms(self) -> int:
        return self.age_ms()

    def age_ms(self) -> int:
        return START_MS + round(asyncio.get_running_loop().time() * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Jump(NamedTuple):
    """Somebody sets the wall clock: `at` seconds after the start of the loop, forward by `by` seconds."""

    at: float
    by: float


class JumpingClock(VirtualClock):
    """A wall clock that somebody sets. What passed since the start goes on evenly."""

    def __init__(self, jumps: Sequence[Jump] = ()) -> None:
        self._jumps = jumps

    def now_ms(self) -> int:
        """The wall clock."""
        age_ms = self.age_ms()
        return age_ms + sum(round(jump.by * 1000) for jump in self._jumps if START_MS + jump.at * 1000 <= age_ms)

    @property
    def offsets_ms(self) -> tuple[int, ...]:
        """By how much the wall clock was wrong, one value after the other."""
        return tuple(accumulate((round(jump.by * 1000) for jump in self._jumps), initial=0))


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
