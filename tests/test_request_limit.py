"""How many HTTP requests of a client run at the same time."""

from __future__ import annotations

import asyncio

import pytest

from tests._net.site import Gate, Reply, live_page, open_site
from tikcast import Endpoints, Limits, TikTok
from tikcast.errors import ConfigError

PICTURE = Reply(b"\x89PNG\r\n\x1a\n")


async def test_a_lookup_does_not_wait_for_slow_requests() -> None:
    gate = Gate(PICTURE)
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
        site.routes |= {f"/slow{number}": gate for number in range(30)}
        site.routes["/@ana/live"] = Reply(live_page("ana", "73"))
        slow = [asyncio.create_task(tiktok.fetch_image(f"{site.url}/slow{number}")) for number in range(30)]
        try:
            async with asyncio.timeout(10):
                await gate.until_holding(30)
                assert await tiktok.is_live("ana")
        finally:
            gate.open()
            await asyncio.gather(*slow)


async def test_the_limit_is_an_option() -> None:
    gate = Gate(PICTURE)
    limits = Limits(requests=3)
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url), limits=limits) as tiktok:
        site.routes |= {f"/slow{number}": gate for number in range(8)}
        slow = [asyncio.create_task(tiktok.fetch_image(f"{site.url}/slow{number}")) for number in range(8)]
        await gate.until_holding(3)
        gate.open()
        await asyncio.gather(*slow)
        assert len(site.seen) == 8
    assert gate.most == 3


async def test_requests_that_wait_for_others_end_when_the_client_is_closed() -> None:
    gate = Gate(Reply("x"))
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url), limits=Limits(requests=1)) as tiktok:
        site.routes |= {f"/@user{number}": gate for number in range(3)}
        lookups = [asyncio.create_task(tiktok.user_info(f"user{number}")) for number in range(3)]
        await gate.until_holding(1)
        await tiktok.aclose()
        ends = await asyncio.gather(*lookups, return_exceptions=True)
        gate.open()
    assert [type(end) for end in ends] == [ConfigError] * 3


async def test_a_request_that_is_cancelled_while_it_waits_takes_no_place() -> None:
    gate = Gate(PICTURE)
    async with open_site() as site, TikTok(endpoints=Endpoints.at(site.url), limits=Limits(requests=1)) as tiktok:
        site.routes |= {f"/slow{number}": gate for number in range(3)}
        first, second, third = [
            asyncio.create_task(tiktok.fetch_image(f"{site.url}/slow{number}")) for number in range(3)
        ]
        await gate.until_holding(1)
        second.cancel()
        gate.open()
        await asyncio.gather(first, third)
        with pytest.raises(asyncio.CancelledError):
            await second
    assert sorted(site.paths()) == ["/slow0", "/slow2"]
