"""Checks every row of the tables for users of TikTokLive and TikTok-Live-Connector, against the simulator."""

import re
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from tests.docs.documents import Row, rows
from tests.docs.known_messages import Evening
from tests.docs.migration_checks import CHECKS
from tikcast.events import Event, UnknownEvent, UserEvent
from tikcast.simulator import Simulator

DOCUMENTS = ("from-tiktoklive.md", "from-tiktok-live-connector.md")
ROWS = {row.theirs: row for name in DOCUMENTS for row in rows(name)}

# An event of the other library → a field of the known event in tikcast, and its value.
EVENTS: dict[str, tuple[str, object]] = {
    "CommentEvent": ("comment", "hello"),
    "chat": ("comment", "hello"),
    "GiftEvent": ("gift.name", "Rose"),
    "gift": ("gift.name", "Rose"),
    "LikeEvent": ("likes", 15),
    "like": ("likes", 15),
    "JoinEvent": ("member_count", 5),
    "member": ("member_count", 5),
    "FollowEvent": ("followers", 9),
    "follow": ("followers", 9),
    "social": ("followers", 9),
    "ShareEvent": ("shares", 4),
    "share": ("shares", 4),
    "RoomUserSeqEvent": ("viewers", 31),
    "roomUser": ("viewers", 31),
    "QuestionNewEvent": ("question", "Who are you?"),
    "questionNew": ("question", "Who are you?"),
    "SubNotifyEvent": ("months", 3),
    "subscribe": ("months", 3),
    "SuperFanEvent": ("text", "a new super fan"),
    "EmoteChatEvent": ("user.username", "ana"),
    "emote": ("user.username", "ana"),
    "EnvelopeEvent": ("envelope_info.diamond_count", 100),
    "envelope": ("envelope_info.diamond_count", 100),
    "LinkMicBattleEvent": ("battle_id", 900),
    "linkMicBattle": ("battle_id", 900),
    "LinkMicArmiesEvent": ("battles", 1),
    "linkMicArmies": ("battles", 1),
    "RoomPinEvent": ("event.comment", "read this"),
    "CaptionEvent": ("content", 1),
    "liveIntro": ("title", "I sing"),
}

# A field in the other library → a known event of tikcast that has the field, and its value.
FIELDS: dict[str, tuple[str, object]] = {
    "event.user.unique_id": ("ChatEvent", "ana"),
    "event.user.nickname": ("ChatEvent", "Ana 🌸"),
    "event.comment": ("ChatEvent", "hello"),
    "event.gift.name": ("GiftEvent", "Rose"),
    "event.gift.diamond_count": ("GiftEvent", 1),
    "event.gift.streakable": ("GiftEvent", True),
    "event.repeat_count": ("GiftEvent", 3),
    "data.user.uniqueId": ("ChatEvent", "ana"),
    "data.user.userId": ("ChatEvent", 42),
    "data.user.nickname": ("ChatEvent", "Ana 🌸"),
    "data.comment": ("ChatEvent", "hello"),
    "data.giftId": ("GiftEvent", 5655),
    "data.giftName": ("GiftEvent", "Rose"),
    "data.diamondCount": ("GiftEvent", 1),
    "data.repeatCount": ("GiftEvent", 3),
    "data.repeatEnd": ("GiftEvent", True),
    "data.likeCount": ("LikeEvent", 15),
    "data.totalLikeCount": ("LikeEvent", 3001),
    "data.viewerCount": ("ViewersEvent", 31),
}

STREAKING = "event.streaking"
KNOWN = {*EVENTS, *FIELDS, STREAKING}


def spans(row: Row) -> list[str]:
    """The code spans in the column of tikcast."""
    return re.findall(r"`([^`]+)`", row.ours)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_of_the_other_library_is_the_event_that_the_table_names(evening: Evening, name: str) -> None:
    record = evening.records[spans(ROWS[name])[0]]
    path, expected = EVENTS[name]
    value = attrgetter(path)(record)
    assert (len(value) if isinstance(value, tuple) else value) == expected


def test_social_events_have_one_base_class(evening: Evening) -> None:
    assert all(isinstance(evening.records[name], UserEvent) for name in spans(ROWS["social"]))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_the_other_library_is_the_field_that_the_table_names(evening: Evening, name: str) -> None:
    where, expected = FIELDS[name]
    path = spans(ROWS[name])[0].partition(" is ")[0].removeprefix("event.")
    assert attrgetter(path)(evening.records[where]) == expected


def test_a_streak_goes_on_until_it_is_over(evening: Evening) -> None:
    assert spans(ROWS[STREAKING]) == ["event.streak_over is False"]
    ended: Any = evening.history["GiftEvent"]
    assert (ended.repeat_count, ended.streak_over) == (3, True)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in KNOWN])
async def test_a_row_of_the_tables_is_true(
    name: str, site: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await CHECKS.make(name, site=site, folder=tmp_path, monkeypatch=monkeypatch)


def test_every_row_has_a_check_and_every_check_a_row() -> None:
    assert KNOWN | CHECKS.by_name.keys() == ROWS.keys()


def test_an_unknown_message_has_no_event_class_of_its_own(evening: Evening) -> None:
    unknown: Event = evening.records["UnknownEvent"]
    assert isinstance(unknown, UnknownEvent)
    assert unknown.method == "WebcastNobodyKnowsMessage"
