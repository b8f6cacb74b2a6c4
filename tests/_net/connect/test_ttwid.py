"""The cookie of a visitor, from each of its sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests._net.conftest import FAST, MakeNetwork
from tests._net.site import Reply, Site
from tikcast import TikTok
from tikcast._net.connect.connector import ConnectLog
from tikcast._net.connect.plan import SOURCES
from tikcast._net.network import Network
from tikcast._options import ClientOptions
from tikcast.errors import Blocked, Captcha, ConnectFailed, NetworkError, RateLimited, TikcastError
from tikcast.options import Endpoints
from tikcast.simulator import Simulator

USER = "sim0"
ALWAYS = 10_000
KEYS = count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=(USER,), seed=1, rate=20.0) as running:
        yield running


def network_of(sim: Simulator) -> Network:
    options = ClientOptions(endpoints=Endpoints.at(sim.url), timeouts=FAST, check_limits=False, connect=("direct",))
    return Network(options, environment={})


async def connect(sim: Simulator, *, username: str | None = USER) -> ConnectLog:
    """Connect once; the log says where the cookie came from."""
    network, log = network_of(sim), ConnectLog()
    try:
        room = await network.connector.connect_room(sim.rooms[USER], username=username, log=log)
        await room.socket.close()
    finally:
        await network.aclose()
    return log


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("only", "source"),
    [
        ("live_page", "live_page"),
        ("profile", "profile"),
        ("live", "live"),
        ("register", "register"),
        ("register_redirect", "register"),
        ("check", "check"),
    ],
)
async def test_any_single_source_of_the_cookie_is_enough(sim: Simulator, only: str, source: str) -> None:
    await sim.heal(USER)
    await sim.fault(USER, "cookie_only", url=only, times=ALWAYS)
    log = await connect(sim)
    (attempt,) = log.history.attempts
    assert (attempt.cookie_source, attempt.cookie, attempt.result) == (source, 1, "open")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("only", ["profile", "live", "register", "check"])
async def test_without_a_user_name_the_other_sources_are_asked(sim: Simulator, only: str) -> None:
    await sim.heal(USER)
    await sim.fault(USER, "cookie_only", url=only, times=ALWAYS)
    (attempt,) = (await connect(sim, username=None)).history.attempts
    assert attempt.cookie_source == only


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("broken", ["page", "profile", "live", "register", "check"])
async def test_a_source_without_a_cookie_is_followed_by_the_next(sim: Simulator, broken: str) -> None:
    await sim.heal(USER)
    await sim.fault(USER, "no_ttwid", where=broken, times=ALWAYS)
    (attempt,) = (await connect(sim)).history.attempts
    assert attempt.cookie_source == ("profile" if broken == "page" else "live_page")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_cookie_that_a_lookup_got_is_used(sim: Simulator) -> None:
    await sim.heal(USER)
    options: dict[str, Any] = {"timeouts": FAST, "api_key": f"key-{next(KEYS)}"}
    async with TikTok(endpoints=Endpoints.at(sim.url), **options) as tiktok, tiktok.track(USER) as live:
        (attempt,) = live.stats().attempts
    assert (attempt.method, attempt.cookie_source, attempt.host) == ("direct", "lookup", sim.url[7:])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_refused_cookie_is_replaced_by_one_of_another_source(sim: Simulator) -> None:
    await sim.heal(USER)
    network, log = network_of(sim), ConnectLog()
    try:
        for _ in SOURCES:
            room = await network.connector.connect_room(sim.rooms[USER], username=USER, log=log)
            await room.socket.close()
            log.end("silent", stage="first_frame", reason="nothing came")
    finally:
        await network.aclose()
    assert [one.cookie_source for one in log.history.attempts] == list(SOURCES)
    assert [one.cookie for one in log.history.attempts] == [1, 2, 3, 4, 5]


@pytest.mark.asyncio(loop_scope="module")
async def test_when_no_source_sets_it_every_failure_is_a_cause(sim: Simulator) -> None:
    await sim.heal(USER)
    await sim.fault(USER, "no_ttwid", where="cookies", times=ALWAYS)
    with pytest.raises(ConnectFailed) as caught:
        await connect(sim)
    (error,) = caught.value.causes
    assert isinstance(error, Blocked)
    assert error.reason == "it set no ttwid cookie in 8 requests"
    texts = "; ".join(str(cause) for cause in error.causes)
    for name in ("the live page", "the profile page", "the page /live", "ttwid/union/register", "ttwid/check"):
        assert f"{name} set no ttwid cookie" in texts


MARKED = [
    (Reply("", 429, [("Retry-After", "9")]), RateLimited),
    (Reply('<html><body id="tiktok-verify-page"></body></html>'), Captcha),
    (Reply("<html>"), Blocked),
]


@pytest.mark.parametrize(("profile", "kind"), MARKED)
async def test_the_failure_that_says_most_is_raised(
    site: Site, network: Network, profile: Reply, kind: type[TikcastError]
) -> None:
    site.routes["/@tiktok"] = profile
    with pytest.raises(ConnectFailed) as caught:
        await network.connector.connect_room(73, methods=("direct",))
    (error,) = caught.value.causes
    assert type(error) is kind
    assert isinstance(error, TikcastError)
    # The site closes connections with POST requests.
    assert sum(isinstance(cause, NetworkError) for cause in error.causes) >= 2


async def test_a_host_that_never_answers_is_not_asked_for_every_source(make_network: MakeNetwork) -> None:
    network = make_network(endpoints=Endpoints.at("http://127.0.0.1:9"))
    with pytest.raises(ConnectFailed) as caught:
        await network.connector.connect_room(73, username="ana", methods=("direct",))
    (error,) = caught.value.causes
    assert isinstance(error, NetworkError)
    assert len(error.causes) == 1


async def test_redirects_of_pages_are_followed_twice(site: Site, network: Network) -> None:
    site.routes |= {
        "/@tiktok": Reply("", 302, [("Location", "/a")]),
        "/a": Reply("", 302, [("Location", "/b")]),
        "/b": Reply("<html>", headers=[("Set-Cookie", "ttwid=1|far; Path=/")]),
    }
    room = await network.connector.connect_room(73, methods=("direct",))
    assert site.paths()[:-1] == ["/@tiktok", "/a", "/b"]
    await room.socket.close()
