"""The texts that name a user or a room."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.targets import ShareLink, Target, parse_target
from tikcast.errors import InvalidTarget


@pytest.mark.parametrize(
    "target",
    [
        "ana.b_1",
        "@ana.b_1",
        "  @ana.b_1 ",
        "https://www.tiktok.com/@ana.b_1",
        "https://www.tiktok.com/@ana.b_1/live",
        "https://www.tiktok.com/@ana.b_1/live/?lang=en#x",
        "https://www.tiktok.com/%40ana.b_1/video/7",
        "www.tiktok.com/@ana.b_1",
        "tiktok.com/@ana.b_1/",
        "http://m.tiktok.com/@ana.b_1",
        "@ana.b_1/live",
        "/@ana.b_1/",
        "http://127.0.0.1:80/@ana.b_1/live",
    ],
)
def test_names_and_pages_name_a_user(target: str) -> None:
    assert parse_target(target, web_host="127.0.0.1") == Target(username="ana.b_1")


@pytest.mark.parametrize("target", ["7300000000000000001", 7300000000000000001])
def test_long_numbers_are_room_ids(target: str | int) -> None:
    assert parse_target(target) == Target(room_id=7300000000000000001)


def test_the_share_url_of_a_room_names_the_room() -> None:
    link = "https://m.tiktok.com/share/live/7300000000000000001/?language=en"
    assert parse_target(link) == Target(room_id=7300000000000000001)


@pytest.mark.parametrize("target", [None, 1.5, b"ana", ["ana"]])
def test_a_target_that_is_neither_text_nor_number_is_refused_with_that_reason(target: Any) -> None:
    with pytest.raises(InvalidTarget, match="it is neither a text nor a number") as caught:
        parse_target(target)
    assert caught.value.target == repr(target)


def test_an_int_is_a_room_id_however_short_and_short_digits_are_a_name() -> None:
    assert parse_target(5) == Target(room_id=5)
    assert parse_target("12345") == Target(username="12345")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://vm.tiktok.com/ZMabc/", "ZMabc"),
        ("vt.tiktok.com/ZS1?x=2", "ZS1"),
        ("https://www.tiktok.com/t/ZT9/", "ZT9"),
    ],
)
def test_share_links_are_left_to_tiktok(link: str, code: str) -> None:
    found = parse_target(link)
    assert isinstance(found, ShareLink)
    assert found.code == code
    assert found.url.endswith(f"/{code}/")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "@",
        "two words",
        "a\nb",
        "https://www.youtube.com/@ana",
        "https://tiktok.com.evil.example/@ana",
        "ftp://www.tiktok.com/@ana",
        "https://www.tiktok.com/",
        "https://www.tiktok.com/explore",
        "https://www.tiktok.com/share/live",
        "@ana b/live",
        "@/live",
        "http://[::1/@ana",
        "x" * 65,
        0,
        -1,
        True,
        2**64,
        "9" * 5000,
    ],
)
def test_anything_else_is_an_invalid_target_with_one_sentence(target: str | int) -> None:
    with pytest.raises(InvalidTarget) as caught:
        parse_target(target)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.text() | st.integers())
def test_any_value_is_a_target_or_an_invalid_target(target: str | int) -> None:
    try:
        found = parse_target(target)
    except InvalidTarget:
        return
    assert isinstance(found, Target | ShareLink)
