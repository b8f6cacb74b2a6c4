"""Gifts and chests."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import ID, NO_GIFT, NO_ID, NO_IDENTITY, NO_USER, Event, Gift, User, UserIdentity
from tikcast.events._generated.gift import EnvelopeInfo


class GiftEvent(Event, frozen=True, kw_only=True, tag="gift"):
    """A gift, or one step of a streak of gifts.

    `repeat_count` is the streak's count so far, so adding it up counts gifts several times: add up `new_gifts`
    and `new_diamonds`, which hold what this message adds to what was counted before.

    `streak_over` is true once for each streak: at its end, or 10 seconds after its last message when the end did not
    come. That second event is made by tikcast: `message_id` is 0, `repeat_end` false and `new_gifts` 0. If messages
    of the streak come after that, they still add gifts, with `streak_over` false. A streak is kept for 15 minutes
    after its last message. A gift that does not come in streaks is over at once.

    `new_gifts`, `new_diamonds` and `streak_over` are None when decoded without a session. `diamonds` is the value of
    the streak so far, `to_user_id` who receives the gift in a live stream with guests.
    """

    type: ClassVar[str] = "gift"

    user: User = NO_USER
    identity: UserIdentity = NO_IDENTITY
    gift: Gift = NO_GIFT
    repeat_count: int = 0
    repeat_end: bool = False
    group_id: ID = NO_ID
    to_user_id: ID = NO_ID
    streakable: bool = False
    streak_over: bool | None = None
    new_gifts: int | None = None
    new_diamonds: int | None = None
    diamonds: int = 0


class EnvelopeEvent(Event, frozen=True, kw_only=True, tag="envelope"):
    """A treasure chest appears at the top of the room (`display` 1) or disappears (2).

    `new_chest` is true the first time that a chest is shown, so that chests can be counted; it is false when a chest
    disappears or is shown again. None when decoded without a session.
    """

    type: ClassVar[str] = "envelope"

    envelope_info: EnvelopeInfo | None = None
    display: int = 0
    new_chest: bool | None = None
