"""JSON with broken texts, and texts that are not JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.answers import first_json, read_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_valid_json_is_read_unchanged(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert first_json(json.dumps(value) + ";window.x=1") == value


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'{"name": "half \\ud83d a letter"}', "half � a letter"),
        (b'{"name": "\\udc00\\ud83d\\ude00"}', "�😀"),
        (b'{"name": "no \xff text"}', "no � text"),
        (b'{"name": "a\x00\x1b[2J\nb"}', "a\x00\x1b[2J\nb"),
    ],
)
def test_a_broken_text_does_not_affect_the_others(data: bytes, name: str) -> None:
    assert read_json(data) == {"name": name}
    assert read_json(b"[7, " + data + b"]") == [7, {"name": name}]
    assert first_json(data.decode(errors="replace")) == {"name": name}
    name.encode()


@pytest.mark.parametrize("data", [b"", b"<html>", b"{", b'{"a": 1} and more', b"[" * 100_000, b"\xff\xfe"])
def test_a_text_that_is_not_json_gives_none(data: bytes) -> None:
    assert read_json(data) is None


@given(st.binary() | st.text().map(str.encode))
def test_no_text_raises_an_error(data: bytes) -> None:
    read_json(data)
    first_json(data.decode(errors="replace"))
