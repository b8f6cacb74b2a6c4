# Generated from proto/tikcast by tools/proto.py. DO NOT EDIT.
"""Records of the family "battle" that are made from the schema."""

from __future__ import annotations

from typing import ClassVar

from tikcast.events._base import Event, Record


class LinkMicBattlePunishFinishData(Record, frozen=True, kw_only=True):
    """The schema's LinkMicBattlePunishFinishData."""

    id2: int = 0
    timestamp: int = 0
    data3: int = 0
    id1: int = 0
    data5: int = 0
    data6: int = 0
    data8: int = 0


class BattleTaskData(Record, frozen=True, kw_only=True):
    """The schema's BattleTaskData."""

    data1: int = 0


class LinkmicBattleTaskData(Record, frozen=True, kw_only=True):
    """The schema's LinkmicBattleTaskData."""

    data1: BattleTaskData | None = None


class LinkmicBattleTaskData2(Record, frozen=True, kw_only=True):
    """The schema's LinkmicBattleTaskData2."""

    data1: int = 0
    data2: int = 0


class LinkMicBattlePunishFinishEvent(Event, frozen=True, kw_only=True, tag="link_mic_battle_punish_finish"):
    """The punishment time after a battle is over."""

    type: ClassVar[str] = "link_mic_battle_punish_finish"

    id1: int = 0
    timestamp: int = 0
    data4: int = 0
    id2: int = 0
    data6: LinkMicBattlePunishFinishData | None = None


class LinkMicBattleItemCardEvent(Event, frozen=True, kw_only=True, tag="link_mic_battle_item_card"):
    """A card that changes a battle, such as "Ana got a magic mist." or "Ana sent 1 boosting glove"."""

    type: ClassVar[str] = "link_mic_battle_item_card"


class LinkmicBattleNoticeEvent(Event, frozen=True, kw_only=True, tag="linkmic_battle_notice"):
    """A message above a battle with its rules, such as "This is a specific-gift match. Only the number of specific gifts determines the winner." """

    type: ClassVar[str] = "linkmic_battle_notice"


class LinkmicBattleTaskEvent(Event, frozen=True, kw_only=True, tag="linkmic_battle_task"):
    """The speed challenge of a battle: a task with a time limit, after which points count more; its start, progress and result."""

    type: ClassVar[str] = "linkmic_battle_task"

    task_data_blob: int = 0
    data3: LinkmicBattleTaskData | None = None
    data5: LinkmicBattleTaskData2 | None = None
