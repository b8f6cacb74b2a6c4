# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "gift", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds, numeric
from tikcast._wire.convert.records import image
from tikcast.events._base import ID
from tikcast.events._generated import gift as records


def envelope_info(m: fast.EnvelopeInfo) -> records.EnvelopeInfo:
    return records.EnvelopeInfo(
        envelope_id=numeric(m.envelope_id),
        business_type=m.business_type,
        envelope_idc=m.envelope_idc,
        send_user_name=m.send_user_name,
        diamond_count=m.diamond_count,
        people_count=m.people_count,
        unpack_at=m.unpack_at,
        send_user_id=numeric(m.send_user_id),
        send_user_avatar=image(b) if (b := m.send_user_avatar) else None,
        create_at=m.create_at,
        room_id=numeric(m.room_id),
        follow_show_status=m.follow_show_status,
        skin_id=ID(m.skin_id),
    )


def envelope_portal_message(m: fast.WebcastEnvelopePortalMessage, head: Head) -> records.EnvelopePortalEvent:
    c = m.common
    return records.EnvelopePortalEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def gift_broadcast_message(m: fast.WebcastGiftBroadcastMessage, head: Head) -> records.GiftBroadcastEvent:
    c = m.common
    return records.GiftBroadcastEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        broadcast_id=ID(m.broadcast_id),
    )


def gift_collection_update_message(m: fast.WebcastGiftCollectionUpdateMessage, head: Head) -> records.GiftCollectionUpdateEvent:
    c = m.common
    return records.GiftCollectionUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def gift_dynamic_restriction_message(m: fast.WebcastGiftDynamicRestrictionMessage, head: Head) -> records.GiftDynamicRestrictionEvent:
    c = m.common
    return records.GiftDynamicRestrictionEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        restriction_blob=m.restriction_blob,
    )


def gift_panel_update_message(m: fast.WebcastGiftPanelUpdateMessage, head: Head) -> records.GiftPanelUpdateEvent:
    c = m.common
    return records.GiftPanelUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        panel_ts_or_version=m.panel_ts_or_version,
        panel_blob=m.panel_blob,
        gift_list_blob=m.gift_list_blob,
        vault_blob=m.vault_blob,
    )


def gift_prompt_message(m: fast.WebcastGiftPromptMessage, head: Head) -> records.GiftPromptEvent:
    c = m.common
    return records.GiftPromptEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        title=m.title,
        body=m.body,
    )


def binding_gift_message(m: fast.WebcastBindingGiftMessage, head: Head) -> records.BindingGiftEvent:
    c = m.common
    return records.BindingGiftEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        gift_message_blob=m.gift_message_blob,
    )


def viewer_picks_update_message(m: fast.WebcastViewerPicksUpdateMessage, head: Head) -> records.ViewerPicksUpdateEvent:
    c = m.common
    return records.ViewerPicksUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        update_type=m.update_type,
        picks_blob=m.picks_blob,
    )


def boost_card_message(m: fast.WebcastBoostCardMessage, head: Head) -> records.BoostCardEvent:
    c = m.common
    return records.BoostCardEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        cards_blob=m.cards_blob,
    )
