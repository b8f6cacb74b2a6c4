"""The bytes below the events, for everybody."""

import pytest

import tikcast.wire
from tests._wire.protobytes import field
from tests.shared_data import RealMessage
from tests.wire_schema import known_methods
from tikcast import ChatEvent, Event, decode_message, from_json, to_json
from tikcast.events import Connected, UndecodedEvent, UnknownEvent
from tikcast.wire import WireField, inspect, problems, wire_fields

BARE = [
    "WebcastAISummaryMessage",
    "WebcastCommentTrayMessage",
    "WebcastGameServerFeatureMessage",
    "WebcastPrivilegeAdvanceMessage",
]


@pytest.mark.parametrize("method", BARE)
def test_types_without_a_public_schema_show_their_fields(method: str) -> None:
    event = decode_message(method, field(1, field(2, 99)) + field(2, "a summary") + field(3, field(1, 7)))
    head, text, inner = wire_fields(event)
    assert event.message_id == 99
    assert (head.name, head.problem) == ("common", "")
    assert (text.number, text.value, text.type, text.problem) == (2, "a summary", "string?", "unknown field")
    assert inner.value == (WireField(number=1, wire="varint", value=7),)


def test_unknown_and_undecoded_messages_show_their_fields() -> None:
    unknown = decode_message("WebcastNewMessage", field(4, "hello"))
    assert isinstance(unknown, UnknownEvent)
    assert wire_fields(unknown) == (WireField(number=4, wire="bytes", value="hello", type="string?"),)
    broken = decode_message("WebcastChatMessage", b"\x07\x07")
    assert isinstance(broken, UndecodedEvent)
    assert [item.wire for item in wire_fields(broken)] == ["broken"]


@pytest.mark.parametrize("event", [Connected(), ChatEvent(comment="made by hand")])
def test_events_without_bytes_have_no_fields(event: Event) -> None:
    assert wire_fields(event) == ()


def test_an_event_from_json_has_its_fields_when_it_was_written_with_its_bytes() -> None:
    event = decode_message("WebcastChatMessage", field(3, "hello"))
    assert wire_fields(from_json(to_json(event, raw=True))) == wire_fields(event) != ()
    assert wire_fields(from_json(to_json(event))) == ()


def test_every_real_event_is_read_by_the_type_that_it_came_as(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        event = decode_message(message.method, message.payload)
        assert wire_fields(event) == inspect(message.payload, method=message.method).fields, message.method


@pytest.mark.parametrize("method", known_methods())
def test_an_event_of_every_type_can_be_opened(method: str) -> None:
    event = decode_message(method, field(1, field(2, 99) + field(3, 5)))
    assert not list(problems(wire_fields(event))) or method == "WebcastWeeklyRankRewardMessage"


def test_what_is_exported_is_there() -> None:
    assert sorted(tikcast.wire.__all__) == tikcast.wire.__all__
    assert [name for name in tikcast.wire.__all__ if not hasattr(tikcast.wire, name)] == []
