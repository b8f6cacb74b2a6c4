# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Converters of the family "activity", generated from the schema."""

from __future__ import annotations

from tikcast._proto import fast
from tikcast._wire.convert.head import Head, milliseconds
from tikcast._wire.convert.records import text
from tikcast._wire.convert._generated.shared import value_label
from tikcast.events._base import ID
from tikcast.events._generated import activity as records


def live_shopping_data(m: fast.LiveShoppingData) -> records.LiveShoppingData:
    return records.LiveShoppingData(
        title=m.title,
        price_string=m.price_string,
        image_url=m.image_url,
        shop_url=m.shop_url,
        data1=m.data1,
        shop_name=m.shop_name,
        data2=m.data2,
        shop_url2=m.shop_url2,
        data3=m.data3,
        data4=m.data4,
    )


def live_shopping_details(m: fast.LiveShoppingDetails) -> records.LiveShoppingDetails:
    return records.LiveShoppingDetails(
        id1=m.id1,
        data1=m.data1,
        data2=m.data2,
        timestamp=m.timestamp,
        data=value_label(m.data) if m.HasField("data") else None,
    )


def time_stamp_container(m: fast.TimeStampContainer) -> records.TimeStampContainer:
    return records.TimeStampContainer(
        timestamp1=m.timestamp1,
        timestamp2=m.timestamp2,
        timestamp3=m.timestamp3,
    )


def oec_live_shopping_message(m: fast.WebcastOecLiveShoppingMessage, head: Head) -> records.OecLiveShoppingEvent:
    c = m.common
    return records.OecLiveShoppingEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        shopping_data_blob=m.shopping_data_blob,
        shop_data=live_shopping_data(m.shop_data) if m.HasField("shop_data") else None,
        shop_timings=time_stamp_container(m.shop_timings) if m.HasField("shop_timings") else None,
        details=live_shopping_details(m.details) if m.HasField("details") else None,
    )


def ec_short_item_refresh_message(m: fast.WebcastEcShortItemRefreshMessage, head: Head) -> records.EcShortItemRefreshEvent:
    c = m.common
    return records.EcShortItemRefreshEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def paid_content_live_shopping_message(m: fast.WebcastPaidContentLiveShoppingMessage, head: Head) -> records.PaidContentLiveShoppingEvent:
    c = m.common
    return records.PaidContentLiveShoppingEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def ba_lead_gen_message(m: fast.WebcastBALeadGenMessage, head: Head) -> records.BALeadGenEvent:
    c = m.common
    return records.BALeadGenEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def donation_sticker_modify_method(m: fast.WebcastDonationStickerModifyMethod, head: Head) -> records.DonationStickerModifyEvent:
    c = m.common
    return records.DonationStickerModifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def partnership_drops_update_message(m: fast.WebcastPartnershipDropsUpdateMessage, head: Head) -> records.PartnershipDropsUpdateEvent:
    c = m.common
    return records.PartnershipDropsUpdateEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        change_mode=m.change_mode,
    )


def partnership_game_offline_message(m: fast.WebcastPartnershipGameOfflineMessage, head: Head) -> records.PartnershipGameOfflineEvent:
    c = m.common
    return records.PartnershipGameOfflineEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        offline_game_list_blob=m.offline_game_list_blob,
    )


def partnership_punish_message(m: fast.WebcastPartnershipPunishMessage, head: Head) -> records.PartnershipPunishEvent:
    c = m.common
    return records.PartnershipPunishEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        punish_info_blob=m.punish_info_blob,
    )


def partnership_card_change_message(m: fast.WebcastPartnershipCardChangeMessage, head: Head) -> records.PartnershipCardChangeEvent:
    c = m.common
    return records.PartnershipCardChangeEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def partnership_download_count_message(m: fast.WebcastPartnershipDownloadCountMessage, head: Head) -> records.PartnershipDownloadCountEvent:
    c = m.common
    return records.PartnershipDownloadCountEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def game_rank_notify_message(m: fast.WebcastGameRankNotifyMessage, head: Head) -> records.GameRankNotifyEvent:
    c = m.common
    return records.GameRankNotifyEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        msg_type=m.msg_type,
        notify_text=m.notify_text,
    )


def game_server_feature_message(m: fast.WebcastGameServerFeatureMessage, head: Head) -> records.GameServerFeatureEvent:
    c = m.common
    return records.GameServerFeatureEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def live_game_intro_message(m: fast.WebcastLiveGameIntroMessage, head: Head) -> records.LiveGameIntroEvent:
    c = m.common
    return records.LiveGameIntroEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
        game_text=text(b) if (b := m.game_text) else None,
    )


def pictionary_start_message(m: fast.WebcastPictionaryStartMessage, head: Head) -> records.PictionaryStartEvent:
    c = m.common
    return records.PictionaryStartEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def pictionary_end_message(m: fast.WebcastPictionaryEndMessage, head: Head) -> records.PictionaryEndEvent:
    c = m.common
    return records.PictionaryEndEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )


def pictionary_exit_message(m: fast.WebcastPictionaryExitMessage, head: Head) -> records.PictionaryExitEvent:
    c = m.common
    return records.PictionaryExitEvent(
        room_id=ID(c.room_id or head.room_id),
        message_id=ID(c.msg_id or head.message_id),
        created_at_ms=milliseconds(c.create_time),
        received_at_ms=head.received_at_ms,
        is_history=head.is_history,
        raw=head.raw,
    )
