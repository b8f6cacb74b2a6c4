"""Frames, responses and messages known by their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from tests.room_server import chat, frame
from tikcast._proto import schema
from tikcast._wire.frames import encode_frame, enter_room_frame, heartbeat_frame
from tikcast._wire.inspection import inspect


def test_a_frame_is_opened_down_to_its_messages() -> None:
    seen = inspect(frame(chat("hello")))
    assert (seen.kind, seen.name, seen.error) == ("frame", "msg", "")
    (message,) = seen.messages
    assert (message.method, message.known) == ("WebcastChatMessage", True)
    assert [field.value for field in message.fields if field.name == "content"] == ["hello"]
    payload = next(field for field in seen.fields if field.name == "payload")
    assert payload.type == "gzip WebcastResponse"


def test_frames_of_the_client_are_opened_too() -> None:
    entering, beat = inspect(enter_room_frame(5)), inspect(heartbeat_frame(5, 9))
    assert (entering.name, beat.name) == ("im_enter_room", "hb")
    payload = next(field for field in beat.fields if field.name == "payload")
    assert isinstance(payload.value, tuple)
    assert [(field.name, field.value) for field in payload.value] == [("room_id", 5), ("send_packet_seq_id", 9)]


def test_a_bare_response_is_known_by_its_messages() -> None:
    response = schema.WebcastResponse(cursor="c", internal_ext=b"x")
    response.messages.add().CopyFrom(chat("hello"))
    seen = inspect(response.SerializeToString())
    assert seen.kind == "response"
    assert [message.method for message in seen.messages] == ["WebcastChatMessage"]


def test_a_message_of_a_type_that_is_not_known_is_marked() -> None:
    new = schema.ResponseMessage(method="WebcastNewMessage", payload=b"\x08\x05", msg_id=1)
    (message,) = inspect(frame(new)).messages
    assert not message.known
    assert [field.value for field in message.fields] == [5]


def test_an_alias_is_read_by_the_schema_it_shares() -> None:
    seen = inspect(schema.WebcastRoomMessage(content="hi").SerializeToString(), method="RoomMessage")
    assert [field.name for field in seen.fields] == ["content"]


def test_compression_that_is_damaged_is_told_and_the_frame_still_shown() -> None:
    seen = inspect(encode_frame("msg", b"\x1f\x8b\x08 damaged"))
    assert seen.kind == "frame"
    assert "gzip" in seen.error
    assert seen.messages == ()


@given(st.binary(max_size=100))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    assert inspect(data).size == len(data)
    inspect(encode_frame("msg", data))
