"""Several callers that need the same answer at the same time: one request serves all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import tikcast
from tests._net.site import WS_PATH, Gate, Reply, Site, live_page, open_site, profile_page
from tikcast import Endpoints, TikTok, sync
from tikcast.errors import ConnectFailed, IPBlocked
from tikcast.simulator import Simulator

PACKAGE = str(Path(tikcast.__file__).parent)
FETCH, LIMITS = "/signer/webcast/fetch", "/signer/webcast/rate_limits"
PROFILE, LIVE, API = "/@ana", "/@ana/live", "/api-live/user/room/"
PROFILE_PAGE = Reply(
    profile_page({"statusCode": 0, "userInfo": {"user": {"id": "6", "uniqueId": "ana"}, "stats": {"followerCount": 7}}})
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def tiktok(site: Site) -> AsyncIterator[TikTok]:
    async with TikTok(endpoints=Endpoints.at(site.url)) as client:
        yield client


def is_of_the_package(task: asyncio.Task[object]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and code.co_filename.startswith(PACKAGE)


async def requests_of(way: str, *, rooms: int, caplog: pytest.LogCaptureFixture) -> list[str]:
    """The paths that one client requests to open so many rooms of a simulator at once."""
    caplog.set_level(logging.INFO, logger="tikcast.net.http")
    users = tuple(f"u{number}" for number in range(rooms))
    async with Simulator(users=users, seed=1, rate=1.0) as sim, AsyncExitStack() as stack:
        options = {"endpoints": Endpoints.at(sim.url), "connect": (way,), "log_requests": True}
        tiktok = await stack.enter_async_context(TikTok(**options))  # type: ignore[arg-type]
        lives = [tiktok.track(room_id, room_info=False) for room_id in sim.rooms.values()]
        await asyncio.gather(*(stack.enter_async_context(live) for live in lives))
        urls = [record.getMessage().split()[1] for record in caplog.records if record.name == "tikcast.net.http"]
        return [url.removeprefix(sim.url).partition("?")[0].rstrip(":") for url in urls]


async def test_signed_rooms_that_open_at_once_request_the_quota_of_the_signer_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    paths = await requests_of("signed", rooms=8, caplog=caplog)
    assert paths.count("/signer/webcast/rate_limits") == 1
    assert paths.count("/signer/webcast/fetch") == 8


async def test_direct_rooms_that_open_at_once_fetch_one_page_for_one_cookie(caplog: pytest.LogCaptureFixture) -> None:
    assert len(await requests_of("direct", rooms=20, caplog=caplog)) == 1


async def test_a_page_that_several_callers_need_is_requested_once(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PROFILE: (profile := Gate(PROFILE_PAGE)), LIVE: (live := Gate(Reply(live_page("ana", "73"))))}
    users = [asyncio.create_task(tiktok.user_info("ana")) for _ in range(5)]
    rooms = [asyncio.create_task(tiktok.live_room("ana")) for _ in range(5)]
    await profile.until_holding(1)
    await live.until_holding(1)
    profile.open()
    live.open()
    assert {user.follower_count for user in await asyncio.gather(*users)} == {7}
    assert {room.room_id for room in await asyncio.gather(*rooms)} == {73}
    assert sorted(site.paths()) == [PROFILE, LIVE]


async def test_a_caller_that_is_cancelled_does_not_cancel_the_request_of_the_others(site: Site, tiktok: TikTok) -> None:
    site.routes[PROFILE] = gate = Gate(PROFILE_PAGE)
    first, *others = [asyncio.create_task(tiktok.user_info("ana")) for _ in range(3)]
    await gate.until_holding(1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gate.open()
    assert [user.username for user in await asyncio.gather(*others)] == ["ana", "ana"]
    assert site.paths() == [PROFILE]


async def test_a_request_ends_when_every_caller_is_cancelled(site: Site, tiktok: TikTok) -> None:
    site.routes[PROFILE] = gate = Gate(PROFILE_PAGE)
    before = asyncio.all_tasks()
    callers = [asyncio.create_task(tiktok.user_info("ana")) for _ in range(3)]
    await gate.until_holding(1)
    for caller in callers:
        caller.cancel()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 3
    gate.open()
    count = len(site.seen)
    assert (await tiktok.user_info("ana")).username == "ana"
    assert len(site.seen) == count + 1
    assert not [task for task in asyncio.all_tasks() - before if is_of_the_package(task)]


async def test_a_failure_reaches_every_caller(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PROFILE: (gate := Gate(Reply("", 403))), API: (api := Gate(Reply("", 502)))}
    callers = [asyncio.create_task(tiktok.user_info("ana")) for _ in range(3)]
    await gate.until_holding(1)
    gate.open()
    await api.until_holding(1)
    api.open()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(end) for end in ends] == [IPBlocked] * 3
    assert [len(end.causes) for end in ends if isinstance(end, IPBlocked)] == [1] * 3
    assert site.paths() == [PROFILE, API]


async def test_a_later_caller_gets_a_new_answer(site: Site, tiktok: TikTok) -> None:
    site.routes |= {PROFILE: [Reply("", 403), PROFILE_PAGE], API: Reply("", 403)}
    with pytest.raises(IPBlocked):
        await tiktok.user_info("ana")
    assert (await tiktok.user_info("ana")).username == "ana"
    assert (await tiktok.user_info("ana")).username == "ana"
    assert site.paths() == [PROFILE, API, PROFILE, PROFILE]


async def test_users_are_not_mixed_up(site: Site, tiktok: TikTok) -> None:
    pages = {
        name: profile_page({"statusCode": 0, "userInfo": {"user": {"id": "6", "uniqueId": name}}}) for name in "xy"
    }
    site.routes |= {f"/@{name}": Reply(page) for name, page in pages.items()}
    users = await asyncio.gather(*(tiktok.user_info(name) for name in "xyxy"))
    assert [user.username for user in users] == [*"xyxy"]


async def test_a_room_that_is_cancelled_does_not_cancel_the_cookie_of_the_others(site: Site) -> None:
    site.routes["/@tiktok"] = gate = Gate(Reply("<html>", headers=[("Set-Cookie", "ttwid=1; Path=/")]))
    site.refusal = Reply("", 403)
    async with TikTok(endpoints=Endpoints.at(site.url), connect=("direct",)) as tiktok:
        lives = [tiktok.track(73 + number, room_info=False) for number in range(3)]
        first, *others = [asyncio.create_task(live.__aenter__()) for live in lives]
        await gate.until_holding(1)
        first.cancel()
        gate.open()
        ends = await asyncio.gather(first, *others, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError, ConnectFailed, ConnectFailed]
    upgrades = [seen.cookies for seen in site.seen if seen.path == WS_PATH]
    assert upgrades == [{"ttwid": "1"}] * 2
    assert site.paths().count("/@tiktok") == 1


async def test_the_clients_of_a_process_request_the_quota_of_the_signer_once(site: Site) -> None:
    site.routes[LIMITS] = gate = Gate(Reply.json({"code": 200, "minute": {"max": 9, "remaining": 9, "reset_at": ""}}))
    site.routes[FETCH] = Reply.json({"message": "no"}, status=401)
    async with AsyncExitStack() as stack:
        options = {"endpoints": Endpoints.at(site.url), "connect": ("signed",)}
        clients = [await stack.enter_async_context(TikTok(**options)) for _ in range(3)]  # type: ignore[arg-type]
        lives = [client.track(73, room_info=False) for client in clients]
        opening = [asyncio.create_task(live.__aenter__()) for live in lives]
        await gate.until_holding(1)
        gate.open()
        ends = await asyncio.gather(*opening, return_exceptions=True)
    assert [type(end) for end in ends] == [ConnectFailed] * 3
    assert sorted(site.paths()) == [FETCH] * 3 + [LIMITS]


async def test_clients_in_several_threads_request_the_quota_of_the_signer_once(site: Site) -> None:
    site.routes[LIMITS] = gate = Gate(Reply.json({"code": 200, "minute": {"max": 9, "remaining": 9, "reset_at": ""}}))
    site.routes[FETCH] = Reply.json({"message": "no"}, status=401)

    def connect() -> None:
        with (
            sync.TikTok(endpoints=Endpoints.at(site.url), connect=("signed",)) as client,
            pytest.raises(ConnectFailed),
            client.track(73, room_info=False),
        ):
            pass

    threads = [asyncio.create_task(asyncio.to_thread(connect)) for _ in range(3)]
    await gate.until_holding(1)
    gate.open()
    await asyncio.gather(*threads)
    assert sorted(site.paths()) == [FETCH] * 3 + [LIMITS]


async def test_a_client_asks_for_the_quota_itself_when_the_one_that_asked_for_it_is_closed(site: Site) -> None:
    site.routes[LIMITS] = gate = Gate(Reply.json({"code": 200, "minute": {"max": 9, "remaining": 9, "reset_at": ""}}))
    site.routes[FETCH] = Reply.json({"message": "no"}, status=401)
    options = {"endpoints": Endpoints.at(site.url), "connect": ("signed",)}
    async with TikTok(**options) as first, TikTok(**options) as second:  # type: ignore[arg-type]
        opening = [asyncio.create_task(one.track(73, room_info=False).__aenter__()) for one in (first, second)]
        await gate.until_holding(1)
        await first.aclose()
        gate.open()
        ends = await asyncio.gather(*opening, return_exceptions=True)
    assert isinstance(ends[1], ConnectFailed)
    assert site.paths() == [LIMITS, LIMITS, FETCH]
