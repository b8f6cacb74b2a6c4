# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "link", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds, numeric
from tikcast._wire.convert.records import image, text, user
from tikcast._wire.convert._generated.shared import punish_event_info
from tikcast._wire.convert._generated.user import authentication_info
from tikcast.events._base import ID
from tikcast.events._generated import link as records


def user_fan_ticket(m: fast.UserFanTicket) -> records.UserFanTicket:
    return records.UserFanTicket(
        user_id=ID(m.user_id),
        fan_ticket=m.fan_ticket,
        match_total_score=m.match_total_score,
        match_rank=m.match_rank,
    )


def fan_ticket_room_notice_content(m: fast.FanTicketRoomNoticeContent) -> records.FanTicketRoomNoticeContent:
    return records.FanTicketRoomNoticeContent(
        user_fan_ticket_list=tuple([user_fan_ticket(x) for x in m.user_fan_ticket_list]),
        total_link_mic_fan_ticket=m.total_link_mic_fan_ticket,
        match_id=ID(m.match_id),
        event_time=m.event_time,
        fan_ticket_icon_url=m.fan_ticket_icon_url,
    )


def linker_accept_notice_content(m: fast.LinkerAcceptNoticeContent) -> records.LinkerAcceptNoticeContent:
    return records.LinkerAcceptNoticeContent(
        from_user_id=ID(m.from_user_id),
        from_room_id=ID(m.from_room_id),
        to_user_id=ID(m.to_user_id),
    )


def linker_cancel_content(m: fast.LinkerCancelContent) -> records.LinkerCancelContent:
    return records.LinkerCancelContent(
        from_user_id=ID(m.from_user_id),
        to_user_id=ID(m.to_user_id),
        cancel_type=m.cancel_type,
        action_id=ID(m.action_id),
    )


def list_user(m: fast.ListUser) -> records.ListUser:
    return records.ListUser(
        user=user(b) if (b := m.user) else None,
        linkmic_id=ID(m.linkmic_id),
        linkmic_id_str=m.linkmic_id_str,
        link_status=m.link_status,
        link_type=m.link_type,
        user_position=m.user_position,
        silence_status=m.silence_status,
        modify_time=m.modify_time,
        linker_id=ID(m.linker_id),
        role_type=m.role_type,
    )


def linker_create_content(m: fast.LinkerCreateContent) -> records.LinkerCreateContent:
    return records.LinkerCreateContent(
        owner_id=ID(m.owner_id),
        owner_room_id=ID(m.owner_room_id),
        link_type=m.link_type,
    )


def linkmic_user_setting_info(m: fast.LinkmicUserSettingInfo) -> records.LinkmicUserSettingInfo:
    return records.LinkmicUserSettingInfo(
        user_id=ID(m.user_id),
        layout=m.layout,
        fix_mic_num=m.fix_mic_num,
        allow_request_from_user=m.allow_request_from_user,
        allow_request_from_follower_only=m.allow_request_from_follower_only,
        applier_sort_setting=m.applier_sort_setting,
    )


def linker_enter_content(m: fast.LinkerEnterContent) -> records.LinkerEnterContent:
    return records.LinkerEnterContent(
        linked_users_list=tuple([list_user(x) for x in m.linked_users_list]),
        anchor_multi_live_enum=m.anchor_multi_live_enum,
        anchor_setting_info=linkmic_user_setting_info(m.anchor_setting_info) if m.HasField("anchor_setting_info") else None,
    )


def linker_invite_content(m: fast.LinkerInviteContent) -> records.LinkerInviteContent:
    return records.LinkerInviteContent(
        from_user_id=ID(m.from_user_id),
        from_room_id=ID(m.from_room_id),
        to_rtc_ext_info=m.to_rtc_ext_info,
        rtc_join_channel=m.rtc_join_channel,
        vendor=m.vendor,
        sec_from_user_id=numeric(m.sec_from_user_id),
        to_linkmic_id_str=m.to_linkmic_id_str,
        from_user=user(b) if (b := m.from_user) else None,
        required_mic_idx=m.required_mic_idx,
    )


def linker_kick_out_content(m: fast.LinkerKickOutContent) -> records.LinkerKickOutContent:
    return records.LinkerKickOutContent(
        from_user_id=ID(m.from_user_id),
        kickout_reason=m.kickout_reason,
    )


def linker_leave_content(m: fast.LinkerLeaveContent) -> records.LinkerLeaveContent:
    return records.LinkerLeaveContent(
        user_id=ID(m.user_id),
        linkmic_id_str=m.linkmic_id_str,
        send_leave_uid=m.send_leave_uid,
        leave_reason=m.leave_reason,
    )


def linker_list_change_content(m: fast.LinkerListChangeContent) -> records.LinkerListChangeContent:
    return records.LinkerListChangeContent(
        linked_users=tuple([list_user(x) for x in m.linked_users]),
        applied_users=tuple([list_user(x) for x in m.applied_users]),
        connecting_users=tuple([list_user(x) for x in m.connecting_users]),
    )


def linker_media_change_content(m: fast.LinkerMediaChangeContent) -> records.LinkerMediaChangeContent:
    return records.LinkerMediaChangeContent(
        op=m.op,
        to_user_id=ID(m.to_user_id),
        anchor_id=ID(m.anchor_id),
        room_id=ID(m.room_id),
        change_scene=m.change_scene,
    )


def linker_mute_content(m: fast.LinkerMuteContent) -> records.LinkerMuteContent:
    return records.LinkerMuteContent(
        user_id=ID(m.user_id),
        status=m.status,
    )


def linker_random_match_content(m: fast.LinkerRandomMatchContent) -> records.LinkerRandomMatchContent:
    return records.LinkerRandomMatchContent(
        user=user(b) if (b := m.user) else None,
        room_id=ID(m.room_id),
        invite_type=m.invite_type,
        match_id=numeric(m.match_id),
        inner_channel_id=ID(m.inner_channel_id),
    )


def linkmic_info(m: fast.LinkmicInfo) -> records.LinkmicInfo:
    return records.LinkmicInfo(
        access_key=m.access_key,
        link_mic_id=ID(m.link_mic_id),
        joinable=m.joinable,
        confluence_type=m.confluence_type,
        rtc_ext_info=m.rtc_ext_info,
        rtc_app_id=numeric(m.rtc_app_id),
        rtc_app_sign=m.rtc_app_sign,
        linkmic_id_str=m.linkmic_id_str,
        vendor=m.vendor,
    )


def linker_setting(m: fast.LinkerSetting) -> records.LinkerSetting:
    return records.LinkerSetting(
        max_member_limit=m.max_member_limit,
        link_type=m.link_type,
        scene=m.scene,
        owner_user_id=ID(m.owner_user_id),
        owner_room_id=ID(m.owner_room_id),
        vendor=m.vendor,
    )


def linker_reply_content(m: fast.LinkerReplyContent) -> records.LinkerReplyContent:
    return records.LinkerReplyContent(
        from_user_id=ID(m.from_user_id),
        from_room_id=ID(m.from_room_id),
        from_user_linkmic_info=linkmic_info(m.from_user_linkmic_info) if m.HasField("from_user_linkmic_info") else None,
        to_user_id=ID(m.to_user_id),
        to_user_linkmic_info=linkmic_info(m.to_user_linkmic_info) if m.HasField("to_user_linkmic_info") else None,
        link_type=m.link_type,
        reply_status=m.reply_status,
        linker_setting=linker_setting(m.linker_setting) if m.HasField("linker_setting") else None,
        from_user=user(b) if (b := m.from_user) else None,
        to_user=user(b) if (b := m.to_user) else None,
    )


def linker_sys_kick_out_content(m: fast.LinkerSysKickOutContent) -> records.LinkerSysKickOutContent:
    return records.LinkerSysKickOutContent(
        user_id=ID(m.user_id),
        linkmic_id_str=m.linkmic_id_str,
    )


def linkmic_user_toast_content(m: fast.LinkmicUserToastContent) -> records.LinkmicUserToastContent:
    return records.LinkmicUserToastContent(
        user_id=ID(m.user_id),
        room_id=ID(m.room_id),
        display_text=text(b) if (b := m.display_text) else None,
    )


def linker_update_user_content(m: fast.LinkerUpdateUserContent) -> records.LinkerUpdateUserContent:
    return records.LinkerUpdateUserContent(
        from_user_id=ID(m.from_user_id),
        to_user_id=ID(m.to_user_id),
    )


def player(m: fast.Player) -> records.Player:
    return records.Player(
        room_id=ID(m.room_id),
        user_id=ID(m.user_id),
    )


def link_position(m: fast.LinkPosition) -> records.LinkPosition:
    return records.LinkPosition(
        position=m.position,
        opt=m.opt,
    )


def position(m: fast.Position) -> records.Position:
    return records.Position(
        type=m.type,
        link=link_position(m.link) if m.HasField("link") else None,
    )


def link_layer_list_user(m: fast.LinkLayerListUser) -> records.LinkLayerListUser:
    return records.LinkLayerListUser(
        user=user(b) if (b := m.user) else None,
        linkmic_id=numeric(m.linkmic_id),
        pos=position(m.pos) if m.HasField("pos") else None,
        linked_time_nano=m.linked_time_nano,
        app_version=m.app_version,
        magic_number1=m.magic_number1,
    )


def all_list_user(m: fast.AllListUser) -> records.AllListUser:
    return records.AllListUser(
        linked_list=tuple([link_layer_list_user(x) for x in m.linked_list]),
        applied_list=tuple([link_layer_list_user(x) for x in m.applied_list]),
        invited_list=tuple([link_layer_list_user(x) for x in m.invited_list]),
        ready_list=tuple([link_layer_list_user(x) for x in m.ready_list]),
    )


def group_player(m: fast.GroupPlayer) -> records.GroupPlayer:
    return records.GroupPlayer(
        channel_id=ID(m.channel_id),
        user=user(b) if (b := m.user) else None,
    )


def dsl_config(m: fast.DSLConfig) -> records.DSLConfig:
    return records.DSLConfig(
        scene_version=m.scene_version,
        layout_id=numeric(m.layout_id),
    )


def group_channel_user(m: fast.GroupChannelUser) -> records.GroupChannelUser:
    return records.GroupChannelUser(
        channel_id=ID(m.channel_id),
        status=m.status,
        type=m.type,
        all_user=all_list_user(m.all_user) if m.HasField("all_user") else None,
        join_time=m.join_time,
        linked_time=m.linked_time,
        owner_user=group_player(m.owner_user) if m.HasField("owner_user") else None,
    )


def group_channel_all_user(m: fast.GroupChannelAllUser) -> records.GroupChannelAllUser:
    return records.GroupChannelAllUser(
        group_channel_id=ID(m.group_channel_id),
        user_list=tuple([group_channel_user(x) for x in m.user_list]),
    )


def rtc_engine_config(m: fast.RTCEngineConfig) -> records.RTCEngineConfig:
    return records.RTCEngineConfig(
        rtc_app_id=numeric(m.rtc_app_id),
        rtc_user_id=numeric(m.rtc_user_id),
        rtc_token=m.rtc_token,
        rtc_channel_id=ID(m.rtc_channel_id),
    )


def rtc_video_param(m: fast.RTCVideoParam) -> records.RTCVideoParam:
    return records.RTCVideoParam(
        width=m.width,
        height=m.height,
        fps=m.fps,
        bitrate_kbps=m.bitrate_kbps,
    )


def rtc_live_video_param(m: fast.RTCLiveVideoParam) -> records.RTCLiveVideoParam:
    return records.RTCLiveVideoParam(
        strategy_id=ID(m.strategy_id),
        params=rtc_video_param(m.params) if m.HasField("params") else None,
    )


def rtc_bitrate_map(m: fast.RTCBitrateMap) -> records.RTCBitrateMap:
    return records.RTCBitrateMap(
        xx1=m.xx1,
        xx2=m.xx2,
        xx3=m.xx3,
        xx4=m.xx4,
    )


def rtc_extra_info(m: fast.RTCExtraInfo) -> records.RTCExtraInfo:
    return records.RTCExtraInfo(
        live_rtc_engine_config=rtc_engine_config(m.live_rtc_engine_config) if m.HasField("live_rtc_engine_config") else None,
        live_rtc_video_param_list=tuple([rtc_live_video_param(x) for x in m.live_rtc_video_param_list]),
        rtc_bitrate_map=rtc_bitrate_map(m.rtc_bitrate_map) if m.HasField("rtc_bitrate_map") else None,
        rtc_fps=m.rtc_fps,
        rtc_business_id=numeric(m.rtc_business_id),
        interact_client_type=m.interact_client_type,
    )


def create_channel_content(m: fast.CreateChannelContent) -> records.CreateChannelContent:
    return records.CreateChannelContent(
        owner=player(m.owner) if m.HasField("owner") else None,
        owner_link_mic_id=numeric(m.owner_link_mic_id),
    )


def list_change_content(m: fast.ListChangeContent) -> records.ListChangeContent:
    return records.ListChangeContent(
        type=m.type,
        list=all_list_user(m.list) if m.HasField("list") else None,
    )


def invite_biz_content(m: fast.InviteBizContent) -> records.InviteBizContent:
    return records.InviteBizContent(
        anchor_setting_info=linkmic_user_setting_info(m.anchor_setting_info) if m.HasField("anchor_setting_info") else None,
        invite_source=m.invite_source,
        operator_user_info=user(b) if (b := m.operator_user_info) else None,
        operator_link_admin_type=m.operator_link_admin_type,
        invitee_user_info=user(b) if (b := m.invitee_user_info) else None,
    )


def reply_biz_content(m: fast.ReplyBizContent) -> records.ReplyBizContent:
    return records.ReplyBizContent(
        link_type=m.link_type,
        is_turn_off_invitation=m.is_turn_off_invitation,
        reply_user_info=user(b) if (b := m.reply_user_info) else None,
    )


def permit_biz_content(m: fast.PermitBizContent) -> records.PermitBizContent:
    return records.PermitBizContent(
        anchor_setting_info=linkmic_user_setting_info(m.anchor_setting_info) if m.HasField("anchor_setting_info") else None,
        expire_timestamp=m.expire_timestamp,
        operator_user_info=user(b) if (b := m.operator_user_info) else None,
        operator_link_admin_type=m.operator_link_admin_type,
    )


def kick_out_biz_content(m: fast.KickOutBizContent) -> records.KickOutBizContent:
    return records.KickOutBizContent(
        operator_user_info=user(b) if (b := m.operator_user_info) else None,
        operator_link_admin_type=m.operator_link_admin_type,
        kick_player_user_info=user(b) if (b := m.kick_player_user_info) else None,
    )


def multi_live_content(m: fast.MultiLiveContent) -> records.MultiLiveContent:
    return records.MultiLiveContent(
        invite_biz_content=invite_biz_content(m.invite_biz_content) if m.HasField("invite_biz_content") else None,
        reply_biz_content=reply_biz_content(m.reply_biz_content) if m.HasField("reply_biz_content") else None,
        permit_biz_content=permit_biz_content(m.permit_biz_content) if m.HasField("permit_biz_content") else None,
        kick_out_biz_content=kick_out_biz_content(m.kick_out_biz_content) if m.HasField("kick_out_biz_content") else None,
    )


def invite_content(m: fast.InviteContent) -> records.InviteContent:
    return records.InviteContent(
        invitor=player(m.invitor) if m.HasField("invitor") else None,
        invitee_rtc_ext_info=rtc_extra_info(m.invitee_rtc_ext_info) if m.HasField("invitee_rtc_ext_info") else None,
        invitor_link_mic_id=numeric(m.invitor_link_mic_id),
        invitee_link_mic_id=numeric(m.invitee_link_mic_id),
        is_owner=m.is_owner,
        pos=position(m.pos) if m.HasField("pos") else None,
        dsl=dsl_config(m.dsl) if m.HasField("dsl") else None,
        invitee=user(b) if (b := m.invitee) else None,
        operator=user(b) if (b := m.operator) else None,
    )


def apply_content(m: fast.ApplyContent) -> records.ApplyContent:
    return records.ApplyContent(
        applier=player(m.applier) if m.HasField("applier") else None,
        applier_link_mic_id=numeric(m.applier_link_mic_id),
    )


def permit_apply_content(m: fast.PermitApplyContent) -> records.PermitApplyContent:
    return records.PermitApplyContent(
        permiter=player(m.permiter) if m.HasField("permiter") else None,
        permiter_link_mic_id=numeric(m.permiter_link_mic_id),
        applier_pos=position(m.applier_pos) if m.HasField("applier_pos") else None,
        reply_status=m.reply_status,
        dsl=dsl_config(m.dsl) if m.HasField("dsl") else None,
        applier=user(b) if (b := m.applier) else None,
        operator=user(b) if (b := m.operator) else None,
        applier_link_mic_id=numeric(m.applier_link_mic_id),
    )


def reply_invite_content(m: fast.ReplyInviteContent) -> records.ReplyInviteContent:
    return records.ReplyInviteContent(
        invitee=player(m.invitee) if m.HasField("invitee") else None,
        reply_status=m.reply_status,
        invitee_link_mic_id=numeric(m.invitee_link_mic_id),
        invitee_pos=position(m.invitee_pos) if m.HasField("invitee_pos") else None,
        invite_operator_user=player(m.invite_operator_user) if m.HasField("invite_operator_user") else None,
    )


def kick_out_content(m: fast.KickOutContent) -> records.KickOutContent:
    return records.KickOutContent(
        offliner=player(m.offliner) if m.HasField("offliner") else None,
        kickout_reason=m.kickout_reason,
    )


def cancel_apply_content(m: fast.CancelApplyContent) -> records.CancelApplyContent:
    return records.CancelApplyContent(
        applier=player(m.applier) if m.HasField("applier") else None,
        applier_link_mic_id=numeric(m.applier_link_mic_id),
    )


def cancel_invite_content(m: fast.CancelInviteContent) -> records.CancelInviteContent:
    return records.CancelInviteContent(
        invitor=player(m.invitor) if m.HasField("invitor") else None,
        invitor_link_mic_id=numeric(m.invitor_link_mic_id),
        invitee_link_mic_id=numeric(m.invitee_link_mic_id),
        invite_seq_id=ID(m.invite_seq_id),
        invitee=player(m.invitee) if m.HasField("invitee") else None,
    )


def leave_content(m: fast.LeaveContent) -> records.LeaveContent:
    return records.LeaveContent(
        leaver=player(m.leaver) if m.HasField("leaver") else None,
        leave_reason=m.leave_reason,
    )


def finish_channel_content(m: fast.FinishChannelContent) -> records.FinishChannelContent:
    return records.FinishChannelContent(
        owner=player(m.owner) if m.HasField("owner") else None,
        finish_reason=m.finish_reason,
    )


def join_direct_content(m: fast.JoinDirectContent) -> records.JoinDirectContent:
    return records.JoinDirectContent(
        joiner=link_layer_list_user(m.joiner) if m.HasField("joiner") else None,
        all_users=all_list_user(m.all_users) if m.HasField("all_users") else None,
    )


def leave_join_group_content(m: fast.LeaveJoinGroupContent) -> records.LeaveJoinGroupContent:
    return records.LeaveJoinGroupContent(
        operator=group_player(m.operator) if m.HasField("operator") else None,
        group_channel_id=ID(m.group_channel_id),
        leave_source=m.leave_source,
    )


def permit_join_group_content(m: fast.PermitJoinGroupContent) -> records.PermitJoinGroupContent:
    return records.PermitJoinGroupContent(
        approver=group_player(m.approver) if m.HasField("approver") else None,
        agree_status=m.agree_status,
        type=m.type,
        group_ext_info_list=tuple([rtc_extra_info(x) for x in m.group_ext_info_list]),
        group_user=group_channel_all_user(m.group_user) if m.HasField("group_user") else None,
    )


def cancel_join_group_content(m: fast.CancelJoinGroupContent) -> records.CancelJoinGroupContent:
    return records.CancelJoinGroupContent(
        leaver_list=tuple([group_player(x) for x in m.leaver_list]),
        operator=group_player(m.operator) if m.HasField("operator") else None,
        type=m.type,
    )


def p2_p_group_change_content(m: fast.P2PGroupChangeContent) -> records.P2PGroupChangeContent:
    return records.P2PGroupChangeContent(
        group_ext_info_list=tuple([rtc_extra_info(x) for x in m.group_ext_info_list]),
        group_user=group_channel_all_user(m.group_user) if m.HasField("group_user") else None,
    )


def tag(m: fast.Tag) -> records.Tag:
    return records.Tag(
        tag_type=m.tag_type,
        tag_value=m.tag_value,
        tag_text=m.tag_text,
    )


def perception_feedback_option(m: fast.PerceptionFeedbackOption) -> records.PerceptionFeedbackOption:
    return records.PerceptionFeedbackOption(
        id=ID(m.id),
        content_key=m.content_key,
    )


def perception_dialog_info(m: fast.PerceptionDialogInfo) -> records.PerceptionDialogInfo:
    return records.PerceptionDialogInfo(
        icon_type=m.icon_type,
        title=text(b) if (b := m.title) else None,
        sub_title=text(b) if (b := m.sub_title) else None,
        advice_action_text=text(b) if (b := m.advice_action_text) else None,
        default_action_text=text(b) if (b := m.default_action_text) else None,
        violation_detail_url=m.violation_detail_url,
        scene=m.scene,
        target_user_id=ID(m.target_user_id),
        target_room_id=ID(m.target_room_id),
        count_down_time=m.count_down_time,
        show_feedback=m.show_feedback,
        feedback_options_list=tuple([perception_feedback_option(x) for x in m.feedback_options_list]),
        policy_tip=m.policy_tip,
    )


def hashtag(m: fast.Hashtag) -> records.Hashtag:
    return records.Hashtag(
        id=ID(m.id),
        title=m.title,
        image=image(b) if (b := m.image) else None,
        namespace=m.namespace,
    )


def top_host_info(m: fast.TopHostInfo) -> records.TopHostInfo:
    return records.TopHostInfo(
        rank_type=m.rank_type,
        top_index=m.top_index,
    )


def rival_extra(m: fast.RivalExtra) -> records.RivalExtra:
    return records.RivalExtra(
        user_count=m.user_count,
        avatar_thumb=image(b) if (b := m.avatar_thumb) else None,
        display_id=numeric(m.display_id),
        authentication_info=authentication_info(m.authentication_info) if m.HasField("authentication_info") else None,
        nickname=m.nickname,
        follow_status=m.follow_status,
        hashtag=hashtag(m.hashtag) if m.HasField("hashtag") else None,
        top_host_info=top_host_info(m.top_host_info) if m.HasField("top_host_info") else None,
        user_id=ID(m.user_id),
        is_best_teammate=m.is_best_teammate,
    )


def join_group_message_extra(m: fast.JoinGroupMessageExtra) -> records.JoinGroupMessageExtra:
    return records.JoinGroupMessageExtra(
        source_type=m.source_type,
        extra=rival_extra(m.extra) if m.HasField("extra") else None,
        other_users_list=tuple([rival_extra(x) for x in m.other_users_list]),
    )


def join_group_biz_content(m: fast.JoinGroupBizContent) -> records.JoinGroupBizContent:
    return records.JoinGroupBizContent(
        from_room_age_restricted=m.from_room_age_restricted,
        from_tag=tag(m.from_tag) if m.HasField("from_tag") else None,
        dialog=perception_dialog_info(m.dialog) if m.HasField("dialog") else None,
        punish_info=punish_event_info(m.punish_info) if m.HasField("punish_info") else None,
        join_group_msg_extra=join_group_message_extra(m.join_group_msg_extra) if m.HasField("join_group_msg_extra") else None,
    )


def cohost_content(m: fast.CohostContent) -> records.CohostContent:
    return records.CohostContent(
        join_group_biz_content=join_group_biz_content(m.join_group_biz_content) if m.HasField("join_group_biz_content") else None,
    )


def business_content(m: fast.BusinessContent) -> records.BusinessContent:
    return records.BusinessContent(
        over_length=m.over_length,
        multi_live_content=multi_live_content(m.multi_live_content) if m.HasField("multi_live_content") else None,
        cohost_content=cohost_content(m.cohost_content) if m.HasField("cohost_content") else None,
    )


def join_group_content(m: fast.JoinGroupContent) -> records.JoinGroupContent:
    return records.JoinGroupContent(
        group_user=group_channel_all_user(m.group_user) if m.HasField("group_user") else None,
        join_user=group_player(m.join_user) if m.HasField("join_user") else None,
        type=m.type,
    )


def link_message(m: fast.WebcastLinkMessage, head: Head) -> records.LinkEvent:
    c = m.common
    return records.LinkEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message_type=m.message_type,
        linker_id=ID(m.linker_id),
        scene=m.scene,
        invite_content=linker_invite_content(m.invite_content) if m.HasField("invite_content") else None,
        reply_content=linker_reply_content(m.reply_content) if m.HasField("reply_content") else None,
        create_content=linker_create_content(m.create_content) if m.HasField("create_content") else None,
        close_content=m.close_content,
        enter_content=linker_enter_content(m.enter_content) if m.HasField("enter_content") else None,
        leave_content=linker_leave_content(m.leave_content) if m.HasField("leave_content") else None,
        cancel_content=linker_cancel_content(m.cancel_content) if m.HasField("cancel_content") else None,
        kick_out_content=linker_kick_out_content(m.kick_out_content) if m.HasField("kick_out_content") else None,
        linked_list_change_content=m.linked_list_change_content,
        update_user_content=linker_update_user_content(m.update_user_content) if m.HasField("update_user_content") else None,
        waiting_list_change_content=m.waiting_list_change_content,
        mute_content=linker_mute_content(m.mute_content) if m.HasField("mute_content") else None,
        random_match_content=linker_random_match_content(m.random_match_content) if m.HasField("random_match_content") else None,
        update_user_setting_content=m.update_user_setting_content,
        mic_idx_update_content=m.mic_idx_update_content,
        list_change_content=linker_list_change_content(m.list_change_content) if m.HasField("list_change_content") else None,
        cohost_list_change_content=m.cohost_list_change_content,
        media_change_content=linker_media_change_content(m.media_change_content) if m.HasField("media_change_content") else None,
        accept_notice_content=linker_accept_notice_content(m.accept_notice_content) if m.HasField("accept_notice_content") else None,
        sys_kick_out_content=linker_sys_kick_out_content(m.sys_kick_out_content) if m.HasField("sys_kick_out_content") else None,
        user_toast_content=linkmic_user_toast_content(m.user_toast_content) if m.HasField("user_toast_content") else None,
        extra=m.extra,
        expire_timestamp=m.expire_timestamp,
        transfer_extra=m.transfer_extra,
    )


def link_layer_message(m: fast.WebcastLinkLayerMessage, head: Head) -> records.LinkLayerEvent:
    c = m.common
    return records.LinkLayerEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message_type=m.message_type,
        channel_id=ID(m.channel_id),
        scene=m.scene,
        source=m.source,
        centerized_idc=m.centerized_idc,
        rtc_room_id=ID(m.rtc_room_id),
        create_channel_content=create_channel_content(m.create_channel_content) if m.HasField("create_channel_content") else None,
        list_change_content=list_change_content(m.list_change_content) if m.HasField("list_change_content") else None,
        invite_content=invite_content(m.invite_content) if m.HasField("invite_content") else None,
        apply_content=apply_content(m.apply_content) if m.HasField("apply_content") else None,
        permit_apply_content=permit_apply_content(m.permit_apply_content) if m.HasField("permit_apply_content") else None,
        reply_invite_content=reply_invite_content(m.reply_invite_content) if m.HasField("reply_invite_content") else None,
        kick_out_content=kick_out_content(m.kick_out_content) if m.HasField("kick_out_content") else None,
        cancel_apply_content=cancel_apply_content(m.cancel_apply_content) if m.HasField("cancel_apply_content") else None,
        cancel_invite_content=cancel_invite_content(m.cancel_invite_content) if m.HasField("cancel_invite_content") else None,
        leave_content=leave_content(m.leave_content) if m.HasField("leave_content") else None,
        finish_content=finish_channel_content(m.finish_content) if m.HasField("finish_content") else None,
        join_direct_content=join_direct_content(m.join_direct_content) if m.HasField("join_direct_content") else None,
        join_group_content=join_group_content(m.join_group_content) if m.HasField("join_group_content") else None,
        permit_group_content=permit_join_group_content(m.permit_group_content) if m.HasField("permit_group_content") else None,
        cancel_group_content=cancel_join_group_content(m.cancel_group_content) if m.HasField("cancel_group_content") else None,
        leave_group_content=leave_join_group_content(m.leave_group_content) if m.HasField("leave_group_content") else None,
        p2p_group_change_content=p2_p_group_change_content(m.p2p_group_change_content) if m.HasField("p2p_group_change_content") else None,
        group_change_blob=m.group_change_blob,
        business_content=business_content(m.business_content) if m.HasField("business_content") else None,
    )


def link_mic_method(m: fast.WebcastLinkMicMethod, head: Head) -> records.LinkMicEvent:
    c = m.common
    return records.LinkMicEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message_type=m.message_type,
        access_key=m.access_key,
        anchor_linkmic_id=ID(m.anchor_linkmic_id),
        user_id=ID(m.user_id),
        fan_ticket=m.fan_ticket,
        total_link_mic_fan_ticket=m.total_link_mic_fan_ticket,
        channel_id=ID(m.channel_id),
        layout=m.layout,
        vendor=m.vendor,
        dimension=m.dimension,
        theme=m.theme,
        invite_uid=m.invite_uid,
        to_user_id=ID(m.to_user_id),
        start_time_ms=m.start_time_ms,
        anchor_link_mic_id_str=m.anchor_link_mic_id_str,
        rival_anchor_id=ID(m.rival_anchor_id),
        rival_linkmic_id_str=m.rival_linkmic_id_str,
    )


def link_mic_fan_ticket_method(m: fast.WebcastLinkMicFanTicketMethod, head: Head) -> records.LinkMicFanTicketEvent:
    c = m.common
    return records.LinkMicFanTicketEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        fan_ticket_room_notice=fan_ticket_room_notice_content(m.fan_ticket_room_notice) if m.HasField("fan_ticket_room_notice") else None,
    )


def link_mic_layout_state_message(m: fast.WebcastLinkMicLayoutStateMessage, head: Head) -> records.LinkMicLayoutStateEvent:
    c = m.common
    return records.LinkMicLayoutStateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        layout_state=m.layout_state,
        layout_key=m.layout_key,
    )


def link_mic_anchor_guide_message(m: fast.WebcastLinkMicAnchorGuideMessage, head: Head) -> records.LinkMicAnchorGuideEvent:
    c = m.common
    return records.LinkMicAnchorGuideEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def link_screen_change_message(m: fast.WebcastLinkScreenChangeMessage, head: Head) -> records.LinkScreenChangeEvent:
    c = m.common
    return records.LinkScreenChangeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def link_state_message(m: fast.WebcastLinkStateMessage, head: Head) -> records.LinkStateEvent:
    c = m.common
    return records.LinkStateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        channel_id=ID(m.channel_id),
        scene=m.scene,
        version=m.version,
    )
