"""The public contract of the pure core: names, parameters, fields. What changes here breaks somebody's program."""

import inspect
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

import tikcast
from tests.events.records import event_classes
from tikcast import events
from tikcast.events import Event, Record

COMMON = ["room_id", "message_id", "created_at_ms", "received_at_ms", "is_history", "notes", "raw"]

RECORDS = {
    "User": [
        "id", "username", "nickname", "sec_uid", "avatar", "avatars", "avatar_key", "avatar_expires_at", "bio",
        "follower_count", "following_count", "follow_status", "verified", "role", "is_follower", "is_moderator",
        "is_subscriber", "gifter_level", "fan_level", "badges", "remembered",
    ],
    "Badge": ["type", "name", "scene", "level", "image"],
    "UserIdentity": [
        "is_gift_giver", "is_subscriber", "is_mutual_following", "is_follower", "is_moderator", "is_anchor",
    ],
    "Gift": ["id", "name", "description", "diamonds", "type", "combo", "image", "icon"],
    "Image": ["urls", "key", "animated"],
    "Emote": ["id", "position", "image"],
}  # fmt: skip

EVENTS: dict[str, tuple[str, list[str]]] = {
    "RoomEvent": ("room", ["kind", "message"]),
    "ChatEvent": (
        "chat", ["user", "comment", "identity", "emotes", "parts", "language", "mentions", "pinned"],
    ),
    "UserEvent": ("user", ["user", "action"]),
    "JoinEvent": ("join", ["user", "action", "member_count", "entrance", "source"]),
    "FollowEvent": ("follow", ["user", "action", "followers"]),
    "ShareEvent": ("share", ["user", "action", "shares", "users_joined"]),
    "SubscribeEvent": ("subscribe", ["user", "months"]),
    "ViewersEvent": ("viewers", ["viewers", "total_viewers", "top_viewers"]),
    "GiftEvent": (
        "gift",
        [
            "user", "identity", "gift", "repeat_count", "repeat_end", "group_id", "to_user_id", "streakable",
            "streak_over", "new_gifts", "new_diamonds", "diamonds",
        ],
    ),
    "LikeEvent": ("like", ["user", "likes", "total_likes", "room_likes", "display_type", "label"]),
    "QuestionEvent": ("question", ["user", "question"]),
    "ControlEvent": ("control", ["action", "description"]),
    "MicBattleEvent": ("mic_battle", ["battle_id", "action", "users", "teams", "scores", "winner_id"]),
    "BattlesEvent": ("battles", ["battle_id", "status", "battles"]),
    "RoomBannerEvent": ("room_banner", ["data"]),
    "IntroEvent": ("intro", ["title", "user"]),
    "PinEvent": ("pin", ["event", "operator", "action", "duration", "pinned_message_id"]),
    "SuperFanEvent": ("super_fan", ["user", "text_key", "text"]),
    "UnknownEvent": ("unknown", ["method", "payload"]),
    "UndecodedEvent": ("undecoded", ["method", "payload", "error"]),
    "Connected": ("connected", []),
    "Reconnecting": ("reconnecting", ["attempt", "delay", "reason", "stage"]),
    "Gap": ("gap", ["from_ms", "to_ms", "recovered"]),
    "Disconnected": ("disconnected", []),
    "LiveEnded": ("live_ended", []),
    "Overflow": ("overflow", ["dropped"]),
    "EmoteEvent": ("emote", []),
    "GoalUpdateEvent": ("goal_update", []),
    "BarrageEvent": ("barrage", []),
}  # fmt: skip


def field_names(kind: type[Record]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind)}


@pytest.mark.parametrize(("name", "fields"), RECORDS.items())
def test_a_shared_record_has_exactly_its_fields(name: str, fields: list[str]) -> None:
    assert field_names(getattr(events, name)) == set(fields)


@pytest.mark.parametrize(("name", "told"), EVENTS.items(), ids=list(EVENTS))
def test_an_event_has_its_type_and_fields(name: str, told: tuple[str, list[str]]) -> None:
    kind: type[Event] = getattr(events, name)
    assert kind.type == told[0]
    assert {*COMMON, *told[1]} <= field_names(kind)


def test_every_event_has_what_all_have() -> None:
    assert [kind.__name__ for kind in event_classes() if not set(COMMON) <= field_names(kind)] == []


def test_an_unset_flag_or_level_is_none_and_all_else_the_protobuf_default() -> None:
    for kind in event_classes():
        for field in msgspec.structs.fields(kind):
            default = getattr(kind(), field.name)
            # A life event counts its attempts from 1.
            empty = default is None or default in (0, "", b"", (), False) or isinstance(default, Record)
            assert empty or (kind.__name__, field.name) == ("Connected", "attempt"), (kind, field.name)


SIGNATURES: list[tuple[Callable[..., Any], str]] = [
    (tikcast.decode_message, "(method: str, payload: bytes, *, room_id: int = 0, is_history: bool = False) -> Event"),
    (tikcast.decode_frame, "(data: bytes) -> Frame"),
    (tikcast.to_json, "(event: Event, *, raw: bool = False) -> bytes"),
    (tikcast.to_dict, "(event: Event, *, raw: bool = False) -> dict[str, Any]"),
    (tikcast.from_json, "(data: bytes | str) -> Event"),
    (tikcast.LiveSession.opened, "(self, now_ms: int, *, age_ms: int | None = None) -> None"),
    (tikcast.LiveSession.receive, "(self, data: bytes, now_ms: int, *, age_ms: int | None = None) -> list[Event]"),
    (
        tikcast.LiveSession.receive_response,
        "(self, data: bytes, now_ms: int, *, age_ms: int | None = None) -> list[Event]",
    ),
    (tikcast.LiveSession.tick, "(self, now_ms: int, *, age_ms: int | None = None) -> list[Event]"),
    (tikcast.LiveSession.to_send, "(self) -> list[bytes]"),
    (
        tikcast.LiveSession.closed,
        "(self, now_ms: int, *, final: bool = False, age_ms: int | None = None) -> list[Event]",
    ),
    (tikcast.LiveSession.stats, "(self) -> dict[str, int]"),
]


@pytest.mark.parametrize(("function", "signature"), SIGNATURES, ids=[item[0].__qualname__ for item in SIGNATURES])
def test_a_pure_function_is_called_as_the_contract_says(function: Callable[..., Any], signature: str) -> None:
    assert str(inspect.signature(function)).replace("'", "") == signature


def test_a_session_is_made_with_its_room_and_named_options() -> None:
    parameters = list(inspect.signature(tikcast.LiveSession).parameters.values())
    assert [parameter.name for parameter in parameters][:2] == ["room_id", "history"]
    assert [parameter.kind for parameter in parameters[1:]] == [inspect.Parameter.KEYWORD_ONLY] * (len(parameters) - 1)
    session = tikcast.LiveSession(5)
    assert (session.stale, session.cursor, session.internal_ext, session.ended) == (False, "", b"", None)


def test_a_frame_has_exactly_its_fields() -> None:
    fields = {field.name for field in msgspec.structs.fields(tikcast.Frame)}
    assert fields == {"payload_type", "log_id", "needs_ack", "ack", "cursor", "internal_ext", "events", "error"}
