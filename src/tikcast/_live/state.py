"""Where a live is in its life, and what its owner decided about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from tikcast._wire.session.session import History
from tikcast.options import Limits, Reconnect, Timeouts

if TYPE_CHECKING:
    from tikcast._live.listeners import ErrorHook

__all__ = ["ChatSender", "EndReason", "History", "LiveSettings", "LiveState", "QueuePolicy"]

EndReason = Literal["ended", "suspended", "restarted", "closed", "failed"]
"""`ended` by the host, `suspended` by TikTok, `restarted` in a new room, `closed` by us, `failed`."""

QueuePolicy = Literal["drop_oldest", "wait"]


class LiveState(StrEnum):
    """The states of a `Live`, in the order they come."""

    NEW = "new"
    OPENING = "opening"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"
    CLOSED = "closed"


class ChatSender(Protocol):
    """Sends chat messages, in whatever way its maker knows."""

    async def send_chat(self, room_id: int, text: str) -> None:
        """Send `text` to the room; raises when it was not sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSettings:
    """The options of a client that each of its lives needs."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    reconnect: Reconnect = field(default_factory=Reconnect)
    limits: Limits = field(default_factory=Limits)
    history: History = "mark"
    queue_policy: QueuePolicy = "drop_oldest"
    on_error: ErrorHook | None = None
    chat_sender: ChatSender | None = None
    report_unknown: bool = False
