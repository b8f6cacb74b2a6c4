"""Broken and unusual bytes: every sound field is kept, what is lost is told, nothing raises."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tests._wire.protobytes import field, pieces
from tests.shared_data import RealMessage
from tests.wire_schema import message_class, record_name
from tikcast import Event, decode_message, to_dict
from tikcast.events import ChatEvent, PinEvent, UndecodedEvent

UNKNOWN = 20_000
NOT_UTF8 = b"\xff\xc0\xafab"
JUNK = b"\x07\x07\xff\xff\xff"


def decode(message: RealMessage, payload: bytes) -> Event:
    return decode_message(message.method, payload)


def leaves(event: Event) -> dict[str, Any]:
    """Every value of an event by its path, but for the notes and the bytes."""
    return dict(_leaves("", {k: v for k, v in to_dict(event).items() if k not in {"notes", "raw"}}))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaves(f"{path}[{index}]", inner)
    else:
        yield path, value


def descriptor(message: RealMessage) -> Descriptor:
    found: Descriptor = message_class(record_name(message.method)).DESCRIPTOR
    return found


def runs(data: bytes) -> list[bytes]:
    """The top-level fields, those of one number side by side together: their order means something."""
    return [b"".join(piece.whole for piece in run) for _, run in groupby(pieces(data), lambda piece: piece.number)]


def bad_strings(data: bytes, known: Descriptor, *, path: str = "") -> Iterator[tuple[str, bytes]]:
    """The message again and again, each time with another of its texts made invalid; and where."""
    before = b""
    for index, piece in enumerate(found := pieces(data)):
        after = b"".join(later.whole for later in found[index + 1 :])
        known_field = known.fields_by_number.get(piece.number)
        if known_field is not None and piece.kind == 2:
            here = f"{path}{known_field.name}"
            if known_field.type == FieldDescriptor.TYPE_STRING:
                yield here, before + field(piece.number, piece.body + NOT_UTF8) + after
            elif known_field.message_type is not None:
                for where, inner in bad_strings(piece.body, known_field.message_type, path=f"{here}."):
                    yield where, before + field(piece.number, inner) + after
        before += piece.whole


def test_fields_in_rotated_order_give_the_same_event(samples: dict[str, RealMessage]) -> None:
    rotated = 0
    for message in samples.values():
        whole = leaves(decode(message, message.payload))
        fields = runs(message.payload)
        for turn in range(1, len(fields)):
            event = decode(message, b"".join(fields[turn:] + fields[:turn]))
            assert not event.notes
            assert leaves(event) == whole, (message.method, turn)
            rotated += 1
    assert rotated > 200


def test_fields_that_nobody_knows_are_ignored_wherever_they_stand(samples: dict[str, RealMessage]) -> None:
    extra = field(UNKNOWN, b"\xff\xff") + field(UNKNOWN + 1, 1 << 63) + field(UNKNOWN + 2, "text")
    for message in samples.values():
        whole = leaves(decode(message, message.payload))
        fields = runs(message.payload)
        for place in {0, len(fields) // 2, len(fields)}:
            event = decode(message, b"".join([*fields[:place], extra, *fields[place:]]))
            assert not event.notes
            assert leaves(event) == whole, message.method


def test_a_text_that_is_not_utf8_costs_only_itself(samples: dict[str, RealMessage]) -> None:
    damaged = repaired = 0
    for message in samples.values():
        whole = leaves(decode(message, message.payload))
        for path, payload in bad_strings(message.payload, descriptor(message)):
            event = decode(message, payload)
            damaged += 1
            assert not isinstance(event, UndecodedEvent), (message.method, path)
            assert list(event.notes) in ([], [f"{path}: not UTF-8, repaired"])
            now = leaves(event)
            lost = {name for name in whole.keys() | now.keys() if whole.get(name) != now.get(name)}
            if not event.notes:
                assert not lost, (message.method, path)  # nobody reads that field
            for name in lost:
                # A text shows what could be read of it; a number that was made out of it is not known now.
                told = now.get(name)
                assert not told or (isinstance(told, str) and "\ufffd" in told), (message.method, path, name)
            repaired += any(isinstance(now[name], str) for name in lost)
    assert damaged > 400
    assert repaired > 150


def test_a_text_that_is_not_utf8_shows_what_could_be_read() -> None:
    payload = field(1, field(2, 7)) + field(3, b"caf\xe9 \xe2\x98")
    event = decode_message("WebcastChatMessage", payload)
    assert isinstance(event, ChatEvent)
    assert event.comment == "caf\ufffd \ufffd"
    assert event.message_id == 7
    assert event.notes == ("content: not UTF-8, repaired",)


def test_a_message_cut_anywhere_gives_what_came_before_the_cut_and_says_so(samples: dict[str, RealMessage]) -> None:
    for message in samples.values():
        ends, at = set(), 0
        for piece in pieces(message.payload):
            ends.add(at)
            at += len(piece.whole)
        for cut in range(len(message.payload)):
            event = decode(message, message.payload[:cut])
            if cut in ends:
                assert not isinstance(event, UndecodedEvent)
                assert not event.notes
            else:
                assert event.notes, (message.method, cut)
            assert event.raw == message.payload[:cut]


def test_a_cut_message_keeps_the_fields_that_came_whole(samples: dict[str, RealMessage]) -> None:
    message = samples["WebcastChatMessage"]
    whole = decode(message, message.payload)
    assert isinstance(whole, ChatEvent)
    # The comment stands near the end here, behind head and user.
    cut = decode(message, message.payload[: message.payload.index(whole.comment.encode()) + 1])
    assert isinstance(cut, ChatEvent)
    assert cut.user == whole.user
    assert cut.key == whole.key
    assert cut.comment == ""
    assert any("cut short" in note for note in cut.notes)


def test_nothing_readable_at_all_is_an_undecoded_event_with_the_bytes() -> None:
    event = decode_message("WebcastChatMessage", JUNK, room_id=5, is_history=True)
    assert isinstance(event, UndecodedEvent)
    assert event.method == "WebcastChatMessage"
    assert event.payload == event.raw == JUNK
    assert event.room_id == 5
    assert event.is_history
    assert event.error


def test_an_empty_message_is_an_event_with_nothing_in_it() -> None:
    assert decode_message("WebcastChatMessage", b"") == ChatEvent()


def other_wire_types(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The message with one top-level field after the other given the wrong wire type."""
    for number in sorted({piece.number for piece in pieces(data)}):
        out = b""
        for piece in pieces(data):
            wrong = field(piece.number, 5) if piece.kind == 2 else field(piece.number, b"\xff" * 4)
            out += wrong if piece.number == number else piece.whole
        yield number, out


def numbers_in_a_row(message: RealMessage) -> set[int]:
    """The repeated fields of a message that hold plain numbers."""
    known = descriptor(message).fields
    plain = {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES, FieldDescriptor.TYPE_MESSAGE}
    return {item.number for item in known if item.default_value == [] and item.type not in plain}


def without(data: bytes, number: int) -> bytes:
    return b"".join(piece.whole for piece in pieces(data) if piece.number != number)


def test_a_field_of_another_wire_type_costs_only_itself_and_is_named(samples: dict[str, RealMessage]) -> None:
    named = 0
    for message in samples.values():
        known = descriptor(message).fields_by_number
        ours = {piece.number for piece in pieces(message.payload)} & set(known)
        for number, payload in other_wire_types(message.payload):
            event = decode(message, payload)
            if number in numbers_in_a_row(message):
                continue  # they may stand alone as well as packed
            expected = decode(message, without(message.payload, number))
            if not event.notes:
                unread = leaves(event) == leaves(decode(message, message.payload))
                assert unread or number not in ours, (message.method, number)
                continue
            named += 1
            assert event.notes[0] == f"{known[number].name}: of another wire type, left out"
            if isinstance(event, UndecodedEvent):
                assert ours == {number}, message.method
            else:
                assert leaves(event) == leaves(expected), (message.method, number)
    assert named > 150


@pytest.mark.parametrize(
    ("method", "number"),
    [("WebcastChatMessage", 3), ("WebcastGiftMessage", 15), ("WebcastLikeMessage", 2), ("WebcastLikeMessage", 3)],
)
def test_what_people_look_at_every_day_is_named_when_its_wire_type_changes(
    samples: dict[str, RealMessage], method: str, number: int
) -> None:
    (payload,) = [data for found, data in other_wire_types(samples[method].payload) if found == number]
    name = descriptor(samples[method]).fields_by_number[number].name
    assert decode_message(method, payload).notes == (f"{name}: of another wire type, left out",)


def test_a_field_of_another_wire_type_inside_a_record_is_noted_when_the_message_has_to_be_salvaged() -> None:
    payload = field(1, field(2, 7)) + field(2, 5) + field(3, b"\xff")
    event = decode_message("WebcastChatMessage", payload)
    assert set(event.notes) == {"user: of another wire type, left out", "content: not UTF-8, repaired"}
    assert event.message_id == 7


@pytest.mark.parametrize(
    ("method", "path", "note"),
    [
        ("WebcastChatMessage", (2, 22), "user.follow_info"),
        ("WebcastChatMessage", (2, 22, 2), "user.follow_info.follower_count"),
        ("WebcastChatMessage", (2, 9), "user.avatar_thumb"),
        ("WebcastChatMessage", (1, 4), "common.create_time"),
        ("WebcastMemberMessage", (2, 38), "user.unique_id"),
        ("WebcastLikeMessage", (5, 3), "user.nickname"),
    ],
)
def test_a_field_of_another_wire_type_inside_a_record_is_named_where_it_is_missed(
    samples: dict[str, RealMessage], method: str, path: tuple[int, ...], note: str
) -> None:
    payload = samples[method].payload
    whole, broken = decode_message(method, payload), decode_message(method, retyped(payload, *path))
    assert broken.notes == (f"{note}: of another wire type, left out",)
    assert leaves(broken) != leaves(whole)
    assert leaves(broken) == leaves(decode_message(method, retyped(payload, *path, by=b"")))


def retyped(data: bytes, number: int, *deeper: int, by: bytes | None = None) -> bytes:
    """The bytes with a field, however deep, given another wire type, or replaced."""
    out, changed = b"", False
    for piece in pieces(data):
        if piece.number != number:
            out += piece.whole
        elif deeper:
            out += field(number, retyped(piece.body, *deeper, by=by))
        elif by is None:
            out += field(number, 5) if piece.kind == 2 else field(number, b"\xff" * 4)
        else:
            out += by
        changed = changed or piece.number == number
    assert changed, number
    return out


def cut_records(data: bytes, known: Descriptor, *, path: str = "") -> Iterator[tuple[str, bytes]]:
    """The message again and again, each time with another of its records, however deep, a byte short; and where."""
    found = pieces(data)
    for index, piece in enumerate(found):
        inner = known.fields_by_number.get(piece.number)
        if inner is None or inner.message_type is None or not piece.body:
            continue
        here = f"{path}{inner.name}"
        before = b"".join(earlier.whole for earlier in found[:index])
        after = b"".join(later.whole for later in found[index + 1 :])
        yield here, before + field(piece.number, piece.body[:-1]) + after
        for where, body in cut_records(piece.body, inner.message_type, path=f"{here}."):
            yield where, before + field(piece.number, body) + after


def test_a_record_that_is_cut_short_however_deep_costs_only_its_end_and_is_named(
    samples: dict[str, RealMessage],
) -> None:
    named = 0
    for message in samples.values():
        whole = decode(message, message.payload)
        for path, payload in cut_records(message.payload, descriptor(message)):
            event = decode(message, payload)
            if not event.notes:
                assert leaves(event) == leaves(whole), (message.method, path)  # nobody reads that record
                continue
            named += 1
            assert all(note.startswith(path) for note in event.notes), (message.method, path)
            if not path.startswith("common"):
                assert (type(event), event.key) == (type(whole), whole.key)
            elif isinstance(event, UndecodedEvent):
                assert {piece.number for piece in pieces(payload)} & set(descriptor(message).fields_by_number) == {1}
    assert named > 150


def test_junk_inside_a_record_costs_only_that_record(samples: dict[str, RealMessage]) -> None:
    noted = 0
    for message in samples.values():
        whole = leaves(decode(message, message.payload))
        known = descriptor(message).fields_by_number
        records = {p.number for p in pieces(message.payload) if p.number in known and known[p.number].message_type}
        for number in sorted(records):
            payload = b"".join(
                field(number, JUNK) if piece.number == number else piece.whole for piece in pieces(message.payload)
            )
            event = decode(message, payload)
            if not event.notes:
                assert leaves(event) == whole, (message.method, number)  # nobody reads that field
                continue
            noted += 1
            assert known[number].name in event.notes[0]
            if isinstance(event, UndecodedEvent):
                assert {piece.number for piece in pieces(message.payload)} & set(known) == {number}
                continue
            expected = decode(message, without(message.payload, number))
            assert leaves(event) == leaves(expected), (message.method, number)
    assert noted > 30


def test_a_broken_head_does_not_cost_the_content(samples: dict[str, RealMessage]) -> None:
    message = samples["WebcastChatMessage"]
    whole = decode(message, message.payload)
    payload = field(1, JUNK) + without(message.payload, 1)
    event = decode_message(message.method, payload, room_id=11)
    assert isinstance(event, ChatEvent)
    assert isinstance(whole, ChatEvent)
    assert event.comment == whole.comment
    assert event.user == whole.user
    assert event.room_id == 11


def test_a_broken_pinned_message_does_not_cost_the_pin(samples: dict[str, RealMessage]) -> None:
    payload = field(1, field(2, 7)) + field(2, field(3, b"\xff") + JUNK) + field(33, 1) + field(35, 9)
    event = decode_message("WebcastRoomPinMessage", payload)
    assert isinstance(event, PinEvent)
    assert event.action == 1
    assert event.pinned_message_id == 9
    assert isinstance(event.event, ChatEvent | UndecodedEvent)


@pytest.mark.parametrize("depth", [10, 90, 200, 5_000])
def test_records_within_records_are_read_as_deep_as_is_safe(depth: int) -> None:
    user = field(3, "Ana")
    for _ in range(depth):
        user = field(45, user)  # User.top_fans
    event = decode_message("WebcastChatMessage", field(2, field(3, "Bo") + user) + field(3, "hello"))
    assert isinstance(event, ChatEvent)
    assert event.comment == "hello"


def test_a_million_fields_are_not_salvaged_without_end() -> None:
    event = decode_message("WebcastChatMessage", field(3, "x") * 300_000 + b"\x07")
    assert len(event.notes) <= 20
