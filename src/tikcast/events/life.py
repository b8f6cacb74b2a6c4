"""Events that tikcast itself makes about its connection to a room. Their `message_id` is 0."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event


class Connected(Event, frozen=True, kw_only=True, tag="connected"):
    """A WebSocket to the room is open; its events follow. `attempt` counts connections of this live, from 1."""

    type: ClassVar[str] = "connected"

    attempt: int = 1


class Reconnecting(Event, frozen=True, kw_only=True, tag="reconnecting"):
    """The connection is lost; attempt number `attempt` follows in `delay` seconds. `stage` tells where it failed."""

    type: ClassVar[str] = "reconnecting"

    attempt: int = 0
    delay: float = 0.0
    reason: str = ""
    stage: str = ""


class Gap(Event, frozen=True, kw_only=True, tag="gap"):
    """From `from_ms` to `to_ms` something may be missing: between two connections, or where a frame was damaged.

    `recovered` messages of it came after all, as history or again; they come before this event.
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
    """The live is over: "ended" by the host, "suspended" by TikTok, "restarted" in a new room, or "closed" by you."""

    type: ClassVar[str] = "live_ended"

    reason: str = ""


class Overflow(Event, frozen=True, kw_only=True, tag="overflow"):
    """The queue was full: `dropped` events of this room were thrown away, the oldest first."""

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
