"""Which treasure chests are new: the same one is shown again and hidden, and none of that is another chest."""

from __future__ import annotations

import msgspec

from tikcast.events.gift import EnvelopeEvent

# EnvelopeEvent.display of a chest that appears; the fact is TikTok's.
SHOWN = 1
MOST_CHESTS = 10_000


class Chests:
    """The chests of a session by their ids; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: dict[int, None] = {}

    def count(self, event: EnvelopeEvent) -> EnvelopeEvent:
        """The event with whether its chest is new; one without an id cannot be known again."""
        info = event.envelope_info
        new = info is not None and event.display == SHOWN and info.envelope_id not in self._known
        if new and info is not None and info.envelope_id:
            self._known[info.envelope_id] = None
            if len(self._known) > MOST_CHESTS:
                del self._known[next(iter(self._known))]
        return msgspec.structs.replace(event, new_chest=new)
