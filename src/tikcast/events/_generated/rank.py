# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "rank" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Badge, Event, ID, Image, NO_ID, Record, Text, User
from tikcast.events._generated.shared import ValueLabel


class RankTabInfo(Record, frozen=True, kw_only=True):
    """The schema's WebcastRankTabInfo."""

    rank_type: int = 0
    title: str = ""
    title_text: Text | None = None
    list_lynx_type: int = 0


class RankUpdate(Record, frozen=True, kw_only=True):
    """The schema's WebcastRankUpdate."""

    rank_type: int = 0
    owner_rank: int = 0
    default_content: Text | None = None
    show_entrance_animation: bool = False
    countdown: int = 0
    related_tab_rank_type: int = 0
    request_first_show_type: int = 0
    supported_version: int = 0
    owner_on_rank: bool = False


class TikTokColor(Record, frozen=True, kw_only=True):
    """The schema's TikTokColor."""

    color: str = ""
    id: ID = NO_ID
    data1: int = 0


class Ranking(Record, frozen=True, kw_only=True):
    """The schema's Ranking."""

    type: str = ""
    label: str = ""
    color: TikTokColor | None = None
    details: tuple[ValueLabel, ...] = ()


class RankingData(Record, frozen=True, kw_only=True):
    """The schema's RankingData."""

    data1: int = 0
    rankdata: Ranking | None = None
    data2: str = ""


class RankingData2(Record, frozen=True, kw_only=True):
    """The schema's RankingData2."""

    data1: int = 0
    data2: int = 0
    rankdata: Ranking | None = None
    data3: str = ""
    data4: int = 0
    data5: int = 0


class RankContainer(Record, frozen=True, kw_only=True):
    """The schema's RankContainer."""

    data1: int = 0
    rankingdata: RankingData | None = None
    data2: int = 0
    rankings: Ranking | None = None
    rankingdata2: RankingData2 | None = None
    data3: int = 0
    data4: int = 0


class GoalContributor(Record, frozen=True, kw_only=True):
    """The schema's GoalContributor."""

    user_id: ID = NO_ID
    avatar: Image | None = None
    display_id: ID = NO_ID
    score: int = 0
    user_id_str: str = ""
    in_room: bool = False
    is_friend: bool = False
    badge_list: tuple[Badge, ...] = ()
    follow_by_owner: bool = False
    is_fist_contribute: bool = False


class GoalStats(Record, frozen=True, kw_only=True):
    """The schema's GoalStats."""

    total_coins: int = 0
    total_contributor: int = 0


class Goal(Record, frozen=True, kw_only=True):
    """The schema's Goal."""

    id: ID = NO_ID
    description: str = ""
    audit_status: int = 0
    start_time: int = 0
    expire_time: int = 0
    real_finish_time: int = 0
    contributors_list: tuple[GoalContributor, ...] = ()
    contributors_length: int = 0
    id_str: str = ""
    audit_description: str = ""
    stats: GoalStats | None = None


class Indicator(Record, frozen=True, kw_only=True):
    """The schema's Indicator."""

    key: str = ""
    op: int = 0


class VoteUser(Record, frozen=True, kw_only=True):
    """The schema's VoteUser."""

    user_id: ID = NO_ID
    nick_name: str = ""
    avatar_thumb: Image | None = None


class PollOptionInfo(Record, frozen=True, kw_only=True):
    """The schema's PollOptionInfo."""

    votes: int = 0
    display_content: str = ""
    option_idx: int = 0
    vote_user_list: tuple[VoteUser, ...] = ()


class PollStartContent(Record, frozen=True, kw_only=True):
    """The schema's PollStartContent."""

    start_time: int = 0
    end_time: int = 0
    option_list: tuple[PollOptionInfo, ...] = ()
    title: str = ""
    operator: User | None = None


class PollEndContent(Record, frozen=True, kw_only=True):
    """The schema's PollEndContent."""

    end_type: int = 0
    option_list: tuple[PollOptionInfo, ...] = ()
    operator: User | None = None


class PollUpdateVotesContent(Record, frozen=True, kw_only=True):
    """The schema's PollUpdateVotesContent."""

    option_list: tuple[PollOptionInfo, ...] = ()


class RankUpdateEvent(Event, frozen=True, kw_only=True, tag="rank_update"):
    """The host's place in a ranking changes: the label at the top left."""

    type: ClassVar[str] = "rank_update"

    updates_list: tuple[RankUpdate, ...] = ()
    group_type: int = 0
    priority: int = 0
    tabs_list: tuple[RankTabInfo, ...] = ()
    is_animation_loop_play: bool = False
    animation_loop_for_off: bool = False


class RankTextEvent(Event, frozen=True, kw_only=True, tag="rank_text"):
    """"… just became the No. 1 viewer!" or "… just got the No. 3 gifter badge" in the chat."""

    type: ClassVar[str] = "rank_text"

    scene: int = 0
    owner_idx_before_update: int = 0
    owner_idx_after_update: int = 0
    self_get_badge_msg: Text | None = None
    other_get_badge_msg: Text | None = None
    cur_user_id: ID = NO_ID


class HourlyRankEvent(Event, frozen=True, kw_only=True, tag="hourly_rank"):
    """The host's place in the hourly or daily ranking."""

    type: ClassVar[str] = "hourly_rank"

    data: RankContainer | None = None
    data2: int = 0


class HourlyRankRewardEvent(Event, frozen=True, kw_only=True, tag="hourly_rank_reward"):
    """"Congratulations! … just became the No. 1 LIVE creator of the last hour.", with the reward that comes with it."""

    type: ClassVar[str] = "hourly_rank_reward"


class WeeklyRankRewardEvent(Event, frozen=True, kw_only=True, tag="weekly_rank_reward"):
    """"… became the No. 1 LIVE creator in Weekly Ranking", with the reward that comes with it."""

    type: ClassVar[str] = "weekly_rank_reward"


class GoalUpdateEvent(Event, frozen=True, kw_only=True, tag="goal_update"):
    """The host's gift goal advances: the bar with gifts and counts."""

    type: ClassVar[str] = "goal_update"

    indicator: Indicator | None = None
    goal: Goal | None = None
    contributor_id: ID = NO_ID
    contributor_avatar: Image | None = None
    contributor_display_id: ID = NO_ID
    contribute_subgoal_blob: bytes = b""
    contribute_count: int = 0
    contribute_score: int = 0
    gift_repeat_count: int = 0
    contributor_id_str: str = ""
    pin: bool = False
    unpin: bool = False
    pin_info_blob: bytes = b""
    update_source: int = 0
    goal_extra: str = ""


class PollEvent(Event, frozen=True, kw_only=True, tag="poll"):
    """A poll over the video starts, gets votes, or ends with its result."""

    type: ClassVar[str] = "poll"

    message_type: int = 0
    poll_id: ID = NO_ID
    start_content: PollStartContent | None = None
    end_content: PollEndContent | None = None
    update_content: PollUpdateVotesContent | None = None
    poll_kind: int = 0
