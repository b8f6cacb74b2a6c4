"""What happens in a room, before it is bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tikcast.simulator.room.gifts import GiftStep


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChat:
    """A chat whose words a timeline gave."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomControl:
    """The host or TikTok changed the live: 1 paused, 2 resumed, 3 ended, 4 ended by moderation."""

    code: int


ActionDetail: TypeAlias = GiftStep | PlannedChat | RoomControl | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomAction:
    """One message to be: who did what, when.

    `number` is its own in the room and makes its id; `person` is an index into the crowd; `random_bits` is 64 bits of
    random for whatever is still to be chosen while encoding.
    """

    at_ms: int
    method: str
    number: int
    person: int = 0
    random_bits: int = 0
    detail: ActionDetail = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """The actions that one frame carries, and when it is sent."""

    at_ms: int
    actions: tuple[RoomAction, ...]
