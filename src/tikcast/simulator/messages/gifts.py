"""Messages about gifts: each message of a streak, the gift panel, and restrictions."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tikcast._proto import schema
from tikcast.simulator.messages.context import RoomContext, gift_piece, string_piece, text, user_piece
from tikcast.simulator.messages.talk import identity
from tikcast.simulator.messages.wire import field
from tikcast.simulator.room.actions import RoomAction
from tikcast.simulator.room.gifts import GIFTS, GiftKind, GiftStep

_GALLERY: Final = (
    "aweme://roma_redirect/?roma_group_key=roma_schema_group_gift_gallery&"
    "roma_page_key=roma_schema_page_detail_and_home"
)


def gift(context: RoomContext, action: RoomAction) -> schema.WebcastGiftMessage:
    """Somebody sent a gift: one message of a streak, or a gift without a streak."""
    step = step_of(action)
    person = context.person(action)
    user = context.user_messages.full(person)
    message = schema.WebcastGiftMessage(
        common=context.common(action, text=_sent(step, user)),
        gift_id=step.gift.id,
        group_count=1,
        repeat_count=step.repeat_count,
        combo_count=step.repeat_count,
        user=user,
        repeat_end=int(step.repeat_end),
        group_id=step.group_id,
        gift=gift_struct(step.gift),
        log_id=f"{action.random_bits:020d}CV{action.number & 0xFFFFF:X}",
        user_identity=identity(person),
    )
    message.common.describe = f"{person.nickname}: gifted the host {step.repeat_count} {step.gift.name}"
    extra = message.gift_extra
    extra.anchor_id = extra.to_user_id = context.host.id
    extra.send_gift_send_message_success_ms = action.at_ms
    extra.from_platform, extra.from_version = "android", "0"
    message.user.id_str = str(person.id)
    message.sponsorship_info.add(
        sponsor_id=context.host.id,
        unlighted_gift_icon=f"webcast-va/{step.gift.picture}",
        gift_gallery_detail_page_scheme_url=_GALLERY,
    )
    return message


def step_of(action: RoomAction) -> GiftStep:
    """The gift of an action; by default one rose."""
    if isinstance(action.detail, GiftStep):
        return action.detail
    return GiftStep(gift=GIFTS[0], group_id=0, repeat_count=1, repeat_end=False)


def _sent(step: GiftStep, user: schema.User) -> schema.Text:
    pieces = (user_piece(user), gift_piece(step.gift.id, step.gift.name), string_piece(f"x{step.repeat_count}"))
    pattern = "{0:user} sent {1:gift} {2:string}"
    return text("webcast_aweme_gift_send_message", pattern, *pieces, color="#ffface15")


@lru_cache(maxsize=len(GIFTS))
def gift_struct(kind: GiftKind) -> schema.GiftStruct:
    """The record of a gift. It is shared: copy it, do not change it."""
    picture = f"webcast-va/{kind.picture}"
    urls = [f"https://{host}-webcast.tiktokcdn.com/img/maliva/{picture}~tplv-obj.png" for host in ("p16", "p19")]
    return schema.GiftStruct(
        image=schema.Image(url_list=urls, uri=picture, avg_color="#607A53"),
        describe=f"Sent {kind.name}",
        duration=1000,
        id=kind.id,
        for_link_mic=True,
        combo=kind.streakable,
        type=kind.type,
        diamond_count=kind.diamonds,
        is_displayed_on_panel=True,
        name=kind.name,
        icon=schema.Image(url_list=urls, uri=picture, avg_color="#FFF1EB"),
    )


def panel_update(context: RoomContext, action: RoomAction) -> schema.WebcastGiftPanelUpdateMessage:
    """The gift panel changed: the ids and numbers of the gifts."""
    wanted = b"".join(field(1, field(1, kind.id) + field(2, field(1, kind.diamonds))) for kind in GIFTS)
    return schema.WebcastGiftPanelUpdateMessage(
        common=context.common(action),
        room_id=context.room_id,
        panel_ts_or_version=action.at_ms // 1000,
        panel_blob=wanted + field(3, action.at_ms),
    )


def restriction(context: RoomContext, action: RoomAction) -> schema.WebcastGiftDynamicRestrictionMessage:
    """Restricted gifts: none."""
    return schema.WebcastGiftDynamicRestrictionMessage(common=context.common(action), restriction_blob=b"")
