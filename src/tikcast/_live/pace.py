"""How fast questions follow each other when many are asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tikcast._live.clock import Clock

_GAP: Final = 1.0
_LONGEST_GAP: Final = 30.0
_AT_ONCE: Final = 5
_SLOWER: Final = 2.0
_FASTER: Final = 0.9


class Pace:
    """A few questions at once, then one a second; slower with every refusal, and slowly faster again.

    All who share it wait in one line.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gap = _GAP
        self._used_up_ms = 0.0
        self._paused_until_ms = 0.0
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next question may be asked. Cancelling takes no turn."""
        async with self._line:
            ahead = (_AT_ONCE - 1) * _GAP if self._gap == _GAP else 0.0
            now = self._clock.now_ms()
            begin = max(now, self._paused_until_ms, self._used_up_ms - ahead * 1000)
            if begin > now:
                await self._clock.sleep((begin - now) / 1000)
            self._used_up_ms = max(self._used_up_ms, begin) + self._gap * 1000

    def answered(self) -> None:
        """The question had an answer."""
        self._gap = max(_GAP, self._gap * _FASTER)

    def refused(self, wait: float) -> None:
        """It had none: ask nothing for `wait` seconds, and less often from then on."""
        self._gap = min(_LONGEST_GAP, self._gap * _SLOWER)
        self._paused_until_ms = max(self._paused_until_ms, self._clock.now_ms() + wait * 1000)
