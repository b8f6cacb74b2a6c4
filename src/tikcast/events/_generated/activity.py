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
    """A product of the live shop is shown as a card with its picture, name and price."""

    type: ClassVar[str] = "oec_live_shopping"

    shopping_data_blob: int = 0
    shop_data: LiveShoppingData | None = None
    shop_timings: TimeStampContainer | None = None
    details: LiveShoppingDetails | None = None


class EcShortItemRefreshEvent(Event, frozen=True, kw_only=True, tag="ec_short_item_refresh"):
    """Nothing visible by itself: the app is told to load the short list of the shop's products again."""

    type: ClassVar[str] = "ec_short_item_refresh"


class PaidContentLiveShoppingEvent(Event, frozen=True, kw_only=True, tag="paid_content_live_shopping"):
    """Paid content, such as a video series, is offered in the live stream."""

    type: ClassVar[str] = "paid_content_live_shopping"


class BALeadGenEvent(Event, frozen=True, kw_only=True, tag="ba_lead_gen"):
    """A business account shows a button below the video, such as "Learn more", that leads to its page or contact form."""

    type: ClassVar[str] = "ba_lead_gen"


class DonationStickerModifyEvent(Event, frozen=True, kw_only=True, tag="donation_sticker_modify"):
    """The donation sticker on the video changes: another charity, another text, or it disappears."""

    type: ClassVar[str] = "donation_sticker_modify"


class PartnershipDropsUpdateEvent(Event, frozen=True, kw_only=True, tag="partnership_drops_update"):
    """The rewards (drops) that viewers get for watching an advertised game change."""

    type: ClassVar[str] = "partnership_drops_update"

    change_mode: int = 0


class PartnershipGameOfflineEvent(Event, frozen=True, kw_only=True, tag="partnership_game_offline"):
    """Games that the host advertised are no longer offered: their cards disappear."""

    type: ClassVar[str] = "partnership_game_offline"

    offline_game_list_blob: bytes = b""


class PartnershipPunishEvent(Event, frozen=True, kw_only=True, tag="partnership_punish"):
    """The host may no longer advertise a game, or not for some time."""

    type: ClassVar[str] = "partnership_punish"

    punish_info_blob: bytes = b""


class PartnershipCardChangeEvent(Event, frozen=True, kw_only=True, tag="partnership_card_change"):
    """The card of the game that the host advertises is shown, changed or removed."""

    type: ClassVar[str] = "partnership_card_change"


class PartnershipDownloadCountEvent(Event, frozen=True, kw_only=True, tag="partnership_download_count"):
    """The card of an advertised game counts how many viewers downloaded it."""

    type: ClassVar[str] = "partnership_download_count"


class GameRankNotifyEvent(Event, frozen=True, kw_only=True, tag="game_rank_notify"):
    """A message about the ranking of the game that is played, such as a new place in it."""

    type: ClassVar[str] = "game_rank_notify"

    msg_type: int = 0
    notify_text: str = ""


class GameServerFeatureEvent(Event, frozen=True, kw_only=True, tag="game_server_feature"):
    """Nothing visible by itself: what the game in this live stream can do changes."""

    type: ClassVar[str] = "game_server_feature"


class LiveGameIntroEvent(Event, frozen=True, kw_only=True, tag="live_game_intro"):
    """A card that introduces the game that the host plays."""

    type: ClassVar[str] = "live_game_intro"

    game_text: Text | None = None


class PictionaryStartEvent(Event, frozen=True, kw_only=True, tag="pictionary_start"):
    """A drawing game starts: a canvas over the video on which the host draws and viewers guess."""

    type: ClassVar[str] = "pictionary_start"


class PictionaryEndEvent(Event, frozen=True, kw_only=True, tag="pictionary_end"):
    """A round of the drawing game ends: the word, and who guessed it."""

    type: ClassVar[str] = "pictionary_end"


class PictionaryExitEvent(Event, frozen=True, kw_only=True, tag="pictionary_exit"):
    """The host leaves the drawing game: the canvas disappears."""

    type: ClassVar[str] = "pictionary_exit"
