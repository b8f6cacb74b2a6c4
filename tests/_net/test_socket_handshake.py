"""What refused upgrades say in any form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.socket import heartbeat_interval, refusal
from tikcast.errors import TikcastError


@given(st.integers(100, 599), st.text(max_size=400), st.text(max_size=40))
def test_any_refusal_is_one_error_of_one_line(status: int, message: str, code: str) -> None:
    error = refusal(status, {"Handshake-Msg": message, "Handshake-Status": code}, host="h")
    assert isinstance(error, TikcastError)
    assert str(error).isprintable()
    assert len(str(error)) < 500


@given(st.text())
def test_any_options_give_a_sensible_interval_or_none(options: str) -> None:
    found = heartbeat_interval(options)
    assert found is None or 1 <= found <= 300
