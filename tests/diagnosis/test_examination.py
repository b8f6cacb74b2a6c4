"""An examination makes every check, whatever fails, and its conclusion names what is broken."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests._net.site import Site, open_site, silent_server
from tikcast import Endpoints, Timeouts
from tikcast._options import ClientOptions
from tikcast.diagnosis.checks import Check
from tikcast.diagnosis.examination import Examination, Patience
from tikcast.diagnosis.report import encode_report
from tikcast.simulator import RoomPlan, Simulator

PATIENT = Timeouts(request=60.0, handshake=60.0, first_frame=30.0, stale=30.0, close=0.3, mint_interval=0.001)
PATIENCE = Patience(resolve=60.0, ask=60.0, room=60.0, connect=90.0)
PAGES = ["live_page", "api_live", "profile"]
KEYS = count()


def options_at(url: str, **more: Any) -> ClientOptions:
    # The clients of a process share the quota of a key at a signer: each examination here has a key of its own.
    given: dict[str, Any] = {"endpoints": Endpoints.at(url), "timeouts": PATIENT, "api_key": f"key-{next(KEYS)}"} | more
    return ClientOptions(**given)


def examination_at(url: str, target: str = "ana", *, patience: Patience = PATIENCE, **more: Any) -> Examination:
    return Examination(options_at(url, **more), target=target, patience=patience, environment={})


def verdicts(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.verdict for check in checks}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sim() -> AsyncIterator[Simulator]:
    plans = (RoomPlan(user="ana"), RoomPlan(user="adult", access="age_restricted"))
    async with Simulator(plans=plans, offline=("carol",), private=("paula",), seed=1, rate=20.0) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_with_a_live_user_every_source_and_method_is_asked_once(sim: Simulator) -> None:
    await sim.heal("ana")
    shown: list[Check] = []
    examination = Examination(options_at(sim.url), target="@Ana", patience=PATIENCE, environment={}, show=shown.append)
    conclusion = await examination.run()
    assert conclusion.outcome == "connected", examination.checks
    assert shown == examination.checks
    names = [check.name for check in shown]
    assert len(set(names)) == len(names)
    assert {f"user/{source}" for source in (*PAGES, "room_info", "check_alive", "status")} <= set(names)
    sources = ("live_page", "profile", "live", "register", "check")
    assert [name for name in names if name.startswith("cookie/")] == [f"cookie/{source}" for source in sources]
    assert "from 127.0.0.1 with the cookie of the live page" in shown[-2].answer
    assert names[0] == "program/reader"
    assert names[-2:] == ["connect/direct", "connect/signed"]
    assert not [check for check in shown if check.name.startswith("control/")]
    assert all(check.seconds is not None for check in shown if check.topic != "program" and "status" not in check.name)


NOT_LIVE = {
    "carol": ("not_live", "@carol is not live now"),
    "nobody": ("not_live", "there is no user @nobody"),
    "paula": ("refused", "@paula is private"),
    "two words": ("failed", "give a user name"),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("target", NOT_LIVE)
async def test_without_a_live_user_it_says_that_tiktok_works_and_why_there_is_no_live_stream(
    sim: Simulator, target: str
) -> None:
    outcome, words = NOT_LIVE[target]
    examination = examination_at(sim.url, target)
    conclusion = await examination.run()
    assert conclusion.outcome == outcome, conclusion
    assert conclusion.sentence.startswith("TikTok works")
    assert words in conclusion.sentence
    found = verdicts(examination.checks)
    assert [found[f"control/{source}"] for source in PAGES] == ["ok"] * 3
    assert (found["connect/direct"], found["connect/signed"]) == ("none", "none")
    assert found["cookie/profile"] == "ok"
    assert found["signer/limits"] == "ok"


@pytest.mark.asyncio(loop_scope="module")
async def test_without_a_user_everything_up_to_the_room_is_checked_with_the_account_of_tiktok(sim: Simulator) -> None:
    examination = examination_at(sim.url, "")
    conclusion = await examination.run()
    assert conclusion.outcome == "reachable", conclusion
    assert "tikcast doctor USER" in conclusion.sentence
    names = [check.name for check in examination.checks]
    assert [f"control/{source}" in names for source in PAGES] == [True] * 3
    assert not [name for name in names if name.startswith("user/")]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_room_that_no_source_knows_is_connected_to(sim: Simulator) -> None:
    conclusion = await examination_at(sim.url, "7000000000000000000").run()
    assert conclusion.outcome == "failed"
    assert "look up the user again" in conclusion.sentence


@pytest.mark.asyncio(loop_scope="module")
async def test_a_room_that_is_not_for_everyone_is_connected_to_all_the_same(sim: Simulator) -> None:
    examination = examination_at(sim.url, "adult")
    conclusion = await examination.run()
    assert conclusion.outcome == "refused", conclusion
    assert "age-restricted" in conclusion.sentence
    assert verdicts(examination.checks)["connect/direct"] == "failed"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault that strikes all the time: the checks that fail, and words of the conclusion."""

    fault: str
    told: dict[str, Any] = field(default_factory=dict)
    fails: tuple[str, ...]
    outcome: str = "connected"
    words: str = "Connecting works"
    limits: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.fault, *map(str, self.told.values())])


DIRECT, SIGNED = "connect/direct", "connect/signed"
SOON = {"first_frame": 1.0}
LOOKUP = ("user/live_page", "user/api_live", "user/profile")
CASES = [
    Case(fault="captcha", told={"where": "page"}, fails=("user/live_page",)),
    Case(fault="challenge", told={"where": "page"}, fails=("user/live_page",)),
    Case(fault="no_state", told={"where": "pages"}, fails=("user/live_page", "user/profile")),
    Case(fault="forbidden", told={"where": "page"}, fails=("user/live_page",)),
    Case(fault="rate_limited", told={"where": "api"}, fails=("user/api_live",)),
    Case(fault="server_error", told={"where": "profile", "status": 503}, fails=("user/profile",)),
    Case(fault="malformed_http", told={"where": "page"}, fails=("user/live_page",)),
    Case(fault="http_reset", told={"where": "page"}, fails=("user/live_page",)),
    Case(fault="captcha", told={"where": "lookup"}, fails=LOOKUP, outcome="failed", words="captcha"),
    Case(fault="empty_answer", told={"where": "lookup"}, fails=LOOKUP, outcome="failed", words="another address"),
    Case(fault="http_reset", told={"where": "lookup"}, fails=LOOKUP, outcome="failed", words="cannot be reached"),
    Case(fault="signer_refused", told={"status": 401}, fails=(SIGNED,), words="signed fails"),
    Case(fault="signer_stub", fails=(SIGNED,), words="signed fails"),
    Case(fault="signer_no_cookie", fails=(SIGNED,), words="signed fails"),
    Case(fault="expired_signature", fails=(SIGNED,), words="signed fails"),
    Case(fault="dns_failure", fails=(SIGNED,), words="signed fails"),
    Case(fault="tls_failure", fails=(SIGNED,), words="signed fails"),
    Case(
        fault="handshake_refused", told={"message": "illegal app_id"}, fails=(DIRECT, SIGNED), outcome="failed",
        words="newer version of tikcast",
    ),
    Case(
        fault="handshake_refused", told={"message": "DEVICE_BLOCKED"}, fails=(DIRECT, SIGNED), outcome="failed",
        words="fresh identity",
    ),
    Case(fault="ignore_enter", told={"method": "direct"}, fails=(DIRECT,), limits=SOON, words="direct fails"),
    Case(fault="silent_socket", fails=(DIRECT,), limits=SOON, words="direct fails"),
    Case(fault="signature_demanded", fails=(DIRECT,), words="direct fails"),
    Case(fault="new_signer_api", fails=()),
    Case(fault="old_signer_api", fails=()),
    Case(
        fault="cookie_only", told={"url": "profile"},
        fails=("cookie/live_page", "cookie/live", "cookie/register", "cookie/check"),
    ),
    Case(
        fault="cookie_only", told={"url": "register"},
        fails=("cookie/live_page", "cookie/profile", "cookie/live", "cookie/check"),
    ),
    Case(fault="empty_room_id", fails=()),
    Case(fault="stale_page", fails=()),
    Case(fault="lying_alive", fails=()),
    Case(fault="feed_login", fails=()),
    Case(fault="user_not_found", fails=()),
]  # fmt: skip


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_with_each_fault_every_other_check_is_made_and_the_conclusion_names_what_to_do(
    sim: Simulator, case: Case
) -> None:
    await sim.heal("ana")
    await sim.fault("ana", case.fault, times=10_000, **case.told)
    examination = examination_at(sim.url, timeouts=replace(PATIENT, **case.limits))
    conclusion = await examination.run()
    found = verdicts(examination.checks)
    assert {name: found.get(name) for name in case.fails} == dict.fromkeys(case.fails, "failed"), examination.checks
    assert conclusion.outcome == case.outcome, examination.checks
    assert case.words in conclusion.sentence
    assert {"connect/direct", "connect/signed", "signer/limits", "cookie/profile"} <= found.keys()
    failures = [check for check in examination.checks if check.verdict == "failed"]
    assert all(check.advice and check.error for check in failures), failures


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("subscribers_only", "for subscribers of the host only"),
        ("followers_only", "followers"),
        ("paid_event", "paid event"),
        ("region_blocked", "country"),
        ("suspended_account", "TikTok has suspended the account"),
    ],
)
async def test_a_live_stream_that_tiktok_keeps_from_this_client_is_named(fault: str, words: str) -> None:
    async with Simulator(users=("ana",), seed=1) as own:
        await own.fault("ana", fault)
        examination = examination_at(own.url)
        conclusion = await examination.run()
    assert conclusion.outcome == "refused", examination.checks
    assert conclusion.sentence.startswith("TikTok works, but refuses this live stream: ")
    assert words in conclusion.sentence


async def test_a_host_that_never_answers_is_reported_within_the_time_of_every_part() -> None:
    patience = Patience(resolve=0.2, ask=0.3, room=0.2, connect=0.3, regions=0.2)
    async with silent_server() as (port, _):
        examination = examination_at(f"http://127.0.0.1:{port}", patience=patience)
        async with asyncio.timeout(30):
            conclusion = await examination.run()
    assert conclusion.outcome == "unreachable", conclusion
    assert "no result within 0.3 s" in conclusion.sentence
    assert {check.error for check in examination.checks if check.verdict == "failed"} == {"TimeLimit", "LookupFailed"}


def test_the_parts_of_an_examination_take_less_than_a_minute_together() -> None:
    parts = Patience()
    extra = 2 * 1.0  # a moment after each part in which connections are made
    assert parts.resolve + parts.ask + 3 * parts.room + parts.connect + parts.regions + extra < 60


async def test_an_address_without_a_server_is_unreachable() -> None:
    examination = examination_at("http://127.0.0.1:9", patience=PATIENCE)
    conclusion = await examination.run()
    assert conclusion.outcome == "unreachable"
    assert "check the address, the network and the proxy" in conclusion.sentence


@pytest_asyncio.fixture(loop_scope="function")
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


async def test_a_server_that_is_not_tiktok_ends_no_check_with_an_exception(site: Site) -> None:
    examination = examination_at(site.url, patience=PATIENCE)
    conclusion = await examination.run()
    assert conclusion.outcome == "failed"
    assert "inside tikcast" not in "".join(check.answer for check in examination.checks)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_report_has_all_evidence(sim: Simulator) -> None:
    await sim.heal("ana")
    examination = examination_at(sim.url, patience=replace(PATIENCE, listen=0.5))
    await examination.run()
    report = examination.report()
    assert len(report.checks) == len(examination.checks)
    assert report.program.versions["tikcast"]
    assert {"web", "signer", "proxy", "session", "api_key", "verify", "clock"} <= report.options.keys()
    made = {(request.check, request.path) for request in report.requests}
    assert ("user/live_page", "/@USER/live") in made
    assert ("user/room_info", "/webcast/room/info/") in made
    assert ("signer/limits", "/signer/webcast/rate_limits") in made
    socket = next(one for one in report.requests if one.check == "connect/direct" and one.status == 101)
    assert "ttwid" in socket.cookies
    assert "room_id" in socket.parameters
    assert "upgrade" in socket.headers
    assert {one.method for one in report.connections} == {"direct", "signed"}
    first = report.connections[0].frames[0]
    assert (first.kind, first.payload_type) == ("sent", "im_enter_room")
    assert sum(report.messages.values()) > 3
    page = next(one for one in report.requests if one.path == "/@USER/live")
    assert "LiveRoom.liveRoomUserInfo.user.status: 2" in page.shape


@pytest.mark.asyncio(loop_scope="module")
async def test_unknown_messages_are_in_the_report_without_what_people_wrote(sim: Simulator) -> None:
    await sim.heal("ana")
    await sim.fault("ana", "unknown_message", times=1000)
    examination = examination_at(sim.url, patience=replace(PATIENCE, listen=1.0))
    await examination.run()
    samples = examination.report().samples
    assert samples
    assert all(len(sample.hex) == 2 * sample.size for sample in samples)
    names = {sample.method for sample in samples if sample.problem == "unknown"}
    assert names
    assert all(re.fullmatch(r"[A-Za-z0-9_.]+", name) for name in names)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_report_of_everything_contains_no_name_room_or_user_id(sim: Simulator) -> None:
    await sim.heal("ana")
    examination = examination_at(sim.url, patience=replace(PATIENCE, listen=0.5))
    await examination.run()
    data = encode_report(examination.report()).decode()
    room = str(sim.rooms["ana"])
    assert room in "".join(check.answer for check in examination.checks)
    assert room not in data
    assert "ROOM1" in data
    assert not re.search(r"\bana\b", data)
    assert not re.search(r"\b[1-9]\d{16,}\b", data)
    assert json.loads(data)["conclusion"]["outcome"] == "connected"


@pytest.mark.asyncio(loop_scope="module")
async def test_with_lists_the_feed_the_prices_and_the_gifts_are_asked_for(sim: Simulator) -> None:
    await sim.heal("ana")
    await sim.fault("ana", "feed_login", times=1000)
    options = options_at(sim.url)
    examination = Examination(options, target="ana", patience=PATIENCE, lists=True, environment={})
    conclusion = await examination.run()
    found = verdicts(examination.checks)
    assert (found["list/feed"], found["list/prices"], found["list/gifts"]) == ("failed", "ok", "ok")
    assert conclusion.outcome == "connected"
    gifts = next(one for one in examination.report().requests if one.check == "list/gifts")
    assert "data.gifts[0].diamond_count: number" in gifts.shape or "data.gifts[0].diamond_count: 1" in gifts.shape
