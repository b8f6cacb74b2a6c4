"""How often each message comes, counted in two real rooms over ten minutes each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tikcast.errors import ConfigError

JOINS: Final = {
    "WebcastMemberMessage": 1229,
    "WebcastLikeMessage": 473,
    "WebcastRoomUserSeqMessage": 303,
    "WebcastChatMessage": 211,
    "WebcastCaptionMessage": 210,
    "WebcastGiftMessage": 25,
    "WebcastSocialMessage": 25,
    "WebcastGiftPanelUpdateMessage": 23,
    "WebcastLinkMicFanTicketMethod": 21,
    "WebcastLinkMicMethod": 19,
    "WebcastPrivilegeAdvanceMessage": 9,
    "WebcastLinkLayerMessage": 8,
    "WebcastLinkMessage": 6,
    "WebcastUnauthorizedMemberMessage": 3,
    "WebcastRoomMessage": 1,
}
CHATS: Final = {
    "WebcastLikeMessage": 604,
    "WebcastMemberMessage": 532,
    "WebcastChatMessage": 459,
    "WebcastRoomUserSeqMessage": 302,
    "WebcastCaptionMessage": 213,
    "WebcastSocialMessage": 90,
    "WebcastCommentTrayMessage": 86,
    "WebcastGiftMessage": 24,
    "WebcastGiftPanelUpdateMessage": 23,
    "WebcastLinkMicFanTicketMethod": 17,
    "WebcastLinkMicMethod": 14,
    "WebcastLinkLayerMessage": 6,
    "WebcastLinkMessage": 4,
    "WebcastAISummaryMessage": 3,
    "WebcastPrivilegeAdvanceMessage": 3,
    "WebcastRoomMessage": 2,
}
# What these rooms did not happen to show, and every client has to handle.
_ALSO: Final = {"WebcastQuestionNewMessage": 3}
MIXES: Final[Mapping[str, Mapping[str, float]]] = {"joins": JOINS | _ALSO, "chats": CHATS | _ALSO}


def mix_of(choice: str | Mapping[str, float] | None, *, roll: int) -> Mapping[str, float]:
    """The weights that a plan asks for; None takes one of the real rooms by `roll`."""
    if choice is None:
        return MIXES["chats" if roll % 2 else "joins"]
    if isinstance(choice, str):
        if choice not in MIXES:
            advice = f"use {' or '.join(MIXES)}, or weights by wire name"
            raise ConfigError(f"no mix is called {choice!r}", option="mix", advice=advice)
        return MIXES[choice]
    if not choice or min(choice.values()) < 0 or not sum(choice.values()):
        raise ConfigError("the weights add up to nothing", option="mix", advice="give positive weights")
    return choice
