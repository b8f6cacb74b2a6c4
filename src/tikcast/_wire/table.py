"""One table from wire name to reading, and the decoding of one message by it. Never raises on any bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tikcast._proto import UNREADABLE, fast
from tikcast._wire.convert._generated import CONVERTERS as GENERATED
from tikcast._wire.convert.barrage import barrage
from tikcast._wire.convert.battle import armies, mic_battle
from tikcast._wire.convert.chat import CHAT, chat, question
from tikcast._wire.convert.gift import GIFT, envelope, gift_message
from tikcast._wire.convert.head import Converter, Head
from tikcast._wire.convert.people import LIKE, MEMBER, SOCIAL, VIEWERS, like, member, social, sub_notify, viewers
from tikcast._wire.convert.room import control, intro, pin, room, room_banner
from tikcast._wire.protobuf import salvage
from tikcast._wire.protobuf.picking import MisplacedError
from tikcast._wire.protobuf.salvage import misplaced
from tikcast._wire.protobuf.sizes import LIGHT, MOST_FIELDS, weigh
from tikcast.events._base import ID, Event
from tikcast.events.raw import UndecodedEvent, UnknownEvent

# Wire names that share another one's schema message.
ALIASES = {"RoomMessage": "WebcastRoomMessage", "LinkMicMethod": "WebcastLinkMicMethod"}

Reading = tuple[Callable[[bytes], Any], Converter]
# Messages of which a few fields are picked.
PICKED: dict[str, Reading] = {
    "WebcastChatMessage": (CHAT, chat),
    "WebcastGiftMessage": (GIFT, gift_message),
    "WebcastLikeMessage": (LIKE, like),
    "WebcastMemberMessage": (MEMBER, member),
    "WebcastRoomUserSeqMessage": (VIEWERS, viewers),
    "WebcastSocialMessage": (SOCIAL, social),
}
# And those that are parsed whole.
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
    """The schema message that a wire name is read by."""
    return ALIASES.get(method, method)


def decode_payload(method: str, head: Head) -> Event:
    """The event of one message whose bytes are `head.raw`. What is broken is salvaged as far as it goes."""
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
        return _salvaged(method, head=head, reason=error)


def _salvaged(method: str, *, head: Head, reason: object) -> Event:
    """The event of what remains when the parts that do not fit are left out, with a note on each."""
    parse, convert = TABLE[method]
    kept, notes = salvage.repair(schema_name(method), head.raw, budget=head.budget)
    if kept:
        try:
            event = convert(parse(kept), head)
        except UNREADABLE as error:
            reason = error
        else:
            return msgspec.structs.replace(event, notes=notes or (f"message: {reason}",))
    return _undecoded(method, head=head, error=f"{method} could not be read: {reason}", notes=notes)


def _undecoded(method: str, *, head: Head, error: str, notes: tuple[str, ...] = ()) -> UndecodedEvent:
    return UndecodedEvent(
        room_id=ID(head.room_id),
        message_id=ID(head.message_id),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        notes=notes,
        raw=head.raw,
        method=method,
        payload=head.raw,
        error=error,
    )


def decode_message(method: str, payload: bytes, *, room_id: int = 0, is_history: bool = False) -> Event:
    """The event of one message by its wire name and bytes; never raises, whatever the bytes.

    An unknown name gives UnknownEvent, bytes that fit nothing UndecodedEvent; both keep the bytes. Without a
    session there is no time and no memory: `received_at_ms` is 0, and `new_gifts`, `new_diamonds`,
    `streak_over` and `room_likes` are None.
    """
    head = Head(room_id=room_id, is_history=is_history, raw=payload)
    if len(payload) > LIGHT and method in TABLE and weigh(schema_name(method), payload) > MOST_FIELDS:
        return _undecoded(method, head=head, error=f"{method} holds more than {MOST_FIELDS:,} fields")
    return decode_payload(method, head)
