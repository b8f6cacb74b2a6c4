"""Checks every row of the table for users of gotiktoklive, against the simulator."""

import re
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from tests.docs import known_messages
from tests.docs.conftest import Play
from tests.docs.documents import Row, blocks, rows
from tests.docs.gotiktoklive_checks import CHECKS
from tests.docs.known_messages import AVATARS, CREATED_MS, Evening
from tests.shared_data import shared_dir
from tikcast import ChatEvent, Live
from tikcast.simulator import Simulator

NAME = "from-gotiktoklive.md"
ROWS = {row.theirs: row for row in rows(NAME)}
HANDLED = {"UserEvent.Event", "DisconnectEvent"}
FIELDS = {name: row for name, row in ROWS.items() if row.section == "Events" and name not in HANDLED}

ANA = ("ana", 42)
# The name in the Go library → the value in the known messages. A user is given by name and id.
EXPECTED: dict[str, Any] = {
    "RoomEvent.Type": "SystemMessage",
    "RoomEvent.Message": "Welcome to the live!",
    "ChatEvent.Comment": "hello",
    "ChatEvent.User": ANA,
    "ChatEvent.UserIdentity": ["is_gift_giver", "is_mutual_following", "is_moderator"],
    "UserEvent.User": ANA,
    "ViewersEvent.Viewers": 31,
    "GiftEvent.ID": 5655,
    "GiftEvent.GroupID": 1_760_000_000_001,
    "GiftEvent.Name": "Rose",
    "GiftEvent.Describe": "sent Rose",
    "GiftEvent.Diamonds": 1,
    "GiftEvent.Cost": 3,
    "GiftEvent.RepeatCount": 3,
    "GiftEvent.RepeatEnd": True,
    "GiftEvent.Type": 1,
    "GiftEvent.ToUserID": 77,
    "GiftEvent.User": ANA,
    "GiftEvent.UserIdentity": ["is_gift_giver", "is_mutual_following", "is_moderator"],
    "GiftEvent.IsComboGift": True,
    "LikeEvent.Likes": 15,
    "LikeEvent.TotalLikes": 3001,
    "LikeEvent.User": ANA,
    "LikeEvent.DisplayType": "pm_mt_msg_viewer_likes",
    "LikeEvent.Label": "likes the live",
    "QuestionEvent.Quesion": "Who are you?",
    "QuestionEvent.User": ANA,
    "ControlEvent.Action": "paused",
    "ControlEvent.Description": "back soon",
    "MicBattleEvent.Users": [("host_a", 11)],
    "BattlesEvent.Status": 1,
    "BattlesEvent.Battles": 1,
    "Battle.Host": 11,
    "Battle.Groups": 1,
    "BattleGroup.Points": 250,
    "BattleGroup.Users": [ANA],
    "RoomBannerEvent.Data": {"goal": {"stars": 5}},
    "IntroEvent.Title": "I sing",
    "IntroEvent.User": ANA,
    "User.ID": 42,
    "User.Username": "ana",
    "User.Nickname": "Ana 🌸",
    "User.ProfilePicture.Urls": AVATARS,
    "User.ExtraAttributes.FollowRole": 2,
    "User.Badge.Badges": 1,
    "Badge.Type": 4,
    "Badge.Name": "16",
    "UserIdentity.IsGiftGiver": True,
    "UserIdentity.IsSubscriber": False,
    "UserIdentity.IsMutualFollowing": True,
    "UserIdentity.IsFollower": False,
    "UserIdentity.IsModerator": True,
    "UserIdentity.IsAnchor": False,
}

METHODS = {
    "RoomEvent": "WebcastRoomMessage",
    "ChatEvent": "WebcastChatMessage",
    "UserEvent": "WebcastMemberMessage",
    "ViewersEvent": "WebcastRoomUserSeqMessage",
    "GiftEvent": "WebcastGiftMessage",
    "LikeEvent": "WebcastLikeMessage",
    "QuestionEvent": "WebcastQuestionNewMessage",
    "ControlEvent": "WebcastControlMessage",
    "MicBattleEvent": "WebcastLinkMicBattle",
    "BattlesEvent": "WebcastLinkMicArmies",
    "RoomBannerEvent": "WebcastInRoomBannerMessage",
    "IntroEvent": "WebcastLiveIntroMessage",
}


def place(row: Row) -> str:
    """The first code span in the column of tikcast, such as `ChatEvent.comment`."""
    return row.ours.split("`")[1]


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_of_an_event_is_where_the_table_says(evening: Evening, name: str) -> None:
    where, path = place(ROWS[name]).split(".", 1)
    record = evening.records[where]
    value = attrgetter(path)(record)
    match name.rpartition(".")[2]:
        case "MessageID":
            assert value == known_messages.id_of(METHODS[name.partition(".")[0]])
        case "Timestamp":
            assert value == CREATED_MS
        case "IsHistory":
            assert (value, attrgetter(path)(evening.history[where])) == (False, True)
        case "ID" if name == "IntroEvent.ID":
            assert value == evening.room_id
        case _:
            assert plain(value, EXPECTED[name]) == EXPECTED[name]


def plain(value: Any, like: Any) -> Any:
    """A value in the form of `EXPECTED`."""
    if like == ANA:
        return value.username, value.id
    if isinstance(like, list) and isinstance(like[0], tuple):
        return [(user.username, user.id) for user in value]
    if isinstance(like, list):
        return [name for name in value.__struct_fields__ if getattr(value, name)]
    return len(value) if isinstance(value, tuple) and isinstance(like, int) else value


@pytest.mark.parametrize("name", [name for name in ROWS if name not in FIELDS])
async def test_a_row_of_the_table_is_true(
    name: str, site: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await CHECKS.make(name, site=site, folder=tmp_path, monkeypatch=monkeypatch)


def test_every_row_has_a_check_and_every_check_a_row() -> None:
    common = ("MessageID", "Timestamp", "IsHistory")
    fields = {name for name in FIELDS if not name.endswith(common) and name != "IntroEvent.ID"}
    assert fields == EXPECTED.keys()
    assert CHECKS.by_name.keys() == ROWS.keys() - FIELDS.keys()


def test_the_table_has_every_name_of_the_list() -> None:
    listed = (shared_dir() / "GOTIKTOKLIVE").with_suffix(".md").read_text(encoding="utf-8")
    known = {part for name in ROWS for part in re.findall(r"\w+", name)} | {"Group", "Groups"}
    in_code = {name for span in re.findall(r"`([^`]+)`", listed) for name in re.findall(r"\b[A-Z][A-Za-z]+\b", span)}
    # The fields of events are not code spans; there is one row per event.
    lines = [line.split(" | ") for line in listed.splitlines() if re.match(r"\| \w+Event \|", line)]
    fields = {name for _, cell in (line[-2:] for line in lines) for name in re.findall(r"\b[A-Z]\w+", cell)}
    assert (in_code | fields) - known - WORDS == set()


# Capitalised words of the list that are not names.
WORDS = {"USERNAME", "YYYYyMMmDDdTHHhMMmSSs", "README", "JSON", "Likes"}

CODE = blocks(NAME)


async def test_its_first_example_prints_events_by_kind(play: Play) -> None:
    def has_every_kind(text: str) -> bool:
        return all(kind in text for kind in ("join ", " viewers\n", " gives ", " likes it "))

    ran = await play.run_to_the_end(CODE["Print events by kind"], enough=has_every_kind)
    assert has_every_kind(ran.output)


async def test_its_download_example_records_while_events_come(play: Play) -> None:
    code = CODE["Download the stream while receiving events"].replace('"evening.ts"', '"evening.ts", duration=1.0')
    video = Path("evening.ts")

    def enough(text: str) -> bool:
        return "chat\n" in text and video.exists() and video.stat().st_size > 30_000

    ran = await play.run_to_the_end(code, enough=enough)
    assert ran.output.endswith("\nlive_ended\n")
    assert [part.path.name for part in ran.names["parts"]] == ["evening.ts"]


async def test_its_feed_example_pages_through_the_feed_and_tracks_the_first(play: Play) -> None:
    ran = await play.run(CODE["Page through the feed and track the first live stream"])
    *lives, room_id = ran.output.splitlines()
    assert len(lives) > 20
    assert int(room_id) in play.simulator.rooms.values()


async def test_its_error_example_gets_exceptions_of_handlers(play: Play) -> None:
    used = "    async with tiktok.track('@somebody') as live:\n        await use(live)"
    code = CODE["Handle errors"].replace("    ...", used.replace("'", '"'))

    async def use(live: Live) -> None:
        live.on(ChatEvent, lambda event: 1 // 0)
        while not live.stats().handler_errors:
            await anext(live)

    ran = await play.run(code, use=use)
    assert ran.output.startswith("on chat integer division or modulo by zero\n")


async def test_its_options_example_makes_a_client(play: Play) -> None:
    ran = await play.run(CODE["Use an API key and skip the limits check"].replace('"…"', '"key"'))
    async with ran.names["tiktok"] as tiktok:
        assert await tiktok.is_live(play.user) is True


def test_every_example_has_its_test() -> None:
    tested = set(re.findall(r'CODE\["(.+?)"\]', Path(__file__).read_text(encoding="utf-8")))
    assert tested == CODE.keys()
