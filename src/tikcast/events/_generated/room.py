# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "room" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, ID, NO_ID, Record


class MsgDetectTimeInfo(Record, frozen=True, kw_only=True):
    """The schema's MsgDetectTimeInfo."""

    client_start_ms: int = 0
    api_recv_time_ms: int = 0
    api_send_to_goim_ms: int = 0


class MsgDetectTriggerCondition(Record, frozen=True, kw_only=True):
    """The schema's MsgDetectTriggerCondition."""

    uplink_detect_http: bool = False
    uplink_detect_web_socket: bool = False
    detect_p2p_msg: bool = False
    detect_room_msg: bool = False
    http_optimize: bool = False


class RoomVerifyEvent(Event, frozen=True, kw_only=True, tag="room_verify"):
    """The room is being checked by TikTok, with a text for the host, or is closed after the check."""

    type: ClassVar[str] = "room_verify"

    action: int = 0
    content: str = ""
    notice_type: int = 0
    close_room: bool = False


class RoomNotifyEvent(Event, frozen=True, kw_only=True, tag="room_notify"):
    """A message in the chat about what viewers win, such as "The MVP Ana got 1 magic mist." """

    type: ClassVar[str] = "room_notify"


class SystemEvent(Event, frozen=True, kw_only=True, tag="system"):
    """A grey message from TikTok in the chat."""

    type: ClassVar[str] = "system"

    message: str = ""


class InRoomBannerRefreshEvent(Event, frozen=True, kw_only=True, tag="in_room_banner_refresh"):
    """Nothing visible by itself: the app is told to load the banners at the side of the video again."""

    type: ClassVar[str] = "in_room_banner_refresh"


class BottomEvent(Event, frozen=True, kw_only=True, tag="bottom"):
    """A warning at the bottom of the video, such as "Participating in this activity could result in you or others getting hurt"."""

    type: ClassVar[str] = "bottom"

    content: str = ""
    show_type: int = 0
    duration: int = 0


class NoticeEvent(Event, frozen=True, kw_only=True, tag="notice"):
    """A short notice of TikTok over the chat that disappears by itself."""

    type: ClassVar[str] = "notice"

    content: str = ""
    notice_type: int = 0


class NotifyEvent(Event, frozen=True, kw_only=True, tag="notify"):
    """A notification over the room that opens a page when it is tapped."""

    type: ClassVar[str] = "notify"

    schema: str = ""
    notify_type: int = 0
    content_str: str = ""


class ToastEvent(Event, frozen=True, kw_only=True, tag="toast"):
    """A message that appears in the middle of the screen for a moment, with a button or without."""

    type: ClassVar[str] = "toast"

    display_duration_ms: int = 0
    delay_display_duration_ms: int = 0
    toast_text: str = ""
    button_text: str = ""
    button_schema: str = ""


class GuideEvent(Event, frozen=True, kw_only=True, tag="guide"):
    """A hint that points at a part of the screen and explains it, for a few seconds."""

    type: ClassVar[str] = "guide"

    guide_type: int = 0
    duration_ms: int = 0
    scene: str = ""


class MarqueeAnnouncementEvent(Event, frozen=True, kw_only=True, tag="marquee_announcement"):
    """A moving banner that leads to another room, such as "Weekly No. 1: Ana is LIVE"."""

    type: ClassVar[str] = "marquee_announcement"

    message_scene: str = ""
    entity_list_blob: bytes = b""


class CapsuleEvent(Event, frozen=True, kw_only=True, tag="capsule"):
    """A small capsule above the chat with a text and a button, such as "The host set a subscription goal." and "Support"."""

    type: ClassVar[str] = "capsule"


class HashtagEvent(Event, frozen=True, kw_only=True, tag="hashtag"):
    """The topic of the live stream, the tag below the host's name such as "Gaming", is set or changed."""

    type: ClassVar[str] = "hashtag"


class MsgDetectEvent(Event, frozen=True, kw_only=True, tag="msg_detect"):
    """Nothing visible: TikTok measures how long messages take."""

    type: ClassVar[str] = "msg_detect"

    detect_type: int = 0
    trigger_condition: MsgDetectTriggerCondition | None = None
    time_info: MsgDetectTimeInfo | None = None
    trigger_by: int = 0
    from_region: str = ""


class AccessControlEvent(Event, frozen=True, kw_only=True, tag="access_control"):
    """TikTok asks this viewer to prove that they are human."""

    type: ClassVar[str] = "access_control"

    captcha_blob: bytes = b""


class AccessRecallEvent(Event, frozen=True, kw_only=True, tag="access_recall"):
    """Nothing visible at first: TikTok withdraws this viewer's access to the room, for example because of their age."""

    type: ClassVar[str] = "access_recall"

    status: int = 0
    duration: int = 0
    end_time: int = 0


class PerceptionEvent(Event, frozen=True, kw_only=True, tag="perception"):
    """A dialog about the rules, shown to the host or to viewers, such as that the sound is no longer muted."""

    type: ClassVar[str] = "perception"

    dialog_blob: bytes = b""
    end_time: int = 0


class AlertBoxAuditResultEvent(Event, frozen=True, kw_only=True, tag="alert_box_audit_result"):
    """Nothing for viewers: the host learns whether TikTok allows the texts and pictures of their alert box."""

    type: ClassVar[str] = "alert_box_audit_result"

    user_id: ID = NO_ID
    scene: int = 0


class AnchorToolModificationEvent(Event, frozen=True, kw_only=True, tag="anchor_tool_modification"):
    """The host adds or changes something that is shown next to the video, such as a link to an app or a game."""

    type: ClassVar[str] = "anchor_tool_modification"


class PrivilegeAdvanceEvent(Event, frozen=True, kw_only=True, tag="privilege_advance"):
    """A viewer comes closer to a privilege, such as the next level."""

    type: ClassVar[str] = "privilege_advance"


class UpdateShareRevenueNoticeEvent(Event, frozen=True, kw_only=True, tag="update_share_revenue_notice"):
    """Nothing for viewers: the host learns how revenue is shared from now on."""

    type: ClassVar[str] = "update_share_revenue_notice"
