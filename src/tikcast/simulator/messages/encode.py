"""From what happened to the bytes that TikTok would send for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tikcast._proto import schema
from tikcast.errors import ConfigError
from tikcast.simulator.messages import gifts, people, room, samples, talk
from tikcast.simulator.messages.context import Setting, message_id
from tikcast.simulator.messages.people import GRAND_ENTRANCE_LEVEL, likes_of
from tikcast.simulator.messages.wire import field, rotated
from tikcast.simulator.room.actions import Happening

if TYPE_CHECKING:
    from google.protobuf.message import Message as Protobuf

Encoder = Callable[[Setting, Happening], "Protobuf | bytes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftTally:
    """What a gift message says for the ledger. `streak` is None for a gift that counts alone."""

    streak: tuple[int, int, int] | None
    repeat_count: int
    diamonds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message as it stands in a response, and what the ledger counts of it."""

    method: str
    message_id: int
    payload: bytes
    is_history: bool = False
    likes: int = 0
    gift: GiftTally | None = None


def encode(setting: Setting, happening: Happening) -> Message:
    """One happening as a message; one in ten has its top-level fields in rotated order, as on TikTok."""
    encoder = ENCODERS.get(happening.method, samples.generic)
    made = encoder(setting, happening)
    payload = made if isinstance(made, bytes) else made.SerializeToString()
    if happening.roll // 32 % 10 == 0:
        payload = rotated(payload, by=happening.roll)
    return Message(
        method=_method(setting, happening),
        message_id=message_id(setting.room_id, happening),
        payload=payload,
        likes=likes_of(happening) if happening.method == "WebcastLikeMessage" else 0,
        gift=_gift_tally(setting, happening),
    )


def require_known(methods: Mapping[str, float]) -> None:
    """Raise `ConfigError` for a mix with a type that cannot be made."""
    for method in methods:
        if method not in ENCODERS and not samples.in_schema(method):
            raise ConfigError(f"no message is called {method!r}", option="mix", advice="use TikTok's wire names")


def _method(setting: Setting, happening: Happening) -> str:
    if happening.method == "WebcastMemberMessage":
        level = setting.person(happening).level or 0
        return "WebcastBarrageMessage" if level >= GRAND_ENTRANCE_LEVEL else happening.method
    return happening.method


def _gift_tally(setting: Setting, happening: Happening) -> GiftTally | None:
    if happening.method != "WebcastGiftMessage":
        return None
    step = gifts.step_of(happening)
    streak = (setting.person(happening).id, step.group_id, step.gift.id) if step.group_id else None
    return GiftTally(streak=streak, repeat_count=step.repeat_count, diamonds=step.gift.diamonds)


def _advance_privilege(setting: Setting, happening: Happening) -> bytes:
    head = schema.WebcastPrivilegeAdvanceMessage(common=setting.common(happening))
    return head.SerializeToString() + field(2, 1 + happening.roll % 9) + field(4, b"pm_mt_privilege_advance")


def _comment_tray(setting: Setting, happening: Happening) -> bytes:
    head = schema.WebcastCommentTrayMessage(common=setting.common(happening))
    person = setting.person(happening)
    shown = field(1, person.nickname.encode()) + field(2, person.id)
    return head.SerializeToString() + field(2, shown) + field(3, 3 + happening.roll % 30)


def _summary(setting: Setting, happening: Happening) -> bytes:
    head = schema.WebcastAISummaryMessage(common=setting.common(happening))
    return head.SerializeToString() + field(2, b"The host sings requests and answers questions.") + field(3, b"en")


def _game_feature(setting: Setting, happening: Happening) -> bytes:
    head = schema.WebcastGameServerFeatureMessage(common=setting.common(happening))
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
