"""What may be missing: between two connections, or where a frame could not be read, and what came back of it.

A gap begins at the last moment up to which everything is sure to have come, and ends where the server gives
everything again. Messages from between that come after all, as history or because the connection was resumed,
are counted; the gap is told in front of the first message that is newer than it.
"""

from __future__ import annotations

from tikcast.events._base import ID, Event
from tikcast.events.life import Gap

# Messages of one moment leave the server up to this much apart.
SPREAD_MS = 2000
# When nothing new is said, this long after entering everything that comes back has come.
CATCH_UP_MS = 3000
# As far as TikTok's history reaches back: a damaged frame older than this cannot be asked for again.
REACH_MS = 200_000


class Gaps:
    """The gaps of one room over all its connections. Times are milliseconds of the caller's clock."""

    def __init__(self) -> None:
        self.entered = False
        """Whether the open connection brought more than answers to heartbeats."""
        self.pending = False
        """Whether there is a gap that was not told yet."""
        self.told = 0
        self.recovered = 0
        self._came_back = 0
        self._from_ms = self._back_from_ms = self._lost_ms = 0
        self._to_ms: int | None = None
        self._sure_ms: int | None = None
        self._ahead_ms: int | None = None
        self._lag_ms = 0
        self._hole_ms: int | None = None
        self._held_until_ms = 0

    def opened(self, now_ms: int) -> None:
        """A connection is open. Before the first one nothing is missing."""
        self.entered = False
        self._ahead_ms = None
        self._lag_ms = 0
        if self._sure_ms is None:
            self._sure_ms = now_ms

    def heard(self, now_ms: int) -> None:
        """A frame came whole, and with it everything that was sent before it."""
        self._sure_ms = now_ms - self._lag_ms

    def answered(self, now_ms: int, *, server_ms: int) -> None:
        """The room answers, at `server_ms` by the server's clock (0: it did not say)."""
        if server_ms:
            ahead = server_ms - now_ms
            self._ahead_ms = ahead if self._ahead_ms is None else max(self._ahead_ms, ahead)
            # A frame that was long on its way tells nothing of the time since it was sent.
            self._lag_ms = self._ahead_ms - ahead
        if not self.entered:
            self.entered = True
            if self.pending and self._to_ms is None:
                self._to_ms = now_ms

    def damaged(self, now_ms: int) -> None:
        """A frame came that cannot be read; until the history forgets it, it may be asked for again."""
        sure_ms = now_ms if self._sure_ms is None else self._sure_ms
        if not self._is_damaged(now_ms):
            self._hole_ms, self._held_until_ms = sure_ms, now_ms + REACH_MS
        self._begin(sure_ms, now_ms=now_ms)
        self._to_ms = now_ms

    def closed(self, now_ms: int) -> None:
        """The connection is gone, and the live goes on without us."""
        if self._sure_ms is None:
            return
        self._begin(self._sure_ms, now_ms=now_ms)
        if self._is_damaged(now_ms) and self._hole_ms is not None:
            # That one was told before, but what comes back of it comes back now.
            self._back_from_ms = min(self._back_from_ms, self._hole_ms - SPREAD_MS)
        self._hole_ms = None
        self._to_ms = None

    def holds(self, now_ms: int) -> bool:
        """Whether to resume from before the gap, or a damaged frame, rather than from the newest one."""
        return self.pending or self._is_damaged(now_ms)

    def came(self, event: Event) -> None:
        """A message came for the first time while a gap is pending: it may be one of those missed."""
        ahead = self._ahead_ms or 0
        created = event.created_at_ms
        if not created:
            self._came_back += event.is_history
        elif created >= self._back_from_ms + ahead and (event.is_history or not self._is_new(created)):
            self._came_back += 1

    def is_over_with(self, event: Event) -> bool:
        """Whether this message is newer than the pending gap, so that the gap is to be told before it."""
        return not event.is_history and bool(event.created_at_ms) and self._is_new(event.created_at_ms)

    def is_over_at(self, now_ms: int) -> bool:
        """Whether all that comes back had its time to come."""
        return self._to_ms is not None and now_ms - self._to_ms >= CATCH_UP_MS

    def is_left_at(self, now_ms: int) -> bool:
        """Whether the end of everything leaves a gap: not when it ends in the moment of the loss."""
        return self._to_ms is not None or now_ms > self._lost_ms

    def tell(self, now_ms: int, *, room_id: ID) -> Gap:
        """The pending gap as an event; it is told once."""
        self.pending = False
        self.told += 1
        self.recovered += self._came_back
        to_ms = now_ms if self._to_ms is None else self._to_ms
        return Gap(
            room_id=room_id,
            created_at_ms=now_ms,
            received_at_ms=now_ms,
            from_ms=min(self._from_ms, to_ms),
            to_ms=to_ms,
            recovered=self._came_back,
        )

    def _begin(self, sure_ms: int, *, now_ms: int) -> None:
        """A gap begins; one that was not told yet becomes part of it."""
        from_ms = sure_ms - SPREAD_MS
        self._from_ms = min(self._from_ms, from_ms) if self.pending else from_ms
        self._back_from_ms = min(self._back_from_ms, from_ms) if self.pending else from_ms
        self._came_back = self._came_back if self.pending else 0
        self._lost_ms = now_ms
        self.pending = True

    def _is_damaged(self, now_ms: int) -> bool:
        return self._hole_ms is not None and now_ms < self._held_until_ms

    def _is_new(self, created_at_ms: int) -> bool:
        return self._to_ms is not None and created_at_ms > self._to_ms + (self._ahead_ms or 0)
