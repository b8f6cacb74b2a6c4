"""What TikTok's JSON API says, as records.

Every field has a default, since TikTok leaves out what it likes; what a record does not name is
kept in its `extra`, as TikTok sent it.
"""

from tikcast.models._fields import ShapeError
from tikcast.models.gift import GiftInfo
from tikcast.models.limits import Quota, SignerLimits
from tikcast.models.room import RoomInfo, RoomStats
from tikcast.models.user import UserInfo

__all__ = [
    "GiftInfo",
    "Quota",
    "RoomInfo",
    "RoomStats",
    "ShapeError",
    "SignerLimits",
    "UserInfo",
]
