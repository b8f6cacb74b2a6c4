# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "rank", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds, numeric
from tikcast._wire.convert.records import badge, image, text, user
from tikcast._wire.convert._generated.shared import value_label
from tikcast.events._base import ID
from tikcast.events._generated import rank as records


def rank_tab_info(m: fast.WebcastRankTabInfo) -> records.RankTabInfo:
    return records.RankTabInfo(
        rank_type=m.rank_type,
        title=m.title,
        title_text=text(b) if (b := m.title_text) else None,
        list_lynx_type=m.list_lynx_type,
    )


def rank_update(m: fast.WebcastRankUpdate) -> records.RankUpdate:
    return records.RankUpdate(
        rank_type=m.rank_type,
        owner_rank=m.owner_rank,
        default_content=text(b) if (b := m.default_content) else None,
        show_entrance_animation=m.show_entrance_animation,
        countdown=m.countdown,
        related_tab_rank_type=m.related_tab_rank_type,
        request_first_show_type=m.request_first_show_type,
        supported_version=m.supported_version,
        owner_on_rank=m.owner_on_rank,
    )


def tik_tok_color(m: fast.TikTokColor) -> records.TikTokColor:
    return records.TikTokColor(
        color=m.color,
        id=ID(m.id),
        data1=m.data1,
    )


def ranking(m: fast.Ranking) -> records.Ranking:
    return records.Ranking(
        type=m.type,
        label=m.label,
        color=tik_tok_color(m.color) if m.HasField("color") else None,
        details=tuple([value_label(x) for x in m.details]),
    )


def ranking_data(m: fast.RankingData) -> records.RankingData:
    return records.RankingData(
        data1=m.data1,
        rankdata=ranking(m.rankdata) if m.HasField("rankdata") else None,
        data2=m.data2,
    )


def ranking_data2(m: fast.RankingData2) -> records.RankingData2:
    return records.RankingData2(
        data1=m.data1,
        data2=m.data2,
        rankdata=ranking(m.rankdata) if m.HasField("rankdata") else None,
        data3=m.data3,
        data4=m.data4,
        data5=m.data5,
    )


def rank_container(m: fast.RankContainer) -> records.RankContainer:
    return records.RankContainer(
        data1=m.data1,
        rankingdata=ranking_data(m.rankingdata) if m.HasField("rankingdata") else None,
        data2=m.data2,
        rankings=ranking(m.rankings) if m.HasField("rankings") else None,
        rankingdata2=ranking_data2(m.rankingdata2) if m.HasField("rankingdata2") else None,
        data3=m.data3,
        data4=m.data4,
    )


def goal_contributor(m: fast.GoalContributor) -> records.GoalContributor:
    return records.GoalContributor(
        user_id=ID(m.user_id),
        avatar=image(b) if (b := m.avatar) else None,
        display_id=numeric(m.display_id),
        score=m.score,
        user_id_str=m.user_id_str,
        in_room=m.in_room,
        is_friend=m.is_friend,
        badge_list=tuple([badge(x) for x in m.badge_list]),
        follow_by_owner=m.follow_by_owner,
        is_fist_contribute=m.is_fist_contribute,
    )


def goal_stats(m: fast.GoalStats) -> records.GoalStats:
    return records.GoalStats(
        total_coins=m.total_coins,
        total_contributor=m.total_contributor,
    )


def goal(m: fast.Goal) -> records.Goal:
    return records.Goal(
        id=ID(m.id),
        description=m.description,
        audit_status=m.audit_status,
        start_time=m.start_time,
        expire_time=m.expire_time,
        real_finish_time=m.real_finish_time,
        contributors_list=tuple([goal_contributor(x) for x in m.contributors_list]),
        contributors_length=m.contributors_length,
        id_str=m.id_str,
        audit_description=m.audit_description,
        stats=goal_stats(m.stats) if m.HasField("stats") else None,
    )


def indicator(m: fast.Indicator) -> records.Indicator:
    return records.Indicator(
        key=m.key,
        op=m.op,
    )


def vote_user(m: fast.VoteUser) -> records.VoteUser:
    return records.VoteUser(
        user_id=ID(m.user_id),
        nick_name=m.nick_name,
        avatar_thumb=image(b) if (b := m.avatar_thumb) else None,
    )


def poll_option_info(m: fast.PollOptionInfo) -> records.PollOptionInfo:
    return records.PollOptionInfo(
        votes=m.votes,
        display_content=m.display_content,
        option_idx=m.option_idx,
        vote_user_list=tuple([vote_user(x) for x in m.vote_user_list]),
    )


def poll_start_content(m: fast.PollStartContent) -> records.PollStartContent:
    return records.PollStartContent(
        start_time=m.start_time,
        end_time=m.end_time,
        option_list=tuple([poll_option_info(x) for x in m.option_list]),
        title=m.title,
        operator=user(b) if (b := m.operator) else None,
    )


def poll_end_content(m: fast.PollEndContent) -> records.PollEndContent:
    return records.PollEndContent(
        end_type=m.end_type,
        option_list=tuple([poll_option_info(x) for x in m.option_list]),
        operator=user(b) if (b := m.operator) else None,
    )


def poll_update_votes_content(m: fast.PollUpdateVotesContent) -> records.PollUpdateVotesContent:
    return records.PollUpdateVotesContent(
        option_list=tuple([poll_option_info(x) for x in m.option_list]),
    )


def rank_update_message(m: fast.WebcastRankUpdateMessage, head: Head) -> records.RankUpdateEvent:
    c = m.common
    return records.RankUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        updates_list=tuple([rank_update(x) for x in m.updates_list]),
        group_type=m.group_type,
        priority=m.priority,
        tabs_list=tuple([rank_tab_info(x) for x in m.tabs_list]),
        is_animation_loop_play=m.is_animation_loop_play,
        animation_loop_for_off=m.animation_loop_for_off,
    )


def rank_text_message(m: fast.WebcastRankTextMessage, head: Head) -> records.RankTextEvent:
    c = m.common
    return records.RankTextEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        scene=m.scene,
        owner_idx_before_update=m.owner_idx_before_update,
        owner_idx_after_update=m.owner_idx_after_update,
        self_get_badge_msg=text(b) if (b := m.self_get_badge_msg) else None,
        other_get_badge_msg=text(b) if (b := m.other_get_badge_msg) else None,
        cur_user_id=ID(m.cur_user_id),
    )


def hourly_rank_message(m: fast.WebcastHourlyRankMessage, head: Head) -> records.HourlyRankEvent:
    c = m.common
    return records.HourlyRankEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        data=rank_container(m.data) if m.HasField("data") else None,
        data2=m.data2,
    )


def hourly_rank_reward_message(m: fast.WebcastHourlyRankRewardMessage, head: Head) -> records.HourlyRankRewardEvent:
    c = m.common
    return records.HourlyRankRewardEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def weekly_rank_reward_message(m: fast.WebcastWeeklyRankRewardMessage, head: Head) -> records.WeeklyRankRewardEvent:
    c = m.common
    return records.WeeklyRankRewardEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def goal_update_message(m: fast.WebcastGoalUpdateMessage, head: Head) -> records.GoalUpdateEvent:
    c = m.common
    return records.GoalUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        indicator=indicator(m.indicator) if m.HasField("indicator") else None,
        goal=goal(m.goal) if m.HasField("goal") else None,
        contributor_id=ID(m.contributor_id),
        contributor_avatar=image(b) if (b := m.contributor_avatar) else None,
        contributor_display_id=numeric(m.contributor_display_id),
        contribute_subgoal_blob=m.contribute_subgoal_blob,
        contribute_count=m.contribute_count,
        contribute_score=m.contribute_score,
        gift_repeat_count=m.gift_repeat_count,
        contributor_id_str=m.contributor_id_str,
        pin=m.pin,
        unpin=m.unpin,
        pin_info_blob=m.pin_info_blob,
        update_source=m.update_source,
        goal_extra=m.goal_extra,
    )


def poll_message(m: fast.WebcastPollMessage, head: Head) -> records.PollEvent:
    c = m.common
    return records.PollEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        message_type=m.message_type,
        poll_id=ID(m.poll_id),
        start_content=poll_start_content(m.start_content) if m.HasField("start_content") else None,
        end_content=poll_end_content(m.end_content) if m.HasField("end_content") else None,
        update_content=poll_update_votes_content(m.update_content) if m.HasField("update_content") else None,
        poll_kind=m.poll_kind,
    )
