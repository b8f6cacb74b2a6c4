"""URLs are shown without secrets."""

from __future__ import annotations

import pytest

from tikcast._net.errors import show_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/p?room_id=7&msToken=x", "https://h/p?room_id=7&msToken=***"),
        ("https://u:p@h/p?apiKey=k&a=", "https://h/p?apiKey=***&a="),
        ("https://h/?session_id=s&X-Bogus=b&_signature=c", "https://h/?session_id=***&X-Bogus=***&_signature=***"),
        ("https://h/p#secret", "https://h/p"),
        ("http://[broken", "(a broken URL)"),
    ],
)  # fmt: skip
def test_urls_are_shown_without_passwords_and_secret_parameters(url: str, shown: str) -> None:
    assert show_url(url) == shown
