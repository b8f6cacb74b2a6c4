"""Texts that are built from a pattern and pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests._wire.session.test_gifts import runs
from tests.wire_schema import WireMessage, build, encoded
from tikcast import decode_message
from tikcast._wire.text import LONGEST_TEXT, render
from tikcast.events import RoomEvent


def notice(pattern: str, *pieces: WireMessage) -> str:
    """How the text of a notice reads."""
    common = build("Common", display_text=build("Text", default_pattern=pattern, pieces=pieces))
    event = decode_message("WebcastRoomMessage", encoded("WebcastRoomMessage", common=common))
    assert isinstance(event, RoomEvent)
    return event.message


def named(nickname: str = "", unique_id: str = "") -> WireMessage:
    return build(
        "TextPiece", user_value=build("TextPieceUser", user=build("User", nickname=nickname, unique_id=unique_id))
    )


def word(text: str) -> WireMessage:
    return build("TextPiece", string_value=text)


def test_pieces_stand_where_the_pattern_says() -> None:
    pattern = "{0:user} became the No. {1:string} member on the team"
    assert notice(pattern, named("Ana"), word("508")) == "Ana became the No. 508 member on the team"


def test_pieces_may_stand_in_any_order_and_more_than_once() -> None:
    assert notice("{1} {0} {1}", word("a"), word("b")) == "b a b"


def test_a_person_without_a_nickname_is_shown_by_their_name() -> None:
    assert notice("{0:user} joined", named(unique_id="ana.b")) == "ana.b joined"


def test_gifts_and_references_are_shown_by_their_name() -> None:
    gift = build(
        "TextPiece",
        gift_value=build("TextPieceGift", gift_id=5655, name_ref=build("PatternRef", default_pattern="Rose")),
    )
    reference = build("TextPiece", pattern_ref_value=build("PatternRef", default_pattern="the host"))
    assert notice("sent {0:gift} to {1:ref}", gift, reference) == "sent Rose to the host"


def test_the_notices_own_words_go_before_the_pattern() -> None:
    common = build("Common", display_text=build("Text", default_pattern="pattern"))
    message = encoded("WebcastRoomMessage", common=common, content="Welcome!")
    event = decode_message("WebcastRoomMessage", message)
    assert isinstance(event, RoomEvent)
    assert event.message == "Welcome!"


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{", "{"),
        ("}{", "}{"),
        ("{}", "{}"),
        ("{0", "{0"),
        ("{0:user", "{0:user"),
        ("{x:user}", "{x:user}"),
        ("{-1}", "{-1}"),
        ("{1:string}", "{1:string}"),
        ("{999:string}", "{999:string}"),
        ("{99999999999999999999:string}", "{99999999999999999999:string}"),
        ("{{0:user}}", "{A}"),
        ("{{{0}}}", "{{A}}"),
        ("{0:{0:user}}", "{0:A}"),
        ("{0:" + "u" * 33 + "}", "{0:" + "u" * 33 + "}"),
        ("{0:user}{0:user}", "AA"),
        ("{00:user}", "A"),
        ("{0:}", "A"),
        ("{0.__class__}", "{0.__class__}"),
        ("{0!r}", "{0!r}"),
        ("%s {0} %(x)s", "%s A %(x)s"),
        ("\\{0}", "\\A"),
    ],
)
def test_a_place_that_makes_no_sense_stays_as_it_is(pattern: str, shown: str) -> None:
    assert render(pattern, ["A"]) == shown


def test_what_a_piece_says_is_not_read_as_a_pattern() -> None:
    assert render("{0} {1}", ["{1}", "{0}"]) == "{1} {0}"


def test_a_text_cannot_grow_without_bound() -> None:
    assert len(render("{0}" * 10_000, ["x" * 10_000])) == LONGEST_TEXT
    assert len(render("x" * 10_000_000, [])) == LONGEST_TEXT
    assert len(render("{" * 5_000_000, [])) == LONGEST_TEXT
    assert len(notice("{0}" * 10_000, word("y" * 10_000))) == LONGEST_TEXT


@settings(runs)
@given(st.text("{}0123456789:us ñ", max_size=60), st.lists(st.text(max_size=10), max_size=4))
def test_any_pattern_renders_to_a_text(pattern: str, values: list[str]) -> None:
    shown = render(pattern, values)
    assert len(shown) <= len(pattern) + 10 * pattern.count("{")
    if "{" not in pattern:
        assert shown == pattern


def test_ten_thousand_pieces_are_read() -> None:
    assert notice("{999} {10000}", *[word(str(number)) for number in range(10_001)]) == "999 {10000}"
