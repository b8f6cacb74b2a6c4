"""Which messages are of the past, whatever their flag, and which of those still count.

After a reconnect TikTok sends messages again, in quiet rooms also ones that are hours old, with or without the history
flag (reports of users of several clients, until November 2026). For 15 minutes a message that comes again is
recognised by its id. After that its time decides: what was created before the moment up to which everything had come is
of the past, and counts only if it was missing until now.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from typing import Literal

# Ids are kept for this long, so that no younger message can come again unnoticed.
BY_ID_MS = 15 * 60_000
# How far apart the times of one message may be that two connections give it: one knows the server's clock better.
MARGIN_MS = 10_000
MOST_SPANS = 200
MOST_IDS = 20_000

_ALWAYS = 1 << 62

Judgement = Literal["new", "again", "missed", "past"]
"""A message comes for the first time; it came before; it was created earlier, but was missing; it was not missing."""


class Span:
    """A time from which messages were missing. It knows the ids of its messages that came later.

    `earlier`: the ids of messages that had come just before, in order.
    """

    __slots__ = ("earlier", "from_ms", "later", "to_ms")

    def __init__(self, from_ms: int, to_ms: int, *, earlier: array[int]) -> None:
        self.from_ms = from_ms
        self.to_ms = to_ms
        self.earlier = earlier
        self.later: set[int] = set()

    def __len__(self) -> int:
        return len(self.earlier) + len(self.later)

    def has(self, message_id: int) -> bool:
        """Whether this message has come."""
        earlier = self.earlier
        index = bisect_left(earlier, message_id)
        return message_id in self.later or (index < len(earlier) and earlier[index] == message_id)

    def reaches(self, at_ms: int, *, margin_ms: int = 0) -> bool:
        """Whether it contains this time."""
        return self.from_ms - margin_ms <= at_ms <= self.to_ms + margin_ms


class Past:
    """The past of one room, from the first opening of a connection. Times are ages in milliseconds.

    What was created before the first opening counts when it comes for the first time, since nothing is known of it. On
    the first connection it is history only if its flag says so: a recording that is played again is as old as its day.
    """

    def __init__(self, opened_ms: int) -> None:
        self._opened_ms = opened_ms
        self._complete_ms = -_ALWAYS
        self._spans = deque([Span(-_ALWAYS, opened_ms, earlier=array("q"))])
        self._missing: Span | None = None
        self._ids = 0

    @property
    def size(self) -> int:
        """How many spans and ids are kept."""
        return len(self._spans) + self._ids

    def begin_gap(self, from_ms: int, *, latest: Iterable[int]) -> None:
        """Messages are missing from this time on; `latest` are the ids that came last. A gap that goes on is longer."""
        if self._missing is None:
            self._missing = Span(from_ms, _ALWAYS, earlier=array("q", sorted(latest)))
            self._spans.append(self._missing)
            self._ids += len(self._missing)
            self._drop()
        self._missing.from_ms = min(self._missing.from_ms, from_ms)

    def end_gap(self, to_ms: int) -> None:
        """The gap ends at this time and is reported."""
        if self._missing is not None:
            self._missing.to_ms = to_ms
            self._missing = None

    def reconnects(self) -> None:
        """Another connection follows: what was created before the gap had all come."""
        if self._missing is not None:
            self._complete_ms = max(self._complete_ms, self._missing.from_ms)

    def until(self, complete_ms: int) -> int:
        """Messages that were created before this time are of the past.

        `complete_ms`: the time up to which everything came, on the open connection too. There, frames may overtake
        each other, so a message is of the past only if its id may have been dropped.
        """
        return max(self._complete_ms, complete_ms - BY_ID_MS)

    def checked_until(self, until_ms: int) -> int:
        """Messages that were created before this time are to be judged."""
        return max(until_ms, self._spans[-1].to_ms + MARGIN_MS)

    def judge(self, created_ms: int, *, message_id: int, is_past: bool) -> Judgement:
        """What a message is that its id alone does not tell."""
        near = [span for span in self._spans if span.reaches(created_ms, margin_ms=MARGIN_MS)]
        if message_id and any(span.has(message_id) for span in near):
            return "again"
        if message_id and near:
            near[-1].later.add(message_id)
            self._ids += 1
            self._drop()
        if not is_past or self._is_before_first_opening(created_ms):
            return "new"
        return "missed" if any(span.reaches(created_ms) for span in near) else "past"

    def _is_before_first_opening(self, created_ms: int) -> bool:
        """Whether nothing is known of this time yet: then the flag of a message decides."""
        return self._complete_ms == -_ALWAYS and created_ms <= self._opened_ms

    def _drop(self) -> None:
        """Drop the oldest spans; the latest one stays, without its ids if they alone are too many."""
        while self._ids > MOST_IDS or len(self._spans) > MOST_SPANS:
            oldest = self._spans[0]
            self._ids -= len(oldest)
            if len(self._spans) > 1:
                self._spans.popleft()
            else:
                oldest.earlier, oldest.later = array("q"), set()
