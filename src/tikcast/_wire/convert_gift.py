"""Gifts and chests. What they add to the room's sums is the session's to say."""

from __future__ import annotations

import msgspec

from tikcast._proto import fast
from tikcast._wire._generated.gift import envelope_info
from tikcast._wire.convert import Head, milliseconds
from tikcast._wire.convert_shared import gift, identified, user, user_identity
from tikcast.events._base import ID, NO_GIFT, NO_IDENTITY, NO_USER
from tikcast.events.gift import EnvelopeEvent, GiftEvent

# GiftStruct.type of a gift that comes in streaks; the fact is TikTok's.
STREAKABLE = 1


def gift_message(m: fast.WebcastGiftMessage, head: Head) -> GiftEvent:
    """A gift or one step of a streak."""
    c = m.common
    given = gift(b) if (b := m.gift) else NO_GIFT
    count = m.repeat_count
    person = user(b) if (b := m.user) else NO_USER
    identity = NO_IDENTITY
    if b := m.user_identity:
        identity = user_identity(b)
        person = identified(person, identity)
    return GiftEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=person,
        identity=identity,
        gift=given if given.id else msgspec.structs.replace(given, id=ID(m.gift_id)),
        repeat_count=count,
        repeat_end=m.repeat_end == 1,
        group_id=ID(m.group_id),
        to_user_id=_receiver(m),
        streakable=given.type == STREAKABLE,
        diamonds=given.diamonds * count,
    )


def _receiver(m: fast.WebcastGiftMessage) -> ID:
    """Who gets the gift: the extra says it, in one field or an older one, else the user it names."""
    extra = m.gift_extra
    if receiver := extra.to_user_id or extra.anchor_id:
        return ID(receiver)
    return user(b).id if (b := m.to_user) else ID(0)


def envelope(m: fast.WebcastEnvelopeMessage, head: Head) -> EnvelopeEvent:
    """A chest that appears or goes."""
    info = envelope_info(m.envelope_info) if m.HasField("envelope_info") else None
    return EnvelopeEvent(**head.fields(m.common), envelope_info=info, display=m.display)
