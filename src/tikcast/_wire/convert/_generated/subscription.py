# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "subscription", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds, numeric
from tikcast._wire.convert.records import image, text, user
from tikcast.events._base import ID
from tikcast.events._generated import subscription as records


def barrage_type_user_grade_param(m: fast.BarrageTypeUserGradeParam) -> records.BarrageTypeUserGradeParam:
    return records.BarrageTypeUserGradeParam(
        current_grade=m.current_grade,
        display_config=m.display_config,
        user_id=numeric(m.user_id),
        user=user(b) if (b := m.user) else None,
    )


def barrage_type_fans_level_param(m: fast.BarrageTypeFansLevelParam) -> records.BarrageTypeFansLevelParam:
    return records.BarrageTypeFansLevelParam(
        current_grade=m.current_grade,
        display_config=m.display_config,
        user=user(b) if (b := m.user) else None,
    )


def barrage_type_subscribe_gift_param(m: fast.BarrageTypeSubscribeGiftParam) -> records.BarrageTypeSubscribeGiftParam:
    return records.BarrageTypeSubscribeGiftParam(
        gift_sub_count=m.gift_sub_count,
        show_gift_sub_count=m.show_gift_sub_count,
    )


def barrage_event_name(m: fast.BarrageEventName) -> records.BarrageEventName:
    return records.BarrageEventName(
        event_name=m.event_name,
    )


def barrage_message(m: fast.WebcastBarrageMessage, head: Head) -> records.BarrageEvent:
    c = m.common
    return records.BarrageEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        event=barrage_event_name(m.event) if m.HasField("event") else None,
        msg_type=m.msg_type,
        icon=image(b) if (b := m.icon) else None,
        content=text(b) if (b := m.content) else None,
        duration=m.duration,
        background=image(b) if (b := m.background) else None,
        right_icon=image(b) if (b := m.right_icon) else None,
        display_config=m.display_config,
        gallery_gift_id=ID(m.gallery_gift_id),
        schema=m.schema,
        sub_type=m.sub_type,
        common_barrage_content=text(b) if (b := m.common_barrage_content) else None,
        user=user(b) if (b := m.user) else None,
        user_grade_param=barrage_type_user_grade_param(m.user_grade_param) if m.HasField("user_grade_param") else None,
        fans_level_param=barrage_type_fans_level_param(m.fans_level_param) if m.HasField("fans_level_param") else None,
        subscribe_gift_param=barrage_type_subscribe_gift_param(m.subscribe_gift_param) if m.HasField("subscribe_gift_param") else None,
    )


def subscription_notify_message(m: fast.WebcastSubscriptionNotifyMessage, head: Head) -> records.SubscriptionNotifyEvent:
    c = m.common
    return records.SubscriptionNotifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user=user(b) if (b := m.user) else None,
        exhibition_type=m.exhibition_type,
    )


def subscription_guide_message(m: fast.WebcastSubscriptionGuideMessage, head: Head) -> records.SubscriptionGuideEvent:
    c = m.common
    return records.SubscriptionGuideEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def sub_capsule_message(m: fast.WebcastSubCapsuleMessage, head: Head) -> records.SubCapsuleEvent:
    c = m.common
    return records.SubCapsuleEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        description=m.description,
        btn_name=m.btn_name,
        btn_url=m.btn_url,
    )


def sub_pin_event_message(m: fast.WebcastSubPinEventMessage, head: Head) -> records.SubPinEventEvent:
    c = m.common
    return records.SubPinEventEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        action_type=m.action_type,
        operator_user_id=ID(m.operator_user_id),
    )


def sub_timer_sticker_message(m: fast.WebcastSubTimerStickerMessage, head: Head) -> records.SubTimerStickerEvent:
    c = m.common
    return records.SubTimerStickerEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )
