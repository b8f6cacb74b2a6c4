"""Like totals that never fall, although several servers of TikTok's count separately."""

from __future__ import annotations

import msgspec

from tikcast.events.people import LikeEvent

MOST_ROOMS = 100_000


class Likes:
    """The likes of a session, in all of its rooms.

    `sent` adds up the likes of the messages that came, a lower bound of what was given meanwhile; `highest` is the
    highest total of any room. A room's own total is kept longer than the rest of what is known of it.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.highest = 0
        self._totals: dict[int, int] = {}

    def count(self, event: LikeEvent) -> LikeEvent:
        """The event with its room's total so far."""
        self.sent += max(event.likes, 0)
        total = max(self._totals.pop(event.room_id, 0), event.total_likes)
        self._totals[event.room_id] = total
        self.highest = max(self.highest, total)
        if len(self._totals) > MOST_ROOMS:
            del self._totals[next(iter(self._totals))]
        return msgspec.structs.replace(event, room_likes=total)

    def repeated(self, event: LikeEvent) -> LikeEvent:
        """The event as a duplicate: it shows the total and adds nothing."""
        return msgspec.structs.replace(event, room_likes=self._totals.get(event.room_id, 0))
