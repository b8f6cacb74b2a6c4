"""The cache: by name and age, limited in size, and without errors."""

import os
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.store import Store, cache_folder, file_name

NAME = file_name("gifts", "en")


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_later_store_finds_what_was_stored_until_it_is_too_old(tmp_path: Path) -> None:
    clock = Clock()
    await Store(tmp_path / "new" / "folder", wall_clock=clock, age_clock=clock).put(NAME, b"roses")
    later = Store(tmp_path / "new" / "folder", wall_clock=clock, age_clock=clock)
    clock.now += 99
    assert await later.get(NAME, max_age=100) == b"roses"
    clock.now += 1
    assert await later.get(NAME, max_age=100) is None
    assert await later.get("other.bin", max_age=100) is None


async def test_a_file_that_another_process_renewed_is_used(tmp_path: Path) -> None:
    clock = Clock()
    mine, other = Store(tmp_path, wall_clock=clock, age_clock=clock), Store(tmp_path, wall_clock=clock, age_clock=clock)
    await mine.put(NAME, b"old")
    clock.now += 100
    await other.put(NAME, b"new")
    assert await mine.get(NAME, max_age=50) == b"new"


async def test_without_a_folder_it_is_kept_in_memory() -> None:
    clock = Clock()
    store = Store(None, wall_clock=clock, age_clock=clock)
    await store.put(NAME, b"roses")
    assert await store.get(NAME, max_age=1) is not None
    clock.now += 1
    assert await store.get(NAME, max_age=1) is None


async def test_a_file_with_a_date_in_the_future_is_ignored(tmp_path: Path) -> None:
    clock = Clock()
    await Store(tmp_path, wall_clock=clock, age_clock=clock).put(NAME, b"roses")
    clock.now -= 3600
    assert await Store(tmp_path, wall_clock=clock, age_clock=clock).get(NAME, max_age=100) is None


async def test_setting_the_wall_clock_does_not_change_the_age_of_what_is_in_memory(tmp_path: Path) -> None:
    age, wall = Clock(), Clock()
    await Store(tmp_path, age_clock=age, wall_clock=wall).put(NAME, b"roses")
    store = Store(tmp_path, age_clock=age, wall_clock=wall)
    wall.now += 60
    assert await store.get(NAME, max_age=100) == b"roses"
    for step in (3600, -7200):
        wall.now += step
        assert await store.get(NAME, max_age=100) == b"roses"
    age.now += 39
    assert await store.get(NAME, max_age=100) == b"roses"
    age.now += 1
    assert await store.get(NAME, max_age=100) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content.replace(b"roses", b"Roses"),
        lambda content: b"\n" * 100,
        lambda content: os.urandom(1000),
    ],
)
async def test_a_file_that_is_not_as_it_was_written_is_ignored(tmp_path: Path, damage: object) -> None:
    await Store(tmp_path).put(NAME, b"roses")
    assert callable(damage)
    (tmp_path / NAME).write_bytes(damage((tmp_path / NAME).read_bytes()))
    assert await Store(tmp_path).get(NAME, max_age=100) is None


async def test_a_folder_that_cannot_be_used_causes_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = Store(tmp_path / "file" / "cache")
    await store.put(NAME, b"roses")
    assert await store.get(NAME, max_age=100) is not None
    assert await Store(tmp_path / "file" / "cache").get(NAME, max_age=100) is None


async def test_a_folder_in_the_place_of_a_file_causes_no_error(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    store = Store(tmp_path)
    assert await store.get(NAME, max_age=100) is None
    await store.put(NAME, b"roses")
    assert names(tmp_path) == {NAME}


async def test_the_oldest_files_are_deleted_and_files_of_others_stay(tmp_path: Path) -> None:
    clock = Clock()
    (tmp_path / "holiday.bin").write_bytes(bytes(10_000))
    for number in range(8):
        clock.now += 1
        await Store(tmp_path, wall_clock=clock, age_clock=clock, on_disk=3000).put(
            file_name("image", str(number)), bytes(900)
        )
    assert names(tmp_path) == {"holiday.bin"} | {file_name("image", str(number)) for number in (5, 6, 7)}


async def test_memory_is_bounded(tmp_path: Path) -> None:
    store = Store(None)
    for number in range(5):
        await store.put(file_name("image", str(number)), bytes(6 * 2**20))
    held = [await store.get(file_name("image", str(number)), max_age=100) is not None for number in range(5)]
    assert held == [False, False, False, True, True]


async def test_only_the_owner_can_read_the_folder(tmp_path: Path) -> None:
    await Store(tmp_path / "cache").put(NAME, b"roses")
    if os.name == "posix":
        assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
        assert (tmp_path / "cache" / NAME).stat().st_mode & 0o077 == 0


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_every_key_has_a_safe_name(key: list[str]) -> None:
    name = file_name("gifts", *key)
    assert re.fullmatch(r"gifts(-[a-z0-9-]+)?-[0-9a-f]{32}\.bin", name)
    assert set(name) <= set(string.ascii_lowercase + string.digits + "-.")
    assert len(name) < 80


def test_different_keys_have_different_names() -> None:
    keys = [("en", "US"), ("enU", "S"), ("en", "us"), ("EN", "US"), ("../en", "US"), ("en\0US",)]
    assert len({file_name("gifts", *key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"HOME": "/people/ana"}, "linux", "/people/ana/.cache/tikcast"),
        ({"HOME": "/Users/ana"}, "darwin", "/Users/ana/Library/Caches/tikcast"),
        ({"LOCALAPPDATA": "/Local"}, "win32", "/Local/tikcast/Cache"),
        ({"HOME": "/people/ana", "XDG_CACHE_HOME": "/var/cache/ana"}, "linux", "/var/cache/ana/tikcast"),
        ({"HOME": "/people/ana", "XDG_CACHE_HOME": "relative"}, "linux", "/people/ana/.cache/tikcast"),
        ({"HOME": "/people/ana", "TIKCAST_CACHE_DIR": "/data/cache"}, "linux", "/data/cache"),
    ],
)
def test_the_cache_folder_follows_the_system(environment: dict[str, str], platform: str, folder: str) -> None:
    assert cache_folder(environment, platform=platform) == Path(folder)


@pytest.mark.parametrize(
    ("environment", "platform"),
    [({}, "linux"), ({}, "win32"), ({"HOME": "/people/ana", "TIKCAST_CACHE_DIR": ""}, "linux")],
)
def test_an_empty_environment_or_variable_gives_no_folder(environment: dict[str, str], platform: str) -> None:
    assert cache_folder(environment, platform=platform) is None
