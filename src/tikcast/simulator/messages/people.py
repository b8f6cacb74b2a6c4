"""What people do in a room: they join, follow, share and like."""

from __future__ import annotations

from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.context import Setting, text, user_piece
from tikcast.simulator.messages.users import badge_icon
from tikcast.simulator.messages.wire import field
from tikcast.simulator.people.people import Person
from tikcast.simulator.room.actions import Happening

GRAND_ENTRANCE_LEVEL: Final = 25
"""From this gifter level on, joining is announced by a barrage instead of a member message."""

_SOURCES: Final = ("unknown", "homepage_hot", "live_merge", "others_homepage", "message", "search")


def join(setting: Setting, happening: Happening) -> schema.WebcastMemberMessage | schema.WebcastBarrageMessage:
    """Somebody came in."""
    person = setting.person(happening)
    if (person.level or 0) >= GRAND_ENTRANCE_LEVEL:
        return _grand_entrance(setting, happening, person=person)
    user = setting.user_messages.full(person)
    joined = text("live_room_enter_toast", "{0:user} joined", user_piece(user), color="#b8ffffff")
    return schema.WebcastMemberMessage(
        common=setting.common(happening, text=joined),
        user=user,
        member_count=setting.totals.viewers(happening.at_ms),
        action=1,
        anchor_display_text=joined,
        client_enter_source=_SOURCES[happening.roll % len(_SOURCES)],
        client_enter_type="click",
    )


def _grand_entrance(setting: Setting, happening: Happening, *, person: Person) -> schema.WebcastBarrageMessage:
    common = setting.common(happening)
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
            current_grade=level, user_id=str(person.id), user=setting.user_messages.full(person)
        ),
    )


def social(setting: Setting, happening: Happening) -> schema.WebcastSocialMessage:
    """Somebody followed the host, or shared the live."""
    user = setting.user_messages.full(setting.person(happening))
    if happening.roll % 10 < 7:
        shown = text("pm_main_follow_message_viewer_2", "{0:user} followed the LIVE creator", user_piece(user))
        followers = setting.totals.followers(happening.at_ms)
        return schema.WebcastSocialMessage(
            common=setting.common(happening, text=shown), user=user, action=1, follow_count=followers
        )
    return schema.WebcastSocialMessage(
        common=setting.common(happening, text=_shared(user, happening.roll)),
        user=user,
        action=3,
        share_type=1,
        share_target=str(happening.roll % 8),
        share_count=setting.totals.shares(happening.at_ms),
    )


def _shared(user: schema.User, roll: int) -> schema.Text:
    if roll // 16 % 5:
        return text("pm_mt_guidance_share", "{0:user} shared the LIVE", user_piece(user))
    joined = 5 + roll // 256 % 2 * 5
    pattern = f"{{0:user}} shared the LIVE with more than {joined} friends"
    return text(f"pm_mt_guidance_viewer_{joined}_share", pattern, user_piece(user))


def likes_of(happening: Happening) -> int:
    """How many likes a message brings: mostly the 15 that fit into one."""
    return 15 if happening.roll % 10 < 7 else 1 + happening.roll // 16 % 15


def like(setting: Setting, happening: Happening) -> bytes:
    """Somebody liked; the total is that of one of two servers, at times one of a few seconds ago."""
    person = setting.person(happening)
    late_ms = 6000 if happening.roll // 64 % 25 == 0 else 0
    total = setting.totals.likes(happening.roll // 4096 % 2, happening.at_ms - late_ms)
    shown = text("pm_mt_msg_viewer", "{0:user} liked the LIVE", user_piece(setting.user_messages.brief(person)))
    message = schema.WebcastLikeMessage(
        common=setting.common(happening, text=shown),
        count=likes_of(happening),
        total=total,
        user=setting.user_messages.full(person),
        effect_cnt=1,
    )
    # The text comes a second time for the host, in a field that no schema names.
    for_host = field(8, field(1, setting.host.id) + field(2, shown.SerializeToString()))
    return message.SerializeToString() + for_host


def unauthorized_member(setting: Setting, happening: Happening) -> schema.WebcastUnauthorizedMemberMessage:
    """Somebody without an account came in."""
    return schema.WebcastUnauthorizedMemberMessage(
        common=setting.common(happening),
        action=1,
        nick_name_prefix=text("web_nonlogin_im_1", "Viewer"),
        nick_name=str(happening.roll % 900_000 + 100_000),
        enter_text=text("live_room_enter_toast", "{0:user} joined"),
    )
