"""What may be missing: between two connections, or where a frame could not be read, and what of it came later.

A gap begins at the last moment up to which everything is known to have come. It ends where the server starts to
send everything again. Messages from inside the gap that come later, as history or because the connection was
resumed, are counted. The gap is reported before the first message that is newer than it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tikcast._wire.session.past import Judgement, Past
from tikcast.events._base import ID, Event
from tikcast.events.life import Gap

# Messages with one creation time leave the server up to this much apart.
SPREAD_MS = 2000
# If no newer message comes, everything that is sent again has come this long after entering.
CATCH_UP_MS = 3000
# How far TikTok's history reaches back: a damaged frame older than this cannot be requested again.
REACH_MS = 200_000
# Frames are read at most this long after they were made; a greater difference is a wrong time.
LATEST_MS = 600_000


class Gaps:
    """The gaps of one room over all its connections.

    Times are ages in milliseconds: the wall clock may be set at any moment. Only `report` makes wall times of them.
    """

    def __init__(self) -> None:
        self.entered = False
        """Whether the open connection brought more than answers to heartbeats."""
        self.pending = False
        """Whether there is a gap that was not reported yet."""
        self.reported = 0
        self.recovered = 0
        self.checked_until_ms = self._past_until_ms = 0
        """Messages from before this time, by the server's clock, are to be judged."""
        self._recovered_now = 0
        self._from_ms = self._recovery_from_ms = self._lost_ms = 0
        self._to_ms: int | None = None
        self._complete_ms: int | None = None
        # How far the server's clock is ahead of the age: on the open connection, and until it is known there; as the
        # last connection knew it; for the messages that are read.
        self._server_ahead_ms: int | None = None
        self._assumed_ahead_ms: int | None = None
        self._stated_ahead_ms: int | None = None
        self._read_ahead_ms = 0
        self._past: Past | None = None
        self._delay_ms = 0
        self._damaged_ms: int | None = None
        self._resend_until_ms = 0

    def opened(self, age_ms: int, *, now_ms: int) -> None:
        """A connection is open. Before the first one nothing is missing."""
        self.entered = False
        if self._server_ahead_ms is not None:
            self._assumed_ahead_ms = self._stated_ahead_ms = self._server_ahead_ms
        elif self._assumed_ahead_ms is None:
            self._assumed_ahead_ms = now_ms - age_ms
        self._server_ahead_ms = None
        self._delay_ms = 0
        if self._complete_ms is None:
            self._complete_ms = age_ms
        if self._past is None:
            self._past = Past(age_ms)

    def received(self, age_ms: int) -> None:
        """A frame came whole, and with it everything that was sent before it.

        That holds inside the room only: a heartbeat is answered outside of it too, where no messages are sent.
        """
        if self.entered:
            self._complete_ms = age_ms - self._delay_ms

    def answered(self, age_ms: int, *, server_ms: int) -> None:
        """The room answers, at `server_ms` by the server's clock (0: not stated)."""
        if server_ms:
            ahead = server_ms - age_ms
            self._server_ahead_ms = ahead if self._server_ahead_ms is None else max(self._server_ahead_ms, ahead)
            # A frame that was delayed on its way says nothing about the time since it was sent.
            self._delay_ms = self._server_ahead_ms - ahead
        if not self.entered:
            self.entered = True
            if self.pending and self._to_ms is None:
                self._to_ms = age_ms

    def damaged(self, age_ms: int, *, latest: Iterable[int]) -> None:
        """A frame came that cannot be read; as long as the history holds it, it may be requested again.

        `latest`: the ids of the messages that came last.
        """
        complete_ms = age_ms if self._complete_ms is None else self._complete_ms
        if not self._is_damaged(age_ms):
            self._damaged_ms, self._resend_until_ms = complete_ms, age_ms + REACH_MS
        self._begin(complete_ms, age_ms=age_ms, latest=latest)
        self._to_ms = age_ms

    def closed(self, age_ms: int, *, latest: Iterable[int]) -> None:
        """The connection is lost while the live stream goes on; `latest`: the ids of the messages that came last."""
        if self._complete_ms is None:
            return
        self._begin(self._complete_ms, age_ms=age_ms, latest=latest)
        if self._is_damaged(age_ms) and self._damaged_ms is not None:
            # That gap was reported before, but its messages come again now.
            self._recovery_from_ms = min(self._recovery_from_ms, self._damaged_ms - SPREAD_MS)
        if self._past is not None:
            self._past.reconnects()
        self._damaged_ms = None
        self._to_ms = None

    def read(self, age_ms: int) -> None:
        """The messages of a response are read: set which of them are to be judged.

        They are judged by the server's clock. As long as the server never states it, nothing is judged, since the
        wall clock may be wrong by any amount.
        """
        stated = [ahead for ahead in (self._server_ahead_ms, self._stated_ahead_ms) if ahead is not None]
        if self._past is None or self._complete_ms is None or not stated:
            return
        # While this connection's frames are read late, the last connection knows the server's clock better.
        ahead = stated[0] if stated[-1] - stated[0] > LATEST_MS else max(stated)
        until_ms = self._past.until(min(self._complete_ms, age_ms - self._delay_ms))
        self._read_ahead_ms = ahead
        self._past_until_ms = until_ms + ahead
        self.checked_until_ms = self._past.checked_until(until_ms) + ahead

    def judge(self, event: Event) -> Judgement:
        """What a message from before `checked_until_ms` is; one without a time is what its flag says."""
        created = event.created_at_ms
        if self._past is None or not created:
            return "new"
        is_past = created < self._past_until_ms
        return self._past.judge(created - self._read_ahead_ms, message_id=event.message_id, is_past=is_past)

    def needs_resend(self, age_ms: int) -> bool:
        """Whether to resume from before the gap, or from before a damaged frame, not from the newest frame."""
        return self.pending or self._is_damaged(age_ms)

    def add(self, event: Event) -> None:
        """A message came for the first time while a gap is pending: it may be one of those that were missed."""
        created = event.created_at_ms
        if not created:
            self._recovered_now += event.is_history
        elif created >= self._recovery_from_ms + self._ahead_ms and (event.is_history or not self._is_newer(created)):
            self._recovered_now += 1

    def is_over_with(self, event: Event) -> bool:
        """Whether this message is newer than the pending gap, so that the gap is to be reported before it."""
        return not event.is_history and bool(event.created_at_ms) and self._is_newer(event.created_at_ms)

    def is_over_at(self, age_ms: int) -> bool:
        """Whether everything that is sent again had its time to come."""
        return self._to_ms is not None and age_ms - self._to_ms >= CATCH_UP_MS

    def is_final_gap(self, age_ms: int) -> bool:
        """Whether the end of the session leaves a gap: not if the session ends in the moment of the loss."""
        return self._to_ms is not None or age_ms > self._lost_ms

    def report(self, age_ms: int, *, now_ms: int, room_id: ID) -> Gap:
        """The pending gap as an event; each gap is reported once.

        Its times are those of the wall clock as it is now, so it is as long as it was.
        """
        self.pending = False
        self.reported += 1
        self.recovered += self._recovered_now
        to_ms = age_ms if self._to_ms is None else self._to_ms
        if self._past is not None:
            self._past.end_gap(to_ms + SPREAD_MS)
        ahead = now_ms - age_ms
        return Gap(
            room_id=room_id,
            created_at_ms=now_ms,
            received_at_ms=now_ms,
            from_ms=min(self._from_ms, to_ms) + ahead,
            to_ms=to_ms + ahead,
            recovered=self._recovered_now,
        )

    @property
    def _ahead_ms(self) -> int:
        """How far the server's clock is ahead of the age.

        Until the server states its time on the open connection, the last connection's value is used, and on the first
        connection the wall clock.
        """
        return (self._assumed_ahead_ms or 0) if self._server_ahead_ms is None else self._server_ahead_ms

    def _begin(self, complete_ms: int, *, age_ms: int, latest: Iterable[int]) -> None:
        """A gap begins; a pending one becomes part of it."""
        from_ms = complete_ms - SPREAD_MS
        self._from_ms = min(self._from_ms, from_ms) if self.pending else from_ms
        self._recovery_from_ms = min(self._recovery_from_ms, from_ms) if self.pending else from_ms
        self._recovered_now = self._recovered_now if self.pending else 0
        self._lost_ms = age_ms
        self.pending = True
        if self._past is not None:
            self._past.begin_gap(from_ms, latest=latest)

    def _is_damaged(self, age_ms: int) -> bool:
        return self._damaged_ms is not None and age_ms < self._resend_until_ms

    def _is_newer(self, created_at_ms: int) -> bool:
        return self._to_ms is not None and created_at_ms > self._to_ms + self._ahead_ms
