"""HTTP requests: limits, cookies, redirects, proxies, TLS, and the log."""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from tests._net.conftest import MakeNetwork
from tests._net.site import Reply, Site, open_site, raw_server, saying, silent_server
from tikcast._net.http import Http
from tikcast._net.network import Network
from tikcast.errors import ConfigError, NetworkError, NetworkTimeout, TikcastError
from tikcast.options import Limits, Timeouts


def http_of(network: Network) -> Http:
    return network.http


async def test_a_body_beyond_the_limit_is_refused_even_when_gzip_hides_it(
    site: Site, make_network: MakeNetwork
) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    site.routes["/big"] = Reply(bomb, headers=[("Content-Encoding", "gzip")])
    http = http_of(make_network(limits=Limits(body=100_000)))
    with pytest.raises(NetworkError, match="more than 100000 bytes; raise"):
        await http.get(f"{site.url}/big")
    site.routes["/small"] = Reply(b"x" * 100_000)
    assert len((await http.get(f"{site.url}/small")).body) == 100_000


async def test_an_answer_that_never_comes_times_out(make_network: MakeNetwork) -> None:
    http = http_of(make_network(timeouts=Timeouts(request=0.2)))
    async with silent_server() as (port, _):
        with pytest.raises(NetworkTimeout) as caught:
            await http.get(f"http://127.0.0.1:{port}/")
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.facts() == {
        "host": "127.0.0.1",
        "reason": "it took longer than 0.2 s",
        "seconds": 0.2,
    }


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "cannot be reached"),
        (b"what is this\r\n\r\n", "No usable answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "was interrupted"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip", "cannot be read"),
    ],
)
async def test_broken_answers_are_network_errors(network: Network, sent: bytes, reason: str) -> None:
    async with raw_server(saying(sent)) as port:
        with pytest.raises(NetworkError, match=reason):
            await http_of(network).get(f"http://127.0.0.1:{port}/")


async def test_a_host_that_does_not_exist_is_unreachable(network: Network) -> None:
    async with open_site() as gone:
        port = gone.port
    with pytest.raises(NetworkError, match=r"127\.0\.0\.1: it cannot be reached; check the address"):
        await http_of(network).get(f"http://127.0.0.1:{port}/")


async def test_cookies_are_sent_to_their_host_only(site: Site, network: Network) -> None:
    site.routes["/give"] = Reply(
        headers=[
            ("Set-Cookie", "ttwid=1%7Cabc; Path=/; Secure; Partitioned; SameSite=None"),
            ("Set-Cookie", "other=2; Domain=.tiktok.com"),
        ]
    )
    site.routes["/take"] = Reply("ok")
    http = http_of(network)
    await http.get(f"{site.url}/give")
    await http.get(f"{site.url}/take")
    async with open_site() as stranger:
        await http.get(f"http://localhost:{stranger.port}/take")
        assert stranger.seen[0].cookies == {}
    assert site.seen[1].cookies == {"ttwid": "1%7Cabc", "other": "2"}


async def test_the_session_is_sent_to_endpoints_only_and_only_when_requested(
    site: Site, make_network: MakeNetwork
) -> None:
    http = http_of(make_network(session="s3cret"))
    login = {"sessionid": "s3cret", "sessionid_ss": "s3cret", "sid_tt": "s3cret"}
    for cookies in ("session", "jar", "none"):
        await http.get(f"{site.url}/x", cookies=cookies)
    async with open_site() as stranger:
        await http.get(f"http://localhost:{stranger.port}/x")
        assert stranger.seen[0].cookies == {}
    assert [seen.cookies for seen in site.seen] == [login, {}, {}]


async def test_redirects_are_followed_only_when_wanted_and_within_home(site: Site, network: Network) -> None:
    async with open_site() as stranger:
        site.routes |= {
            "/a": Reply("", 302, [("Location", "/b")]),
            "/b": Reply("there"),
            "/out": Reply("", 302, [("Location", f"http://localhost:{stranger.port}/")]),
            "/loop": Reply("", 302, [("Location", "/loop")]),
        }
        http = http_of(network)
        assert (await http.get(f"{site.url}/a")).status == 302
        assert (await http.get(f"{site.url}/a", redirects=1)).text == "there"
        assert (await http.get(f"{site.url}/out", redirects=3)).status == 302
        assert (await http.get(f"{site.url}/loop", redirects=3)).status == 302
        assert stranger.seen == []
    assert site.paths() == ["/a", "/a", "/b", "/out", *["/loop"] * 4]


async def test_the_user_agent_is_the_one_of_the_imitated_browser(site: Site, network: Network) -> None:
    from curl_cffi.requests import AsyncSession

    site.routes["/x"] = Reply("ok")
    await http_of(network).get(f"{site.url}/x", kind="page")
    async with AsyncSession(impersonate="chrome") as plain:
        await plain.get(f"{site.url}/x")
    ours, profile = (seen.headers for seen in site.seen)
    for name in ("User-Agent", "sec-ch-ua", "sec-ch-ua-platform", "Accept", "Accept-Language"):
        assert ours[name] == profile[name], name


async def test_api_calls_look_like_those_of_a_page(site: Site, network: Network) -> None:
    await http_of(network).get(f"{site.url}/x", kind="api")
    headers = site.seen[0].headers
    assert headers["Sec-Fetch-Mode"] == "cors"
    assert headers["Origin"] == "https://www.tiktok.com"
    assert not {"Sec-Fetch-User", "Upgrade-Insecure-Requests"} & set(headers)


async def test_plain_requests_do_not_look_like_a_browser(site: Site, network: Network) -> None:
    await http_of(network).get(f"{site.url}/x", kind="plain", cookies="none")
    headers = site.seen[0].headers
    assert headers["User-Agent"] == "tikcast"
    assert not {"sec-ch-ua", "Origin", "Accept-Language"} & set(headers)


async def test_extra_headers_are_sent_to_tiktok_and_not_to_signers(site: Site, make_network: MakeNetwork) -> None:
    http = http_of(make_network(extra_headers={"X-Mine": "1"}))
    await http.get(f"{site.url}/x")
    await http.get(f"{site.url}/x", kind="plain", cookies="none")
    assert ["X-Mine" in seen.headers for seen in site.seen] == [True, False]


async def test_the_log_shows_requests_without_secrets(
    site: Site, make_network: MakeNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    http = http_of(make_network(session="s3cret", log_requests=True))
    site.routes["/x"] = Reply("ok", headers=[("Set-Cookie", "msToken=t0ken")])
    await http.get(f"{site.url}/x", params={"msToken": "t0ken", "room_id": "7"})
    assert f"GET {site.url}/x?msToken=***&room_id=7: 200, 2 bytes" in caplog.text
    assert "s3cret" not in caplog.text + repr(http_of(make_network(session="s3cret")).__dict__)
    assert "t0ken" not in caplog.text


async def test_closing_twice_is_allowed_and_a_closed_client_raises_an_error(site: Site, network: Network) -> None:
    await http_of(network).get(f"{site.url}/x")
    await network.aclose()
    await network.aclose()
    with pytest.raises(ConfigError, match="this client is closed"):
        await http_of(network).get(f"{site.url}/x")


async def test_closing_ends_a_running_request(network: Network) -> None:
    async with silent_server() as (port, asked):
        request = asyncio.create_task(http_of(network).get(f"http://127.0.0.1:{port}/"))
        await asked.wait()
        await network.aclose()
        with pytest.raises(ConfigError, match="this client is closed"):
            await request


async def test_a_redirect_to_an_invalid_url_is_not_followed(site: Site, network: Network) -> None:
    site.routes["/a"] = Reply("", 302, [("Location", "http://[broken")])
    assert (await http_of(network).get(f"{site.url}/a", redirects=1)).status == 302


async def test_a_cancelled_request_leaves_the_client_usable(network: Network, site: Site) -> None:
    async with silent_server() as (port, asked):
        request = asyncio.create_task(http_of(network).get(f"http://127.0.0.1:{port}/"))
        await asked.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    site.routes["/x"] = Reply("ok")
    assert (await http_of(network).get(f"{site.url}/x")).text == "ok"


@asynccontextmanager
async def tls_site(ca: trustme.CA) -> AsyncIterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_certificates_are_verified(make_network: MakeNetwork, tmp_path: Path) -> None:
    ca = trustme.CA()
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    async with tls_site(ca) as port:
        url = f"https://127.0.0.1:{port}/"
        with pytest.raises(NetworkError, match="its certificate is not trusted"):
            await http_of(make_network()).get(url)
        assert (await http_of(make_network(verify=str(path))).get(url)).text == "ok"
        assert (await http_of(make_network(verify=False)).get(url)).text == "ok"


@asynccontextmanager
async def http_proxy(seen: list[str]) -> AsyncIterator[int]:
    """A proxy that answers every request itself and records the requests."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied")
        await writer.drain()
        writer.close()

    async with raw_server(answer) as port:
        yield port


async def test_a_proxy_is_used_with_its_credentials(make_network: MakeNetwork) -> None:
    seen: list[str] = []
    async with http_proxy(seen) as port:
        network = make_network(http_proxy=f"http://user:pa55@127.0.0.1:{port}")
        answer = await http_of(network).get("http://tiktok.invalid/x")
    assert answer.text == "proxied"
    assert seen[0].startswith("GET http://tiktok.invalid/x HTTP/1.1")
    assert "Proxy-Authorization: Basic dXNlcjpwYTU1" in seen[0]
    assert "pa55" not in repr(network.settings)


async def test_the_environments_proxy_is_not_used_for_loopback_or_when_switched_off(
    make_network: MakeNetwork, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    site.routes["/x"] = Reply("direct")
    async with http_proxy(seen) as port:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        environment = {"HTTPS_PROXY": f"http://127.0.0.1:{port}"}
        network = make_network(environment=environment)
        assert (await http_of(network).get(f"{site.url}/x")).text == "direct"
        assert (await http_of(network).get("http://tiktok.invalid/x")).text == "proxied"
        without = make_network(environment=environment, proxy=False)
        with pytest.raises(NetworkError, match="cannot be resolved"):
            await http_of(without).get("http://tiktok.invalid/x")
    assert len(seen) == 1


async def test_a_proxy_that_refuses_is_named_as_the_cause(make_network: MakeNetwork) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(saying(refusal)) as port:
        http = http_of(make_network(proxy=f"http://user:pa55@127.0.0.1:{port}"))
        with pytest.raises(TikcastError) as caught:
            await http.get("https://tiktok.invalid/")
    assert isinstance(caught.value, NetworkError)
    assert "pa55" not in str(caught.value)
    assert "proxy" in str(caught.value)
