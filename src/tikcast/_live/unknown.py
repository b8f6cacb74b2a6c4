"""A word in the log for each message type that tikcast does not know yet."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from tikcast.events import UnknownEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tikcast.events import Event

logger = logging.getLogger("tikcast.live.unknown")

_MOST: Final = 1000


class UnknownReport:
    """Looks through events and logs each unknown wire name once, up to a thousand names."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, events: Iterable[Event]) -> None:
        """Log what is new in `events`."""
        for event in events:
            if isinstance(event, UnknownEvent) and event.method not in self._told:
                self._tell(event)

    def _tell(self, event: UnknownEvent) -> None:
        if len(self._told) < _MOST:
            self._told.add(event.method)
            size = len(event.payload)
            logger.warning("No reading for %.100r yet, a message of %d bytes", event.method, size)
