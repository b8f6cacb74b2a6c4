# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "link" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, ID, Image, NO_ID, Record, Text, User
from tikcast.events._generated.shared import PunishEventInfo
from tikcast.events._generated.user import AuthenticationInfo


class UserFanTicket(Record, frozen=True, kw_only=True):
    """The schema's UserFanTicket."""

    user_id: ID = NO_ID
    fan_ticket: int = 0
    match_total_score: int = 0
    match_rank: int = 0


class FanTicketRoomNoticeContent(Record, frozen=True, kw_only=True):
    """The schema's FanTicketRoomNoticeContent."""

    user_fan_ticket_list: tuple[UserFanTicket, ...] = ()
    total_link_mic_fan_ticket: int = 0
    match_id: ID = NO_ID
    event_time: int = 0
    fan_ticket_icon_url: str = ""


class LinkerAcceptNoticeContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerAcceptNoticeContent."""

    from_user_id: ID = NO_ID
    from_room_id: ID = NO_ID
    to_user_id: ID = NO_ID


class LinkerCancelContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerCancelContent."""

    from_user_id: ID = NO_ID
    to_user_id: ID = NO_ID
    cancel_type: int = 0
    action_id: ID = NO_ID


class ListUser(Record, frozen=True, kw_only=True):
    """The schema's ListUser."""

    user: User | None = None
    linkmic_id: ID = NO_ID
    linkmic_id_str: str = ""
    link_status: int = 0
    link_type: str = ""
    user_position: int = 0
    silence_status: int = 0
    modify_time: int = 0
    linker_id: ID = NO_ID
    role_type: int = 0


class LinkerCreateContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerCreateContent."""

    owner_id: ID = NO_ID
    owner_room_id: ID = NO_ID
    link_type: int = 0


class LinkmicUserSettingInfo(Record, frozen=True, kw_only=True):
    """The schema's LinkmicUserSettingInfo."""

    user_id: ID = NO_ID
    layout: int = 0
    fix_mic_num: int = 0
    allow_request_from_user: int = 0
    allow_request_from_follower_only: int = 0
    applier_sort_setting: int = 0


class LinkerEnterContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerEnterContent."""

    linked_users_list: tuple[ListUser, ...] = ()
    anchor_multi_live_enum: int = 0
    anchor_setting_info: LinkmicUserSettingInfo | None = None


class LinkerInviteContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerInviteContent."""

    from_user_id: ID = NO_ID
    from_room_id: ID = NO_ID
    to_rtc_ext_info: str = ""
    rtc_join_channel: bool = False
    vendor: int = 0
    sec_from_user_id: ID = NO_ID
    to_linkmic_id_str: str = ""
    from_user: User | None = None
    required_mic_idx: int = 0


class LinkerKickOutContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerKickOutContent."""

    from_user_id: ID = NO_ID
    kickout_reason: int = 0


class LinkerLeaveContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerLeaveContent."""

    user_id: ID = NO_ID
    linkmic_id_str: str = ""
    send_leave_uid: int = 0
    leave_reason: int = 0


class LinkerListChangeContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerListChangeContent."""

    linked_users: tuple[ListUser, ...] = ()
    applied_users: tuple[ListUser, ...] = ()
    connecting_users: tuple[ListUser, ...] = ()


class LinkerMediaChangeContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerMediaChangeContent."""

    op: int = 0
    to_user_id: ID = NO_ID
    anchor_id: ID = NO_ID
    room_id: ID = NO_ID
    change_scene: int = 0


class LinkerMuteContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerMuteContent."""

    user_id: ID = NO_ID
    status: int = 0


class LinkerRandomMatchContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerRandomMatchContent."""

    user: User | None = None
    room_id: ID = NO_ID
    invite_type: int = 0
    match_id: ID = NO_ID
    inner_channel_id: ID = NO_ID


class LinkmicInfo(Record, frozen=True, kw_only=True):
    """The schema's LinkmicInfo."""

    access_key: str = ""
    link_mic_id: ID = NO_ID
    joinable: bool = False
    confluence_type: int = 0
    rtc_ext_info: str = ""
    rtc_app_id: ID = NO_ID
    rtc_app_sign: str = ""
    linkmic_id_str: str = ""
    vendor: int = 0


class LinkerSetting(Record, frozen=True, kw_only=True):
    """The schema's LinkerSetting."""

    max_member_limit: int = 0
    link_type: int = 0
    scene: int = 0
    owner_user_id: ID = NO_ID
    owner_room_id: ID = NO_ID
    vendor: int = 0


class LinkerReplyContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerReplyContent."""

    from_user_id: ID = NO_ID
    from_room_id: ID = NO_ID
    from_user_linkmic_info: LinkmicInfo | None = None
    to_user_id: ID = NO_ID
    to_user_linkmic_info: LinkmicInfo | None = None
    link_type: int = 0
    reply_status: int = 0
    linker_setting: LinkerSetting | None = None
    from_user: User | None = None
    to_user: User | None = None


class LinkerSysKickOutContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerSysKickOutContent."""

    user_id: ID = NO_ID
    linkmic_id_str: str = ""


class LinkmicUserToastContent(Record, frozen=True, kw_only=True):
    """The schema's LinkmicUserToastContent."""

    user_id: ID = NO_ID
    room_id: ID = NO_ID
    display_text: Text | None = None


class LinkerUpdateUserContent(Record, frozen=True, kw_only=True):
    """The schema's LinkerUpdateUserContent."""

    from_user_id: ID = NO_ID
    to_user_id: ID = NO_ID


class Player(Record, frozen=True, kw_only=True):
    """The schema's Player."""

    room_id: ID = NO_ID
    user_id: ID = NO_ID


class LinkPosition(Record, frozen=True, kw_only=True):
    """The schema's LinkPosition."""

    position: int = 0
    opt: int = 0


class Position(Record, frozen=True, kw_only=True):
    """The schema's Position."""

    type: int = 0
    link: LinkPosition | None = None


class LinkLayerListUser(Record, frozen=True, kw_only=True):
    """The schema's LinkLayerListUser."""

    user: User | None = None
    linkmic_id: ID = NO_ID
    pos: Position | None = None
    linked_time_nano: int = 0
    app_version: str = ""
    magic_number1: int = 0


class AllListUser(Record, frozen=True, kw_only=True):
    """The schema's AllListUser."""

    linked_list: tuple[LinkLayerListUser, ...] = ()
    applied_list: tuple[LinkLayerListUser, ...] = ()
    invited_list: tuple[LinkLayerListUser, ...] = ()
    ready_list: tuple[LinkLayerListUser, ...] = ()


class GroupPlayer(Record, frozen=True, kw_only=True):
    """The schema's GroupPlayer."""

    channel_id: ID = NO_ID
    user: User | None = None


class DSLConfig(Record, frozen=True, kw_only=True):
    """The schema's DSLConfig."""

    scene_version: int = 0
    layout_id: ID = NO_ID


class GroupChannelUser(Record, frozen=True, kw_only=True):
    """The schema's GroupChannelUser."""

    channel_id: ID = NO_ID
    status: int = 0
    type: int = 0
    all_user: AllListUser | None = None
    join_time: int = 0
    linked_time: int = 0
    owner_user: GroupPlayer | None = None


class GroupChannelAllUser(Record, frozen=True, kw_only=True):
    """The schema's GroupChannelAllUser."""

    group_channel_id: ID = NO_ID
    user_list: tuple[GroupChannelUser, ...] = ()


class RTCEngineConfig(Record, frozen=True, kw_only=True):
    """The schema's RTCEngineConfig."""

    rtc_app_id: ID = NO_ID
    rtc_user_id: ID = NO_ID
    rtc_token: str = ""
    rtc_channel_id: ID = NO_ID


class RTCVideoParam(Record, frozen=True, kw_only=True):
    """The schema's RTCVideoParam."""

    width: int = 0
    height: int = 0
    fps: int = 0
    bitrate_kbps: int = 0


class RTCLiveVideoParam(Record, frozen=True, kw_only=True):
    """The schema's RTCLiveVideoParam."""

    strategy_id: ID = NO_ID
    params: RTCVideoParam | None = None


class RTCBitrateMap(Record, frozen=True, kw_only=True):
    """The schema's RTCBitrateMap."""

    xx1: int = 0
    xx2: int = 0
    xx3: int = 0
    xx4: int = 0


class RTCExtraInfo(Record, frozen=True, kw_only=True):
    """The schema's RTCExtraInfo."""

    live_rtc_engine_config: RTCEngineConfig | None = None
    live_rtc_video_param_list: tuple[RTCLiveVideoParam, ...] = ()
    rtc_bitrate_map: RTCBitrateMap | None = None
    rtc_fps: int = 0
    rtc_business_id: ID = NO_ID
    interact_client_type: int = 0


class CreateChannelContent(Record, frozen=True, kw_only=True):
    """The schema's CreateChannelContent."""

    owner: Player | None = None
    owner_link_mic_id: ID = NO_ID


class ListChangeContent(Record, frozen=True, kw_only=True):
    """The schema's ListChangeContent."""

    type: int = 0
    list: AllListUser | None = None


class InviteBizContent(Record, frozen=True, kw_only=True):
    """The schema's InviteBizContent."""

    anchor_setting_info: LinkmicUserSettingInfo | None = None
    invite_source: int = 0
    operator_user_info: User | None = None
    operator_link_admin_type: int = 0
    invitee_user_info: User | None = None


class ReplyBizContent(Record, frozen=True, kw_only=True):
    """The schema's ReplyBizContent."""

    link_type: int = 0
    is_turn_off_invitation: int = 0
    reply_user_info: User | None = None


class PermitBizContent(Record, frozen=True, kw_only=True):
    """The schema's PermitBizContent."""

    anchor_setting_info: LinkmicUserSettingInfo | None = None
    expire_timestamp: int = 0
    operator_user_info: User | None = None
    operator_link_admin_type: int = 0


class KickOutBizContent(Record, frozen=True, kw_only=True):
    """The schema's KickOutBizContent."""

    operator_user_info: User | None = None
    operator_link_admin_type: int = 0
    kick_player_user_info: User | None = None


class MultiLiveContent(Record, frozen=True, kw_only=True):
    """The schema's MultiLiveContent."""

    invite_biz_content: InviteBizContent | None = None
    reply_biz_content: ReplyBizContent | None = None
    permit_biz_content: PermitBizContent | None = None
    kick_out_biz_content: KickOutBizContent | None = None


class InviteContent(Record, frozen=True, kw_only=True):
    """The schema's InviteContent."""

    invitor: Player | None = None
    invitee_rtc_ext_info: RTCExtraInfo | None = None
    invitor_link_mic_id: ID = NO_ID
    invitee_link_mic_id: ID = NO_ID
    is_owner: bool = False
    pos: Position | None = None
    dsl: DSLConfig | None = None
    invitee: User | None = None
    operator: User | None = None


class ApplyContent(Record, frozen=True, kw_only=True):
    """The schema's ApplyContent."""

    applier: Player | None = None
    applier_link_mic_id: ID = NO_ID


class PermitApplyContent(Record, frozen=True, kw_only=True):
    """The schema's PermitApplyContent."""

    permiter: Player | None = None
    permiter_link_mic_id: ID = NO_ID
    applier_pos: Position | None = None
    reply_status: int = 0
    dsl: DSLConfig | None = None
    applier: User | None = None
    operator: User | None = None
    applier_link_mic_id: ID = NO_ID


class ReplyInviteContent(Record, frozen=True, kw_only=True):
    """The schema's ReplyInviteContent."""

    invitee: Player | None = None
    reply_status: int = 0
    invitee_link_mic_id: ID = NO_ID
    invitee_pos: Position | None = None
    invite_operator_user: Player | None = None


class KickOutContent(Record, frozen=True, kw_only=True):
    """The schema's KickOutContent."""

    offliner: Player | None = None
    kickout_reason: int = 0


class CancelApplyContent(Record, frozen=True, kw_only=True):
    """The schema's CancelApplyContent."""

    applier: Player | None = None
    applier_link_mic_id: ID = NO_ID


class CancelInviteContent(Record, frozen=True, kw_only=True):
    """The schema's CancelInviteContent."""

    invitor: Player | None = None
    invitor_link_mic_id: ID = NO_ID
    invitee_link_mic_id: ID = NO_ID
    invite_seq_id: ID = NO_ID
    invitee: Player | None = None


class LeaveContent(Record, frozen=True, kw_only=True):
    """The schema's LeaveContent."""

    leaver: Player | None = None
    leave_reason: int = 0


class FinishChannelContent(Record, frozen=True, kw_only=True):
    """The schema's FinishChannelContent."""

    owner: Player | None = None
    finish_reason: int = 0


class JoinDirectContent(Record, frozen=True, kw_only=True):
    """The schema's JoinDirectContent."""

    joiner: LinkLayerListUser | None = None
    all_users: AllListUser | None = None


class LeaveJoinGroupContent(Record, frozen=True, kw_only=True):
    """The schema's LeaveJoinGroupContent."""

    operator: GroupPlayer | None = None
    group_channel_id: ID = NO_ID
    leave_source: str = ""


class PermitJoinGroupContent(Record, frozen=True, kw_only=True):
    """The schema's PermitJoinGroupContent."""

    approver: GroupPlayer | None = None
    agree_status: int = 0
    type: int = 0
    group_ext_info_list: tuple[RTCExtraInfo, ...] = ()
    group_user: GroupChannelAllUser | None = None


class CancelJoinGroupContent(Record, frozen=True, kw_only=True):
    """The schema's CancelJoinGroupContent."""

    leaver_list: tuple[GroupPlayer, ...] = ()
    operator: GroupPlayer | None = None
    type: int = 0


class P2PGroupChangeContent(Record, frozen=True, kw_only=True):
    """The schema's P2PGroupChangeContent."""

    group_ext_info_list: tuple[RTCExtraInfo, ...] = ()
    group_user: GroupChannelAllUser | None = None


class Tag(Record, frozen=True, kw_only=True):
    """The schema's Tag."""

    tag_type: int = 0
    tag_value: str = ""
    tag_text: str = ""


class PerceptionFeedbackOption(Record, frozen=True, kw_only=True):
    """The schema's PerceptionFeedbackOption."""

    id: ID = NO_ID
    content_key: str = ""


class PerceptionDialogInfo(Record, frozen=True, kw_only=True):
    """The schema's PerceptionDialogInfo."""

    icon_type: int = 0
    title: Text | None = None
    sub_title: Text | None = None
    advice_action_text: Text | None = None
    default_action_text: Text | None = None
    violation_detail_url: str = ""
    scene: int = 0
    target_user_id: ID = NO_ID
    target_room_id: ID = NO_ID
    count_down_time: int = 0
    show_feedback: bool = False
    feedback_options_list: tuple[PerceptionFeedbackOption, ...] = ()
    policy_tip: int = 0


class Hashtag(Record, frozen=True, kw_only=True):
    """The schema's Hashtag."""

    id: ID = NO_ID
    title: str = ""
    image: Image | None = None
    namespace: int = 0


class TopHostInfo(Record, frozen=True, kw_only=True):
    """The schema's TopHostInfo."""

    rank_type: str = ""
    top_index: int = 0


class RivalExtra(Record, frozen=True, kw_only=True):
    """The schema's RivalExtra."""

    user_count: int = 0
    avatar_thumb: Image | None = None
    display_id: ID = NO_ID
    authentication_info: AuthenticationInfo | None = None
    nickname: str = ""
    follow_status: int = 0
    hashtag: Hashtag | None = None
    top_host_info: TopHostInfo | None = None
    user_id: ID = NO_ID
    is_best_teammate: bool = False


class JoinGroupMessageExtra(Record, frozen=True, kw_only=True):
    """The schema's JoinGroupMessageExtra."""

    source_type: int = 0
    extra: RivalExtra | None = None
    other_users_list: tuple[RivalExtra, ...] = ()


class JoinGroupBizContent(Record, frozen=True, kw_only=True):
    """The schema's JoinGroupBizContent."""

    from_room_age_restricted: int = 0
    from_tag: Tag | None = None
    dialog: PerceptionDialogInfo | None = None
    punish_info: PunishEventInfo | None = None
    join_group_msg_extra: JoinGroupMessageExtra | None = None


class CohostContent(Record, frozen=True, kw_only=True):
    """The schema's CohostContent."""

    join_group_biz_content: JoinGroupBizContent | None = None


class BusinessContent(Record, frozen=True, kw_only=True):
    """The schema's BusinessContent."""

    over_length: int = 0
    multi_live_content: MultiLiveContent | None = None
    cohost_content: CohostContent | None = None


class JoinGroupContent(Record, frozen=True, kw_only=True):
    """The schema's JoinGroupContent."""

    group_user: GroupChannelAllUser | None = None
    join_user: GroupPlayer | None = None
    type: int = 0


class LinkEvent(Event, frozen=True, kw_only=True, tag="link"):
    """Hosts or guests are being connected: invitation, answer, entering, leaving."""

    type: ClassVar[str] = "link"

    message_type: int = 0
    linker_id: ID = NO_ID
    scene: int = 0
    invite_content: LinkerInviteContent | None = None
    reply_content: LinkerReplyContent | None = None
    create_content: LinkerCreateContent | None = None
    close_content: bytes = b""
    enter_content: LinkerEnterContent | None = None
    leave_content: LinkerLeaveContent | None = None
    cancel_content: LinkerCancelContent | None = None
    kick_out_content: LinkerKickOutContent | None = None
    linked_list_change_content: bytes = b""
    update_user_content: LinkerUpdateUserContent | None = None
    waiting_list_change_content: bytes = b""
    mute_content: LinkerMuteContent | None = None
    random_match_content: LinkerRandomMatchContent | None = None
    update_user_setting_content: bytes = b""
    mic_idx_update_content: bytes = b""
    list_change_content: LinkerListChangeContent | None = None
    cohost_list_change_content: bytes = b""
    media_change_content: LinkerMediaChangeContent | None = None
    accept_notice_content: LinkerAcceptNoticeContent | None = None
    sys_kick_out_content: LinkerSysKickOutContent | None = None
    user_toast_content: LinkmicUserToastContent | None = None
    extra: str = ""
    expire_timestamp: int = 0
    transfer_extra: str = ""


class LinkLayerEvent(Event, frozen=True, kw_only=True, tag="link_layer"):
    """The connection of hosts and guests in TikTok's newer protocol: who is linked, invited, applying."""

    type: ClassVar[str] = "link_layer"

    message_type: int = 0
    channel_id: ID = NO_ID
    scene: int = 0
    source: str = ""
    centerized_idc: str = ""
    rtc_room_id: ID = NO_ID
    create_channel_content: CreateChannelContent | None = None
    list_change_content: ListChangeContent | None = None
    invite_content: InviteContent | None = None
    apply_content: ApplyContent | None = None
    permit_apply_content: PermitApplyContent | None = None
    reply_invite_content: ReplyInviteContent | None = None
    kick_out_content: KickOutContent | None = None
    cancel_apply_content: CancelApplyContent | None = None
    cancel_invite_content: CancelInviteContent | None = None
    leave_content: LeaveContent | None = None
    finish_content: FinishChannelContent | None = None
    join_direct_content: JoinDirectContent | None = None
    join_group_content: JoinGroupContent | None = None
    permit_group_content: PermitJoinGroupContent | None = None
    cancel_group_content: CancelJoinGroupContent | None = None
    leave_group_content: LeaveJoinGroupContent | None = None
    p2p_group_change_content: P2PGroupChangeContent | None = None
    group_change_blob: bytes = b""
    business_content: BusinessContent | None = None


class LinkMicEvent(Event, frozen=True, kw_only=True, tag="link_mic"):
    """A change in a connection with another host or a guest: the video is split, divided again, or shown as one again."""

    type: ClassVar[str] = "link_mic"

    message_type: int = 0
    access_key: str = ""
    anchor_linkmic_id: ID = NO_ID
    user_id: ID = NO_ID
    fan_ticket: int = 0
    total_link_mic_fan_ticket: int = 0
    channel_id: ID = NO_ID
    layout: int = 0
    vendor: int = 0
    dimension: int = 0
    theme: str = ""
    invite_uid: int = 0
    to_user_id: ID = NO_ID
    start_time_ms: int = 0
    anchor_link_mic_id_str: str = ""
    rival_anchor_id: ID = NO_ID
    rival_linkmic_id_str: str = ""


class LinkMicFanTicketEvent(Event, frozen=True, kw_only=True, tag="link_mic_fan_ticket"):
    """How much each guest of a multi-guest live stream has received."""

    type: ClassVar[str] = "link_mic_fan_ticket"

    fan_ticket_room_notice: FanTicketRoomNoticeContent | None = None


class LinkMicLayoutStateEvent(Event, frozen=True, kw_only=True, tag="link_mic_layout_state"):
    """The layout of a multi-guest live stream changes."""

    type: ClassVar[str] = "link_mic_layout_state"

    layout_state: int = 0
    layout_key: str = ""


class LinkMicAnchorGuideEvent(Event, frozen=True, kw_only=True, tag="link_mic_anchor_guide"):
    """Nothing for viewers: the host is asked to connect with another host or to invite guests."""

    type: ClassVar[str] = "link_mic_anchor_guide"


class LinkScreenChangeEvent(Event, frozen=True, kw_only=True, tag="link_screen_change"):
    """The host starts or stops sharing the screen in a connection."""

    type: ClassVar[str] = "link_screen_change"


class LinkStateEvent(Event, frozen=True, kw_only=True, tag="link_state"):
    """Nothing visible by itself: the state of a connection with other hosts or guests, by its channel."""

    type: ClassVar[str] = "link_state"

    channel_id: ID = NO_ID
    scene: int = 0
    version: int = 0
