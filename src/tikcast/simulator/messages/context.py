"""What every message of one room needs to know, and the parts that all messages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.users import UserMessages
from tikcast.simulator.people.people import Person, RoomVisitors
from tikcast.simulator.room.actions import RoomAction
from tikcast.simulator.room.totals import Totals

WHITE: Final = "#ffffffff"
_PIECE_STRING: Final = 1
_PIECE_USER: Final = 11
_PIECE_GIFT: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomContext:
    """One live as its messages see it."""

    room_id: int
    host: Person
    visitors: RoomVisitors
    user_messages: UserMessages
    totals: Totals
    intro: str

    def person(self, action: RoomAction) -> Person:
        """Who did it."""
        return self.visitors.person(action.person)

    def common(self, action: RoomAction, *, text: schema.Text | None = None) -> schema.Common:
        """The head of every message; `text` is what TikTok's own client shows for it."""
        common = schema.Common(
            method=action.method,
            msg_id=message_id(self.room_id, action),
            room_id=self.room_id,
            create_time=action.at_ms,
            is_show_msg=True,
        )
        if text is not None:
            common.display_text.CopyFrom(text)
            common.fold_type = common.anchor_fold_type = 1
            common.room_message_heat_level = 5
        return common


def message_id(room_id: int, action: RoomAction) -> int:
    """The id of a message: its time in the upper half, as TikTok's, but up to half a minute off.

    The lower half holds ten bits of the window and the number in it, so that ids are unique in a room for
    longer than the time can be off.
    """
    seconds = action.at_ms // 1000 + action.random_bits % 61 - 30
    window, index = action.number >> 20, action.number & 0xFFFFF
    return seconds << 32 | (window & 0x3FF) << 22 | (index ^ room_id & 0x3FFFF)


def text(key: str, pattern: str, *pieces: schema.TextPiece, color: str = WHITE) -> schema.Text:
    """A sentence with places for pieces."""
    made = schema.Text(key=key, default_pattern=pattern, pieces=pieces)
    made.default_format.color = color
    made.default_format.weight = 400
    return made


def user_piece(user: schema.User) -> schema.TextPiece:
    """A person in a sentence."""
    piece = schema.TextPiece(type=_PIECE_USER)
    piece.user_value.user.CopyFrom(user)
    return piece


def string_piece(value: str) -> schema.TextPiece:
    """Words in a sentence."""
    return schema.TextPiece(type=_PIECE_STRING, string_value=value)


def gift_piece(gift_id: int, name: str) -> schema.TextPiece:
    """A gift in a sentence."""
    piece = schema.TextPiece(type=_PIECE_GIFT)
    piece.gift_value.gift_id = gift_id
    piece.gift_value.name_ref.key = f"live_gift_copywriting_{gift_id}"
    piece.gift_value.name_ref.default_pattern = name
    return piece
