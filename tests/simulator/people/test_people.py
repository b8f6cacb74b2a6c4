"""The simulated people: repeatable, with names in many scripts, some of them hostile."""

import unicodedata

from tikcast.simulator.people.people import CROWD, host, member
from tikcast.simulator.people.texts import HOSTILE_NAMES


def test_people_are_the_same_for_the_same_seed() -> None:
    assert [member(3, n) for n in range(50)] == [member(3, n) for n in range(50)]
    assert member(3, 1) != member(4, 1)


def test_names_come_in_many_scripts() -> None:
    names = "".join(member(1, n).nickname for n in range(500))
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in names if letter.isalpha()}
    assert scripts >= {"LATIN", "CYRILLIC", "CJK", "HANGUL", "HIRAGANA", "ARABIC", "DEVANAGARI", "THAI"}


def test_some_names_try_to_break_what_displays_them() -> None:
    nicknames = [member(1, n).nickname for n in range(CROWD)]
    hostile = [name for name in nicknames if name in HOSTILE_NAMES]
    assert 0.005 < len(hostile) / len(nicknames) < 0.05
    assert any("\x1b" in name for name in hostile)
    assert any("<script>" in name for name in hostile)


def test_no_two_people_are_the_same() -> None:
    people = [member(1, n) for n in range(CROWD)]
    assert len({person.id for person in people}) == CROWD
    assert len({person.username for person in people}) == CROWD
    assert all(len(str(person.id)) == 19 for person in people)


def test_many_show_no_level_and_few_a_high_one() -> None:
    levels = [member(1, n).level for n in range(CROWD)]
    known = [level for level in levels if level is not None]
    assert 0.3 < len(known) / CROWD < 0.6
    assert 0 < sum(level >= 25 for level in known) / len(known) < 0.2


def test_a_host_has_the_configured_name() -> None:
    assert host(1, "ana").username == "ana"
    assert host(1, "ana", nickname="Ana 🌸").nickname == "Ana 🌸"
    assert host(1, "ana").id == host(1, "ana", nickname="x").id != host(1, "bob").id
