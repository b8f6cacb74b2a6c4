"""Gifts and treasure chests. What they add to the room's sums is counted by the session."""

from __future__ import annotations

import msgspec

from tikcast._proto import fast
from tikcast._wire.convert._generated.gift import envelope_info
from tikcast._wire.convert.head import HEAD, Head, milliseconds
from tikcast._wire.convert.records import gift, identified, user, user_identity
from tikcast._wire.protobuf.picking import Values, picker
from tikcast.events._base import ID, NO_GIFT, NO_IDENTITY, NO_USER
from tikcast.events.gift import EnvelopeEvent, GiftEvent

# GiftStruct.type of a gift that comes in streaks; the fact is TikTok's.
STREAKABLE = 1


GIFT = picker(
    "WebcastGiftMessage",
    *HEAD,
    "gift",
    "gift_id",
    "group_id",
    "repeat_count",
    "repeat_end",
    "user",
    "user_identity",
    "to_user",
    "gift_extra.to_user_id",
    "gift_extra.anchor_id",
    checked=True,
)


def gift_message(values: Values, head: Head) -> GiftEvent:
    """A gift or one step of a streak."""
    room_id, message_id, create_time, blob, gift_id, group_id, count, end, giver, identity_blob, *receivers = values
    given = gift(blob) if blob else NO_GIFT
    person = user(giver) if giver else NO_USER
    identity = NO_IDENTITY
    if identity_blob:
        identity = user_identity(identity_blob)
        person = identified(person, identity)
    return GiftEvent(
        room_id=ID(room_id or head.room_id),
        message_id=ID(message_id or head.message_id),
        created_at_ms=milliseconds(create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=person,
        identity=identity,
        gift=given if given.id else msgspec.structs.replace(given, id=ID(gift_id)),
        repeat_count=count,
        repeat_end=end == 1,
        group_id=ID(group_id),
        to_user_id=_receiver(*receivers),
        streakable=given.type == STREAKABLE,
        diamonds=given.diamonds * count,
    )


def _receiver(blob: bytes, *ids: int) -> ID:
    """Who gets the gift: the id in one of two fields of the extra, else the id of the user `to_user`."""
    if receiver := next(filter(None, ids), 0):
        return ID(receiver)
    return user(blob).id if blob else ID(0)


def envelope(m: fast.WebcastEnvelopeMessage, head: Head) -> EnvelopeEvent:
    """A treasure chest that appears or disappears."""
    info = envelope_info(m.envelope_info) if m.HasField("envelope_info") else None
    return EnvelopeEvent(**head.fields(m.common), envelope_info=info, display=m.display)
