"""TikTok LIVE for Python: find live streams and receive their events in real time, typed.

async with TikTok() as tiktok, tiktok.track("@somebody") as live:
    async for event in live: ...
"""

import logging

from tikcast._wire.frames import Frame, decode_frame
from tikcast._wire.session.session import LiveSession
from tikcast._wire.table import decode_message
from tikcast.client import TikTok
from tikcast.errors import TikcastError
from tikcast.events import (
    BattlesEvent,
    ChatEvent,
    ControlEvent,
    Event,
    FollowEvent,
    GiftEvent,
    IntroEvent,
    JoinEvent,
    LikeEvent,
    LiveEnded,
    MicBattleEvent,
    QuestionEvent,
    RoomBannerEvent,
    RoomEvent,
    ShareEvent,
    SubscribeEvent,
    UnknownEvent,
    UserEvent,
    ViewersEvent,
    from_json,
    to_dict,
    to_json,
)
from tikcast.feed import Feed
from tikcast.live import Live
from tikcast.options import Endpoints, Identity, Limits, Reconnect, Timeouts
from tikcast.recording import Recording

__all__ = [
    "BattlesEvent",
    "ChatEvent",
    "ControlEvent",
    "Endpoints",
    "Event",
    "Feed",
    "FollowEvent",
    "Frame",
    "GiftEvent",
    "Identity",
    "IntroEvent",
    "JoinEvent",
    "LikeEvent",
    "Limits",
    "Live",
    "LiveEnded",
    "LiveSession",
    "MicBattleEvent",
    "QuestionEvent",
    "Reconnect",
    "Recording",
    "RoomBannerEvent",
    "RoomEvent",
    "ShareEvent",
    "SubscribeEvent",
    "TikTok",
    "TikcastError",
    "Timeouts",
    "UnknownEvent",
    "UserEvent",
    "ViewersEvent",
    "decode_frame",
    "decode_message",
    "from_json",
    "to_dict",
    "to_json",
]

# Silent until the program sets up logging: without a handler Python would print warnings by itself.
logging.getLogger("tikcast").addHandler(logging.NullHandler())
