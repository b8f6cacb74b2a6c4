"""What happens in a room, before it is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tikcast.simulator.room.gifts import GiftStep


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChat:
    """A chat with the text of a timeline entry."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomControl:
    """The host or TikTok changed the live stream: 1 paused, 2 resumed, 3 ended, 4 ended by moderation."""

    code: int


ActionDetail: TypeAlias = GiftStep | PlannedChat | RoomControl | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomAction:
    """One action, which is encoded as one message: who did what, when.

    `number` is unique in the room; the message id is made from it. `person` is an index into all simulated people.
    `random_bits` (64 bits) decide everything that is chosen while encoding.
    """

    at_ms: int
    method: str
    number: int
    person: int = 0
    random_bits: int = 0
    detail: ActionDetail = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """The actions of one frame, and when the frame is sent."""

    at_ms: int
    actions: tuple[RoomAction, ...]
