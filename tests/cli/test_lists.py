"""`tikcast feed`, `gifts`, `prices` and `audience`."""

import pytest

from tests.cli.runner import tikcast
from tests.room_server import RoomServer
from tikcast.simulator import RoomPlan, Simulator
from tikcast.simulator.room.gifts import GIFTS


async def test_feed_shows_one_page_some_pages_or_all() -> None:
    async with Simulator(rooms=14, seed=1) as sim:
        one = await tikcast("feed", "--endpoint", sim.url)
        two = await tikcast("feed", "--pages", "2", "--endpoint", sim.url)
        everything = await tikcast("feed", "--pages", "0", "--json", "--endpoint", sim.url)
    assert [len(done.out.splitlines()) for done in (one, two)] == [7, 13]
    assert one.out.splitlines()[0].split() == ["viewers", "user", "name", "title"]
    assert {document["room_id"] for document in everything.documents} == {str(room) for room in sim.rooms.values()}
    assert {document["info"]["owner"]["username"] for document in everything.documents} == set(sim.users)


async def test_feed_escapes_text_from_other_people() -> None:
    async with Simulator(plans=(RoomPlan(user="ana", title="\x1b[31mred\x07"),), seed=1) as sim:
        done = await tikcast("feed", "--endpoint", sim.url)
    assert done.out.endswith("\\x1b[31mred\\x07\n")


async def test_feed_refuses_a_negative_number_of_pages() -> None:
    done = await tikcast("feed", "--pages", "-1")
    assert (done.code, done.sentence) == (2, "--pages cannot be -1, give 0 or more; see `tikcast feed --help`.")


async def test_gifts_are_shown_cheapest_first_and_as_one_json_document_per_line() -> None:
    async with Simulator(users=("ana",), seed=1) as sim:
        shown = await tikcast("gifts", "ana", "--endpoint", sim.url)
        json = await tikcast("gifts", "ana", "--json", "--language", "pt", "--endpoint", sim.url)
    lines = shown.out.splitlines()
    assert len(lines) == len(GIFTS) + 1
    assert lines[-1].split() == ["29999", "6369", "Lion"]
    assert {(document["id"], document["diamonds"]) for document in json.documents} == {
        (str(gift.id), gift.diamonds) for gift in GIFTS
    }


async def test_gifts_of_a_user_who_is_offline_are_an_error() -> None:
    async with Simulator(users=("ana",), seed=1) as sim:
        done = await tikcast("gifts", "offline0", "--json", "--endpoint", sim.url)
    assert (done.code, done.error["error"]) == (1, "UserOffline")


async def test_prices_are_shown_in_dollars_and_locally() -> None:
    async with Simulator(users=("ana",), seed=1) as sim:
        shown = await tikcast("prices", "--endpoint", sim.url)
        json = await tikcast("prices", "--json", "--endpoint", sim.url)
    assert "   70  $0.99   $0.99, €0.92\n" in shown.out
    assert [document["usd_cents"] for document in json.documents if document["diamonds"] == 70] == [99]


async def test_the_audience_is_shown_to_people_who_are_logged_in() -> None:
    async with Simulator(plans=(RoomPlan(user="ana", viewers=500),), seed=1) as sim:
        shown = await tikcast("audience", "ana", "--session", "sim-session", "--endpoint", sim.url)
        json = await tikcast("audience", "ana", "--json", "--session", "sim-session", "--endpoint", sim.url)
        refused = await tikcast("audience", "ana", "--json", "--endpoint", sim.url)
    assert shown.out.splitlines()[0].split() == ["score", "user", "name"]
    assert "viewers," in shown.out.splitlines()[-1]
    assert [document["rank"] for document in json.documents] == list(range(1, 31))
    assert (refused.code, refused.error["error"]) == (1, "LoginRequired")
    assert "sim-session" not in shown.err + json.err


@pytest.mark.parametrize("command", [["feed"], ["prices"], ["gifts", "ana"], ["audience", "ana"]])
async def test_a_missing_list_is_reported_in_one_sentence(command: list[str]) -> None:
    async with RoomServer() as server:
        server.broken |= {"/webcast/gift/list/"}
        done = await tikcast(*command, "--endpoint", server.url)
    assert done.code == 1
    assert done.sentence
