"""Who is live: the table of what each combination of answers means."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from tikcast._net.liveness import PAGES, Evidence, Verdict, judge
from tikcast.models.status import Says, Source

R, OTHER, OLD = 7300000000000000001, 7300000000000000002, 7200000000000000003

# Each row: what the sources said, as "source says room", and the verdict: the status with its room, or the next source.
# The letters R, O and X stand for a room, another room, and a room that is known to be over.
TABLE = """
                                                                          -> ask live_page
page live R                                                               -> live R
page paused R                                                             -> paused R
page live                                                                 -> ask api_live
page offline                                                              -> ask api_live
page offline R                                                            -> ask api_live
page no_room                                                              -> ask api_live
page never_live                                                           -> ask api_live
page missing                                                              -> ask api_live
page failed                                                               -> ask api_live
page unclear                                                              -> ask api_live
page unclear R                                                            -> ask room_info R
page unclear R, info live R                                               -> live R
page unclear R, info paused R                                             -> paused R
page unclear R, info offline R                                            -> ask api_live
page unclear R, info failed R                                             -> ask check_alive R
page unclear R, info failed R, alive live R                               -> live R
page unclear R, info restricted R                                         -> ask check_alive R
page unclear R, info restricted R, alive unclear R                        -> live R
page unclear R, info failed R, alive offline R                            -> ask api_live
page unclear R, info failed R, alive unclear R                            -> ask api_live
page unclear R, info failed R, alive offline R, api offline               -> offline
page unclear R, info failed R, alive unclear R, api live R                -> live R
page failed, api live R                                                   -> live R
page failed, api paused R                                                 -> paused R
page never_live, api live R                                               -> live R
page no_room, api live R                                                  -> live R
page live, api live R                                                     -> live R
page missing, api live R                                                  -> live R
page offline, api live R                                                  -> ask room_info R
page offline, api live R, info live R                                     -> live R
page offline, api live R, info paused R                                   -> paused R
page offline, api live R, info offline R                                  -> offline
page offline, api live R, info failed R                                   -> ask check_alive R
page offline, api live R, info failed R, alive live R                     -> live R
page offline, api live R, info failed R, alive offline R                  -> unknown R
page offline, api live R, info failed R, alive unclear R                  -> unknown R
page offline, api live R, info failed R, alive failed R                   -> unknown R
page offline, api paused R, info restricted R, alive failed R             -> paused R
page offline, api offline                                                 -> offline
page never_live, api offline                                              -> never_live
page failed, api offline                                                  -> offline
page no_room, api offline                                                 -> offline
page offline, api no_room                                                 -> offline
page never_live, api no_room                                              -> never_live
page live, api offline                                                    -> ask profile
page live, api offline, profile no_room                                   -> offline
page live, api offline, profile failed                                    -> unknown
page live, api live                                                       -> ask profile
page live, api live, profile no_room                                      -> unknown
page live, api live, profile unclear R                                    -> ask room_info R
page live, api live, profile unclear R, info live R                       -> live R
page failed, api failed                                                   -> ask profile
page failed, api failed, profile failed                                   -> unknown
page failed, api failed, profile no_room                                  -> unknown
page failed, api failed, profile missing                                  -> missing
page failed, api failed, profile private                                  -> private
page failed, api failed, profile unclear R                                -> ask room_info R
page failed, api failed, profile unclear R, info live R                   -> live R
page failed, api failed, profile unclear R, info offline R                -> offline
page failed, api failed, profile unclear R, info failed R                 -> ask check_alive R
page failed, api failed, profile unclear R, info failed R, alive live R   -> live R
page failed, api failed, profile unclear R, info failed R, alive offline R -> unknown
page failed, api failed, profile unclear R, info failed R, alive unclear R -> unknown
page failed, api missing                                                  -> ask profile
page failed, api missing, profile no_room                                 -> offline
page failed, api missing, profile missing                                 -> missing
page failed, api missing, profile failed                                  -> unknown
page never_live, api missing                                              -> ask profile
page never_live, api missing, profile no_room                             -> never_live
page never_live, api missing, profile missing                             -> missing
page never_live, api missing, profile failed                              -> unknown
page never_live, api missing, profile unclear R, info live R              -> live R
page offline, api missing                                                 -> ask profile
page offline, api missing, profile failed                                 -> offline
page offline, api missing, profile missing                                -> unknown
page offline, api failed                                                  -> ask profile
page offline, api failed, profile no_room                                 -> offline
page offline, api failed, profile failed                                  -> unknown
page offline, api failed, profile private                                 -> private
page no_room, api failed, profile no_room                                 -> offline
page live R, info offline R                                               -> ask api_live
page live R, info offline R, api offline                                  -> offline
page live R, info offline R, api live R                                   -> offline
page live R, info offline R, api live O                                   -> live O
page live R, info offline R, api failed                                   -> offline
page live R, info failed R                                                -> live R
page live R, api live O                                                   -> ask room_info R
page live R, api live O, info offline R                                   -> live O
page live R, api live O, info failed R, alive failed R                    -> ask room_info O
page live R, api live O, info failed R, alive failed R, info live O       -> live O
page live X                                                               -> ask api_live
page live X, api live R                                                   -> live R
page live X, api offline                                                  -> offline
page live X, api live X, profile unclear X                                -> unknown
"""

SOURCES: dict[str, Source] = {
    "page": "live_page",
    "api": "api_live",
    "profile": "profile",
    "info": "room_info",
    "alive": "check_alive",
}
ROOMS = {"R": R, "O": OTHER, "X": OLD}


def evidence(text: str) -> Evidence:
    source, says, *room = text.split()
    assert says in get_args(Says)
    return Evidence(source=SOURCES[source], says=says, room_id=ROOMS[room[0]] if room else 0)  # type: ignore[arg-type]


def rows() -> list[tuple[list[Evidence], str]]:
    pairs = [line.split("->") for line in TABLE.strip("\n").splitlines()]
    return [([evidence(one) for one in said.split(",") if one.strip()], verdict.strip()) for said, verdict in pairs]


def shown(verdict: Verdict) -> str:
    names = {room: letter for letter, room in ROOMS.items()}
    words = ["ask", verdict.ask] if verdict.ask else [verdict.status]
    on = verdict.ask in {"room_info", "check_alive"} or verdict.status in {"live", "paused"}
    contradicted = verdict.status == "unknown" and not verdict.ask and verdict.room_id
    return " ".join([*words, *([names[verdict.room_id]] if on or contradicted else [])])


@pytest.mark.parametrize(("said", "verdict"), rows(), ids=lambda value: None if isinstance(value, str) else "")
def test_the_verdict_of_each_combination_of_answers(said: list[Evidence], verdict: str) -> None:
    assert shown(judge(said, ended=OLD)) == verdict


def test_the_table_has_no_combination_twice() -> None:
    combinations = [tuple(said) for said, _ in rows()]
    assert len(combinations) == len(set(combinations)) > 60


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ([], "ask room_info R"),
        (["info live R"], "live R"),
        (["info paused R"], "paused R"),
        (["info offline R"], "offline"),
        (["info failed R"], "ask check_alive R"),
        (["info unclear R"], "ask check_alive R"),
        (["info restricted R"], "ask check_alive R"),
        (["info failed R", "alive live R"], "live R"),
        (["info failed R", "alive offline R"], "offline"),
        (["info failed R", "alive unclear R"], "unknown R"),
        (["info failed R", "alive failed R"], "unknown R"),
        (["info restricted R", "alive failed R"], "live R"),
        (["info restricted R", "alive offline R"], "offline"),
    ],
)
def test_the_verdict_on_a_room_that_is_asked_about_by_its_id(said: list[str], verdict: str) -> None:
    assert shown(judge([evidence(one) for one in said], room_id=R)) == verdict


def everything_that_can_be_said() -> dict[Source, list[Evidence]]:
    """Each answer that each source can give about room R."""
    pages = [f"{says}{room}" for says in ("live", "paused", "offline") for room in ("", " R")]
    pages += ["no_room", "unclear", "unclear R", "failed"]
    about_users = {"page": [*pages, "never_live", "missing"], "api": [*pages, "missing"]}
    about_users["profile"] = ["no_room", "unclear R", "missing", "private", "failed"]
    about_rooms = {name: [f"{s} R" for s in ("live", "offline", "unclear", "failed")] for name in ("info", "alive")}
    about_rooms["info"] += ["paused R", "restricted R"]
    told = about_users | about_rooms
    return {SOURCES[name]: [evidence(f"{name} {one}") for one in said] for name, said in told.items()}


def conclusion(answers: dict[Source, Evidence]) -> tuple[Verdict, list[Evidence]]:
    """The verdict after each source that was asked for gave its answer, and what was asked."""
    asked: list[Evidence] = []
    while (verdict := judge(asked)).ask:
        assert verdict.ask not in {one.source for one in asked}
        asked.append(answers[verdict.ask])
    return verdict, asked


def test_every_combination_ends_and_keeps_the_rules() -> None:
    told = everything_that_can_be_said()
    for combination in product(*told.values()):
        verdict, asked = conclusion(dict(zip(told, combination, strict=True)))
        said = {one.source: one.says for one in asked}
        off = [one for one in asked if one.says in {"offline", "no_room", "never_live", "missing"}]
        assert verdict.reasons
        if verdict.status in {"offline", "never_live"}:
            assert len(off) > 1 or said.get("api_live") == "offline" or said.get("room_info") == "offline"
            assert said.get("room_info") not in {"live", "paused"}
        if verdict.status == "missing":
            assert said["profile"] == "missing"
        if verdict.status in {"live", "paused"}:
            assert verdict.room_id == R
            assert said.get("room_info") != "offline"
        if verdict.status == "unknown":
            assert len({*PAGES} & {*said}) == 3 or {"room_info", "check_alive"} <= {*said}


def test_the_reasons_name_the_sources() -> None:
    verdict = judge([evidence("page offline"), evidence("api offline")])
    assert verdict.reasons == ("the live page says offline", "api-live says offline")
