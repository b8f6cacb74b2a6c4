"""A local server and clients for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests._net.site import Site, open_site
from tikcast import TikTok
from tikcast._net import signer
from tikcast._net.network import Network
from tikcast._options import ClientOptions
from tikcast.options import Endpoints, Timeouts

MakeNetwork = Callable[..., Network]
MakeClient = Callable[..., TikTok]

FAST = Timeouts(request=60.0, handshake=60.0, close=0.3, signer_turn=0.5, mint_interval=0.001)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def make_network(site: Site) -> AsyncIterator[MakeNetwork]:
    """Clients of `site` that are closed at the end; options are those of `ClientOptions`."""
    made: list[Network] = []

    def make(*, environment: dict[str, str] | None = None, **options: object) -> Network:
        base = ClientOptions(endpoints=Endpoints.at(site.url), timeouts=FAST, check_limits=False)
        config = replace(base, **options)  # type: ignore[arg-type]
        made.append(Network(config, environment=environment or {}, random=Random(1)))
        return made[-1]

    yield make
    for network in made:
        await network.aclose()


@pytest.fixture
async def network(make_network: MakeNetwork) -> Network:
    return make_network()


@pytest.fixture
async def make_client(site: Site) -> AsyncIterator[MakeClient]:
    """Clients of `site` through the public API that are closed at the end; options are those of `TikTok`."""
    made: list[TikTok] = []

    def make(**options: Any) -> TikTok:
        given = {"endpoints": Endpoints.at(site.url), "timeouts": FAST, "check_limits": False, **options}
        made.append(TikTok(**given))
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
async def tiktok(make_client: MakeClient) -> TikTok:
    return make_client()


@pytest.fixture(autouse=True)
def fresh_turns() -> Iterator[None]:
    """Each test starts without the limiters of signers that the process shares."""
    signer._limiters.clear()
    yield
    signer._limiters.clear()
