"""Who watches a live."""

from __future__ import annotations

from typing import Self

import msgspec

from tikcast.events._base import Record
from tikcast.models._fields import Fields
from tikcast.models.user import UserInfo


class AudienceMember(Record, frozen=True, kw_only=True):
    """Somebody in a live's audience. `rank`: 0 for none. `score`: the diamonds that they gave there.

    `gap`: what TikTok writes about the way to the next rank.
    """

    rank: int = 0
    score: int = 0
    user: UserInfo = UserInfo()
    gap: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, member: object, *, path: str = "ranks") -> Self:
        """From one entry of online_audience. Raises `ShapeError`."""
        of = Fields(member, path=path)
        return cls(
            rank=of.number("rank"),
            score=of.number("score"),
            user=UserInfo.from_webcast(of.mapping("user"), path=f"{path}.user"),
            gap=of.text("gap_description"),
            extra=of.rest(),
        )


class AudienceList(Record, frozen=True, kw_only=True):
    """The people in a live, those who gave most first. `total`: all viewers, named or not.

    `anonymous`: viewers without a name. `currency`: what scores count.
    """

    members: tuple[AudienceMember, ...] = ()
    total: int = 0
    anonymous: int = 0
    currency: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def from_webcast(cls, data: object, *, path: str = "data") -> Self:
        """From `data` of online_audience. Raises `ShapeError`."""
        of = Fields(data, path=path)
        ranks = of.children("ranks")
        return cls(
            members=tuple(AudienceMember.from_webcast(one.rest(), path=one.path) for one in ranks),
            total=of.number("total"),
            anonymous=of.number("anonymous"),
            currency=of.text("currency"),
            extra=of.rest(),
        )
