"""Frames, responses and messages known by their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from tests._wire.protobytes import field
from tests.room_server import chat, frame
from tests.shared_data import RealMessage
from tests.wire_schema import build, encoded, enter_room_frame, heartbeat_frame, push_frame
from tikcast import decode_frame, decode_message
from tikcast.wire import inspect, wire_fields


def test_a_frame_is_opened_down_to_its_messages() -> None:
    seen = inspect(frame(chat("hello")))
    assert (seen.kind, seen.name, seen.error) == ("frame", "msg", "")
    (message,) = seen.messages
    assert (message.method, message.known) == ("WebcastChatMessage", True)
    assert [item.value for item in message.fields if item.name == "content"] == ["hello"]
    payload = next(item for item in seen.fields if item.name == "payload")
    assert payload.type == "gzip WebcastResponse"


def test_frames_of_the_client_are_opened_too() -> None:
    entering, beat = inspect(enter_room_frame(5)), inspect(heartbeat_frame(5, 9))
    assert (entering.name, beat.name) == ("im_enter_room", "hb")
    payload = next(item for item in beat.fields if item.name == "payload")
    assert isinstance(payload.value, tuple)
    assert [(item.name, item.value) for item in payload.value] == [("room_id", 5), ("send_packet_seq_id", 9)]


def test_a_bare_response_is_known_by_its_messages() -> None:
    response = build("WebcastResponse", cursor="c", internal_ext=b"x")
    response.messages.add().CopyFrom(chat("hello"))
    seen = inspect(response.SerializeToString())
    assert seen.kind == "response"
    assert [message.method for message in seen.messages] == ["WebcastChatMessage"]


def test_a_message_of_a_type_that_is_not_known_is_marked() -> None:
    new = build("ResponseMessage", method="WebcastNewMessage", payload=b"\x08\x05", msg_id=1)
    (message,) = inspect(frame(new)).messages
    assert not message.known
    assert [item.value for item in message.fields] == [5]


def test_an_alias_is_read_by_the_schema_it_shares() -> None:
    seen = inspect(encoded("WebcastRoomMessage", content="hi"), method="RoomMessage")
    assert [item.name for item in seen.fields] == ["content"]


def test_compression_that_is_damaged_is_told_and_the_frame_still_shown() -> None:
    seen = inspect(push_frame("msg", b"\x1f\x8b\x08 damaged"))
    assert seen.kind == "frame"
    assert "gzip" in seen.error
    assert seen.messages == ()


@given(st.binary(max_size=100))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    assert inspect(data).size == len(data)
    inspect(push_frame("msg", data))


def test_each_message_tells_what_tikcast_makes_of_it() -> None:
    broken = build("ResponseMessage", method="WebcastChatMessage", payload=field(3, "hi") + b"\x07")
    nothing = build("ResponseMessage", method="WebcastChatMessage", payload=b"\x07\x07")
    new = build("ResponseMessage", method="WebcastNewMessage", payload=b"\x08\x05")
    seen = inspect(frame(chat("hello"), broken, nothing, new))
    assert [message.event for message in seen.messages] == ["chat", "chat", "undecoded", "unknown"]
    whole, salvaged, undecoded, _ = seen.messages
    assert whole.notes == ()
    assert "the rest is left out" in salvaged.notes[0]
    assert "could not be read" in undecoded.notes[0]


def test_a_bare_message_that_names_itself_needs_no_name() -> None:
    message = build("WebcastChatMessage", content="hi", common=build("Common", method="WebcastChatMessage", msg_id=5))
    seen = inspect(message.SerializeToString())
    assert (seen.kind, seen.name) == ("message", "WebcastChatMessage")
    assert [item.name for item in seen.fields] == ["common", "content"]
    assert [message.event for message in seen.messages] == ["chat"]


def test_a_name_that_is_not_known_inside_a_message_names_nothing() -> None:
    message = build("WebcastChatMessage", common=build("Common", method="SystemMessage", msg_id=5, room_id=6))
    assert inspect(message.SerializeToString()).kind == "unknown"


def test_the_last_payload_of_a_frame_counts_as_it_does_for_the_decoder() -> None:
    data = frame(chat("first")) + field(8, encoded("WebcastResponse", cursor="last"))
    seen = inspect(data)
    assert decode_frame(data).cursor == "last"
    assert seen.messages == ()
    assert [item.value for item in seen.fields if item.type == "WebcastResponse"] != []


def test_real_messages_in_frames_are_opened_with_their_events(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        envelope = build("ResponseMessage", method=message.method, payload=message.payload)
        (seen,) = inspect(frame(envelope)).messages
        event = decode_message(message.method, message.payload)
        assert (seen.event, seen.size) == (event.type, len(message.payload))
        assert seen.fields == wire_fields(event)


def test_a_frame_that_unfolds_into_millions_of_fields_is_opened_as_far_as_is_shown() -> None:
    many = field(1, b"") * 2_000_000
    seen = inspect(push_frame("msg", many, compress=True))
    payload = next(item for item in seen.fields if item.name == "payload")
    assert isinstance(payload.value, tuple)
    assert "more fields than are shown" in payload.value[-1].problem
