"""Messages about the room itself: its viewers, its guests on the stage, and changes of the live stream."""

from __future__ import annotations

from tikcast._proto import schema
from tikcast.simulator.messages.context import RoomContext
from tikcast.simulator.messages.wire import field
from tikcast.simulator.room.actions import RoomAction, RoomControl

_PICTURED = 5
_RANKED = 16


def viewers(context: RoomContext, action: RoomAction) -> schema.WebcastRoomUserSeqMessage:
    """The number of viewers, and the top gifters: five as full users, the others by id."""
    watching = context.totals.viewers(action.at_ms)
    message = schema.WebcastRoomUserSeqMessage(
        common=schema.Common(
            method=action.method,
            msg_id=context.common(action).msg_id,
            room_id=context.room_id,
            create_time=action.at_ms,
        ),
        viewer_count=watching,
        pop_str=str(watching),
        popularity=watching,
        total_user=context.totals.entered(action.at_ms),
    )
    for rank, index in enumerate(context.visitors.top(min(_RANKED, watching)), start=1):
        person = context.visitors.person(index)
        seat = message.ranks_list.add(score=900 // rank, rank=rank)
        if rank <= _PICTURED:
            seat.user.CopyFrom(context.user_messages.ranked(person))
        else:
            seat.user.id = person.id
    return message


def control(context: RoomContext, action: RoomAction) -> schema.WebcastControlMessage:
    """The live stream was paused, resumed or ended."""
    code = action.detail.code if isinstance(action.detail, RoomControl) else 0
    message = schema.WebcastControlMessage(common=context.common(action), action=code)
    if code in {1, 2}:
        message.extra.source = "app_pause"
    elif code == 4:
        message.tips = "This LIVE was ended because it broke our Community Guidelines."
    return message


def fan_ticket(context: RoomContext, action: RoomAction) -> schema.WebcastLinkMicFanTicketMethod:
    """The tickets of the guests on the stage."""
    tickets = action.random_bits % 9000
    notice = schema.FanTicketRoomNoticeContent(
        user_fan_ticket_list=[schema.UserFanTicket(user_id=context.host.id, fan_ticket=tickets)],
        total_link_mic_fan_ticket=tickets,
        fan_ticket_icon_url="https://p16-webcast.tiktokcdn.com/img/webcast-sg/tiktok_linkmic_coin@3x.png~0x0.png",
    )
    return schema.WebcastLinkMicFanTicketMethod(common=context.common(action), fan_ticket_room_notice=notice)


def link_mic(context: RoomContext, action: RoomAction) -> bytes:
    """The sound of the stage changed. Its scene (field 43) is not in the schema."""
    message = schema.WebcastLinkMicMethod(
        common=context.common(action), message_type=4, channel_id=context.room_id, layout=4, vendor=4
    )
    return message.SerializeToString() + field(43, 2)


def link_layer(context: RoomContext, action: RoomAction) -> schema.WebcastLinkLayerMessage:
    """The people on the stage and those who wait for it, by id."""
    message = schema.WebcastLinkLayerMessage(
        common=context.common(action), message_type=11, channel_id=context.room_id, scene=4
    )
    message.list_change_content.type = 2
    waiting = message.list_change_content.list.applied_list
    for index in context.visitors.top(6 + action.random_bits % 9):
        waiting.add(linkmic_id=f"{context.room_id}_{context.visitors.person(index).id}", app_version="3050")
    return message


def link_list(context: RoomContext, action: RoomAction) -> schema.WebcastLinkMessage:
    """The people on the stage and in its queue as full users: the largest message of all."""
    message = schema.WebcastLinkMessage(
        common=context.common(action), message_type=20, linker_id=context.room_id, scene=4
    )
    people = [context.host, *(context.visitors.person(index) for index in context.visitors.top(14))]
    for place, person in enumerate(people):
        linked = message.list_change_content.linked_users if place < 3 else message.list_change_content.applied_users
        guest = linked.add(modify_time=action.at_ms // 1000, link_status=4, linkmic_id_str=f"{person.id}_{place}")
        guest.user.CopyFrom(context.user_messages.full(person))
    return message


def layout(context: RoomContext, action: RoomAction) -> schema.WebcastLinkMicLayoutStateMessage:
    """The layout of the stage."""
    return schema.WebcastLinkMicLayoutStateMessage(
        common=context.common(action), room_id=context.room_id, layout_state=4, layout_key="1_0"
    )
