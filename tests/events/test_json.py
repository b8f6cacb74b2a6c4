"""Events as JSON and as dicts, and back."""

import base64
import json
from typing import Any

import msgspec
import pytest

from tests.events.records import event_classes, filled, ids_within, json_ids
from tests.shared_data import RealMessage
from tikcast import decode_message, from_json, to_dict, to_json
from tikcast.errors import ConfigError
from tikcast.events import (
    ID,
    BattleHost,
    BattlesEvent,
    ChatEvent,
    Event,
    Gift,
    GiftEvent,
    PinEvent,
    RoomBannerEvent,
    TopViewer,
    UnknownEvent,
    User,
    ViewersEvent,
)

BIG = 7_312_006_313_936_450_716

every_class = pytest.mark.parametrize("kind", event_classes(), ids=lambda kind: kind.__name__)


@every_class
def test_a_full_event_of_every_class_survives_json(kind: type[Event]) -> None:
    event = filled(kind)
    assert from_json(to_json(event, raw=True)) == event
    assert type(from_json(to_json(event))) is kind


@every_class
def test_an_empty_event_of_every_class_survives_json(kind: type[Event]) -> None:
    assert from_json(to_json(kind(), raw=True)) == kind()


@every_class
def test_ids_are_strings_in_json_and_ints_in_dicts_even_if_made_of_plain_ints(kind: type[Event]) -> None:
    event = filled(kind, plain=True)
    in_json, in_dict = list(json_ids(json.loads(to_json(event)))), list(json_ids(to_dict(event)))
    assert in_json
    assert {path: value for path, value in in_json if value != str(BIG)} == {}
    assert {path: value for path, value in in_dict if type(value) is not int or value != BIG} == {}
    assert all(type(value) is ID for _, value in ids_within(from_json(to_json(event))))


@every_class
def test_json_holds_every_field_and_the_type(kind: type[Event]) -> None:
    document = json.loads(to_json(kind(), raw=True))
    names = {field.name for field in msgspec.structs.fields(kind)}
    assert document.keys() == names | {"type"}
    assert document["type"] == kind.type
    assert to_dict(kind(), raw=True).keys() == document.keys()
    assert to_dict(kind())["type"] == kind.type


@every_class
def test_the_messages_bytes_are_written_only_when_asked_for(kind: type[Event]) -> None:
    event = msgspec.structs.replace(kind(), raw=b"\x00\xfe")
    assert "raw" not in json.loads(to_json(event))
    assert "raw" not in to_dict(event)
    assert json.loads(to_json(event, raw=True))["raw"] == base64.b64encode(b"\x00\xfe").decode()
    assert to_dict(event, raw=True)["raw"] == b"\x00\xfe"
    assert from_json(to_json(event)).raw == b""


def test_every_id_in_every_real_event_is_an_id(real_messages: list[RealMessage]) -> None:
    seen = 0
    for message in real_messages:
        for path, value in ids_within(decode_message(message.method, message.payload)):
            assert type(value) is ID, (message.method, path)
            seen += 1
    assert seen > 5_000


def test_every_id_of_every_real_event_is_a_string_in_json(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        event = decode_message(message.method, message.payload)
        if isinstance(event, RoomBannerEvent):
            continue  # its data is TikTok's own JSON, in which ids are what they are
        for path, value in json_ids(json.loads(to_json(event))):
            assert isinstance(value, str), (message.method, path)
            assert value.isdecimal() or value.lstrip("-").isdecimal(), (message.method, path)


def test_a_pinned_event_leaves_out_its_bytes_too() -> None:
    event = PinEvent(event=ChatEvent(comment="hello", raw=b"inner"), raw=b"outer")
    assert b'"raw"' not in to_json(event)
    assert "raw" not in to_dict(event)["event"]
    assert from_json(to_json(event, raw=True)) == event


def test_ids_deep_inside_are_strings_too() -> None:
    event = ViewersEvent(room_id=BIG, top_viewers=(TopViewer(user=User(id=BIG)),))  # type: ignore[arg-type]
    document = json.loads(to_json(event))
    assert document["room_id"] == str(BIG)
    assert document["top_viewers"][0]["user"]["id"] == str(BIG)
    battle = BattlesEvent(battles=(BattleHost(host_id=BIG),))  # type: ignore[arg-type]
    assert json.loads(to_json(battle))["battles"][0]["host_id"] == str(BIG)


def test_dicts_keep_ints_and_bytes() -> None:
    event = UnknownEvent(room_id=ID(BIG), method="X", payload=b"\x01", raw=b"\x01")
    data = to_dict(event)
    assert data == {
        "type": "unknown",
        "room_id": BIG,
        "message_id": 0,
        "created_at_ms": 0,
        "received_at_ms": 0,
        "is_history": False,
        "notes": (),
        "method": "X",
        "payload": b"\x01",
    }
    assert type(data["room_id"]) is int
    assert type(data["payload"]) is bytes


def test_an_id_prints_and_counts_like_the_int_that_it_is() -> None:
    assert ID(BIG) == BIG
    assert f"{ID(BIG)}" == str(BIG)
    assert repr(ID(BIG)) == str(BIG)
    assert hash(ID(BIG)) == hash(BIG)


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "1", '{"type": "no_such"}', '{"room_id": "1"}', '{"type": 1}'])
def test_what_is_no_event_is_refused_in_words(text: str) -> None:
    with pytest.raises(ConfigError, match="no event as JSON"):
        from_json(text)


@pytest.mark.parametrize("wrong", ['"abc"', "null", "[]", '"1' + "0" * 6000 + '"'])
def test_an_id_that_is_none_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(ConfigError, match="room_id"):
        from_json(f'{{"type": "chat", "room_id": {wrong}}}')


def test_json_of_a_newer_tikcast_is_read_as_far_as_it_is_known() -> None:
    event = from_json('{"type": "chat", "comment": "hello", "new_field": {"a": 1}}')
    assert event == ChatEvent(comment="hello")


def test_json_is_compact_utf8_on_one_line() -> None:
    text = to_json(ChatEvent(comment="Ünï\n✓"))
    assert b"\n" not in text
    assert "Ünï\\n✓".encode() in text


def banner(data: bytes) -> RoomBannerEvent:
    size = len(data)
    tag = bytes([2 << 3 | 2, size & 0x7F | 0x80, size >> 7]) if size > 0x7F else bytes([2 << 3 | 2, size])
    event = decode_message("WebcastInRoomBannerMessage", tag + data)
    assert isinstance(event, RoomBannerEvent)
    return event


def called_deeply(depth: int, event: Event) -> bytes:
    return called_deeply(depth - 1, event) if depth else to_json(event)


@pytest.mark.parametrize("depth", [1, 50, 300, 600, 900, 3000])
def test_a_banner_is_written_however_deep_its_json(depth: int) -> None:
    event = banner(b"[" * depth + b"]" * depth)
    assert from_json(called_deeply(150, event)) == msgspec.structs.replace(event, raw=b"")


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1e400}',
        b'{"n": NaN}',
        b'{"big": 123456789012345678901234567890}',
        b'"\\ud800"',
        b"\xff\xfe",
        b"plain words",
        b"",
        b'{"a": -0.0, "b": 18446744073709551615, "c": -9223372036854775808}',
    ],
)
def test_a_banner_with_odd_json_survives_json(data: bytes) -> None:
    event = banner(data)
    assert from_json(to_json(event, raw=True)) == event


def test_a_banner_that_is_json_is_decoded_and_one_that_is_not_is_text() -> None:
    assert banner(b'{"a": [1, 2]}').data == {"a": [1, 2]}
    assert banner(b"no json \xff").data == "no json \ufffd"


def test_gifts_keep_what_a_session_told() -> None:
    event = GiftEvent(gift=Gift(id=ID(5655), name="Rose"), new_gifts=3, new_diamonds=3, streak_over=False)
    again: Any = from_json(to_json(event))
    assert (again.new_gifts, again.new_diamonds, again.streak_over) == (3, 3, False)
