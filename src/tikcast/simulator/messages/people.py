"""Messages about what people do in a room: join, follow, share, like."""

from __future__ import annotations

from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.context import RoomContext, text, user_piece
from tikcast.simulator.messages.users import badge_icon
from tikcast.simulator.messages.wire import field
from tikcast.simulator.people.people import Person
from tikcast.simulator.room.actions import RoomAction

GRAND_ENTRANCE_LEVEL: Final = 25
"""From this gifter level on, a barrage message announces who joined, instead of a member message."""

_SOURCES: Final = ("unknown", "homepage_hot", "live_merge", "others_homepage", "message", "search")


def join(context: RoomContext, action: RoomAction) -> schema.WebcastMemberMessage | schema.WebcastBarrageMessage:
    """Somebody joined."""
    person = context.person(action)
    if (person.level or 0) >= GRAND_ENTRANCE_LEVEL:
        return _grand_entrance(context, action, person=person)
    user = context.user_messages.full(person)
    joined = text("live_room_enter_toast", "{0:user} joined", user_piece(user), color="#b8ffffff")
    return schema.WebcastMemberMessage(
        common=context.common(action, text=joined),
        user=user,
        member_count=context.totals.viewers(action.at_ms),
        action=1,
        anchor_display_text=joined,
        client_enter_source=_SOURCES[action.random_bits % len(_SOURCES)],
        client_enter_type="click",
    )


def _grand_entrance(context: RoomContext, action: RoomAction, *, person: Person) -> schema.WebcastBarrageMessage:
    common = context.common(action)
    common.method = "WebcastBarrageMessage"
    level = person.level or GRAND_ENTRANCE_LEVEL
    return schema.WebcastBarrageMessage(
        common=common,
        msg_type=9,
        icon=badge_icon(f"grade_badge_lv{level}_ltr_v2.png"),
        content=text("pm_mt_alp_join_animation", "joined"),
        duration=4000,
        background=badge_icon("grade_entrance_bg_lv1_v4.png"),
        user_grade_param=schema.BarrageTypeUserGradeParam(
            current_grade=level, user_id=str(person.id), user=context.user_messages.full(person)
        ),
    )


def social(context: RoomContext, action: RoomAction) -> schema.WebcastSocialMessage:
    """Somebody followed the host, or shared the live stream."""
    user = context.user_messages.full(context.person(action))
    if action.random_bits % 10 < 7:
        shown = text("pm_main_follow_message_viewer_2", "{0:user} followed the LIVE creator", user_piece(user))
        followers = context.totals.followers(action.at_ms)
        return schema.WebcastSocialMessage(
            common=context.common(action, text=shown), user=user, action=1, follow_count=followers
        )
    return schema.WebcastSocialMessage(
        common=context.common(action, text=_shared(user, action.random_bits)),
        user=user,
        action=3,
        share_type=1,
        share_target=str(action.random_bits % 8),
        share_count=context.totals.shares(action.at_ms),
    )


def _shared(user: schema.User, random_bits: int) -> schema.Text:
    if random_bits // 16 % 5:
        return text("pm_mt_guidance_share", "{0:user} shared the LIVE", user_piece(user))
    joined = 5 + random_bits // 256 % 2 * 5
    pattern = f"{{0:user}} shared the LIVE with more than {joined} friends"
    return text(f"pm_mt_guidance_viewer_{joined}_share", pattern, user_piece(user))


def likes_of(action: RoomAction) -> int:
    """The number of likes in a message: mostly 15, which is the most."""
    return 15 if action.random_bits % 10 < 7 else 1 + action.random_bits // 16 % 15


def like(context: RoomContext, action: RoomAction) -> bytes:
    """Somebody liked; the total is of one of two servers, sometimes a total of a few seconds ago."""
    person = context.person(action)
    late_ms = 6000 if action.random_bits // 64 % 25 == 0 else 0
    total = context.totals.likes(action.random_bits // 4096 % 2, action.at_ms - late_ms)
    shown = text("pm_mt_msg_viewer", "{0:user} liked the LIVE", user_piece(context.user_messages.brief(person)))
    message = schema.WebcastLikeMessage(
        common=context.common(action, text=shown),
        count=likes_of(action),
        total=total,
        user=context.user_messages.full(person),
        effect_cnt=1,
    )
    # The text is repeated for the host, in a field that is not in the schema.
    for_host = field(8, field(1, context.host.id) + field(2, shown.SerializeToString()))
    return message.SerializeToString() + for_host


def unauthorized_member(context: RoomContext, action: RoomAction) -> schema.WebcastUnauthorizedMemberMessage:
    """Somebody without an account joined."""
    return schema.WebcastUnauthorizedMemberMessage(
        common=context.common(action),
        action=1,
        nick_name_prefix=text("web_nonlogin_im_1", "Viewer"),
        nick_name=str(action.random_bits % 900_000 + 100_000),
        enter_text=text("live_room_enter_toast", "{0:user} joined"),
    )
