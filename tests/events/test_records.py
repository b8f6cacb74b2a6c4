"""The classes of events: names, types, immutability, keys."""

import re

import msgspec
import pytest

from tests.events.records import event_classes, is_id_name, leaf_types, record_classes
from tikcast import events
from tikcast.events import (
    ID,
    ChatEvent,
    Connected,
    Disconnected,
    Event,
    GiftEvent,
    Record,
    User,
)

# Classes whose `type` is not the snake_case of their name without Event.
NAMED = {"AISummaryEvent": "ai_summary", "BALeadGenEvent": "ba_lead_gen"}


def snake(name: str) -> str:
    return NAMED.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("Event")).lower()


def test_every_event_has_a_type_of_its_own_named_after_its_class() -> None:
    types = {kind.__name__: kind.type for kind in event_classes()}
    assert {name: kind for name, kind in types.items() if kind != snake(name)} == {}
    assert len(set(types.values())) == len(types)


def test_the_long_tail_is_there() -> None:
    assert len(event_classes()) > 100


def test_every_event_and_record_has_a_docstring_of_its_own() -> None:
    assert [kind.__name__ for kind in record_classes() if not (kind.__dict__.get("__doc__") or "").strip()] == []


def test_every_event_and_record_can_be_made_without_arguments_and_only_by_names() -> None:
    for kind in record_classes():
        assert kind() == kind()
        with pytest.raises(TypeError):
            kind(1)


def test_no_event_or_record_can_be_changed() -> None:
    for kind in record_classes():
        record = kind()
        for field in msgspec.structs.fields(kind)[:1]:
            with pytest.raises(AttributeError):
                setattr(record, field.name, getattr(record, field.name))


def test_every_integer_field_named_like_an_id_is_an_id() -> None:
    wrong = {
        f"{kind.__name__}.{field.name}": field.type
        for kind in record_classes()
        for field in msgspec.structs.fields(kind)
        if is_id_name(field.name) and ID not in leaf_types(field.type)
    }
    assert wrong == {}


def test_no_field_hides_what_every_event_has() -> None:
    base = {"key", "type"}
    hidden = {kind.__name__ for kind in event_classes() for field in msgspec.structs.fields(kind) if field.name in base}
    assert hidden == set()


def test_everything_that_is_exported_exists() -> None:
    assert [name for name in events.__all__ if not hasattr(events, name)] == []
    exported = {getattr(events, name) for name in events.__all__}
    assert set(event_classes()) <= exported


def test_subclasses_are_matched_by_their_family() -> None:
    for kind in (events.JoinEvent, events.FollowEvent, events.ShareEvent):
        assert issubclass(kind, events.UserEvent)
    assert issubclass(Event, Record)


def test_a_message_is_known_by_its_room_and_id() -> None:
    event = ChatEvent(room_id=ID(1), message_id=ID(2), comment="a")
    assert event.key == "1-2"
    assert msgspec.structs.replace(event, received_at_ms=9, is_history=True).key == event.key


def test_an_event_without_an_id_is_known_by_all_that_it_says_but_not_by_when_it_came() -> None:
    event = GiftEvent(room_id=ID(1), group_id=ID(3), repeat_count=2)
    assert event.key == msgspec.structs.replace(event, received_at_ms=5).key
    assert event.key == msgspec.structs.replace(event, raw=b"x").key
    others = [
        msgspec.structs.replace(event, repeat_count=3),
        msgspec.structs.replace(event, created_at_ms=1),
        msgspec.structs.replace(event, room_id=ID(2)),
        msgspec.structs.replace(event, user=User(id=ID(4))),
        Connected(room_id=ID(1)),
        Disconnected(room_id=ID(1)),
    ]
    assert len({event.key, *(other.key for other in others)}) == len(others) + 1


def test_a_key_does_not_depend_on_whether_ids_are_plain_ints() -> None:
    plain = GiftEvent(room_id=1, group_id=3)  # type: ignore[arg-type]
    assert plain.key == GiftEvent(room_id=ID(1), group_id=ID(3)).key
    assert ChatEvent(room_id=1, message_id=2).key == "1-2"  # type: ignore[arg-type]


def test_an_event_prints_what_it_holds_and_never_its_bytes() -> None:
    text = repr(ChatEvent(room_id=ID(7), comment="hi", raw=b"secret bytes"))
    assert text == "ChatEvent(room_id=7, comment='hi')"
