"""The errors for refused WebSocket handshakes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.socket import heartbeat_interval, refusal
from tikcast.errors import TikcastError


@given(st.integers(100, 599), st.text(max_size=400), st.text(max_size=40))
def test_every_refusal_is_an_error_with_a_message_of_one_line(status: int, message: str, code: str) -> None:
    error = refusal(status, {"Handshake-Msg": message, "Handshake-Status": code}, host="h")
    assert isinstance(error, TikcastError)
    assert str(error).isprintable()
    assert len(str(error)) < 500


@given(st.text())
def test_any_options_header_gives_a_valid_interval_or_none(options: str) -> None:
    found = heartbeat_interval(options)
    assert found is None or 1 <= found <= 300
