# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "gift" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, ID, Image, NO_ID, Record


class EnvelopeInfo(Record, frozen=True, kw_only=True):
    """The schema's EnvelopeInfo."""

    envelope_id: ID = NO_ID
    business_type: int = 0
    envelope_idc: str = ""
    send_user_name: str = ""
    diamond_count: int = 0
    people_count: int = 0
    unpack_at: int = 0
    send_user_id: ID = NO_ID
    send_user_avatar: Image | None = None
    create_at: str = ""
    room_id: ID = NO_ID
    follow_show_status: int = 0
    skin_id: ID = NO_ID


class EnvelopePortalEvent(Event, frozen=True, kw_only=True, tag="envelope_portal"):
    """A portal gift sends viewers to another room: it opens, or "… 's Portal is closed" says how many people joined through it."""

    type: ClassVar[str] = "envelope_portal"


class GiftBroadcastEvent(Event, frozen=True, kw_only=True, tag="gift_broadcast"):
    """A large gift in some room, announced in many rooms by a banner."""

    type: ClassVar[str] = "gift_broadcast"

    broadcast_id: ID = NO_ID


class GiftCollectionUpdateEvent(Event, frozen=True, kw_only=True, tag="gift_collection_update"):
    """The gift collection of the room grows: the panel that shows which gifts of a set the room has, and which are missing."""

    type: ClassVar[str] = "gift_collection_update"


class GiftDynamicRestrictionEvent(Event, frozen=True, kw_only=True, tag="gift_dynamic_restriction"):
    """Some gifts become grey, or can be sent again, in this viewer's gift panel."""

    type: ClassVar[str] = "gift_dynamic_restriction"

    restriction_blob: bytes = b""


class GiftPanelUpdateEvent(Event, frozen=True, kw_only=True, tag="gift_panel_update"):
    """The gift panel changes: other gifts, other prices, another order."""

    type: ClassVar[str] = "gift_panel_update"

    panel_ts_or_version: int = 0
    panel_blob: bytes = b""
    gift_list_blob: bytes = b""
    vault_blob: bytes = b""


class GiftPromptEvent(Event, frozen=True, kw_only=True, tag="gift_prompt"):
    """A bubble above the gift button with a title and a sentence that invites to send a gift."""

    type: ClassVar[str] = "gift_prompt"

    title: str = ""
    body: str = ""


class BindingGiftEvent(Event, frozen=True, kw_only=True, tag="binding_gift"):
    """A gift bound to something else, such as a fan club task; the gift itself is inside as bytes."""

    type: ClassVar[str] = "binding_gift"

    gift_message_blob: bytes = b""


class ViewerPicksUpdateEvent(Event, frozen=True, kw_only=True, tag="viewer_picks_update"):
    """The gifts that viewers picked as the favourites of this room change."""

    type: ClassVar[str] = "viewer_picks_update"

    update_type: int = 0
    picks_blob: bytes = b""


class BoostCardEvent(Event, frozen=True, kw_only=True, tag="boost_card"):
    """A boost card: points in a battle count more for a while."""

    type: ClassVar[str] = "boost_card"

    cards_blob: bytes = b""
