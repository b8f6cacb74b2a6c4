"""The answers of TikTok's JSON API as records.

Every field has a default, because TikTok may leave out any field. Everything for which a record has
no field is kept in its `extra`, as TikTok sent it.
"""

from tikcast.models._fields import ShapeError
from tikcast.models.audience import AudienceList, AudienceMember
from tikcast.models.feed import FeedItem, FeedPage
from tikcast.models.gift import GiftInfo
from tikcast.models.limits import Quota, SignerLimits
from tikcast.models.live_room import LiveRoom
from tikcast.models.picture import Picture
from tikcast.models.price import LocalPrice, PriceItem, PriceList
from tikcast.models.room import RoomInfo, RoomStats
from tikcast.models.user import UserInfo

__all__ = [
    "AudienceList",
    "AudienceMember",
    "FeedItem",
    "FeedPage",
    "GiftInfo",
    "LiveRoom",
    "LocalPrice",
    "Picture",
    "PriceItem",
    "PriceList",
    "Quota",
    "RoomInfo",
    "RoomStats",
    "ShapeError",
    "SignerLimits",
    "UserInfo",
]
