"""An observer of requests sees every HTTP request and every opening of a WebSocket, with its outcome."""

from collections.abc import AsyncIterator

import pytest

from tests._net.site import WS_PATH, Reply, Site, live_page, open_site
from tikcast import Endpoints, Timeouts
from tikcast._net.network import Network
from tikcast._net.socket import open_socket
from tikcast._net.targets import Target
from tikcast._net.tracing import Exchange
from tikcast._options import ClientOptions
from tikcast.errors import HandshakeRefused, NetworkError


class Seen:
    """Keeps what it sees."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def requested(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


def network_at(url: str, seen: Seen) -> Network:
    options = ClientOptions(endpoints=Endpoints.at(url), timeouts=Timeouts(handshake=5.0))
    return Network(options, environment={}, requests=seen)


async def test_a_request_is_seen_with_its_status_headers_body_and_the_names_of_its_cookies(site: Site) -> None:
    seen = Seen()
    site.routes["/@ana/live"] = Reply(live_page("ana", "7300000000000000001"), headers=[("Set-Cookie", "ttwid=1")])
    network = network_at(site.url, seen)
    await network.lookups.find_room(Target(username="ana"))
    await network.lookups.find_room(Target(username="ana"))
    await network.aclose()
    first, second = seen.exchanges
    assert (first.method, first.status, first.error) == ("GET", 200, None)
    assert first.headers["set-cookie"] == ("ttwid=1",)
    assert b"SIGI_STATE" in first.body
    assert (first.cookies, second.cookies) == ((), ("ttwid",))
    assert first.seconds > 0
    assert "ttwid=1" not in repr(first)


async def test_a_request_that_fails_is_seen_with_its_error() -> None:
    seen = Seen()
    network = network_at("http://127.0.0.1:9", seen)
    with pytest.raises(NetworkError):
        await network.http.get("http://127.0.0.1:9/x")
    await network.aclose()
    (exchange,) = seen.exchanges
    assert exchange.status is None
    assert isinstance(exchange.error, NetworkError)


async def test_a_websocket_that_opens_is_seen_as_a_request_with_status_101(site: Site) -> None:
    seen = Seen()
    site.upgrade_headers = {"Handshake-Options": "ping-interval=10"}
    socket = await open_socket(site.ws_url, network_at(site.url, seen).settings, cookies={"ttwid": "1"})
    await socket.close()
    (exchange,) = seen.exchanges
    assert (exchange.status, exchange.cookies, exchange.error) == (101, ("ttwid",), None)
    assert exchange.headers["handshake-options"] == ("ping-interval=10",)
    assert WS_PATH in exchange.url


async def test_a_websocket_that_is_refused_is_seen_with_the_headers_of_the_refusal(site: Site) -> None:
    seen = Seen()
    site.refusal = Reply("", 200, [("Handshake-Msg", "illegal app_id")])
    with pytest.raises(HandshakeRefused):
        await open_socket(site.ws_url, network_at(site.url, seen).settings, cookies={"ttwid": "1"})
    (exchange,) = seen.exchanges
    assert (exchange.status, exchange.error) == (200, None)
    assert exchange.headers["handshake-msg"] == ("illegal app_id",)


async def test_a_websocket_that_cannot_be_opened_is_seen_with_its_error() -> None:
    seen = Seen()
    network = network_at("http://127.0.0.1:9", seen)
    with pytest.raises(NetworkError):
        await open_socket("ws://127.0.0.1:9/", network.settings, cookies={})
    assert [type(exchange.error) for exchange in seen.exchanges] == [NetworkError]
