# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "battle", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds
from tikcast.events._base import ID
from tikcast.events._generated import battle as records


def link_mic_battle_punish_finish_data(m: fast.LinkMicBattlePunishFinishData) -> records.LinkMicBattlePunishFinishData:
    return records.LinkMicBattlePunishFinishData(
        id2=m.id2,
        timestamp=m.timestamp,
        data3=m.data3,
        id1=m.id1,
        data5=m.data5,
        data6=m.data6,
        data8=m.data8,
    )


def battle_task_data(m: fast.BattleTaskData) -> records.BattleTaskData:
    return records.BattleTaskData(
        data1=m.data1,
    )


def linkmic_battle_task_data(m: fast.LinkmicBattleTaskData) -> records.LinkmicBattleTaskData:
    return records.LinkmicBattleTaskData(
        data1=battle_task_data(m.data1) if m.HasField("data1") else None,
    )


def linkmic_battle_task_data2(m: fast.LinkmicBattleTaskData2) -> records.LinkmicBattleTaskData2:
    return records.LinkmicBattleTaskData2(
        data1=m.data1,
        data2=m.data2,
    )


def link_mic_battle_punish_finish(m: fast.WebcastLinkMicBattlePunishFinish, head: Head) -> records.LinkMicBattlePunishFinishEvent:
    c = m.common
    return records.LinkMicBattlePunishFinishEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        id1=m.id1,
        timestamp=m.timestamp,
        data4=m.data4,
        id2=m.id2,
        data6=link_mic_battle_punish_finish_data(m.data6) if m.HasField("data6") else None,
    )


def link_mic_battle_item_card(m: fast.WebcastLinkMicBattleItemCard, head: Head) -> records.LinkMicBattleItemCardEvent:
    c = m.common
    return records.LinkMicBattleItemCardEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def linkmic_battle_notice_message(m: fast.WebcastLinkmicBattleNoticeMessage, head: Head) -> records.LinkmicBattleNoticeEvent:
    c = m.common
    return records.LinkmicBattleNoticeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def linkmic_battle_task_message(m: fast.WebcastLinkmicBattleTaskMessage, head: Head) -> records.LinkmicBattleTaskEvent:
    c = m.common
    return records.LinkmicBattleTaskEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        task_data_blob=m.task_data_blob,
        data3=linkmic_battle_task_data(m.data3) if m.HasField("data3") else None,
        data5=linkmic_battle_task_data2(m.data5) if m.HasField("data5") else None,
    )
