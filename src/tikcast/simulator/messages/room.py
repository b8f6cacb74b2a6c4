"""The room itself: who watches, how the stage is laid out, when the host pauses and ends."""

from __future__ import annotations

from tikcast._proto import schema
from tikcast.simulator.messages.context import Setting
from tikcast.simulator.messages.wire import field
from tikcast.simulator.room.actions import Control, Happening

_PICTURED = 5
_RANKED = 16


def viewers(setting: Setting, happening: Happening) -> schema.WebcastRoomUserSeqMessage:
    """How many watch, and the most generous of them: five with their picture, the rest by id."""
    watching = setting.totals.viewers(happening.at_ms)
    message = schema.WebcastRoomUserSeqMessage(
        common=schema.Common(
            method=happening.method,
            msg_id=setting.common(happening).msg_id,
            room_id=setting.room_id,
            create_time=happening.at_ms,
        ),
        viewer_count=watching,
        pop_str=str(watching),
        popularity=watching,
        total_user=setting.totals.entered(happening.at_ms),
    )
    for rank, index in enumerate(setting.visitors.top(min(_RANKED, watching)), start=1):
        person = setting.visitors.person(index)
        seat = message.ranks_list.add(score=900 // rank, rank=rank)
        if rank <= _PICTURED:
            seat.user.CopyFrom(setting.user_messages.ranked(person))
        else:
            seat.user.id = person.id
    return message


def control(setting: Setting, happening: Happening) -> schema.WebcastControlMessage:
    """The live was paused, resumed or ended."""
    action = happening.detail.action if isinstance(happening.detail, Control) else 0
    message = schema.WebcastControlMessage(common=setting.common(happening), action=action)
    if action in {1, 2}:
        message.extra.source = "app_pause"
    elif action == 4:
        message.tips = "This LIVE was ended because it broke our Community Guidelines."
    return message


def fan_ticket(setting: Setting, happening: Happening) -> schema.WebcastLinkMicFanTicketMethod:
    """What the guests on the stage have received so far."""
    tickets = happening.roll % 9000
    notice = schema.FanTicketRoomNoticeContent(
        user_fan_ticket_list=[schema.UserFanTicket(user_id=setting.host.id, fan_ticket=tickets)],
        total_link_mic_fan_ticket=tickets,
        fan_ticket_icon_url="https://p16-webcast.tiktokcdn.com/img/webcast-sg/tiktok_linkmic_coin@3x.png~0x0.png",
    )
    return schema.WebcastLinkMicFanTicketMethod(common=setting.common(happening), fan_ticket_room_notice=notice)


def link_mic(setting: Setting, happening: Happening) -> bytes:
    """The stage's sound changed. Its scene (43) is known to no schema."""
    message = schema.WebcastLinkMicMethod(
        common=setting.common(happening), message_type=4, channel_id=setting.room_id, layout=4, vendor=4
    )
    return message.SerializeToString() + field(43, 2)


def link_layer(setting: Setting, happening: Happening) -> schema.WebcastLinkLayerMessage:
    """Who is on the stage and who waits, by id."""
    message = schema.WebcastLinkLayerMessage(
        common=setting.common(happening), message_type=11, channel_id=setting.room_id, scene=4
    )
    message.list_change_content.type = 2
    waiting = message.list_change_content.list.applied_list
    for index in setting.visitors.top(6 + happening.roll % 9):
        waiting.add(linkmic_id=f"{setting.room_id}_{setting.visitors.person(index).id}", app_version="3050")
    return message


def link_list(setting: Setting, happening: Happening) -> schema.WebcastLinkMessage:
    """Everybody on the stage and in its queue in full: the largest message there is."""
    message = schema.WebcastLinkMessage(
        common=setting.common(happening), message_type=20, linker_id=setting.room_id, scene=4
    )
    people = [setting.host, *(setting.visitors.person(index) for index in setting.visitors.top(14))]
    for place, person in enumerate(people):
        linked = message.list_change_content.linked_users if place < 3 else message.list_change_content.applied_users
        guest = linked.add(modify_time=happening.at_ms // 1000, link_status=4, linkmic_id_str=f"{person.id}_{place}")
        guest.user.CopyFrom(setting.user_messages.full(person))
    return message


def layout(setting: Setting, happening: Happening) -> schema.WebcastLinkMicLayoutStateMessage:
    """How the stage is laid out."""
    return schema.WebcastLinkMicLayoutStateMessage(
        common=setting.common(happening), room_id=setting.room_id, layout_state=4, layout_key="1_0"
    )
