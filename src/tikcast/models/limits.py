"""What a signer still grants."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import Record
from tikcast.models._fields import Fields


class Quota(Record, frozen=True, kw_only=True):
    """Requests in one span of time. `reset_at`: when it starts anew, ISO 8601, "" when not told."""

    max: int | None = None
    remaining: int | None = None
    reset_at: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_json(cls, quota: object, *, path: str) -> Self:
        """From one span of the signer's answer. Raises `ShapeError`."""
        of = Fields(quota, path=path)
        return cls(
            max=of.maybe_number("max"),
            remaining=of.maybe_number("remaining"),
            reset_at=of.text("reset_at"),
            extra=of.rest(),
        )


class SignerLimits(Record, frozen=True, kw_only=True):
    """A signer's quotas for its caller, by the minute, the hour and the day."""

    minute: Quota = Quota()
    hour: Quota = Quota()
    day: Quota = Quota()
    message: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_json(cls, answer: object) -> Self:
        """From the answer of rate_limits. Raises `ShapeError`."""
        of = Fields(answer, path="limits")
        return cls(
            minute=Quota.from_json(of.mapping("minute"), path="limits.minute"),
            hour=Quota.from_json(of.mapping("hour"), path="limits.hour"),
            day=Quota.from_json(of.mapping("day"), path="limits.day"),
            message=of.text("message"),
            extra=of.rest(),
        )
