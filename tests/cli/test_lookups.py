"""`tikcast live`, `info` and `doctor`."""

import asyncio

from tests.cli.runner import tikcast
from tests.room_server import ROOM, RoomServer
from tikcast.simulator import RoomPlan, Simulator


async def test_the_exit_code_of_live_is_the_answer() -> None:
    async with RoomServer() as server:
        yes = await tikcast("live", "ana", "--endpoint", server.url)
        server.live = False
        no = await tikcast("live", "ana", "--endpoint", server.url)
    assert (yes.code, yes.out, yes.err) == (0, f"ana is live in room {ROOM}\n", "")
    assert (no.code, no.out, no.err) == (1, "ana is not live\n", "")


async def test_live_as_json() -> None:
    async with RoomServer() as server:
        done = await tikcast("live", "ana", "--json", "--endpoint", server.url)
    assert done.documents == [{"user": "ana", "live": True, "room_id": str(ROOM)}]


async def test_a_room_that_tiktok_does_not_know_has_the_exit_code_3() -> None:
    async with Simulator(users=("ana",), seed=1) as sim:
        done = await tikcast("live", "7000000000000000000", "--json", "--endpoint", sim.url)
    assert done.code == 3
    assert done.documents == [{"user": "7000000000000000000", "live": None, "room_id": None}]


async def test_live_with_v_shows_what_each_source_said() -> None:
    async with RoomServer() as server:
        server.live = False
        text, json = await asyncio.gather(
            tikcast("live", "ana", "-v", "--endpoint", server.url),
            tikcast("live", "ana", "-v", "--json", "--endpoint", server.url),
        )
    first, *lines = text.out.splitlines()
    assert (first, text.code, json.code) == ("ana is not live", 1, 1)
    assert [line.split()[:2] for line in lines[:2]] == [["live_page", "offline"], ["api_live", "offline"]]
    assert lines[2:] == ["  because the live page says offline", "  because api-live says offline"]
    (document,) = json.documents
    assert (document["live"], document["status"]) == (False, "offline")
    assert [(one["source"], one["says"], one["error"]) for one in document["evidence"]] == [
        ("live_page", "offline", None),
        ("api_live", "offline", None),
    ]


async def test_live_has_the_exit_code_3_when_no_source_answers() -> None:
    async with RoomServer() as server:
        server.page = '<html><div id="tiktok-verify-page"></div></html>'
        done = await tikcast("live", "ana", "-v", "--endpoint", server.url)
    assert (done.code, done.out) == (3, "")
    lines = [line for line in done.err.splitlines() if line.startswith("  ")]
    assert [line.split()[:2] for line in lines[:3]] == [
        ["live_page", "failed"],
        ["api_live", "failed"],
        ["profile", "failed"],
    ]
    assert "it sends a captcha" in done.err.splitlines()[-1]


async def test_live_has_the_exit_code_1_for_a_user_who_does_not_exist() -> None:
    async with Simulator(users=("ana",), seed=1) as sim:
        done = await tikcast("live", "nobody", "--endpoint", sim.url)
    assert (done.code, done.out) == (1, "")
    assert "there is no such user" in done.sentence


async def test_info_shows_the_user_and_the_room() -> None:
    async with RoomServer() as server:
        server.title = "\x1b[31mA quiet evening"
        done = await tikcast("info", "ana", "--endpoint", server.url)
    assert done.code == 0
    assert "user       @ana" in done.out
    assert "title    \\x1b[31mA quiet evening" in done.out


async def test_info_as_json_has_ids_as_strings() -> None:
    async with RoomServer() as server:
        done = await tikcast("info", "ana", "--json", "--endpoint", server.url)
    (document,) = done.documents
    assert document["room"]["id"] == str(ROOM)
    assert document["user"]["id"] == "42"


async def test_info_of_a_user_who_is_offline_is_the_profile() -> None:
    async with Simulator(users=("ana",), offline=("carol",), seed=1) as sim:
        done = await tikcast("info", "carol", "--json", "--endpoint", sim.url)
    assert done.code == 0
    assert done.documents[0]["room"] is None
    assert done.documents[0]["user"]["username"] == "carol"


async def test_info_of_a_live_stream_closed_to_visitors_shows_the_user_and_the_reason() -> None:
    async with Simulator(plans=(RoomPlan(user="old", access="age_restricted"),), seed=1) as sim:
        text, json = await asyncio.gather(
            tikcast("info", "old", "--endpoint", sim.url), tikcast("info", "old", "--json", "--endpoint", sim.url)
        )
    assert (text.code, json.code) == (1, 1)
    assert "user       @old\n" in text.out
    assert text.out.endswith(f"\nlive in room {sim.rooms['old']}, closed to visitors\n")
    words = '(TikTok: "This live is for people of 18 and older")'
    assert f"it is age-restricted {words}; give the session cookie" in text.sentence
    assert (json.documents[0]["user"]["username"], json.documents[0]["room"]) == ("old", None)
    assert json.error["error"] == "AgeRestricted"
