# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "room", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds
from tikcast.events._base import ID
from tikcast.events._generated import room as records


def msg_detect_time_info(m: fast.MsgDetectTimeInfo) -> records.MsgDetectTimeInfo:
    return records.MsgDetectTimeInfo(
        client_start_ms=m.client_start_ms,
        api_recv_time_ms=m.api_recv_time_ms,
        api_send_to_goim_ms=m.api_send_to_goim_ms,
    )


def msg_detect_trigger_condition(m: fast.MsgDetectTriggerCondition) -> records.MsgDetectTriggerCondition:
    return records.MsgDetectTriggerCondition(
        uplink_detect_http=m.uplink_detect_http,
        uplink_detect_web_socket=m.uplink_detect_web_socket,
        detect_p2p_msg=m.detect_p2p_msg,
        detect_room_msg=m.detect_room_msg,
        http_optimize=m.http_optimize,
    )


def room_verify_message(m: fast.WebcastRoomVerifyMessage, head: Head) -> records.RoomVerifyEvent:
    c = m.common
    return records.RoomVerifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        action=m.action,
        content=m.content,
        notice_type=m.notice_type,
        close_room=m.close_room,
    )


def room_notify_message(m: fast.WebcastRoomNotifyMessage, head: Head) -> records.RoomNotifyEvent:
    c = m.common
    return records.RoomNotifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def system_message(m: fast.WebcastSystemMessage, head: Head) -> records.SystemEvent:
    c = m.common
    return records.SystemEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message=m.message,
    )


def in_room_banner_refresh_message(m: fast.WebcastInRoomBannerRefreshMessage, head: Head) -> records.InRoomBannerRefreshEvent:
    c = m.common
    return records.InRoomBannerRefreshEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def bottom_message(m: fast.WebcastBottomMessage, head: Head) -> records.BottomEvent:
    c = m.common
    return records.BottomEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        content=m.content,
        show_type=m.show_type,
        duration=m.duration,
    )


def notice_message(m: fast.WebcastNoticeMessage, head: Head) -> records.NoticeEvent:
    c = m.common
    return records.NoticeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        content=m.content,
        notice_type=m.notice_type,
    )


def notify_message(m: fast.WebcastNotifyMessage, head: Head) -> records.NotifyEvent:
    c = m.common
    return records.NotifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        schema=m.schema,
        notify_type=m.notify_type,
        content_str=m.content_str,
    )


def toast_message(m: fast.WebcastToastMessage, head: Head) -> records.ToastEvent:
    c = m.common
    return records.ToastEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        display_duration_ms=m.display_duration_ms,
        delay_display_duration_ms=m.delay_display_duration_ms,
        toast_text=m.toast_text,
        button_text=m.button_text,
        button_schema=m.button_schema,
    )


def guide_message(m: fast.WebcastGuideMessage, head: Head) -> records.GuideEvent:
    c = m.common
    return records.GuideEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        guide_type=m.guide_type,
        duration_ms=m.duration_ms,
        scene=m.scene,
    )


def marquee_announcement_message(m: fast.WebcastMarqueeAnnouncementMessage, head: Head) -> records.MarqueeAnnouncementEvent:
    c = m.common
    return records.MarqueeAnnouncementEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message_scene=m.message_scene,
        entity_list_blob=m.entity_list_blob,
    )


def capsule_message(m: fast.WebcastCapsuleMessage, head: Head) -> records.CapsuleEvent:
    c = m.common
    return records.CapsuleEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def hashtag_message(m: fast.WebcastHashtagMessage, head: Head) -> records.HashtagEvent:
    c = m.common
    return records.HashtagEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def msg_detect_message(m: fast.WebcastMsgDetectMessage, head: Head) -> records.MsgDetectEvent:
    c = m.common
    return records.MsgDetectEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        detect_type=m.detect_type,
        trigger_condition=msg_detect_trigger_condition(m.trigger_condition) if m.HasField("trigger_condition") else None,
        time_info=msg_detect_time_info(m.time_info) if m.HasField("time_info") else None,
        trigger_by=m.trigger_by,
        from_region=m.from_region,
    )


def access_control_message(m: fast.WebcastAccessControlMessage, head: Head) -> records.AccessControlEvent:
    c = m.common
    return records.AccessControlEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        captcha_blob=m.captcha_blob,
    )


def access_recall_message(m: fast.WebcastAccessRecallMessage, head: Head) -> records.AccessRecallEvent:
    c = m.common
    return records.AccessRecallEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        status=m.status,
        duration=m.duration,
        end_time=m.end_time,
    )


def perception_message(m: fast.WebcastPerceptionMessage, head: Head) -> records.PerceptionEvent:
    c = m.common
    return records.PerceptionEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        dialog_blob=m.dialog_blob,
        end_time=m.end_time,
    )


def alert_box_audit_result_message(m: fast.WebcastAlertBoxAuditResultMessage, head: Head) -> records.AlertBoxAuditResultEvent:
    c = m.common
    return records.AlertBoxAuditResultEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        user_id=ID(m.user_id),
        scene=m.scene,
    )


def anchor_tool_modification_message(m: fast.WebcastAnchorToolModificationMessage, head: Head) -> records.AnchorToolModificationEvent:
    c = m.common
    return records.AnchorToolModificationEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def privilege_advance_message(m: fast.WebcastPrivilegeAdvanceMessage, head: Head) -> records.PrivilegeAdvanceEvent:
    c = m.common
    return records.PrivilegeAdvanceEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def update_share_revenue_notice_message(m: fast.WebcastUpdateShareRevenueNoticeMessage, head: Head) -> records.UpdateShareRevenueNoticeEvent:
    c = m.common
    return records.UpdateShareRevenueNoticeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )
