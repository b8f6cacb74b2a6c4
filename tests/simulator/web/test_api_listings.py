"""Recommended lives page by page, prices and audiences, as the webcast API lists them."""

import json
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, room_id, world
from tikcast.simulator import RoomPlan, World
from tikcast.simulator.web.requests import WebRequest
from tikcast.simulator.web.routes import answer

LOGGED_IN = {"cookie": "sessionid=sim-session"}


def ask(of: World, path: str, *, headers: dict[str, str] | None = None, **query: object) -> dict[str, Any]:
    texts = {name: str(value) for name, value in query.items()}
    request = WebRequest(path=path, query=texts, headers={"host": "127.0.0.1:8080", **(headers or {})})
    found: dict[str, Any] = json.loads(answer(of, request, now_ms=START_MS).body)
    return found


def pages(of: World, **kinds: Any) -> list[dict[str, Any]]:
    found = [ask(of, "/webcast/feed/", **kinds)]
    while found[-1]["extra"]["has_more"]:
        found.append(ask(of, "/webcast/feed/", max_time=found[-1]["extra"]["max_time"], **kinds))
    return found


@pytest.mark.parametrize(("rooms", "sizes"), [(0, [0]), (1, [1]), (6, [6]), (14, [6, 6, 2])])
def test_the_feed_has_every_live_once_six_a_page(rooms: int, sizes: list[int]) -> None:
    of = world(users=(), rooms=rooms)
    found = pages(of)
    assert [len(page["data"]) for page in found] == sizes
    rids = [item["rid"] for page in found for item in page["data"]]
    assert sorted(rids) == sorted(str(owner.room.room_id) for owner in of.hosts.values())
    assert all(item["data"]["id_str"] == item["rid"] for page in found for item in page["data"])


def test_the_newest_lives_come_first() -> None:
    found = pages(world(users=(), rooms=8))
    starts = [item["data"]["start_time"] for page in found for item in page["data"]]
    assert starts == sorted(starts, reverse=True)


def test_lives_that_began_in_the_same_moment_stay_on_one_page() -> None:
    of = world(users=(), rooms=9)
    for user in of.hosts:
        of.act(user, "end", now_ms=START_MS)
        of.act(user, "go_live", now_ms=START_MS)
    assert [len(page["data"]) for page in pages(of)] == [9]


def test_the_feed_leaves_out_lives_that_are_over_or_closed_to_the_visitor() -> None:
    of = world(users=("ana", "bob"), plans=(RoomPlan(user="eve", access="age_restricted"),))
    of.act("bob", "end", now_ms=START_MS)
    names = [[item["data"]["owner"]["display_id"] for item in ask(of, "/webcast/feed", headers=who)["data"]]
             for who in ({}, LOGGED_IN)]  # fmt: skip
    assert names[0] == ["ana"]
    assert sorted(names[1]) == ["ana", "eve"]


def test_prices_are_us_cents_with_local_ones_beside() -> None:
    found = ask(world(), "/webcast/wallet_api/fs/diamond")
    item = next(item for item in found["data"] if item["diamond_count"] == 70)
    assert item["price"] == 99
    assert [price["price_show_form"] for price in item["currency_price"]] == ["$0.99", "€0.92"]
    assert found["extra"]["default_currency"] == "USD"


def test_the_audience_is_for_people_who_are_logged_in() -> None:
    of = world(users=(), plans=(RoomPlan(user="ana", viewers=500),))
    path = "/webcast/ranklist/online_audience/"
    assert ask(of, path, room_id=room_id(of))["status_code"] == 20003
    assert ask(of, path, room_id=room_id(of), headers={"cookie": "sessionid=other"})["status_code"] == 20003
    found = ask(of, path, room_id=room_id(of), headers=LOGGED_IN)["data"]
    assert [seat["rank"] for seat in found["ranks"]] == list(range(1, 31))
    assert found["ranks"][0]["score"] > found["ranks"][1]["score"]
    assert found["total"] == found["anonymous"] + 30


def test_a_room_that_is_not_there_has_no_audience() -> None:
    found = ask(world(), "/webcast/ranklist/online_audience/", room_id=5, headers=LOGGED_IN)["data"]
    assert (found["ranks"], found["total"]) == ([], 0)
