"""The functions that make the records that events of every family contain."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import numeric
from tikcast._wire.convert.user import badge, identified, image, user, user_identity
from tikcast._wire.protobuf.picking import picker
from tikcast._wire.shared import shared
from tikcast._wire.text import key_and_text, text
from tikcast.events._base import ID, Emote, Gift

__all__ = [
    "badge",
    "emote",
    "gift",
    "identified",
    "image",
    "key_and_text",
    "placed_emote",
    "text",
    "user",
    "user_identity",
]


_PLACED = picker("EmoteData", "place_in_comment", "emote.emote_id", "emote.image", checked=True)


@shared
def gift(data: bytes) -> Gift:
    """A schema `GiftStruct`: a gift and its price."""
    m = fast.GiftStruct.FromString(data)
    return Gift(
        id=ID(m.id),
        name=m.name,
        description=m.describe,
        diamonds=m.diamond_count,
        type=m.type,
        combo=m.combo,
        image=image(b) if (b := m.image) else None,
        icon=image(b) if (b := m.icon) else None,
    )


def emote(m: fast.Emote) -> Emote:
    """A schema `Emote` without a position."""
    return Emote(id=numeric(m.emote_id), image=image(b) if (b := m.image) else None)


def placed_emote(data: bytes) -> Emote:
    """A schema `EmoteData`: an emote at its position in a comment. Position 0 is the start."""
    place, number, picture = _PLACED(data)
    return Emote(id=numeric(number), position=place, image=image(picture) if picture else None)
