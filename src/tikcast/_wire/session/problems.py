"""Messages that no converter knows, and messages that could not be read whole: counted, and reported once a type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tikcast.events.raw import UndecodedEvent, UnknownEvent

MOST_TYPES = 1000


class Problems:
    """The problems of one session by wire name, and a line for a log on the first one of each name.

    An unknown type gives a line only with `report_unknown`.
    """

    def __init__(self, *, report_unknown: bool = False) -> None:
        self.unknown = 0
        self.undecoded = 0
        self.salvaged = 0
        self.by_name: Counter[str] = Counter()
        self._report_unknown = report_unknown
        self._lines: list[str] = []

    def add(self, event: UnknownEvent | UndecodedEvent) -> None:
        """Count a message without fields of its own."""
        if isinstance(event, UndecodedEvent):
            self.undecoded += 1
            self._count(event.method, error="; ".join((event.error, *event.notes)))
        else:
            self.unknown += 1
            self._count(event.method, size=len(event.payload))

    def add_salvaged(self, method: str, notes: Sequence[str]) -> None:
        """Count a message of which parts were left out or repaired."""
        self.salvaged += 1
        self._count(method, error="; ".join(notes))

    def take_lines(self) -> list[str]:
        """The lines since the last call."""
        if not self._lines:
            return []
        lines, self._lines = self._lines, []
        return lines

    def _count(self, method: str, *, error: str = "", size: int = 0) -> None:
        """Count a name. Unknown names have no end and are bounded; the others are as many as the known types."""
        if method not in self.by_name:
            if error:
                self._lines.append(f"{method} was not read whole ({error})")
            elif len(self.by_name) >= MOST_TYPES:
                return
            elif self._report_unknown:
                self._lines.append(f"{method[:100]!r} is an unknown message type (a message of {size} bytes)")
        self.by_name[method] += 1
