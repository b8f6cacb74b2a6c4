"""Every entry of the table from wire name to reading is whole: class, document, sample, JSON."""

import csv
import json
import re
from collections.abc import Iterator

import pytest

from tests._wire.test_real_messages import classes_of
from tests.shared_data import REPO, RealMessage, shared_file
from tests.wire_schema import known_methods
from tikcast import decode_message, events, from_json, to_dict, to_json
from tikcast.events import Event, UndecodedEvent, UnknownEvent
from tikcast.simulator.messages.samples import sample
from tikcast.wire import wire_fields

METHODS = known_methods()
# Classes whose `type` is not the snake_case of their name.
TYPES = {"AISummaryEvent": "ai_summary", "BALeadGenEvent": "ba_lead_gen"}
WITHOUT_SCHEMA = {
    "WebcastAISummaryMessage",
    "WebcastCommentTrayMessage",
    "WebcastGameServerFeatureMessage",
    "WebcastPrivilegeAdvanceMessage",
}
# What the field table describes beside messages: the transport, and records inside messages.
NO_MESSAGES = {
    "WebcastPushFrame",
    "WebcastResponse",
    "WebcastImEnterRoomMessage",
    "WebcastRankUpdate",
    "WebcastRankTabInfo",
    "WebcastControlExtra",
}

every_entry = pytest.mark.parametrize("method", METHODS)


def classes(method: str) -> list[type[Event]]:
    """The event classes that the contract's naming rule gives a wire name."""
    return [getattr(events, name) for name in sorted(classes_of(method))]


def snake(name: str) -> str:
    return TYPES.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("Event")).lower()


def page_of(kind: type[Event]) -> str:
    return (REPO / "docs" / "events" / f"{kind.type}.md").read_text(encoding="utf-8")


def samples(method: str) -> Iterator[tuple[bytes, Event]]:
    for seed in range(4):
        payload = sample(method, seed=seed)
        yield payload, decode_message(method, payload)


def wire_names() -> set[str]:
    """The messages that the shared field table has rows for."""
    with shared_file("wire/fields.tsv").open(encoding="utf-8") as file:
        names = {row["message"].split(".")[0] for row in csv.DictReader(file, delimiter="\t")}
    return {name for name in names if name.startswith("Webcast")} - NO_MESSAGES


@every_entry
def test_it_becomes_the_class_of_its_wire_name(method: str) -> None:
    named = classes(method)
    assert all(kind.type == snake(kind.__name__) for kind in named)
    assert {type(event) for _, event in samples(method)} <= set(named)


@every_entry
def test_it_has_a_page_that_says_what_is_seen_in_the_app(method: str) -> None:
    index = (REPO / "docs" / "events" / "index.md").read_text(encoding="utf-8")
    for kind in classes(method):
        page = page_of(kind)
        title, told = page.split("\n\n")[1:3]
        assert title == f"# {kind.__name__}"
        assert len(told.split()) >= 4
        seen = page.split("## What you see in the app\n\n")[1].split("\n\n## ")[0]
        (origin,) = re.findall(rf"^- `{method}`: (.+)$", seen, flags=re.MULTILINE)
        assert len(origin.split()) >= 4
        (row,) = re.findall(
            rf"^\| \[{kind.__name__}\]\({kind.type}\.md\) \| `{kind.type}` \| (.+) \|$", index, flags=re.MULTILINE
        )
        assert len(row.split()) >= 4


@every_entry
def test_its_page_shows_a_sample_that_is_an_event_of_the_class(method: str) -> None:
    for kind in classes(method):
        (document,) = re.findall(r"```json\n(.*?)```", page_of(kind), flags=re.DOTALL)
        event = from_json(document)
        assert type(event) is kind
        assert json.loads(to_json(event)) == json.loads(document)
        assert event.message_id
        assert not event.notes


@every_entry
def test_the_simulators_samples_decode_without_a_note(method: str) -> None:
    for payload, event in samples(method):
        assert not isinstance(event, UnknownEvent | UndecodedEvent)
        assert event.notes == ()
        assert event.raw == payload
        assert (event.room_id, event.created_at_ms) != (0, 0) or method == "WebcastWeeklyRankRewardMessage"


@every_entry
def test_its_events_survive_json(method: str) -> None:
    for _, event in samples(method):
        assert from_json(to_json(event, raw=True)) == event
        assert json.loads(to_json(event))["type"] == to_dict(event)["type"] == event.type


@every_entry
def test_its_bytes_can_be_looked_at(method: str) -> None:
    for _, event in samples(method):
        assert wire_fields(event)


def test_every_message_of_the_field_table_and_of_the_payloads_has_an_entry(real_messages: list[RealMessage]) -> None:
    wanted = wire_names() | {message.method for message in real_messages} | WITHOUT_SCHEMA
    assert wanted - set(known_methods()) == set()
    assert len(wanted) > 90


def test_the_types_that_no_public_schema_covers_keep_their_bytes_and_say_where_to_look() -> None:
    for method in WITHOUT_SCHEMA:
        (kind,) = classes(method)
        assert kind.__struct_fields__ == Event.__struct_fields__
        assert "wire_fields" in page_of(kind)
