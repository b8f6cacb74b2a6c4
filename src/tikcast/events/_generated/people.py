# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "people" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, Text


class UnauthorizedMemberEvent(Event, frozen=True, kw_only=True, tag="unauthorized_member"):
    """A viewer without an account enters: "A guest joined"."""

    type: ClassVar[str] = "unauthorized_member"

    action: int = 0
    nick_name_prefix: Text | None = None
    nick_name: str = ""
    enter_text: Text | None = None
