"""What the messages of one room have in common: people, numbers, common fields, and parts of texts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.chance import seeded_random
from tikcast.simulator.messages.users import UserMessages
from tikcast.simulator.people.people import Person, RoomVisitors
from tikcast.simulator.room.actions import RoomAction

WHITE: Final = "#ffffffff"
_PIECE_STRING: Final = 1
_PIECE_USER: Final = 11
_PIECE_GIFT: Final = 12


class BroadcastTotals:
    """Viewers, likes, followers and shares of one live stream.

    They are functions of time, not counters: so a client can enter the room at any moment.
    """

    def __init__(self, seed: int, room: str, *, started_at_ms: int, rate: float, viewers: int | None) -> None:
        random = seeded_random(seed, "totals", room)
        self._started_at_ms = started_at_ms
        self._viewers = viewers if viewers is not None else int(20 * 2 ** (random.random() * 8))
        self._phase = random.random() * math.tau
        self._entered = self._viewers * random.randrange(3, 9)
        self._likes = (random.randrange(2_000_000, 4_000_000), random.randrange(900_000, 1_900_000))
        self._likes_a_second = 4.0 * rate
        self._joins_a_second = 0.45 * rate
        self._followers = random.randrange(200, 90_000)
        self._shares = random.randrange(20, 900)

    def likes(self, shard: int, at_ms: int) -> int:
        """The total of one of the two servers that count likes. Each total grows, and the two differ."""
        return self._likes[shard] + int(self._seconds(at_ms) * self._likes_a_second * (1.0, 0.8)[shard])

    def viewers(self, at_ms: int) -> int:
        """The number of viewers: a slow wave around the room's size."""
        wave = math.sin(self._seconds(at_ms) / 97 + self._phase) * 0.2
        return max(1, int(self._viewers * (1 + wave)))

    def entered(self, at_ms: int) -> int:
        """The number of viewers since the beginning."""
        return self._entered + int(self._seconds(at_ms) * self._joins_a_second)

    def followers(self, at_ms: int) -> int:
        """The number of the host's followers."""
        return self._followers + int(self._seconds(at_ms) * self._joins_a_second / 40)

    def shares(self, at_ms: int) -> int:
        """How often the live stream was shared."""
        return self._shares + int(self._seconds(at_ms) * self._joins_a_second / 60)

    def _seconds(self, at_ms: int) -> float:
        return (at_ms - self._started_at_ms) / 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomContext:
    """One live stream, as far as its messages show it."""

    room_id: int
    host: Person
    visitors: RoomVisitors
    user_messages: UserMessages
    totals: BroadcastTotals
    intro: str

    def person(self, action: RoomAction) -> Person:
        """The person of an action."""
        return self.visitors.person(action.person)

    def common(self, action: RoomAction, *, text: schema.Text | None = None) -> schema.Common:
        """The common fields of a message; `text` is what TikTok's own client displays for it."""
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
    """The id of a message: like TikTok's, its upper half is the time, wrong by up to half a minute.

    The lower half holds ten bits of the window's number and the number in the window, so that ids are unique in a room
    although the time is wrong.
    """
    seconds = action.at_ms // 1000 + action.random_bits % 61 - 30
    window, index = action.number >> 20, action.number & 0xFFFFF
    return seconds << 32 | (window & 0x3FF) << 22 | (index ^ room_id & 0x3FFFF)


def text(key: str, pattern: str, *pieces: schema.TextPiece, color: str = WHITE) -> schema.Text:
    """A text: a pattern with placeholders, and the values for them."""
    made = schema.Text(key=key, default_pattern=pattern, pieces=pieces)
    made.default_format.color = color
    made.default_format.weight = 400
    return made


def user_piece(user: schema.User) -> schema.TextPiece:
    """A person as a value in a text."""
    piece = schema.TextPiece(type=_PIECE_USER)
    piece.user_value.user.CopyFrom(user)
    return piece


def string_piece(value: str) -> schema.TextPiece:
    """A string as a value in a text."""
    return schema.TextPiece(type=_PIECE_STRING, string_value=value)


def gift_piece(gift_id: int, name: str) -> schema.TextPiece:
    """A gift as a value in a text."""
    piece = schema.TextPiece(type=_PIECE_GIFT)
    piece.gift_value.gift_id = gift_id
    piece.gift_value.name_ref.key = f"live_gift_copywriting_{gift_id}"
    piece.gift_value.name_ref.default_pattern = name
    return piece
