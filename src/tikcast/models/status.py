"""Whether a user or a room is live, with what each source of TikTok said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tikcast.errors import TikcastError, describe

Source = Literal["live_page", "api_live", "profile", "room_info", "check_alive"]
"""A page or an API call of TikTok that says something about who is live."""

Says = Literal[
    "live",
    "paused",
    "offline",
    "no_room",
    "never_live",
    "missing",
    "private",
    "restricted",
    "unclear",
    "failed",
]
"""What one source says.

"live", "paused": so, also when it names no room. "offline": every status in it is that of a live stream that is over.
"no_room": the user exists, and the answer names no room. "never_live": the page has no live stream of this user.
"missing": there is no such user. "private": the account is private. "restricted": the room exists, and its details are
not for this client. "unclear": it names a room without saying that it is live, or its answer is worthless.
"failed": it gave no answer.
"""

Status = Literal["live", "paused", "offline", "never_live", "private", "missing", "unknown"]
"""What all sources together say. A paused live stream goes on; "unknown": they do not settle it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceAnswer:
    """What one source said. `room_id`: the room that it named or was asked about, 0 for none.

    `detail`: what the answer contained, in a few words. `error`: why there was no answer. `seconds`: how long it took.
    """

    source: Source
    says: Says
    room_id: int = 0
    detail: str = ""
    error: TikcastError | None = None
    seconds: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """The fields as values for JSON."""
        return {
            "source": self.source,
            "says": self.says,
            "room_id": str(self.room_id) if self.room_id else None,
            "detail": self.detail,
            "error": describe(self.error) if self.error else None,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveStatus:
    """Whether a user or a room is live. `room_id`: the live room, 0 for none. `reasons`: why, one sentence each.

    `evidence`: what each source said, in the order in which they were asked. `error`: what `is_live` raises in this
    case, None if it returns an answer.
    """

    status: Status
    room_id: int = 0
    reasons: tuple[str, ...] = ()
    evidence: tuple[SourceAnswer, ...] = ()
    error: TikcastError | None = None

    @property
    def live(self) -> bool | None:
        """Whether the live stream goes on, also while it is paused; None if the sources do not settle it."""
        if self.status in {"live", "paused"}:
            return True
        return False if self.status in {"offline", "never_live", "missing"} else None

    def to_dict(self) -> dict[str, object]:
        """The fields as values for JSON."""
        return {
            "status": self.status,
            "live": self.live,
            "room_id": str(self.room_id) if self.room_id else None,
            "reasons": list(self.reasons),
            "evidence": [answer.to_dict() for answer in self.evidence],
        }
