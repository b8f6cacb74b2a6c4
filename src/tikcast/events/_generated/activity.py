# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "activity" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, Record, Text
from tikcast.events._generated.shared import ValueLabel


class LiveShoppingData(Record, frozen=True, kw_only=True):
    """The schema's LiveShoppingData."""

    title: str = ""
    price_string: str = ""
    image_url: str = ""
    shop_url: str = ""
    data1: int = 0
    shop_name: str = ""
    data2: int = 0
    shop_url2: str = ""
    data3: int = 0
    data4: int = 0


class LiveShoppingDetails(Record, frozen=True, kw_only=True):
    """The schema's LiveShoppingDetails."""

    id1: str = ""
    data1: str = ""
    data2: int = 0
    timestamp: int = 0
    data: ValueLabel | None = None


class TimeStampContainer(Record, frozen=True, kw_only=True):
    """The schema's TimeStampContainer."""

    timestamp1: int = 0
    timestamp2: int = 0
    timestamp3: int = 0


class OecLiveShoppingEvent(Event, frozen=True, kw_only=True, tag="oec_live_shopping"):
    """A product of the live shop is shown."""

    type: ClassVar[str] = "oec_live_shopping"

    shopping_data_blob: int = 0
    shop_data: LiveShoppingData | None = None
    shop_timings: TimeStampContainer | None = None
    details: LiveShoppingDetails | None = None


class EcShortItemRefreshEvent(Event, frozen=True, kw_only=True, tag="ec_short_item_refresh"):
    """The products of the live shop are to be loaded again."""

    type: ClassVar[str] = "ec_short_item_refresh"


class PaidContentLiveShoppingEvent(Event, frozen=True, kw_only=True, tag="paid_content_live_shopping"):
    """Paid content, such as a video series, is offered in the live."""

    type: ClassVar[str] = "paid_content_live_shopping"


class BALeadGenEvent(Event, frozen=True, kw_only=True, tag="ba_lead_gen"):
    """A business account shows a contact form."""

    type: ClassVar[str] = "ba_lead_gen"


class DonationStickerModifyEvent(Event, frozen=True, kw_only=True, tag="donation_sticker_modify"):
    """The donation sticker changes."""

    type: ClassVar[str] = "donation_sticker_modify"


class PartnershipDropsUpdateEvent(Event, frozen=True, kw_only=True, tag="partnership_drops_update"):
    """The rewards (drops) for watching a partner's game change."""

    type: ClassVar[str] = "partnership_drops_update"

    change_mode: int = 0


class PartnershipGameOfflineEvent(Event, frozen=True, kw_only=True, tag="partnership_game_offline"):
    """A partner's game is no longer offered."""

    type: ClassVar[str] = "partnership_game_offline"

    offline_game_list_blob: bytes = b""


class PartnershipPunishEvent(Event, frozen=True, kw_only=True, tag="partnership_punish"):
    """A partnership is punished."""

    type: ClassVar[str] = "partnership_punish"

    punish_info_blob: bytes = b""


class PartnershipCardChangeEvent(Event, frozen=True, kw_only=True, tag="partnership_card_change"):
    """The card of a partner's game changes."""

    type: ClassVar[str] = "partnership_card_change"


class PartnershipDownloadCountEvent(Event, frozen=True, kw_only=True, tag="partnership_download_count"):
    """How many viewers downloaded a partner's game."""

    type: ClassVar[str] = "partnership_download_count"


class GameRankNotifyEvent(Event, frozen=True, kw_only=True, tag="game_rank_notify"):
    """News of a game's ranking."""

    type: ClassVar[str] = "game_rank_notify"

    msg_type: int = 0
    notify_text: str = ""


class GameServerFeatureEvent(Event, frozen=True, kw_only=True, tag="game_server_feature"):
    """What the game in this live can do changes."""

    type: ClassVar[str] = "game_server_feature"


class LiveGameIntroEvent(Event, frozen=True, kw_only=True, tag="live_game_intro"):
    """The game that the host plays introduces itself."""

    type: ClassVar[str] = "live_game_intro"

    game_text: Text | None = None


class PictionaryStartEvent(Event, frozen=True, kw_only=True, tag="pictionary_start"):
    """A drawing game starts."""

    type: ClassVar[str] = "pictionary_start"


class PictionaryEndEvent(Event, frozen=True, kw_only=True, tag="pictionary_end"):
    """A drawing game ends."""

    type: ClassVar[str] = "pictionary_end"


class PictionaryExitEvent(Event, frozen=True, kw_only=True, tag="pictionary_exit"):
    """The host leaves the drawing game."""

    type: ClassVar[str] = "pictionary_exit"
