# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "subscription" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, ID, Image, NO_ID, Record, Text, User


class BarrageTypeUserGradeParam(Record, frozen=True, kw_only=True):
    """The schema's BarrageTypeUserGradeParam."""

    current_grade: int = 0
    display_config: int = 0
    user_id: ID = NO_ID
    user: User | None = None


class BarrageTypeFansLevelParam(Record, frozen=True, kw_only=True):
    """The schema's BarrageTypeFansLevelParam."""

    current_grade: int = 0
    display_config: int = 0
    user: User | None = None


class BarrageTypeSubscribeGiftParam(Record, frozen=True, kw_only=True):
    """The schema's BarrageTypeSubscribeGiftParam."""

    gift_sub_count: int = 0
    show_gift_sub_count: bool = False


class BarrageEventName(Record, frozen=True, kw_only=True):
    """The schema's BarrageEventName."""

    event_name: str = ""


class BarrageEvent(Event, frozen=True, kw_only=True, tag="barrage"):
    """A banner that moves over the video: a high-level viewer enters, somebody subscribes, becomes a super fan, or reaches a new level."""

    type: ClassVar[str] = "barrage"

    event: BarrageEventName | None = None
    msg_type: int = 0
    icon: Image | None = None
    content: Text | None = None
    duration: int = 0
    background: Image | None = None
    right_icon: Image | None = None
    display_config: int = 0
    gallery_gift_id: ID = NO_ID
    schema: str = ""
    sub_type: str = ""
    common_barrage_content: Text | None = None
    user: User | None = None
    user_grade_param: BarrageTypeUserGradeParam | None = None
    fans_level_param: BarrageTypeFansLevelParam | None = None
    subscribe_gift_param: BarrageTypeSubscribeGiftParam | None = None


class SubscriptionNotifyEvent(Event, frozen=True, kw_only=True, tag="subscription_notify"):
    """A notice to a subscriber about their own subscription, for example that it began."""

    type: ClassVar[str] = "subscription_notify"

    user: User | None = None
    exhibition_type: int = 0


class SubscriptionGuideEvent(Event, frozen=True, kw_only=True, tag="subscription_guide"):
    """An invitation to subscribe, such as "The host set a subscription goal." with a button."""

    type: ClassVar[str] = "subscription_guide"


class SubCapsuleEvent(Event, frozen=True, kw_only=True, tag="sub_capsule"):
    """A small capsule above the chat with a text and a button that leads to the subscription page."""

    type: ClassVar[str] = "sub_capsule"

    description: str = ""
    btn_name: str = ""
    btn_url: str = ""


class SubPinEventEvent(Event, frozen=True, kw_only=True, tag="sub_pin_event"):
    """A card with the host's text about subscribing is pinned above the chat, or removed."""

    type: ClassVar[str] = "sub_pin_event"

    action_type: int = 0
    operator_user_id: ID = NO_ID


class SubTimerStickerEvent(Event, frozen=True, kw_only=True, tag="sub_timer_sticker"):
    """A countdown for subscriptions on the video, with the host's text next to it."""

    type: ClassVar[str] = "sub_timer_sticker"
