"""The machine's clock, held steady."""

import time

import pytest

from tikcast._clock import SystemClock


def test_it_tells_the_time_of_day() -> None:
    assert abs(SystemClock().now_ms() - time.time() * 1000) < 1000


def test_it_never_goes_back_when_somebody_sets_the_clock_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before = clock.now_ms()
    monkeypatch.setattr(time, "time", lambda: 1.0)
    assert clock.now_ms() >= before


def test_it_follows_the_clock_forward_after_the_machine_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert clock.now_ms() == int(later * 1000)
