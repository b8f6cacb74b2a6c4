"""The viewers of a live stream."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import Record
from tikcast.models._fields import Fields
from tikcast.models.user import UserInfo


class AudienceMember(Record, frozen=True, kw_only=True):
    """A viewer of a live stream. `rank`: 0 without a rank. `score`: the diamonds that the viewer gave.

    `gap`: TikTok's text about the distance to the next rank.
    """

    rank: int = 0
    score: int = 0
    user: UserInfo = UserInfo()
    gap: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, member: object, *, path: str = "ranks") -> Self:
        """From one entry of online_audience. Raises `ShapeError`."""
        fields = Fields(member, path=path)
        return cls(
            rank=fields.number("rank"),
            score=fields.number("score"),
            user=UserInfo.from_webcast(fields.mapping("user"), path=f"{path}.user"),
            gap=fields.text("gap_description"),
            extra=fields.rest(),
        )


class AudienceList(Record, frozen=True, kw_only=True):
    """The viewers of a live stream, those who gave most first. `total`: all viewers, also anonymous ones.

    `anonymous`: the number of anonymous viewers. `currency`: the unit of the scores.
    """

    members: tuple[AudienceMember, ...] = ()
    total: int = 0
    anonymous: int = 0
    currency: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, data: object, *, path: str = "data") -> Self:
        """From `data` of online_audience. Raises `ShapeError`."""
        fields = Fields(data, path=path)
        ranks = fields.children("ranks")
        return cls(
            members=tuple(AudienceMember.from_webcast(member.rest(), path=member.path) for member in ranks),
            total=fields.number("total"),
            anonymous=fields.number("anonymous"),
            currency=fields.text("currency"),
            extra=fields.rest(),
        )
