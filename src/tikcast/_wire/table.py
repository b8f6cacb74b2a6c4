"""The table from wire name to parser and converter, and the decoding of one message; it never raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tikcast._proto import UNREADABLE, fast
from tikcast._wire.convert._generated import CONVERTERS as GENERATED
from tikcast._wire.convert.battle import armies, mic_battle
from tikcast._wire.convert.chat import CHAT, chat, question
from tikcast._wire.convert.gift import GIFT, envelope, gift_message
from tikcast._wire.convert.head import Converter, Head, Reading, salvaged, undecoded
from tikcast._wire.convert.people import (
    LIKE,
    MEMBER,
    SOCIAL,
    VIEWERS,
    barrage,
    like,
    member,
    social,
    sub_notify,
    viewers,
)
from tikcast._wire.convert.room import control, intro, pin, room, room_banner
from tikcast._wire.protobuf.picking import MisplacedError
from tikcast._wire.protobuf.salvage import misplaced
from tikcast._wire.protobuf.sizes import MOST_FIELDS, SMALL, count_fields
from tikcast.events._base import ID, Event
from tikcast.events.raw import UnknownEvent

# Wire names with the schema message of another name.
ALIASES = {"RoomMessage": "WebcastRoomMessage", "LinkMicMethod": "WebcastLinkMicMethod"}

# Messages of which a few fields are read.
PICKED: dict[str, Reading] = {
    "WebcastChatMessage": (CHAT, chat),
    "WebcastGiftMessage": (GIFT, gift_message),
    "WebcastLikeMessage": (LIKE, like),
    "WebcastMemberMessage": (MEMBER, member),
    "WebcastRoomUserSeqMessage": (VIEWERS, viewers),
    "WebcastSocialMessage": (SOCIAL, social),
}
# Messages that are parsed completely.
PARSED: dict[str, Converter] = {
    **GENERATED,
    "WebcastBarrageMessage": barrage,
    "WebcastControlMessage": control,
    "WebcastEnvelopeMessage": envelope,
    "WebcastInRoomBannerMessage": room_banner,
    "WebcastLinkMicArmies": armies,
    "WebcastLinkMicBattle": mic_battle,
    "WebcastLiveIntroMessage": intro,
    "WebcastQuestionNewMessage": question,
    "WebcastRoomMessage": room,
    "WebcastRoomPinMessage": pin,
    "WebcastSubNotifyMessage": sub_notify,
}


def _parser(name: str) -> Callable[[bytes], Any]:
    parse = getattr(fast, name).FromString

    def parse_checked(data: bytes) -> Any:  # noqa: ANN401  # a message of the schema
        m = parse(data)
        if misplaced(m):
            raise MisplacedError
        return m

    return parse_checked


TABLE: dict[str, Reading] = {
    **{name: (_parser(name), converter) for name, converter in PARSED.items()},
    **PICKED,
}
TABLE |= {alias: TABLE[name] for alias, name in ALIASES.items()}


def schema_name(method: str) -> str:
    """The name of the schema message of a wire name."""
    return ALIASES.get(method, method)


def decode_payload(method: str, head: Head) -> Event:
    """The event of one message whose bytes are `head.raw`; an unknown name gives UnknownEvent."""
    reading = TABLE.get(method)
    payload = head.raw
    if reading is None:
        return UnknownEvent(
            room_id=ID(head.room_id),
            message_id=ID(head.message_id),
            received_at_ms=head.received_at_ms,
            is_history=head.is_history,
            raw=payload,
            method=method,
            payload=payload,
        )
    parse, convert = reading
    try:
        return convert(parse(payload), head)
    except UNREADABLE as error:
        return salvaged(method, reading=reading, head=head, schema=schema_name(method), error=error)


def decode_message(method: str, payload: bytes, *, room_id: int = 0, is_history: bool = False) -> Event:
    """The event of one message by its wire name and bytes; never raises, whatever the bytes.

    An unknown name gives an UnknownEvent, unreadable bytes an UndecodedEvent; both keep the bytes. Without a session
    there is no time and no earlier message: `received_at_ms` is 0, and `new_gifts`, `new_diamonds`, `streak_over` and
    `room_likes` are None.
    """
    head = Head(room_id=room_id, is_history=is_history, raw=payload)
    if len(payload) > SMALL and method in TABLE and count_fields(schema_name(method), payload) > MOST_FIELDS:
        return undecoded(method, head=head, error=f"{method} holds more than {MOST_FIELDS:,} fields")
    return decode_payload(method, head)
