"""Every event of a room in one namespace: `from tikcast.events import GiftEvent`.

The everyday events are written by hand; all others are generated from the wire schema.
"""

from tikcast.events import _generated as generated
from tikcast.events._base import (
    ID,
    Badge,
    Emote,
    Event,
    Gift,
    Image,
    Record,
    Text,
    TextPiece,
    User,
    UserIdentity,
    event_key,
    from_json,
    to_dict,
    to_json,
)
from tikcast.events._generated import *  # noqa: F403  # the long tail, one class a wire message
from tikcast.events.battle import (
    BattleGroup,
    BattleHost,
    BattleScore,
    BattlesEvent,
    BattleTeam,
    MicBattleEvent,
)
from tikcast.events.chat import ChatEvent, QuestionEvent
from tikcast.events.gift import EnvelopeEvent, GiftEvent
from tikcast.events.life import Connected, Disconnected, Gap, LiveEnded, Overflow, Reconnecting
from tikcast.events.people import (
    FollowEvent,
    JoinEvent,
    LikeEvent,
    ShareEvent,
    SubscribeEvent,
    SuperFanEvent,
    TopViewer,
    UserEvent,
    ViewersEvent,
)
from tikcast.events.raw import UndecodedEvent, UnknownEvent
from tikcast.events.room import ControlEvent, IntroEvent, PinEvent, RoomBannerEvent, RoomEvent

# Wire names whose event is not simply the name without Webcast, Message and Method.
EXCEPTIONS: dict[str, tuple[type[Event], ...]] = {
    "RoomMessage": (RoomEvent,),
    "LinkMicMethod": (generated.LinkMicEvent,),
    "WebcastBarrageMessage": (JoinEvent, SubscribeEvent, SuperFanEvent, generated.BarrageEvent),
    "WebcastEmoteChatMessage": (generated.EmoteEvent,),
    "WebcastInRoomBannerMessage": (RoomBannerEvent,),
    "WebcastLinkMicArmies": (BattlesEvent,),
    "WebcastLinkMicBattle": (MicBattleEvent,),
    "WebcastLiveIntroMessage": (IntroEvent,),
    "WebcastMemberMessage": (JoinEvent, SubscribeEvent, UserEvent),
    "WebcastQuestionNewMessage": (QuestionEvent,),
    "WebcastRoomMessage": (RoomEvent,),
    "WebcastRoomPinMessage": (PinEvent,),
    "WebcastRoomUserSeqMessage": (ViewersEvent,),
    "WebcastSocialMessage": (FollowEvent, ShareEvent, JoinEvent, UserEvent),
    "WebcastSubNotifyMessage": (SubscribeEvent,),
}

__all__ = [  # noqa: PLE0604  # the generated names are strings too
    "ID",
    "Badge",
    "BattleGroup",
    "BattleHost",
    "BattleScore",
    "BattleTeam",
    "BattlesEvent",
    "ChatEvent",
    "Connected",
    "ControlEvent",
    "Disconnected",
    "Emote",
    "EnvelopeEvent",
    "Event",
    "FollowEvent",
    "Gap",
    "Gift",
    "GiftEvent",
    "Image",
    "IntroEvent",
    "JoinEvent",
    "LikeEvent",
    "LiveEnded",
    "MicBattleEvent",
    "Overflow",
    "PinEvent",
    "QuestionEvent",
    "Reconnecting",
    "Record",
    "RoomBannerEvent",
    "RoomEvent",
    "ShareEvent",
    "SubscribeEvent",
    "SuperFanEvent",
    "Text",
    "TextPiece",
    "TopViewer",
    "UndecodedEvent",
    "UnknownEvent",
    "User",
    "UserEvent",
    "UserIdentity",
    "ViewersEvent",
    "event_key",
    "from_json",
    "to_dict",
    "to_json",
    *generated.__all__,
]
