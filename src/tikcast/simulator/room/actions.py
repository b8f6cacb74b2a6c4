"""What happens in a room, before it is bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tikcast.simulator.room.gifts import GiftKind


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftStep:
    """One message of a gift: its count so far. `group_id` is the start of its streak in ms, 0 without one."""

    gift: GiftKind
    group_id: int
    repeat_count: int
    repeat_end: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """A chat whose words a timeline gave."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """The host or TikTok changed the live: 1 paused, 2 resumed, 3 ended, 4 ended by moderation."""

    action: int


Detail: TypeAlias = GiftStep | Saying | Control | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One message to be: who did what, when.

    `number` is its own in the room and makes its id; `person` is an index into the crowd; `roll` is 64 bits of
    luck for whatever is still to be chosen while encoding.
    """

    at_ms: int
    method: str
    number: int
    person: int = 0
    roll: int = 0
    detail: Detail = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """The happenings that one frame carries, and when it is sent."""

    at_ms: int
    happenings: tuple[Happening, ...]
