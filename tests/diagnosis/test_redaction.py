"""Reports contain neither secrets nor names nor what people write."""

import re
import string
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import RealMessage
from tests.wire_schema import build
from tikcast import decode_message
from tikcast.diagnosis.redaction import Redactor, masked
from tikcast.wire import WireField, inspect

METHOD = "WebcastChatMessage"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@ana is not live", "@USER is not live"),
        ("/@ANA/live", "/@USER/live"),
        ("Anabel and ana_b", "Anabel and USER_b"),
        ("key k3y-0000 was refused", "key *** was refused"),
        ("x a%20b%2Fc%2B, a+b%2Fc%2B, a%20b/c%2B", "x ***, ***, ***"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_and_names_are_replaced(text: str, shown: str) -> None:
    assert Redactor(secrets=["k3y-0000", "a b/c+"], names=["ana"]).text(text) == shown


def test_a_long_name_is_replaced_inside_words_and_a_short_one_only_as_a_word() -> None:
    redactor = Redactor(names=["ann", "longname"])
    assert redactor.text("channel of mylongnames, ann") == "channel of myUSERs, USER"


def test_the_longer_of_two_names_wins_and_empty_ones_are_ignored() -> None:
    redactor = Redactor(secrets=["", "ab"], names=["", "  ", "ana", "ana.maria"])
    assert redactor.text("ana.maria, ana, ab") == "USER, USER, ab"


def test_a_line_is_one_line_of_limited_length() -> None:
    assert Redactor(names=["ana"]).line("ana\n\x1b[31m" + "x" * 1000)[:10] == "USER [31mx"
    assert len(Redactor().line("x" * 1000)) <= 200


def message(comment: str) -> bytes:
    chat = build("WebcastChatMessage", content=comment)
    chat.common.method = METHOD
    chat.common.msg_id = 7300000000000000001
    chat.common.create_time = 1_790_000_000_000
    chat.user.id = 6812345678901234567
    chat.user.nickname = "Zoë 日本"
    chat.user.pay_grade.level = 7
    data: bytes = chat.SerializeToString()
    return data


def test_a_masked_message_has_the_same_fields_without_what_people_wrote() -> None:
    data = message("Meet me at 5pm, Bo!")
    shown = masked(data)
    assert len(shown) == len(data)
    before, after = inspect(data, method=METHOD), inspect(shown, method=METHOD)
    assert [(field.number, field.wire, field.name) for field in after.fields] == [
        (field.number, field.wire, field.name) for field in before.fields
    ]
    event = decode_message(METHOD, shown)
    assert event.type == "chat"
    assert b"xxxx xx xx 0xx, xx!" in shown
    assert event.created_at_ms == 1_790_000_000_000
    assert METHOD.encode() in shown
    assert b"Zo" not in shown
    assert "日本".encode() not in shown
    assert event.message_id not in {0, 7300000000000000001}
    assert "6812345678901234567" not in str(inspect(shown, method=METHOD))


@given(st.binary(max_size=300))
def test_any_bytes_are_masked_to_as_many_bytes(data: bytes) -> None:
    assert len(masked(data)) == len(data)


@given(st.text(alphabet=string.ascii_letters + "äøß日本語😀_.", min_size=6, max_size=30))
def test_no_text_of_a_message_can_be_found_in_its_mask(text: str) -> None:
    shown = masked(message(text))
    assert text.encode() not in shown or set(text) <= {"x"}
    decoded = shown.decode("latin-1")
    pieces = {text[start : start + 5] for start in range(len(text) - 4)}
    assert not any(piece.encode().decode("latin-1") in decoded for piece in pieces if set(piece) - {"x", "_", "."})


def test_numbers_below_the_size_of_ids_and_moments_stay() -> None:
    data = b"\x08\xd2\x09\x10\x01\x18" + bytes([0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
    assert masked(data) == data


@pytest.mark.parametrize("key", ["pm_mt_guidance_share", "ttlive_superFan_joined", "WebcastNewMessage"])
def test_names_of_tiktok_in_a_message_stay(key: str) -> None:
    data = b"\x0a" + bytes([len(key)]) + key.encode()
    assert masked(data) == data
    assert b"pm_mt" not in masked(b"\x0a\x0bpm_mt of me")


def test_bytes_that_are_no_fields_become_zeros() -> None:
    assert masked(b"\x0a\x03ana\xffrest is broken") == b"\x0a\x03xxx" + bytes(15)


def test_no_text_of_real_messages_can_be_found_in_their_masks(real_messages: list[RealMessage]) -> None:
    for message in real_messages:
        shown = masked(message.payload)
        assert len(shown) == len(message.payload)
        before = inspect(message.payload, method=message.method).fields
        after = inspect(shown, method=message.method).fields
        assert [(field.number, field.wire) for field in after] == [(field.number, field.wire) for field in before]
        rest = OWN_WORD.sub(b"", shown)
        assert [text for text in texts(before) if text.encode() in rest] == [], message.method


OWN_WORD = re.compile(rb"Webcast\w+|pm_mt_\w+|pm_main_\w+|ttlive_\w+")


def texts(fields: Sequence[WireField]) -> Iterator[str]:
    """The texts in a message that say something about people."""
    for field in fields:
        if isinstance(field.value, tuple):
            yield from texts(field.value)
        elif isinstance(field.value, str) and re.search(r"[^\Wx0_]", field.value) and len(field.value) > 2:
            yield field.value
