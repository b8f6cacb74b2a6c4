"""The states and the counts of a live stream."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from tikcast._net.connect.plan import ConnectAttempt

EndReason = Literal["ended", "suspended", "restarted", "closed", "failed"]
"""`ended` by the host, `suspended` by TikTok, `restarted` in a new room, `closed` by us, `failed`."""


class LiveState(StrEnum):
    """The states of a `Live`, in the order they come."""

    NEW = "new"
    OPENING = "opening"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"
    CLOSED = "closed"


class LiveStats(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a live stream since its opening, as they were when `Live.stats` was called.

    `stats["messages"]` reads a count by its name.
    """

    connections: int = 0
    """WebSockets that were opened."""
    frames: int = 0
    """Frames received."""
    bytes: int = 0
    """Bytes of these frames."""
    messages: int = 0
    """Messages in these frames."""
    acks: int = 0
    """Acknowledgements made."""
    heartbeats: int = 0
    """Heartbeats made."""
    duplicates: int = 0
    """Messages that came again."""
    history: int = 0
    """Messages from before the connection."""
    other_rooms: int = 0
    """Messages of other rooms, which are dropped."""
    bad_frames: int = 0
    """Frames that could not be read."""
    unknown: int = 0
    """Messages of an unknown type."""
    undecoded: int = 0
    """Messages that could not be decoded."""
    salvaged: int = 0
    """Messages of which parts had to be left out or repaired."""
    gaps: int = 0
    """`Gap` events: times for which messages may be missing."""
    recovered: int = 0
    """Messages of these times that came later."""
    gifts: int = 0
    """Gifts, each counted once."""
    diamonds: int = 0
    """Diamonds of these gifts."""
    likes: int = 0
    """Likes of the messages that came: a lower bound."""
    room_likes: int = 0
    """The highest total of likes that the room reported."""
    open_streaks: int = 0
    """Gift streaks that have not ended."""
    queued: int = 0
    """Events that wait for their readers."""
    dropped: int = 0
    """Events that a reader missed because it was slow, or began late."""
    handler_errors: int = 0
    """Exceptions that handlers raised."""
    attempts: tuple[ConnectAttempt, ...] = ()
    """The last attempts to connect to the room, the newest last. They are not a count, and not in `to_dict`."""

    def to_dict(self) -> dict[str, int]:
        """The counts by name, in this order."""
        counts: dict[str, int] = msgspec.structs.asdict(self)
        del counts["attempts"]
        return counts

    def __getitem__(self, name: str) -> int:
        return self.to_dict()[name]
