"""Lookups on the simulator while some of its sources are broken, lie, or keep a room from visitors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tikcast import ChatEvent, Endpoints, TikTok
from tikcast.errors import (
    AccountSuspended,
    AgeRestricted,
    Captcha,
    FollowersOnly,
    LoginRequired,
    LookupFailed,
    PaymentRequired,
    PrivateAccount,
    RegionRestricted,
    SubscribersOnly,
    UserNotFound,
    UserOffline,
)
from tikcast.simulator import RoomPlan, Simulator


@asynccontextmanager
async def simulated(*, client: dict[str, Any] | None = None, **options: Any) -> AsyncIterator[tuple[Simulator, TikTok]]:
    options = {"users": ("ana",), "seed": 3, "rate": 30.0, **options}
    async with Simulator(**options) as sim, TikTok(endpoints=Endpoints.at(sim.url), **(client or {})) as tiktok:
        yield sim, tiktok


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("lying_alive", {}),
    ("user_not_found", {}),
    *[("empty_room_id", {"where": where}) for where in ("page", "api", "profile")],
    *[
        ("stale_page", {"where": where, "shows": shows})
        for where in ("page", "api", "profile")
        for shows in ("offline", "ended", "old_room")
    ],
    *[("challenge", {"where": "page", "kind": kind}) for kind in ("page", "firewall", "shell")],
    *[
        (fault, {"where": where})
        for fault in ("captcha", "empty_answer", "forbidden", "rate_limited", "server_error", "http_reset")
        for where in ("page", "profile", "api", "webcast")
    ],
]


@pytest.mark.parametrize(
    ("fault", "options"),
    BROKEN,
    ids=lambda value: "-".join(value.values()) or "-" if isinstance(value, dict) else value,
)
async def test_a_live_user_is_found_with_any_single_source_broken(fault: str, options: dict[str, Any]) -> None:
    async with simulated() as (sim, tiktok):
        await sim.fault("ana", fault, times=100, **options)
        assert await tiktok.is_live("Ana") is True
        room = await tiktok.room_info("ana")
        assert (room.id, room.paused, room.ended) == (sim.rooms["ana"], False, False)
        async with tiktok.track("ana") as live:
            assert (await anext(live.events(ChatEvent))).comment
            assert live.room_id == sim.rooms["ana"]


@pytest.mark.parametrize(
    ("fault", "options"), [("lying_alive", {}), ("captcha", {"where": "page"}), ("user_not_found", {})]
)
async def test_a_user_who_is_not_live_is_not_reported_as_live(fault: str, options: dict[str, Any]) -> None:
    async with simulated(offline=("carol",)) as (sim, tiktok):
        await sim.control("ana", "end")
        await sim.fault("ana", fault, times=100, **options)
        assert await tiktok.is_live("ana") is False
        assert await tiktok.is_live(sim.rooms["ana"]) is False
        with pytest.raises(UserOffline):
            await tiktok.live_room("ana")
        assert await tiktok.is_live("carol") is False
        with pytest.raises(UserNotFound):
            await tiktok.is_live("nobody")


async def test_sources_that_all_name_no_room_settle_nothing() -> None:
    async with simulated() as (sim, tiktok):
        await sim.fault("ana", "empty_room_id", where="lookup", times=100)
        assert await tiktok.is_live("ana") is None
        with pytest.raises(LookupFailed, match="do not settle it"):
            await tiktok.live_room("ana")


async def test_a_browser_challenge_everywhere_is_a_captcha() -> None:
    async with simulated() as (sim, tiktok):
        await sim.fault("ana", "challenge", where="lookup", kind="firewall", times=100)
        assert (await tiktok.room_info("ana")).id == sim.rooms["ana"]
        for lookup in (tiktok.is_live, tiktok.user_info, tiktok.live_room):
            with pytest.raises(Captcha, match="browser challenge"):
                await lookup("ana")


@pytest.mark.parametrize(
    ("access", "error"),
    [
        ("age_restricted", AgeRestricted),
        ("subscribers_only", SubscribersOnly),
        ("followers_only", FollowersOnly),
        ("paid_event", PaymentRequired),
        ("region_blocked", RegionRestricted),
    ],
)
async def test_a_live_stream_that_is_closed_to_visitors_is_live_and_names_the_reason(
    access: Any, error: type[LookupFailed]
) -> None:
    async with simulated(users=(), plans=(RoomPlan(user="shy", access=access),)) as (sim, tiktok):
        assert await tiktok.is_live("shy") is True
        assert await tiktok.is_live(sim.rooms["shy"]) is True
        for target in ("shy", sim.rooms["shy"]):
            with pytest.raises(error) as caught:
                await tiktok.room_info(target)
            assert caught.value.words
            assert caught.value.words in str(caught.value)


async def test_a_suspended_account_and_a_private_one_have_their_names() -> None:
    plans = (RoomPlan(user="gone", access="suspended_account"), RoomPlan(user="shy", access="private"))
    async with simulated(users=(), plans=plans) as (sim, tiktok):
        for lookup in (tiktok.is_live, tiktok.user_info, tiktok.live_room, tiktok.room_info):
            with pytest.raises(AccountSuspended, match="has been suspended"):
                await lookup("gone")
        with pytest.raises(PrivateAccount):
            await tiktok.user_info("shy")
        with pytest.raises(LoginRequired):
            await tiktok.room_info(sim.rooms["shy"])


@pytest.mark.parametrize("access", ["subscribers_only", "followers_only", "paid_event"])
async def test_the_session_of_another_account_is_reported_as_not_sufficient(access: Any) -> None:
    plans = (RoomPlan(user="shy", access=access),)
    async with simulated(users=(), plans=plans, client={"session": "sim-session"}) as (_, tiktok):
        with pytest.raises(LookupFailed, match="expired or not sufficient"):
            await tiktok.room_info("shy")
    async with simulated(users=(), plans=plans, client={"session": "sim-member"}) as (sim, tiktok):
        assert (await tiktok.room_info("shy")).id == sim.rooms["shy"]


async def test_the_feed_needs_a_login() -> None:
    async with simulated() as (sim, tiktok):
        await sim.fault("ana", "feed_login", times=100)
        with pytest.raises(LoginRequired, match="UrlSigner"):
            await tiktok.feed().next()
        async with TikTok(endpoints=Endpoints.at(sim.url), session="sim-session") as member:
            assert len(await member.feed().next()) == 1


async def test_a_paused_live_stream_is_live() -> None:
    async with simulated() as (sim, tiktok):
        await sim.control("ana", "pause")
        assert await tiktok.is_live("ana") is True
        assert await tiktok.is_live(sim.rooms["ana"]) is True
