"""Lookups, cookies, signer and WebSocket through real proxies, and over TLS with an authority of its own."""

import ssl
import traceback
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.proxies import PASSWORD, Proxy, http_proxy, socks_proxy, tls_front
from tikcast import Endpoints, TikTok
from tikcast.errors import ConnectFailed, NetworkError, TikcastError
from tikcast.simulator import Simulator

NAMED = "http://live.tiktok.invalid"
"""Only a proxy can resolve it."""

PUSH = "/webcast/im/ws_proxy/ws_reuse_supplement/"


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana",), seed=1, rate=50.0) as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxies_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def port_of(sim: Simulator) -> int:
    return urlsplit(sim.url).port or 0


async def first_events(client: TikTok) -> None:
    """Find the room, ask about it, connect, and receive something."""
    async with client, client.track("ana", gift_list=True) as live:
        assert live.info is not None
        assert live.gifts
        async for event in live:
            if event.type == "join":
                return


def proxy_of(kind: str, target: int) -> AbstractAsyncContextManager[Proxy]:
    return http_proxy(target) if kind == "http" else socks_proxy(target, scheme=kind)


@pytest.mark.parametrize("kind", ["http", "socks5h"])
async def test_one_proxy_is_used_for_lookups_identity_and_socket(sim: Simulator, kind: str) -> None:
    async with proxy_of(kind, port_of(sim)) as proxy:
        await first_events(TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",), proxy=proxy.url))
    assert set(proxy.asked) <= {"live.tiktok.invalid", "live.tiktok.invalid:80"}
    assert proxy.paths() == ["/@ana/live", "/webcast/room/info/", "/webcast/gift/list/", PUSH]
    assert proxy.refused == 0


@pytest.mark.parametrize("kind", ["http", "socks5h"])
async def test_the_anonymous_cookie_is_requested_through_the_proxy_too(sim: Simulator, kind: str) -> None:
    async with proxy_of(kind, port_of(sim)) as proxy:
        client = TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",), proxy=proxy.url)
        async with client, client.track(sim.rooms["ana"], room_info=False):
            pass
    assert proxy.paths() == ["/@tiktok", PUSH]


@pytest.mark.parametrize("kind", ["http", "socks5h"])
async def test_a_signer_is_asked_through_the_proxy_too(sim: Simulator, kind: str) -> None:
    async with proxy_of(kind, port_of(sim)) as proxy:
        await first_events(TikTok(endpoints=Endpoints.at(NAMED), connect=("signed",), proxy=proxy.url))
    assert "/signer/webcast/fetch" in proxy.paths()


async def test_socks5_without_h_resolves_names_here(sim: Simulator) -> None:
    endpoints = Endpoints.at(sim.url.replace("127.0.0.1", "localhost"))
    async with socks_proxy(port_of(sim), scheme="socks5") as proxy:
        await first_events(TikTok(endpoints=endpoints, connect=("direct",), proxy=proxy.url))
    assert {address.rpartition(":")[0] for address in proxy.asked} <= {"127.0.0.1", "::1"}
    assert PUSH in proxy.paths()


async def test_http_and_the_websocket_can_have_a_proxy_each(sim: Simulator) -> None:
    async with http_proxy(port_of(sim)) as web, socks_proxy(port_of(sim)) as push:
        client = TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",), http_proxy=web.url, ws_proxy=push.url)
        await first_events(client)
    assert "/@ana/live" in web.paths()
    assert PUSH not in web.paths()
    assert push.paths() == [PUSH]


async def test_one_of_the_two_proxies_can_be_switched_off(sim: Simulator) -> None:
    async with http_proxy(port_of(sim)) as web:
        client = TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), proxy=web.url, ws_proxy=False)
        await first_events(client)
    assert "/@ana/live" in web.paths()
    assert PUSH not in web.paths()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "http_proxy"])
async def test_the_environment_has_one_for_http_and_one_for_the_websocket(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with http_proxy(port_of(sim)) as web, socks_proxy(port_of(sim)) as push:
        monkeypatch.setenv(name, web.url)
        monkeypatch.setenv("ALL_PROXY", push.url)
        await first_events(TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",)))
    assert "/@ana/live" in web.paths()
    assert push.paths() == [PUSH]


async def test_proxies_of_the_environment_are_ignored_where_they_should_be(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http_proxy(port_of(sim)) as proxy:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await first_events(TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",)))
        for options in ({"proxy": False}, {"no_proxy": "tiktok.invalid"}):
            monkeypatch.setenv("NO_PROXY", str(options.get("no_proxy", "")))
            client = TikTok(endpoints=Endpoints.at(NAMED), proxy=False if "proxy" in options else None)
            async with client:
                with pytest.raises(NetworkError, match="cannot be resolved"):
                    await client.is_live("ana")
    assert proxy.asked == []


@pytest.mark.parametrize("kind", ["http", "socks5h"])
@pytest.mark.parametrize("endpoint", [NAMED, "https://live.tiktok.invalid"])
async def test_a_proxy_that_refuses_a_lookups_login_is_named_and_its_password_is_not(
    sim: Simulator, kind: str, endpoint: str
) -> None:
    async with proxy_of(kind, port_of(sim)) as proxy:
        async with TikTok(endpoints=Endpoints.at(endpoint), proxy=proxy.url_for("ana", "wr0ngpass")) as client:
            told = await failure(client, "ana")
        assert (proxy.refused > 0, proxy.asked) == (True, [])
    assert "the proxy refused or cannot be reached; check the proxy's address, user name and password" in told
    assert "wr0ngpass" not in told


@pytest.mark.parametrize("kind", ["http", "socks5h"])
async def test_a_proxy_that_refuses_the_websockets_login_is_named_and_its_password_is_not(
    sim: Simulator, kind: str
) -> None:
    async with proxy_of(kind, port_of(sim)) as proxy:
        wrong = proxy.url_for("ana", "wr0ngpass")
        async with TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), ws_proxy=wrong) as client:
            told = await failure(client, "ana")
        assert (proxy.refused > 0, proxy.asked) == (True, [])
    assert "direct failed at handshake" in told
    assert "the proxy refused or cannot be reached; check the proxy's address, user name and password" in told
    assert "wr0ngpass" not in told


async def failure(client: TikTok, target: str | int) -> str:
    """The whole traceback of what keeps a live from opening."""
    try:
        async with client.track(target, room_info=False):
            raise AssertionError("it opened")
    except TikcastError as error:
        return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
async def test_a_proxy_that_cannot_be_reached_is_named_and_its_password_is_not(sim: Simulator, scheme: str) -> None:
    url = f"{scheme}://user:s3cretpass@127.0.0.1:9"
    async with TikTok(endpoints=Endpoints.at(NAMED), http_proxy=url) as client:
        lookup = await failure(client, "ana")
    async with TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), ws_proxy=url) as client:
        handshake = await failure(client, sim.rooms["ana"])
    for told in (lookup, handshake):
        assert "the proxy refused or cannot be reached" in told
        assert "s3cretpass" not in told


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost", "live.tiktok.invalid").configure_cert(context)
    return context


@pytest.fixture
async def https(sim: Simulator, tls: ssl.SSLContext) -> AsyncIterator[str]:
    """The simulator over TLS."""
    async with tls_front(port_of(sim), tls) as port:
        yield f"https://127.0.0.1:{port}"


async def test_an_unknown_authority_is_not_trusted_over_http(https: str) -> None:
    async with TikTok(endpoints=Endpoints.at(https)) as client:
        with pytest.raises(NetworkError, match=r"its certificate is not trusted; .* or verify=PATH"):
            await client.is_live("ana")


async def test_an_unknown_authority_is_not_trusted_over_the_websocket(sim: Simulator, https: str) -> None:
    endpoints = Endpoints(web=sim.url, webcast=f"{sim.url}/webcast", push=https)
    async with TikTok(endpoints=endpoints, connect=("direct",)) as client:
        with pytest.raises(ConnectFailed, match=r"direct failed at handshake.*its certificate is not trusted"):
            async with client.track("ana"):
                pass


@pytest.mark.parametrize("way", ["direct", "signed"])
async def test_verify_names_the_authority_to_trust(https: str, ca_file: str, way: str) -> None:
    await first_events(TikTok(endpoints=Endpoints.at(https), connect=(way,), verify=ca_file))


async def test_an_own_authority_replaces_all_others(https: str, tmp_path: Path) -> None:
    stranger = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    async with TikTok(endpoints=Endpoints.at(https), verify=str(stranger)) as client:
        with pytest.raises(NetworkError, match="its certificate is not trusted"):
            await client.is_live("ana")


async def test_the_name_in_a_certificate_is_checked(sim: Simulator, authority: trustme.CA, ca_file: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("somewhere.else.example").configure_cert(context)
    async with tls_front(port_of(sim), context) as port:
        https = f"https://127.0.0.1:{port}"
        async with TikTok(endpoints=Endpoints.at(https), verify=ca_file) as client:
            with pytest.raises(NetworkError, match="its certificate is not trusted"):
                await client.is_live("ana")
        endpoints = Endpoints(web=sim.url, webcast=f"{sim.url}/webcast", push=https)
        async with TikTok(endpoints=endpoints, connect=("direct",), verify=ca_file) as client:
            assert "its certificate is not trusted" in await failure(client, "ana")


async def test_verify_false_warns_and_trusts_any_certificate(https: str) -> None:
    with pytest.warns(UserWarning, match="verify=False: anybody on the network path can read and change"):
        client = TikTok(endpoints=Endpoints.at(https), connect=("direct",), verify=False)
    await first_events(client)


@pytest.mark.parametrize("kind", ["http", "socks5h"])
async def test_tls_goes_through_proxies_and_is_verified_behind_them(
    sim: Simulator, tls: ssl.SSLContext, ca_file: str, kind: str
) -> None:
    endpoints = Endpoints.at("https://live.tiktok.invalid")
    async with tls_front(port_of(sim), tls) as port, proxy_of(kind, port) as proxy:
        await first_events(TikTok(endpoints=endpoints, connect=("direct",), proxy=proxy.url, verify=ca_file))
        assert set(proxy.asked) == {"live.tiktok.invalid:443"}
        assert proxy.paths() == []
        async with TikTok(endpoints=endpoints, proxy=proxy.url) as client:
            with pytest.raises(NetworkError, match="its certificate is not trusted"):
                await client.is_live("ana")


async def test_the_connection_to_a_proxy_can_use_tls(sim: Simulator, tls: ssl.SSLContext, ca_file: str) -> None:
    async with http_proxy(port_of(sim), tls=tls) as proxy:
        assert proxy.url.startswith("https://")
        client = TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",), proxy=proxy.url, verify=ca_file)
        await first_events(client)
        assert PUSH in proxy.paths()
        async with TikTok(endpoints=Endpoints.at(NAMED), proxy=proxy.url) as client:
            told = await failure(client, "ana")
        with pytest.warns(UserWarning, match="verify=False"):
            trusting = TikTok(endpoints=Endpoints.at(NAMED), connect=("direct",), proxy=proxy.url, verify=False)
        await first_events(trusting)
    assert "its certificate is not trusted" in told
    assert PASSWORD not in told
