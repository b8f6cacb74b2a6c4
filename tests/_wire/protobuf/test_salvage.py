"""What is repaired, what is left out, and what the notes say."""

import pytest

from tests._wire.protobytes import field
from tests.wire_schema import WireMessage, parsed
from tikcast._wire.protobuf.salvage import LARGEST, MOST_NOTES, repair


def chat(data: bytes) -> tuple[WireMessage, tuple[str, ...]]:
    kept, notes = repair("WebcastChatMessage", data)
    return parsed("WebcastChatMessage", kept), notes


def test_a_sound_message_is_left_as_it_is() -> None:
    data = field(1, field(2, 7)) + field(3, "hi") + field(100_000, b"")
    message, notes = chat(data)
    assert (message.common.msg_id, message.content, notes) == (7, "hi", ())


def test_a_place_is_named_by_its_path() -> None:
    user = field(3, "Ana") + field(9, field(1, b"\xff"))
    message, notes = chat(field(2, user))
    assert notes == ("user.avatar_thumb.url_list: not UTF-8, repaired",)
    assert (message.user.nickname, list(message.user.avatar_thumb.url_list)) == ("Ana", ["\ufffd"])


def test_numbers_longer_than_needed_are_written_in_their_shortest_form() -> None:
    overlong = b"\xa0\x80\x80\x80\x80\x80\x00" + b"\x81\x80\x00"  # field 4 and the number 1
    kept, _ = repair("WebcastChatMessage", field(3, "hi") + overlong)
    assert kept == field(3, "hi") + field(4, 1)


def test_numbers_in_a_row_that_do_not_end_cost_only_themselves() -> None:
    message, notes = chat(field(3, "hi") + field(20, b"\x01\xff"))
    assert (message.content, list(message.comment_tag)) == ("hi", [])
    assert notes == ("comment_tag: not readable as numbers, left out",)


def test_numbers_in_a_row_are_kept_when_sound() -> None:
    message, notes = chat(field(3, b"\xff") + field(20, b"\x01\x02") + field(20, 3))
    assert list(message.comment_tag) == [1, 2, 3]
    assert notes == ("content: not UTF-8, repaired",)


def test_a_record_of_which_only_unknown_fields_are_left_is_empty_not_broken() -> None:
    message, notes = chat(field(2, field(9999, 1)) + field(3, "hi"))
    assert message.HasField("user")
    assert notes == ()


def test_a_cut_inside_an_unknown_field_is_told() -> None:
    _, notes = chat(field(3, "hi") + field(9999, b"abcdef")[:-2])
    assert notes == ("field 9999: cut short, left out",)


def test_notes_are_few_however_much_is_wrong() -> None:
    _, notes = chat(field(3, b"\xff") * 5000)
    assert len(notes) == MOST_NOTES


def test_messages_too_large_to_walk_are_told_apart() -> None:
    kept, notes = repair("WebcastChatMessage", bytes(LARGEST + 1))
    assert kept == b""
    assert "too many to salvage" in notes[0]


@pytest.mark.parametrize("data", [b"", b"\x07", field(9999, 1), field(2, b"\x07\x07")])
def test_nothing_known_is_nothing_left(data: bytes) -> None:
    assert repair("WebcastChatMessage", data)[0] == b""
