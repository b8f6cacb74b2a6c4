"""The answers of TikTok's JSON API as records.

Every field has a default, because TikTok may leave out any field. Everything for which a record has
no field is kept in its `extra`, as TikTok sent it.
"""

from tikcast.models._fields import ShapeError
from tikcast.models.feed import FeedItem, FeedPage
from tikcast.models.gift import GiftInfo, LocalPrice, PriceItem, PriceList
from tikcast.models.limits import Quota, SignerLimits
from tikcast.models.picture import Picture
from tikcast.models.room import LiveRoom, RoomInfo, RoomStats
from tikcast.models.status import LiveStatus, SourceAnswer
from tikcast.models.user import AudienceList, AudienceMember, UserInfo

__all__ = [
    "AudienceList",
    "AudienceMember",
    "FeedItem",
    "FeedPage",
    "GiftInfo",
    "LiveRoom",
    "LiveStatus",
    "LocalPrice",
    "Picture",
    "PriceItem",
    "PriceList",
    "Quota",
    "RoomInfo",
    "RoomStats",
    "ShapeError",
    "SignerLimits",
    "SourceAnswer",
    "UserInfo",
]
