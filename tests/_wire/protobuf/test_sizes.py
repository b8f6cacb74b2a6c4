"""How much bytes hold, told before they are parsed; and what is done about too much."""

from contextlib import suppress

import pytest
from google.protobuf.descriptor import Descriptor
from hypothesis import given
from hypothesis import strategies as st

from tests._wire.building import NOW, chat, frame, gift, response
from tests._wire.protobytes import field, pieces
from tests.shared_data import RealMessage
from tests.wire_schema import encoded, message_class, push_frame, record_name
from tikcast import ChatEvent, Event, LiveSession, decode_frame, decode_message
from tikcast._wire.gunzip import DEFAULT_LIMIT
from tikcast._wire.protobuf.sizes import MOST_FIELDS, MOST_FIELDS_TOGETHER, SMALL, count_fields
from tikcast._wire.protobuf.wire import BYTES, BrokenWireError, fields
from tikcast._wire.response import parse_response
from tikcast.events import BarrageEvent, UndecodedEvent, UnknownEvent

PIECES = field(5, field(4, b"") * (MOST_FIELDS + 1))
HEAVY = ("WebcastBarrageMessage", PIECES + bytes([0x9A, 0x06, 0x00]) + field(99, bytes(SMALL)))


def by_hand(data: bytes, name: str) -> int:
    """The fields of a message and of the messages in it, counted apart from the walker."""
    known = message_class(name).DESCRIPTOR.fields_by_number
    count = 0
    for piece in pieces(data):
        count += 1
        inner = known[piece.number].message_type if piece.number in known else None
        if inner is not None and piece.kind == 2:
            count += by_hand(piece.body, inner.name) if inner.containing_type is None else len(pieces(piece.body))
    return count


def comments(events: list[Event]) -> list[str]:
    return [event.comment for event in events if isinstance(event, ChatEvent)]


def test_real_messages_are_counted_as_by_hand(samples: dict[str, RealMessage]) -> None:
    for message in samples.values():
        name = record_name(message.method)
        packed = count_fields(name, message.payload) - by_hand(message.payload, name)
        assert 0 <= packed < 50, message.method


def slowly(message: Descriptor, data: bytes) -> int:
    """The same by the reader of fields, for bytes that may be broken."""
    count, known = 0, message.fields_by_number
    with suppress(BrokenWireError):
        for item in fields(data):
            count += 1
            field = known.get(item.number)
            if field is None or not isinstance(item.value, bytes) or item.kind != BYTES:
                continue
            if field.message_type is not None:
                count += slowly(field.message_type, item.value)
            elif field.type not in {field.TYPE_STRING, field.TYPE_BYTES}:
                count += len(item.value) // 8
    return count


PARTS = st.sampled_from(
    [
        b"\x0a",
        b"\x2a\x03",
        b"\x2a\x02\x0a\x00",
        b"\x92\x01\x81\x01",
        b"\x0b\x0c",
        b"\x0d",
        b"\x08" + b"\x80" * 9 + b"\x01",
    ]
)


@given(st.lists(st.binary(max_size=40) | PARTS, max_size=12))
def test_any_bytes_are_counted_as_the_reader_of_fields_reads_them(parts: list[bytes]) -> None:
    data = b"".join(parts)
    for name in ("WebcastBarrageMessage", "Image", "WebcastChatMessage"):
        assert count_fields(name, data) == slowly(message_class(name).DESCRIPTOR, data)


def test_real_messages_are_light(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        assert count_fields(record_name(message.method), message.payload) < MOST_FIELDS / 10


def test_counting_stops_past_the_limit() -> None:
    assert count_fields("WebcastBarrageMessage", PIECES) == MOST_FIELDS + 1
    assert count_fields("WebcastBarrageMessage", PIECES, most=100) == 101
    assert count_fields("WebcastImDeleteMessage", field(2, bytes(1 << 20)), most=1000) == 1001


@pytest.mark.parametrize("data", [b"", b"\x07", field(5, b"\xff"), b"\x0b" * 1000, field(1, 1) + b"\x2a\x05"])
def test_broken_bytes_are_counted_up_to_the_break(data: bytes) -> None:
    assert count_fields("WebcastBarrageMessage", data) <= 3


def test_a_message_that_holds_too_much_is_not_decoded_and_costs_nothing_beside_it() -> None:
    opened = decode_frame(frame(response(chat("before"), HEAVY, chat("after"), needs_ack=True, cursor="c")))
    assert comments(opened.events) == ["before", "after"]
    assert opened.error == f"WebcastBarrageMessage holds more than {MOST_FIELDS:,} fields, left out"
    assert (opened.needs_ack, opened.cursor) == (True, "c")


def test_a_session_tells_of_what_it_left_out_with_the_bytes() -> None:
    data = frame(response(chat("before"), HEAVY))
    told, event = LiveSession(0).receive(data, NOW)
    assert isinstance(told, UndecodedEvent)
    assert "holds more than" in told.error
    assert told.raw == data
    assert comments([event]) == ["before"]


def test_a_bare_message_that_holds_too_much_is_undecoded() -> None:
    event = decode_message(*HEAVY)
    assert isinstance(event, UndecodedEvent)
    assert event.error == f"WebcastBarrageMessage holds more than {MOST_FIELDS:,} fields"
    assert event.payload == HEAVY[1]


def test_the_same_in_few_bytes_is_decoded() -> None:
    event = decode_message("WebcastBarrageMessage", field(5, field(4, b"") * 1000))
    assert isinstance(event, BarrageEvent)
    assert event.content is not None
    assert len(event.content.pieces) == 1000


def test_a_large_message_of_ordinary_fields_is_decoded() -> None:
    event = decode_message("WebcastChatMessage", field(3, "x" * 2 * SMALL))
    assert comments([event]) == ["x" * 2 * SMALL]


def test_messages_without_end_are_left_out_but_not_what_stands_beside_them() -> None:
    many = field(1, b"") * (4 * MOST_FIELDS_TOGETHER)
    body = field(2, "cursor") + response(chat("first")).SerializeToString() + many
    opened = decode_frame(push_frame("msg", body, compress=True))
    assert comments(opened.events) == ["first"]
    assert all(isinstance(event, UnknownEvent) for event in opened.events[1:])
    assert len(opened.events) < MOST_FIELDS_TOGETHER / 4
    assert "messages are left out" in (opened.error or "")
    assert opened.cursor == "cursor"


def test_a_heavy_response_that_is_broken_too_is_salvaged_without_what_is_heavy() -> None:
    broken = encoded("ResponseMessage", method="WebcastChatMessage", payload=chat("whole")[1])
    body = response(chat("before"), HEAVY).SerializeToString() + field(1, broken + b"\x07") + field(1, broken)
    opened = decode_frame(push_frame("msg", body))
    assert comments(opened.events) == ["before", "whole", "whole"]
    assert "left out" in (opened.error or "")


def test_a_heavy_message_behind_a_broken_head_stays_out() -> None:
    envelope = field(1, HEAVY[0]) + field(2, HEAVY[1]) + b"\x07"
    opened = decode_frame(push_frame("msg", field(1, envelope) + response(chat("after")).SerializeToString()))
    assert comments(opened.events) == ["after"]
    assert "holds more than" in (opened.error or "")


def test_the_fields_of_a_signers_answer_are_counted_too() -> None:
    body = response(chat("before"), HEAVY, cursor="c").SerializeToString()
    assert parse_response(body).messages == 1
    assert comments(LiveSession(0).receive_response(body, NOW)) == ["before"]


def test_headers_without_end_are_refused() -> None:
    headers = b"".join(field(5, field(1, f"{number}")) for number in range(MOST_FIELDS + 1))
    opened = decode_frame(headers + field(7, "msg") + field(8, b""))
    assert opened.error == f"more than {MOST_FIELDS:,} fields in one frame"


def test_a_frame_that_is_itself_past_the_limit_is_refused() -> None:
    session = LiveSession(0, gunzip_limit=1000)
    (event,) = session.receive(push_frame("msg", bytes(SMALL + 1000)), NOW)
    assert isinstance(event, UndecodedEvent)
    assert "over the limit of 1,000" in event.error
    assert decode_frame(bytes(DEFAULT_LIMIT + SMALL + 1)).error is not None


def test_many_ordinary_gifts_in_one_frame_all_count() -> None:
    session = LiveSession(0)
    session.receive(frame(response(*[gift(1, message_id=at, group=at) for at in range(1, 8001)])), NOW)
    assert session.stats()["gifts"] == 8000
