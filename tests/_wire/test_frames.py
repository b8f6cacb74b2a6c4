"""Push frames, read and written."""

import gzip

import pytest

from tests._wire.building import NOW, ROOM, chat, framed, gift, response
from tests._wire.building import frame as framed_response
from tests._wire.protobytes import field, pieces, read_varint
from tests.shared_data import RealMessage
from tests.wire_schema import ack_frame, build, push_frame
from tikcast import ChatEvent, Frame, GiftEvent, LiveSession, UnknownEvent, decode_frame, decode_message
from tikcast._wire.response import parse_response, without_route
from tikcast.events import UndecodedEvent

OVERLONG_TAG = b"\x98\x80\x80\x80\x80\x80\x00\x05"  # six bytes where one would do: strict parsers refuse it


def fields_of(data: bytes) -> dict[int, bytes | int]:
    """The fields of a frame read by hand."""
    return {p.number: p.body if p.kind == 2 else read_varint(p.body, 0)[0] for p in pieces(data)}


def comments(frame: Frame) -> list[str]:
    return [event.comment for event in frame.events if isinstance(event, ChatEvent)]


# Going out


def owed(internal_ext: bytes, *, log_id: int) -> dict[int, bytes | int]:
    """The fields of the acknowledgement of a response."""
    body = response(needs_ack=True, internal_ext=internal_ext)
    ack = decode_frame(framed_response(body, log_id=log_id)).ack
    assert ack is not None
    return fields_of(ack)


def test_an_acknowledgement_carries_the_log_id_and_internal_ext_of_what_it_acknowledges() -> None:
    log_id, internal_ext = 7_000_000_000_000_000_001, b"fetch_time:1|start_time:0\xff"
    assert owed(internal_ext, log_id=log_id) == {2: log_id, 6: b"pb", 7: b"ack", 8: internal_ext}


def test_an_acknowledgement_without_internal_ext_says_a_dash() -> None:
    assert owed(b"", log_id=3) == {2: 3, 6: b"pb", 7: b"ack", 8: b"-"}


def test_a_heartbeat_holds_the_room_and_counts() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    for second in (10, 20, 30):
        session.to_send()
        session.tick(NOW + second * 1000)
    (beat,) = session.to_send()
    sent = fields_of(beat)
    assert {number: sent[number] for number in (6, 7)} == {6: b"pb", 7: b"hb"}
    assert sent[8] == field(1, ROOM) + field(2, 4)


def test_entering_a_room_says_all_that_the_web_player_says() -> None:
    session = LiveSession(ROOM)
    session.opened(NOW)
    sent = fields_of(session.to_send()[0])
    assert {number: sent[number] for number in (6, 7)} == {6: b"pb", 7: b"im_enter_room"}
    assert isinstance(sent[8], bytes)
    assert fields_of(sent[8]) == {1: ROOM, 4: 12, 5: b"audience", 9: b"0"}


# Coming in


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("kind", ["msg", "im_enter_room_resp"])
def test_a_frame_gives_its_messages_and_what_it_says_of_the_stream(kind: str, compress: bool) -> None:
    body = response(chat("one", message_id=1), gift(2, message_id=2), cursor="c-1", internal_ext=b"ext", needs_ack=True)
    frame = decode_frame(framed_response(body, log_id=9, compress=compress, kind=kind))
    assert frame.payload_type == kind
    assert frame.log_id == 9
    assert frame.needs_ack
    assert frame.ack == ack_frame(9, b"ext")
    assert (frame.cursor, frame.internal_ext) == ("c-1", b"ext")
    assert frame.error is None
    assert [type(event) for event in frame.events] == [ChatEvent, GiftEvent]
    assert comments(frame) == ["one"]


def test_an_acknowledgement_is_owed_only_where_it_is_asked_for() -> None:
    frame = decode_frame(framed_response(response(chat("x"), internal_ext=b"ext"), log_id=9))
    assert not frame.needs_ack
    assert frame.ack is None


def test_an_acknowledgement_is_owed_for_a_response_without_messages_too() -> None:
    frame = decode_frame(framed_response(response(needs_ack=True), log_id=9))
    assert frame.ack == ack_frame(9, b"")
    assert frame.events == []


def test_messages_of_a_frame_are_decoded_without_a_session(real_messages: list[RealMessage]) -> None:
    for start in range(0, len(real_messages), 100):
        some = real_messages[start : start + 100]
        body = response(*[(m.method, m.payload) for m in some])
        frame = decode_frame(framed_response(body))
        assert frame.error is None
        assert frame.events == [decode_message(m.method, m.payload) for m in some]


def test_the_envelopes_id_and_history_flag_reach_the_event() -> None:
    body = build("WebcastResponse")
    body.messages.add(method="WebcastChatMessage", payload=field(3, "hi"), msg_id=77, is_history=True)
    (event,) = decode_frame(framed_response(body)).events
    assert event.message_id == 77
    assert event.is_history
    assert event.raw == field(3, "hi")


def test_the_messages_own_id_goes_before_the_envelopes() -> None:
    body = build("WebcastResponse")
    body.messages.add(method="WebcastChatMessage", payload=field(1, field(2, 5)) + field(3, "hi"), msg_id=77)
    (event,) = decode_frame(framed_response(body)).events
    assert event.message_id == 5


@pytest.mark.parametrize("kind", ["hb", "ack", "something_new", ""])
def test_frames_of_the_transport_itself_are_no_error_and_hold_nothing(kind: str) -> None:
    frame = decode_frame(push_frame(kind, b"\xff\xfe whatever", log_id=3))
    assert frame == Frame(payload_type=kind, log_id=3)


@pytest.mark.parametrize("payload", [b"", b"\x08\x01", b"ok", b"\xff\xff"])
def test_the_answer_to_entering_may_hold_no_response(payload: bytes) -> None:
    frame = decode_frame(push_frame("im_enter_room_resp", payload))
    assert frame.events == []
    assert frame.error is None
    assert frame.ack is None


def with_headers(payload: bytes, **headers: str) -> bytes:
    frame = build("WebcastPushFrame", payload_type="msg", payload=payload, headers=headers)
    return frame.SerializeToString()


def test_a_frame_that_says_gzip_but_is_plain_is_read_as_it_is() -> None:
    body = response(chat("plain")).SerializeToString()
    frame = decode_frame(with_headers(body, compress_type="gzip"))
    assert comments(frame) == ["plain"]
    assert frame.error is None


def test_a_frame_that_is_gzip_but_does_not_say_so_is_read_too() -> None:
    body = gzip.compress(response(chat("zipped")).SerializeToString())
    assert comments(decode_frame(with_headers(body))) == ["zipped"]
    assert comments(decode_frame(with_headers(body, compress_type="none"))) == ["zipped"]


def test_an_unknown_compression_is_named() -> None:
    frame = decode_frame(with_headers(b"\x28\xb5\x2f\xfd rest", compress_type="zstd" * 100))
    assert frame.error is not None
    assert "zstd" in frame.error
    assert len(frame.error) < 100
    assert frame.events == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[:-20], "ends too early"),
        (lambda data: data + data, "follow"),
        (lambda data: data[:-4] + b"\x00\x00\x00\x00", "damaged"),
        (lambda data: gzip.compress(bytes(17 * 1024 * 1024)), "limit of 16777216 bytes"),
    ],
    ids=["cut", "twice", "lying", "too large"],
)
def test_bad_compression_is_told_in_words(spoil: object, words: str) -> None:
    assert callable(spoil)
    body = gzip.compress(response(chat("x" * 500)).SerializeToString())
    frame = decode_frame(push_frame("msg", spoil(body), log_id=4))
    assert frame.error is not None
    assert words in frame.error
    assert (frame.events, frame.log_id, frame.payload_type) == ([], 4, "msg")


def test_a_broken_message_costs_nothing_beside_it() -> None:
    broken = ("WebcastChatMessage", b"\x07\x07")
    frame = decode_frame(framed(chat("before"), broken, chat("after")))
    assert comments(frame) == ["before", "after"]
    assert isinstance(frame.events[1], UndecodedEvent)
    assert frame.error is None


def test_a_broken_envelope_costs_only_its_own_message() -> None:
    good = field(1, field(1, "WebcastChatMessage") + field(2, field(3, "good")))
    bad = field(1, field(1, b"\xffWebcastChatMessage") + field(2, field(3, "bad")))
    junk = field(1, b"\x07\x07\x07")
    frame = decode_frame(push_frame("msg", good + bad + junk + good + field(2, "cursor")))
    assert comments(frame) == ["good", "good"]
    assert frame.cursor == "cursor"
    assert frame.error is not None
    assert "not UTF-8" in frame.error


def test_a_response_that_is_cut_gives_the_messages_before_the_cut() -> None:
    body = response(chat("one"), chat("two")).SerializeToString()
    frame = decode_frame(push_frame("msg", body[:-3]))
    assert comments(frame)[0] == "one"
    assert frame.error is not None


def test_an_unknown_wire_name_is_an_event_with_its_bytes() -> None:
    (event,) = decode_frame(framed(("WebcastNeverSeenMessage", b"\x08\x01"))).events
    assert isinstance(event, UnknownEvent)
    assert (event.method, event.payload, event.raw) == ("WebcastNeverSeenMessage", b"\x08\x01", b"\x08\x01")


@pytest.mark.parametrize("method", ["", "common", "User", "WebcastPushFrame", "WebcastResponse", "\ufffd", "__class__"])
def test_names_that_are_no_messages_are_unknown(method: str) -> None:
    event = decode_message(method, b"\x08\x01", room_id=5, is_history=True)
    assert isinstance(event, UnknownEvent)
    assert (event.method, event.room_id, event.is_history) == (method, 5, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x07",
        b"not a frame at all",
        field(7, b"\xffmsg") + field(8, b"abc"),
        field(7, "msg") + OVERLONG_TAG + b"\x07",
        field(7, "msg") + field(8, field(2, "cursor") + OVERLONG_TAG),
        field(7, "msg") + field(5, b"\xff\xff") + field(8, b"abc"),
        field(7, "msg") + field(5, field(1, "compress_type") + field(2, b"\xff")) + field(8, b"abc"),
        field(7, "msg") + b"\x43" * 200,
        field(7, "msg") + field(8, field(1, b"\x43" * 200)),
    ],
)
def test_bytes_that_are_no_frame_are_told_and_never_raised(data: bytes) -> None:
    frame = decode_frame(data)
    assert frame.events == []
    assert frame.error or data == b""
    session = LiveSession(ROOM)
    session.opened(0)
    for event in session.receive(data, 1):
        assert isinstance(event, UndecodedEvent)
        assert (event.room_id, event.message_id, event.received_at_ms) == (ROOM, 0, 1)
        assert event.error


def test_a_frame_with_tags_longer_than_needed_is_read_nevertheless() -> None:
    good = field(1, field(1, "WebcastChatMessage") + field(2, field(3, "good")))
    frame = decode_frame(push_frame("msg", good + OVERLONG_TAG))
    assert comments(frame) == ["good"]
    assert frame.error


def test_a_frame_is_frozen() -> None:
    frame = decode_frame(b"")
    with pytest.raises(AttributeError):
        frame.cursor = "x"  # type: ignore[misc]


# A signer's bare answer


def test_a_bare_response_tells_where_to_connect() -> None:
    body = response(
        chat("x"),
        push_server="wss://push.example/webcast/im/push/v2/",
        route_params_map={"wrss": "abc=", "imprp": "1"},
        cursor="c",
        internal_ext=b"ext",
        heart_beat_duration=10_000,
    )
    head = parse_response(body.SerializeToString())
    assert head.push_server == "wss://push.example/webcast/im/push/v2/"
    assert head.route_params == {"wrss": "abc=", "imprp": "1"}
    assert (head.cursor, head.internal_ext, head.heart_beat_duration, head.messages) == ("c", b"ext", 10_000, 1)


@pytest.mark.parametrize("data", [b"<html>blocked</html>", b"\xff\xff", b'{"code": 403}'])
def test_an_answer_that_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a response"):
        parse_response(data)


def test_a_response_can_be_told_without_what_opens_its_connection() -> None:
    body = response(
        chat("x", message_id=1),
        push_server="wss://push.example/?secret=1",
        route_params_map={"wrss": "secret"},
        cursor="c",
        internal_ext=b"ext",
    )
    told = without_route(body.SerializeToString())
    assert b"secret" not in told
    head = parse_response(told)
    assert (head.cursor, head.internal_ext, head.messages) == ("c", b"ext", 1)
    assert without_route(field(2, "c") + b"\x07 secret") == field(2, "c")
