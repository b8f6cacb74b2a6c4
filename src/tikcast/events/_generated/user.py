# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "user" that are made from the schema."""

from __future__ import annotations

from tikcast.events._base import Image, Record


class AuthenticationInfo(Record, frozen=True, kw_only=True):
    """The schema's AuthenticationInfo."""

    custom_verify: str = ""
    enterprise_verify_reason: str = ""
    authentication_badge: Image | None = None
