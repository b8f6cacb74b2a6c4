"""Samples of types without an encoder of their own have values like real ones."""

import re
from collections.abc import Iterator

import pytest

from tests.wire_schema import known_methods
from tikcast.simulator.messages.samples import sample
from tikcast.simulator.room.gifts import GIFTS
from tikcast.wire import WireField, inspect

AT_MS = 1_790_000_000_000
HOUR_S = 3600


def plain(fields: tuple[WireField, ...]) -> Iterator[WireField]:
    for field in fields:
        if isinstance(field.value, tuple):
            yield from plain(field.value)
        else:
            yield field


@pytest.fixture(scope="module")
def values() -> list[WireField]:
    """Every plain value in a sample of every type."""
    return [field for method in known_methods() for field in plain(inspect(sample(method), method=method).fields)]


def test_times_are_those_of_the_sample(values: list[WireField]) -> None:
    times = [field.value for field in values if re.search(r"(start|end|expire|create|join)_time(_ms)?$", field.name)]
    assert len(times) > 50
    for value in times:
        assert isinstance(value, int)
        seconds = value / 1000 if value > 10**11 else value
        assert abs(seconds - AT_MS / 1000) < HOUR_S


def test_addresses_colours_and_ids_have_their_forms(values: list[WireField]) -> None:
    forms = {
        r"(^|_)url(_list)?$": r"(https|sslocal)://.+",
        r"(^|_)color$": r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})",
        r"[a-z]_id_str$": r"\d{19}",
        r"^sec_uid$": r"MS4wLjABAAAA.+",
    }
    for name, form in forms.items():
        found = {str(field.value) for field in values if re.search(name, field.name) and field.type == "string"}
        assert found, name
        assert [value for value in found if not re.fullmatch(form, value)] == []


def test_gifts_are_gifts_of_the_simulator(values: list[WireField]) -> None:
    sold = {gift.id for gift in GIFTS}
    assert {field.value for field in values if field.name == "gift_id" and field.value} <= sold


def test_a_text_of_tiktok_is_a_sentence() -> None:
    texts = [str(field.value) for field in plain(inspect(sample("WebcastRankTextMessage")).fields)]
    assert "{0:user} just became the No. {1:string} viewer!" in texts
