"""Events that tikcast itself makes about its connection to a room. Their `message_id` is 0."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event


class Connected(Event, frozen=True, kw_only=True, tag="connected"):
    """A WebSocket to the room is open; its events follow. `attempt` counts the connections to this room, from 1."""

    type: ClassVar[str] = "connected"

    attempt: int = 1


class Reconnecting(Event, frozen=True, kw_only=True, tag="reconnecting"):
    """The connection is lost. Attempt number `attempt` follows in `delay` seconds. `stage` is where it failed."""

    type: ClassVar[str] = "reconnecting"

    attempt: int = 0
    delay: float = 0.0
    reason: str = ""
    stage: str = ""


class Gap(Event, frozen=True, kw_only=True, tag="gap"):
    """Messages from `from_ms` to `to_ms` may be missing: between two connections, or where a frame was damaged.

    `recovered` is how many messages of this time came later, as history or again; they come before this event. Both
    times are epoch milliseconds of the local clock, and are accurate to a few seconds.
    """

    type: ClassVar[str] = "gap"

    from_ms: int = 0
    to_ms: int = 0
    recovered: int = 0


class Disconnected(Event, frozen=True, kw_only=True, tag="disconnected"):
    """The connection is closed."""

    type: ClassVar[str] = "disconnected"

    reason: str = ""


class LiveEnded(Event, frozen=True, kw_only=True, tag="live_ended"):
    """The live stream is over.

    `reason` is "ended" by the host, "suspended" by TikTok, "restarted" in a new room, or "closed" by your program.
    """

    type: ClassVar[str] = "live_ended"

    reason: str = ""


class Overflow(Event, frozen=True, kw_only=True, tag="overflow"):
    """The queue was full: `dropped` events of this room were discarded, the oldest first."""

    type: ClassVar[str] = "overflow"

    dropped: int = 0


class EventNumbers:
    """Numbers the events that tikcast itself makes in one session, so that no two of them share a key.

    `session` is the name of the session: no other session may have it.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self._number = 0

    def note(self) -> str:
        """The note of the next event, for its `notes`: they are part of the key of an event without a message id."""
        self._number += 1
        return f"event {self._number} of session {self._session}"
