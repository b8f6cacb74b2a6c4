"""From an action in a room to the message that TikTok would send for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tikcast._proto import schema
from tikcast.errors import ConfigError
from tikcast.simulator.messages import gifts, people, room, samples, talk
from tikcast.simulator.messages.context import RoomContext, message_id
from tikcast.simulator.messages.people import GRAND_ENTRANCE_LEVEL, likes_of
from tikcast.simulator.messages.wire import field, rotated
from tikcast.simulator.room.actions import RoomAction

if TYPE_CHECKING:
    from google.protobuf.message import Message as Protobuf

Encoder = Callable[[RoomContext, RoomAction], "Protobuf | bytes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftTally:
    """What the ledger counts of a gift message. `streak` is None for a gift without a streak."""

    streak: tuple[int, int, int] | None
    repeat_count: int
    diamonds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a response, and what the ledger counts of it."""

    method: str
    message_id: int
    payload: bytes
    is_history: bool = False
    likes: int = 0
    gift: GiftTally | None = None


def encode(context: RoomContext, action: RoomAction) -> Message:
    """Encode an action as a message. One of ten has its top-level fields in a rotated order, as on TikTok."""
    encoder = ENCODERS.get(action.method, samples.generic)
    made = encoder(context, action)
    payload = made if isinstance(made, bytes) else made.SerializeToString()
    if action.random_bits // 32 % 10 == 0:
        payload = rotated(payload, by=action.random_bits)
    return Message(
        method=_method(context, action),
        message_id=message_id(context.room_id, action),
        payload=payload,
        likes=likes_of(action) if action.method == "WebcastLikeMessage" else 0,
        gift=_gift_tally(context, action),
    )


def require_known(methods: Mapping[str, float]) -> None:
    """Raise `ConfigError` for a mix with a type that cannot be encoded."""
    for method in methods:
        if method not in ENCODERS and not samples.in_schema(method):
            raise ConfigError(f"no message is called {method!r}", option="mix", advice="use TikTok's wire names")


def _method(context: RoomContext, action: RoomAction) -> str:
    if action.method == "WebcastMemberMessage":
        level = context.person(action).level or 0
        return "WebcastBarrageMessage" if level >= GRAND_ENTRANCE_LEVEL else action.method
    return action.method


def _gift_tally(context: RoomContext, action: RoomAction) -> GiftTally | None:
    if action.method != "WebcastGiftMessage":
        return None
    step = gifts.step_of(action)
    streak = (context.person(action).id, step.group_id, step.gift.id) if step.group_id else None
    return GiftTally(streak=streak, repeat_count=step.repeat_count, diamonds=step.gift.diamonds)


def _advance_privilege(context: RoomContext, action: RoomAction) -> bytes:
    head = schema.WebcastPrivilegeAdvanceMessage(common=context.common(action))
    return head.SerializeToString() + field(2, 1 + action.random_bits % 9) + field(4, b"pm_mt_privilege_advance")


def _comment_tray(context: RoomContext, action: RoomAction) -> bytes:
    head = schema.WebcastCommentTrayMessage(common=context.common(action))
    person = context.person(action)
    shown = field(1, person.nickname.encode()) + field(2, person.id)
    return head.SerializeToString() + field(2, shown) + field(3, 3 + action.random_bits % 30)


def _summary(context: RoomContext, action: RoomAction) -> bytes:
    head = schema.WebcastAISummaryMessage(common=context.common(action))
    return head.SerializeToString() + field(2, b"The host sings requests and answers questions.") + field(3, b"en")


def _game_feature(context: RoomContext, action: RoomAction) -> bytes:
    head = schema.WebcastGameServerFeatureMessage(common=context.common(action))
    return head.SerializeToString() + field(2, field(1, 1) + field(2, b"live_game"))


ENCODERS: Final[Mapping[str, Encoder]] = {
    "RoomMessage": talk.welcome,
    "WebcastAISummaryMessage": _summary,
    "WebcastCaptionMessage": talk.caption,
    "WebcastChatMessage": talk.chat,
    "WebcastCommentTrayMessage": _comment_tray,
    "WebcastControlMessage": room.control,
    "WebcastGameServerFeatureMessage": _game_feature,
    "WebcastGiftDynamicRestrictionMessage": gifts.restriction,
    "WebcastGiftMessage": gifts.gift,
    "WebcastGiftPanelUpdateMessage": gifts.panel_update,
    "WebcastLikeMessage": people.like,
    "WebcastLinkLayerMessage": room.link_layer,
    "WebcastLinkMessage": room.link_list,
    "WebcastLinkMicFanTicketMethod": room.fan_ticket,
    "WebcastLinkMicLayoutStateMessage": room.layout,
    "WebcastLinkMicMethod": room.link_mic,
    "WebcastLiveIntroMessage": talk.intro,
    "WebcastMemberMessage": people.join,
    "WebcastPrivilegeAdvanceMessage": _advance_privilege,
    "WebcastQuestionNewMessage": talk.question,
    "WebcastRoomMessage": talk.room_note,
    "WebcastRoomUserSeqMessage": room.viewers,
    "WebcastSocialMessage": people.social,
    "WebcastUnauthorizedMemberMessage": people.unauthorized_member,
}
