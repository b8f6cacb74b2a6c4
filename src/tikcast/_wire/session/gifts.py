"""What each gift message adds to the sums, whatever was repeated or lost, and which treasure chests are new."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from tikcast.events._base import NO_ID
from tikcast.events.gift import EnvelopeEvent, GiftEvent

# A streak is closed this long after its last message if its end does not come.
LOST_END_MS = 10_000
# Counts are kept this long after a streak's last message, also over reconnects, so that a repeat adds nothing.
MEMORY_MS = 15 * 60_000
MOST_OPEN = 10_000
MOST_CLOSED = 50_000

Key = tuple[int, int, int, int]


class Streak(msgspec.Struct, gc=False):
    """What is counted of one streak: its highest count and diamonds, and its latest message while it is open."""

    count: int = 0
    diamonds: int = 0
    price: int = 0
    last_ms: int = 0
    event: GiftEvent | None = None

    def advance(self, event: GiftEvent, *, age_ms: int) -> tuple[int, int]:
        """Count a message; the gifts and diamonds that it adds. Neither sum ever falls."""
        gifts = max(event.repeat_count - self.count, 0)
        self.count += gifts
        self.price = max(self.price, event.gift.diamonds)
        diamonds = self.count * self.price - self.diamonds
        self.diamonds += diamonds
        self.last_ms = age_ms
        return gifts, diamonds


class Streaks:
    """All streaks of a session, by room, sender, group and gift.

    A streak is over once: at its end, or when its end was lost. Messages of it that come later still add what is
    new, and end nothing, as long as it is kept.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[Key, Streak] = OrderedDict()
        self._closed: OrderedDict[Key, Streak] = OrderedDict()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def count(self, event: GiftEvent, *, age_ms: int) -> GiftEvent:
        """The event with what it adds, and whether its streak is over."""
        if not event.group_id or not event.streakable:
            gifts = max(event.repeat_count, 1)
            diamonds = gifts * event.gift.diamonds
            return msgspec.structs.replace(event, new_gifts=gifts, new_diamonds=diamonds, streak_over=True)
        key = (event.room_id, event.user.id, event.group_id, event.gift.id)
        closed = self._closed.pop(key, None)
        if closed is not None and closed.last_ms < age_ms - MEMORY_MS:
            closed = None
        streak = closed or self._open.pop(key, None) or Streak()
        gifts, diamonds = streak.advance(event, age_ms=age_ms)
        if closed or event.repeat_end:
            streak.event = None
            self._closed[key] = streak
        else:
            streak.event = msgspec.structs.replace(event, raw=b"")
            self._open[key] = streak
        over = event.repeat_end and not closed
        return msgspec.structs.replace(event, new_gifts=gifts, new_diamonds=diamonds, streak_over=over)

    def repeated(self, event: GiftEvent) -> GiftEvent:
        """The event as a duplicate: it adds nothing and ends nothing."""
        return msgspec.structs.replace(event, new_gifts=0, new_diamonds=0, streak_over=False)

    def tick(self, age_ms: int, *, now_ms: int) -> list[GiftEvent]:
        """Close the streaks whose end was lost, and drop those that are long over."""
        ended = self._close_until(age_ms - LOST_END_MS, now_ms=now_ms)
        while len(self._open) > MOST_OPEN:
            ended.append(self._close(now_ms))
        while self._closed and (len(self._closed) > MOST_CLOSED or _oldest(self._closed).last_ms < age_ms - MEMORY_MS):
            self._closed.popitem(last=False)
        return ended

    def close_all(self, now_ms: int) -> list[GiftEvent]:
        """End every open streak, as the session is over."""
        return [self._close(now_ms) for _ in range(len(self._open))]

    def _close_until(self, last_ms: int, *, now_ms: int) -> list[GiftEvent]:
        ended = []
        while self._open and _oldest(self._open).last_ms <= last_ms:
            ended.append(self._close(now_ms))
        return ended

    def _close(self, now_ms: int) -> GiftEvent:
        """Close the streak without messages for longest, with an event that tikcast makes itself."""
        key, streak = self._open.popitem(last=False)
        self._closed[key] = streak
        event, streak.event = streak.event or GiftEvent(), None
        return msgspec.structs.replace(
            event,
            message_id=NO_ID,
            received_at_ms=now_ms,
            repeat_count=streak.count,
            repeat_end=False,
            diamonds=streak.diamonds,
            streak_over=True,
            new_gifts=0,
            new_diamonds=0,
        )


def _oldest(streaks: OrderedDict[Key, Streak]) -> Streak:
    return next(iter(streaks.values()))


# EnvelopeEvent.display of a chest that appears; the fact is TikTok's.
SHOWN = 1
MOST_CHESTS = 10_000


class Chests:
    """The treasure chests of a session by their ids; the oldest are dropped."""

    def __init__(self) -> None:
        self._known: dict[int, None] = {}

    def count(self, event: EnvelopeEvent) -> EnvelopeEvent:
        """The event with whether its chest is new; a chest without an id is always new."""
        info = event.envelope_info
        new = info is not None and event.display == SHOWN and info.envelope_id not in self._known
        if new and info is not None and info.envelope_id:
            self._known[info.envelope_id] = None
            if len(self._known) > MOST_CHESTS:
                del self._known[next(iter(self._known))]
        return msgspec.structs.replace(event, new_chest=new)
