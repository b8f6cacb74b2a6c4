"""Text from other people is escaped for the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast.cli._clean import clean


@given(st.text())
def test_control_characters_and_invisible_marks_are_escaped(text: str) -> None:
    out = clean(text)
    bad = [mark for mark in out if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"}]
    assert bad == []
    assert not any(mark in out for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    out.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("日本語 عربي עברית", "日本語 عربي עברית"),
        ("👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️", "👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202etxt.exe", "evil\\u202etxt.exe"),
        ("\ufeffbom", "\\ufeffbom"),
        ("\ud800", "\\ud800"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
    ],
)
def test_marks_are_escaped_and_letters_are_kept(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_long_text_is_cut() -> None:
    assert clean("x" * 1000, longest=10) == "xxxxxxxxx…"
