# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "shared" that are made from the schema."""

from __future__ import annotations

from tikcast.events._base import ID, NO_ID, Record


class PunishEventInfo(Record, frozen=True, kw_only=True):
    """The schema's PunishEventInfo."""

    punish_type: str = ""
    punish_reason: str = ""
    punish_id: ID = NO_ID
    violation_uid: int = 0
    punish_type_id: ID = NO_ID
    duration: int = 0


class MsgFilter(Record, frozen=True, kw_only=True):
    """The schema's MsgFilter."""

    is_gifter: bool = False
    is_subscribed_to_anchor: bool = False


class ValueLabel(Record, frozen=True, kw_only=True):
    """The schema's ValueLabel."""

    data: int = 0
    label: str = ""
    label2: str = ""
    label3: str = ""
