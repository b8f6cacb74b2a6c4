"""Gift lists: requested when needed and stored by language."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests._net.conftest import MakeClient
from tests._net.site import Reply, Site, api_live, live_page
from tikcast._net.store import Store
from tikcast.errors import ConfigError, LookupFailed, UserOffline

GIFTS = "/webcast/gift/list/"
ROOM = 7300000000000000001
ANA = "ana"
DAY = 86400.0


def gift_list(*names: str) -> Reply:
    gifts = [{"id": number, "name": name, "diamond_count": 5, "new_key": 1} for number, name in enumerate(names, 1)]
    return Reply.json({"data": {"gifts": gifts}, "status_code": 0})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of the clients of a test."""
    monkeypatch.setenv("TIKCAST_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def asked(site: Site) -> int:
    return site.paths().count(GIFTS)


async def test_a_list_is_requested_once_for_all_rooms_and_clients(
    site: Site, make_client: MakeClient, folder: Path
) -> None:
    site.routes[GIFTS] = gift_list("Rose", "Lion")
    for tiktok in (make_client(), make_client()):
        for room in (ROOM, ROOM + 1, ANA):
            gifts = await tiktok.gift_list(room)
            assert [(gift.name, gift.diamonds, gift.extra) for gift in gifts] == [
                ("Rose", 5, {"new_key": 1}),
                ("Lion", 5, {"new_key": 1}),
            ]
    assert site.paths() == [GIFTS]


async def test_each_language_and_each_endpoint_has_its_own_list(
    site: Site, make_client: MakeClient, folder: Path
) -> None:
    site.routes[GIFTS] = lambda seen: gift_list(f"Rose in {seen.query['app_language']}")
    for options, language, name in (
        ({}, None, "Rose in en"),
        ({}, "pt", "Rose in pt"),
        ({"language": "pt"}, None, "Rose in pt"),
        ({}, "zh-Hant-TW", "Rose in zh-Hant-TW"),
        ({"region": "DE"}, None, "Rose in en"),
    ):
        tiktok = make_client(**options)
        assert [gift.name for gift in await tiktok.gift_list(ROOM, language=language)] == [name]
    assert asked(site) == 4
    cache = folder
    assert len(files(cache)) == 4
    assert files(cache.parent) == files(cache)


@pytest.mark.parametrize("language", ["", "x", "../../../etc/passwd\0", "en\nHost: y", "\udcff", "en-"])
async def test_a_wrong_language_is_refused_without_a_request(
    site: Site, make_client: MakeClient, language: str
) -> None:
    with pytest.raises(ConfigError, match="is not a language; give a code such as 'en'"):
        await make_client().gift_list(ROOM, language=language)
    assert site.paths() == []


async def test_a_list_that_is_too_old_is_requested_again(site: Site, make_client: MakeClient, folder: Path) -> None:
    site.routes[GIFTS] = [gift_list("Rose"), gift_list("Rose", "Lion")]
    tiktok = make_client()
    assert len(await tiktok.gift_list(ROOM)) == 1
    assert len(await tiktok.gift_list(ROOM, max_age=0)) == 2
    assert len(await tiktok.gift_list(ROOM)) == 2


@pytest.mark.parametrize("failure", [Reply("", 500), Reply("no json"), Reply.json({"status_code": 7}), Reply("", 429)])
async def test_an_older_list_is_used_when_the_request_fails_and_its_age_is_logged(
    site: Site, make_client: MakeClient, folder: Path, failure: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    site.routes[GIFTS] = [gift_list("Rose"), failure]
    assert len(await make_client().gift_list(ROOM)) == 1
    (file,) = files(folder)
    os.utime(file, (time.time() - 7200, time.time() - 7200))
    later = make_client()
    assert [gift.name for gift in await later.gift_list(ROOM, max_age=0)] == ["Rose"]
    assert asked(site) == 2
    assert "one of 2.0 hours ago is used" in caplog.text


async def test_the_failure_is_raised_without_an_older_list(site: Site, make_client: MakeClient, folder: Path) -> None:
    site.routes[GIFTS] = Reply("", 500)
    tiktok = make_client()
    with pytest.raises(LookupFailed, match="status 500"):
        await tiktok.gift_list(ROOM)
    site.routes["/@ana/live"] = Reply(live_page("ana", "", status=4))
    site.routes["/api-live/user/room/"] = api_live("ana", "", status=4)
    with pytest.raises(UserOffline):
        await tiktok.gift_list(ANA)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"data": {"gifts": "x"}}, r"data\.gifts should be a list and is a text"),
        ({"data": {"gifts": [{}, {"diamond_count": "many"}]}}, r"data\.gifts\[1\]\.diamond_count should be a number"),
    ],
)
async def test_a_list_of_another_shape_is_an_error_with_its_path_and_not_stored(
    site: Site, make_client: MakeClient, folder: Path, body: Any, path: str
) -> None:
    site.routes[GIFTS] = [Reply.json({**body, "status_code": 0}), gift_list("Rose")]
    tiktok = make_client()
    with pytest.raises(LookupFailed, match=path):
        await tiktok.gift_list(ROOM)
    assert len(await tiktok.gift_list(ROOM)) == 1


async def test_an_empty_list_is_not_stored(site: Site, make_client: MakeClient, folder: Path) -> None:
    site.routes[GIFTS] = [gift_list(), gift_list("Rose")]
    tiktok = make_client()
    assert await tiktok.gift_list(ROOM) == []
    assert len(await tiktok.gift_list(ROOM)) == 1


@pytest.mark.parametrize("content", [b"", b"rubbish", b"[]" * 50_000])
async def test_a_file_that_was_damaged_is_ignored_and_renewed(
    site: Site, make_client: MakeClient, folder: Path, content: bytes
) -> None:
    site.routes[GIFTS] = gift_list("Rose")
    await make_client().gift_list(ROOM)
    (file,) = files(folder)
    file.write_bytes(content)
    for _ in range(2):
        assert len(await make_client().gift_list(ROOM)) == 1
    assert asked(site) == 2


@pytest.mark.parametrize("kept", [{"gifts": []}, [5], [{"name": {}}], "x", [[[]]]])
async def test_a_complete_file_with_another_content_is_ignored(
    site: Site, make_client: MakeClient, folder: Path, kept: object
) -> None:
    site.routes[GIFTS] = gift_list("Rose")
    await make_client().gift_list(ROOM)
    cache = folder
    (file,) = files(cache)
    await Store(cache).put(file.name, json.dumps(kept).encode())
    assert [gift.name for gift in await make_client().gift_list(ROOM)] == ["Rose"]
    assert asked(site) == 2


async def test_callers_at_the_same_time_share_one_request(site: Site, make_client: MakeClient) -> None:
    site.routes[GIFTS] = gift_list("Rose")
    tiktok = make_client()
    found = await asyncio.gather(*(tiktok.gift_list(room) for room in range(1, 11)))
    assert {len(gifts) for gifts in found} == {1}
    assert asked(site) == 1


async def test_a_folder_that_cannot_be_written_changes_nothing(
    site: Site, make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    site.routes[GIFTS] = gift_list("Rose")
    monkeypatch.setenv("TIKCAST_CACHE_DIR", str(tmp_path / "file"))
    tiktok = make_client()
    assert len(await tiktok.gift_list(ROOM)) == 1
