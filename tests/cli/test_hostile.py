"""Text from other people cannot control the terminal on which a command runs."""

import unicodedata

import pytest

from tests.cli.runner import tikcast
from tests.hostile_site import ATTACK, open_hostile_site

LOOKUPS = [["live", "ana"], ["gifts", "ana"], ["prices"], ["info", "ana"], ["feed"], ["audience", "ana"]]


@pytest.mark.parametrize("command", LOOKUPS, ids=" ".join)
async def test_names_and_titles_are_shown_on_one_line_and_escaped(command: list[str]) -> None:
    async with open_hostile_site() as site:
        done = await tikcast(*command, "--endpoint", site.url, "--session", "secret-session")
    assert (done.code, done.err) == (0, "")
    marks = {mark for mark in done.out if unicodedata.category(mark) in {"Cc", "Cf", "Zl"}}
    assert marks <= {"\n"}
    assert not any(line.startswith("tikcast: fake line") for line in done.out.splitlines())


@pytest.mark.parametrize("command", LOOKUPS[3:], ids=" ".join)
async def test_json_contains_the_original_text_in_one_document_per_line(command: list[str]) -> None:
    async with open_hostile_site() as site:
        done = await tikcast(*command, "--json", "--endpoint", site.url, "--session", "secret-session")
    (document,) = done.documents
    assert ATTACK in texts(document)
    assert "\x1b" not in done.out


async def test_log_lines_are_escaped_too() -> None:
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
