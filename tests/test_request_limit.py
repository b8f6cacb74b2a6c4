"""How many HTTP requests of a client run at the same time."""

from __future__ import annotations

import asyncio

from tests._net.site import Gate, Reply, live_page, open_site
from tikcast import Endpoints, Limits, TikTok

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
