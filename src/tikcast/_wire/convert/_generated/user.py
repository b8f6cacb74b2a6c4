# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "user", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.records import image
from tikcast.events._generated import user as records


def authentication_info(m: fast.AuthenticationInfo) -> records.AuthenticationInfo:
    return records.AuthenticationInfo(
        custom_verify=m.custom_verify,
        enterprise_verify_reason=m.enterprise_verify_reason,
        authentication_badge=image(b) if (b := m.authentication_badge) else None,
    )
