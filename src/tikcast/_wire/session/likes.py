"""The truth of likes: a total that never falls, although several servers count apart."""

from __future__ import annotations

import msgspec

from tikcast.events.people import LikeEvent


class Likes:
    """The like totals of one room.

    `sent` adds up the likes of the messages that came, a lower bound of what was given while watching;
    `highest` is the highest total that any server told.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.highest = 0

    def count(self, event: LikeEvent) -> LikeEvent:
        """The event with the room's total so far."""
        self.sent += max(event.likes, 0)
        self.highest = max(self.highest, event.total_likes)
        return self.repeated(event)

    def repeated(self, event: LikeEvent) -> LikeEvent:
        """The event as a duplicate: it shows the total and adds nothing."""
        return msgspec.structs.replace(event, room_likes=self.highest)
