"""The states of a room, and the actions that change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

RoomState = Literal["live", "paused", "ended", "suspended"]

Action = Literal["pause", "resume", "end", "suspend", "go_live"]
"""A change of a live stream, by hand, in a timeline or as a fault."""

Access = Literal[
    "public", "age_restricted", "private", "subscribers_only", "followers_only", "paid_event", "region_blocked",
    "suspended_account",
]  # fmt: skip
"""Who may watch a live stream: everybody, users who are logged in (the next two), members (the next three), nobody."""

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

STATES: Final[Mapping[Action, RoomState]] = {
    "pause": "paused",
    "resume": "live",
    "end": "ended",
    "suspend": "suspended",
}
"""The state of a room after each action; `go_live` opens a new room instead."""


class ActionError(ValueError):
    """The action is not possible in the room's present state."""
