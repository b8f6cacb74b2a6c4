"""The machine's clocks: one for stamps, one for durations."""

import time

import pytest

from tikcast._clock import SystemClock


def test_stamps_are_the_time_of_day_as_it_is_set_now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    assert abs(clock.now_ms() - time.time() * 1000) < 1000
    for seconds in (1_800_000_000.0, 1.0):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: seconds)
        assert clock.now_ms() == seconds * 1000


def test_ages_are_not_changed_by_setting_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before = clock.age_ms()
    for seconds in (time.time() + 3600, 1.0):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: seconds)
        assert 0 <= clock.age_ms() - before < 60_000
