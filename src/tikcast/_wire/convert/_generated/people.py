# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "people", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds
from tikcast._wire.convert.records import text
from tikcast.events._base import ID
from tikcast.events._generated import people as records


def unauthorized_member_message(m: fast.WebcastUnauthorizedMemberMessage, head: Head) -> records.UnauthorizedMemberEvent:
    c = m.common
    return records.UnauthorizedMemberEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        action=m.action,
        nick_name_prefix=text(b) if (b := m.nick_name_prefix) else None,
        nick_name=m.nick_name,
        enter_text=text(b) if (b := m.enter_text) else None,
    )
