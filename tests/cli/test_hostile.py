"""Commands on a terminal of which other people's text tries to take hold."""

import unicodedata

import pytest

from tests.cli.runner import tikcast
from tests.hostile_site import ATTACK, open_hostile_site

LOOKUPS = [["live", "ana"], ["gifts", "ana"], ["prices"], ["info", "ana"], ["feed"], ["audience", "ana"]]


@pytest.mark.parametrize("command", LOOKUPS, ids=" ".join)
async def test_what_people_are_called_is_shown_on_one_line_and_moves_nothing(command: list[str]) -> None:
    async with open_hostile_site() as site:
        done = await tikcast(*command, "--endpoint", site.url, "--session", "secret-session")
    assert (done.code, done.err) == (0, "")
    marks = {mark for mark in done.out if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}}
    assert marks <= {"\n"}
    assert not any(line.startswith("tikcast: fake line") for line in done.out.splitlines())


@pytest.mark.parametrize("command", LOOKUPS[3:], ids=" ".join)
async def test_as_json_it_comes_as_it_is_one_document_a_line(command: list[str]) -> None:
    async with open_hostile_site() as site:
        done = await tikcast(*command, "--json", "--endpoint", site.url, "--session", "secret-session")
    (document,) = done.documents
    assert ATTACK in texts(document)
    assert "\x1b" not in done.out


async def test_what_is_logged_on_the_way_moves_nothing_either() -> None:
    async with open_hostile_site() as site:
        done = await tikcast("watch", "ana", "-v", "--endpoint", site.url)
    assert "/webcast/room/info/" in done.err
    assert not {mark for mark in done.err if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}} - {"\n"}


def texts(value: object) -> list[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []
