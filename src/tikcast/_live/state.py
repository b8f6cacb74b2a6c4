"""The states, the counts and the options of a live stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, Protocol

import msgspec

from tikcast._wire.session.session import HISTORY, History
from tikcast.errors import ConfigError
from tikcast.options import Limits, Reconnect, Timeouts, require_choice, require_type

if TYPE_CHECKING:
    from tikcast._live.listeners import ErrorHook

__all__ = ["ChatSender", "EndReason", "History", "LiveSettings", "LiveState", "LiveStats", "QueuePolicy"]

EndReason = Literal["ended", "suspended", "restarted", "closed", "failed"]
"""`ended` by the host, `suspended` by TikTok, `restarted` in a new room, `closed` by us, `failed`."""

QueuePolicy = Literal["drop_oldest", "wait"]
_POLICIES: Final[tuple[QueuePolicy, ...]] = ("drop_oldest", "wait")


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

    def to_dict(self) -> dict[str, int]:
        """The counts by name, in this order."""
        return msgspec.structs.asdict(self)

    def __getitem__(self, name: str) -> int:
        counts: dict[str, int] = msgspec.structs.asdict(self)
        return counts[name]


class ChatSender(Protocol):
    """Sends chat messages, in whatever way its author knows."""

    def send_chat(self, room_id: int, text: str) -> object:
        """Send `text` to the room; raises when it was not sent.

        What can be awaited is awaited: it may be a coroutine function. In `tikcast.sync` it runs in a
        thread and may block; elsewhere it runs in the event loop and must not.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSettings:
    """The options of a client that each of its live streams needs. Raises `ConfigError` for wrong ones."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    reconnect: Reconnect = field(default_factory=Reconnect)
    limits: Limits = field(default_factory=Limits)
    history: History = "mark"
    queue_policy: QueuePolicy = "drop_oldest"
    on_error: ErrorHook | None = None
    chat_sender: ChatSender | None = None
    experimental: bool = False
    capture: None = None

    def __post_init__(self) -> None:
        require_type("timeouts", self.timeouts, kind=Timeouts)
        require_type("reconnect", self.reconnect, kind=Reconnect)
        require_type("limits", self.limits, kind=Limits)
        require_choice("history", self.history, among=HISTORY)
        require_choice("queue_policy", self.queue_policy, among=_POLICIES)
        if self.capture is not None:
            raise ConfigError("it is not available in this version", option="capture", advice="use trace=FILE")
