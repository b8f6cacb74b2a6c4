"""The quotas of a signer."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import Record
from tikcast.models._fields import Fields


class Quota(Record, frozen=True, kw_only=True):
    """The quota of one period. `reset_at`: the start of the next period, ISO 8601; "" if unknown."""

    max: int | None = None
    remaining: int | None = None
    reset_at: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_json(cls, quota: object, *, path: str) -> Self:
        """From one period in the signer's answer. Raises `ShapeError`."""
        fields = Fields(quota, path=path)
        return cls(
            max=fields.maybe_number("max"),
            remaining=fields.maybe_number("remaining"),
            reset_at=fields.text("reset_at"),
            extra=fields.rest(),
        )


class SignerLimits(Record, frozen=True, kw_only=True):
    """The quotas of a signer for its caller, per minute, hour and day."""

    minute: Quota = Quota()
    hour: Quota = Quota()
    day: Quota = Quota()
    message: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_json(cls, answer: object) -> Self:
        """From the answer of rate_limits. Raises `ShapeError`."""
        fields = Fields(answer, path="limits")
        return cls(
            minute=Quota.from_json(fields.mapping("minute"), path="limits.minute"),
            hour=Quota.from_json(fields.mapping("hour"), path="limits.hour"),
            day=Quota.from_json(fields.mapping("day"), path="limits.day"),
            message=fields.text("message"),
            extra=fields.rest(),
        )
