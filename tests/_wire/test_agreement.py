"""Our reading of the real messages agrees, field by field, with the one of a Go library; its known faults are named."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.shared_data import RealMessage
from tikcast import decode_message
from tikcast.events import (
    BattlesEvent,
    ChatEvent,
    ControlEvent,
    Event,
    FollowEvent,
    GiftEvent,
    IntroEvent,
    JoinEvent,
    LikeEvent,
    MicBattleEvent,
    PinEvent,
    QuestionEvent,
    RoomBannerEvent,
    RoomEvent,
    ShareEvent,
    User,
    UserEvent,
    UserIdentity,
    ViewersEvent,
)

Reading = dict[str, Any]
Pair = tuple[RealMessage, Event, Reading]

BADGE_TYPES = ["", "IMAGE", "TEXT", "STRING", "COMBINE"]
ACTIONS = {"paused": 1, "resumed": 2, "ended": 3, "suspended": 4}
SHARED_BY_MANY = re.compile(r"User type not implemented, please report: pm_mt_guidance_viewer_(\d+)_share")
PINNED = "<pinned>: "


def our_user(user: User) -> Reading:
    return {
        "ID": user.id,
        "Nickname": user.nickname,
        "FollowRole": user.role,
        "Badges": [f"BADGEDISPLAYTYPE_{BADGE_TYPES[badge.type]}" for badge in user.badges],
    }


def their_user(user: Reading) -> Reading:
    return {
        "ID": user["ID"],
        "Nickname": user["Nickname"],
        # Fault: called FollowRole, it is the role in the room; who follows whom stands in follow_info.
        "FollowRole": (user["ExtraAttributes"] or {}).get("FollowRole", 0),
        # Fault: a badge's name is its whole text dump. Only its kind can be compared.
        "Badges": [badge["Type"] for badge in (user["Badge"] or {}).get("Badges", [])],
    }


def our_identity(identity: UserIdentity) -> Reading:
    return {
        "IsGiftGiver": identity.is_gift_giver,
        "IsSubscriber": identity.is_subscriber,
        "IsMutualFollowing": identity.is_mutual_following,
        "IsFollower": identity.is_follower,
        "IsModerator": identity.is_moderator,
        "IsAnchor": identity.is_anchor,
    }


def chat(event: ChatEvent) -> Reading:
    return {"Comment": event.comment, "User": our_user(event.user), "UserIdentity": our_identity(event.identity)}


def gift(event: GiftEvent) -> Reading:
    return {
        "ID": event.gift.id,
        "GroupID": event.group_id,
        "Name": event.gift.name,
        "Describe": event.gift.description,
        "Diamonds": event.gift.diamonds,
        "RepeatCount": event.repeat_count,
        "RepeatEnd": event.repeat_end,
        "Type": event.gift.type,
        "IsComboGift": event.gift.combo,
        "ToUserID": event.to_user_id,
        "User": our_user(event.user),
        "UserIdentity": our_identity(event.identity),
    }


def like(event: LikeEvent) -> Reading:
    return {"Likes": event.likes, "TotalLikes": event.total_likes, "User": our_user(event.user)}


def viewers(event: ViewersEvent) -> Reading:
    return {"Viewers": event.viewers}


def question(event: QuestionEvent) -> Reading:
    return {"Quesion": event.question, "User": our_user(event.user)}


def control(event: ControlEvent) -> Reading:
    return {"Action": ACTIONS[str(event.action)], "Description": event.description}


def banner(event: RoomBannerEvent) -> Reading:
    return {"Data": event.data}


def intro(event: IntroEvent) -> Reading:
    # Fault: its ID, meant to be the room's, is the message's.
    return {"ID": event.message_id, "Title": event.title, "User": our_user(event.user)}


def room(event: RoomEvent) -> Reading:
    return {"Type": event.kind, "Message": event.message}


def user(event: UserEvent) -> Reading:
    words = {JoinEvent: "user joined the stream", FollowEvent: "user followed the host"}
    return {"Event": words.get(type(event), "user shared the stream"), "User": our_user(event.user)}


def battles(event: BattlesEvent) -> Reading:
    def side(host: Any) -> Reading:
        groups = [{"Points": g.points, "Users": [our_user(u) for u in g.users]} for g in host.groups]
        return {"Host": host.host_id, "Groups": groups}

    return {"Status": event.status, "Battles": [side(host) for host in event.battles]}


def mic_battle(event: MicBattleEvent) -> Reading:
    def host(user: User) -> Reading:
        # Fault: in this message alone it swaps the two names, and begins the list of pictures with empty ones.
        return {"ID": user.id, "Username": user.nickname, "Nickname": user.username, "Urls": list(user.avatars)}

    return {"Users": [host(user) for user in event.users]}


OURS: dict[type[Event], Callable[[Any], Reading]] = {
    BattlesEvent: battles,
    ChatEvent: chat,
    ControlEvent: control,
    FollowEvent: user,
    GiftEvent: gift,
    IntroEvent: intro,
    JoinEvent: user,
    LikeEvent: like,
    MicBattleEvent: mic_battle,
    QuestionEvent: question,
    RoomBannerEvent: banner,
    RoomEvent: room,
    ShareEvent: user,
    ViewersEvent: viewers,
}


def theirs(data: Reading) -> Reading:
    """Their reading without what is compared for all kinds at once."""
    out = {name: value for name, value in data.items() if name not in {"MessageID", "Timestamp"}}
    if "User" in out:
        out["User"] = their_user(out["User"])
    return out


def their_battles(data: Reading) -> Reading:
    def side(host: Reading) -> Reading:
        groups = [{**group, "Users": [their_user(user) for user in group["Users"]]} for group in host["Groups"]]
        return {**host, "Groups": groups}

    return {"Status": data["Status"], "Battles": [side(host) for host in data["Battles"]]}


def their_hosts(data: Reading) -> Reading:
    def host(user: Reading) -> Reading:
        names = {name: user[name] for name in ("ID", "Username", "Nickname")}
        return names | {"Urls": [url for url in user["ProfilePicture"]["Urls"] if url]}

    return {"Users": [host(user) for user in data["Users"]]}


def disagreements(pairs: list[Pair], *, given: Callable[[Reading], Reading] = theirs) -> list[tuple[str, Reading]]:
    """Per message with a difference: its id, and per field both readings, ours first."""
    assert pairs
    out = []
    for message, event, data in pairs:
        ours, other = OURS[type(event)](event), given(data)
        wrong = {name: (ours.get(name), value) for name, value in other.items() if ours.get(name) != value}
        if wrong:
            out.append((message.id, wrong))
    return out


@pytest.fixture(scope="module")
def readings(real_messages: list[RealMessage], expected_events: dict[str, Reading]) -> list[tuple[str, Pair]]:
    """Both readings of each message that the Go library knows, with its word for the event."""
    known = [message for message in real_messages if message.id in expected_events]
    assert len(known) == len(expected_events)
    return [
        (
            expected_events[message.id]["event"],
            (message, decode_message(message.method, message.payload), expected_events[message.id]["data"]),
        )
        for message in known
    ]


def select(readings: list[tuple[str, Pair]], event: str, *, pinned: bool = False) -> list[Pair]:
    return [pair for word, pair in readings if word == event and isinstance(pair[1], PinEvent) == pinned]


def test_every_message_id_is_the_same(readings: list[tuple[str, Pair]]) -> None:
    assert [m.id for _, (m, event, data) in readings if event.message_id != data["MessageID"]] == []


def test_every_time_is_the_same_where_the_wire_has_milliseconds(readings: list[tuple[str, Pair]]) -> None:
    different = {
        message.id: (event.created_at_ms, data["Timestamp"])
        for _, (message, event, data) in readings
        if event.created_at_ms != data["Timestamp"]
    }
    # Fault: it passes on the seconds that a few system messages have.
    assert different
    assert all(ours == 1000 * other for ours, other in different.values())
    assert {name.rpartition("-")[0] for name in different} == {"WebcastRoomMessage-jw2023"}


@pytest.mark.parametrize("event", ["ChatEvent", "GiftEvent", "LikeEvent", "ViewersEvent", "QuestionEvent"])
def test_the_everyday_events_agree(readings: list[tuple[str, Pair]], event: str) -> None:
    pairs = select(readings, event)
    # Fault: the label of a like is a dump of the text, its display type the wire name.
    skipped = {"Label", "DisplayType"}

    def given(data: Reading) -> Reading:
        return {name: value for name, value in theirs(data).items() if name not in skipped}

    assert disagreements(pairs, given=given) == []


@pytest.mark.parametrize("event", ["ControlEvent", "RoomBannerEvent", "IntroEvent"])
def test_the_state_of_the_room_agrees(readings: list[tuple[str, Pair]], event: str) -> None:
    assert disagreements(select(readings, event)) == []


def test_joins_follows_and_shares_agree(readings: list[tuple[str, Pair]]) -> None:
    def given(data: Reading) -> Reading:
        # Fault: it does not know a share that says how many joined through it.
        return theirs(data | {"Event": SHARED_BY_MANY.sub("user shared the stream", data["Event"])})

    assert disagreements(select(readings, "UserEvent"), given=given) == []


def test_a_share_tells_how_many_joined_through_it(readings: list[tuple[str, Pair]]) -> None:
    told = {}
    for message, event, data in select(readings, "UserEvent"):
        if found := SHARED_BY_MANY.fullmatch(data["Event"]):
            assert isinstance(event, ShareEvent)
            told[message.id] = (event.users_joined, int(found[1]))
    assert told
    assert all(ours == other for ours, other in told.values())


def test_the_sides_points_and_givers_of_battles_agree(readings: list[tuple[str, Pair]]) -> None:
    assert disagreements(select(readings, "BattlesEvent"), given=their_battles) == []


def test_the_hosts_of_battles_agree(readings: list[tuple[str, Pair]]) -> None:
    assert disagreements(select(readings, "MicBattleEvent"), given=their_hosts) == []


def test_notices_agree_except_that_ours_are_rendered(readings: list[tuple[str, Pair]]) -> None:
    rendered = 0
    for _, event, data in select(readings, "RoomEvent"):
        assert isinstance(event, RoomEvent)
        assert event.kind == data["Type"]
        # Fault: it shows the pattern without what belongs into it.
        pattern = re.escape(data["Message"]).replace(r"\{0:user\}", ".+").replace(r"\{1:string\}", r"\d+")
        assert re.fullmatch(pattern, event.message, re.DOTALL)
        rendered += event.message != data["Message"]
    assert rendered


def test_pinned_chats_agree_except_for_their_prefix(readings: list[tuple[str, Pair]]) -> None:
    pairs = select(readings, "ChatEvent", pinned=True)
    assert pairs
    for _, event, data in pairs:
        assert isinstance(event, PinEvent)
        assert isinstance(event.event, ChatEvent)
        assert event.event.pinned
        # Fault: it turns the pin into a chat that begins with "<pinned>: ".
        assert PINNED + event.event.comment == data["Comment"]
        assert our_user(event.event.user) == their_user(data["User"])


def test_other_pins_hold_the_message_that_the_go_library_does_not_read(readings: list[tuple[str, Pair]]) -> None:
    pairs = select(readings, "RoomEvent", pinned=True)
    assert pairs
    for _, event, data in pairs:
        assert isinstance(event, PinEvent)
        # Fault: of what is pinned it knows chats only.
        assert (data["Type"], data["Message"]) == ("WebcastGiftMessage", "<unknown pinned type>")
        assert isinstance(event.event, GiftEvent)
        assert event.event.gift.diamonds > 0


def test_no_user_name_is_made_up(readings: list[tuple[str, Pair]]) -> None:
    for word, (message, event, data) in readings:
        if "User" not in data or isinstance(event, PinEvent):
            continue
        person = getattr(event, "user")  # noqa: B009 - which event it is, the other library decides
        # Fault: its user name is the nickname, for gifts the id. The @name has a field of its own.
        assert data["User"]["Username"] in {person.nickname, str(person.id)}, (word, message.id)
        assert re.fullmatch(r"[\w.]*", person.username), person.username


def test_every_picture_that_a_message_holds_is_found(readings: list[tuple[str, Pair]]) -> None:
    with_picture = 0
    for _, (_, event, data) in readings:
        if isinstance(event, ChatEvent | GiftEvent | LikeEvent):
            # Fault: without a JPEG picture it has none at all.
            assert data["User"]["ProfilePicture"] is None
            with_picture += event.user.avatar.startswith("https://")
    assert with_picture >= 100
