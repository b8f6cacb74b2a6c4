# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "shared", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import numeric
from tikcast.events._base import ID
from tikcast.events._generated import shared as records


def punish_event_info(m: fast.PunishEventInfo) -> records.PunishEventInfo:
    return records.PunishEventInfo(
        punish_type=m.punish_type,
        punish_reason=m.punish_reason,
        punish_id=numeric(m.punish_id),
        violation_uid=m.violation_uid,
        punish_type_id=ID(m.punish_type_id),
        duration=m.duration,
    )


def msg_filter(m: fast.MsgFilter) -> records.MsgFilter:
    return records.MsgFilter(
        is_gifter=m.is_gifter,
        is_subscribed_to_anchor=m.is_subscribed_to_anchor,
    )


def value_label(m: fast.ValueLabel) -> records.ValueLabel:
    return records.ValueLabel(
        data=m.data,
        label=m.label,
        label2=m.label2,
        label3=m.label3,
    )
