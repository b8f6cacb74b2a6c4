"""Which proxy is used."""

from __future__ import annotations

import pytest

from tikcast._net.proxy import check_escapes, check_proxy, choose_proxies, is_excepted
from tikcast._options import ProxyOption
from tikcast.errors import ConfigError

WEB, WS = "https://www.tiktok.com/x", "wss://webcast-ws.tiktok.com/x"
ENVIRONMENT = {
    "HTTP_PROXY": "http://http.proxy:1",
    "https_proxy": "https.proxy:2",
    "ALL_PROXY": "socks5://all.proxy:3",
}


def chosen(
    environment: dict[str, str] | None = None,
    *,
    proxy: ProxyOption = None,
    http_proxy: ProxyOption = None,
    ws_proxy: ProxyOption = None,
    urls: tuple[str, str] = (WEB, WS),
) -> tuple[str | None, str | None]:
    proxies = choose_proxies(proxy=proxy, http_proxy=http_proxy, ws_proxy=ws_proxy, environment=environment or {})
    return proxies.for_http(urls[0]), proxies.for_ws(urls[1])


def test_without_options_there_is_no_proxy() -> None:
    assert chosen() == (None, None)


def test_the_environment_has_one_for_http_and_one_for_the_websocket() -> None:
    assert chosen(ENVIRONMENT) == ("http://https.proxy:2", "socks5://all.proxy:3")
    only = {"HTTP_PROXY": "http://http.proxy:1"}
    assert chosen(only) == ("http://http.proxy:1", None)


def test_options_replace_the_environment_and_the_specific_option_replaces_the_general_one() -> None:
    assert chosen(ENVIRONMENT, proxy="http://p:4") == ("http://p:4", "http://p:4")
    assert chosen(proxy="http://p:4", ws_proxy="socks5h://u:w@s:5") == (
        "http://p:4",
        "socks5h://u:w@s:5",
    )


def test_false_is_no_proxy_whatever_the_environment_says() -> None:
    assert chosen(ENVIRONMENT, proxy=False) == (None, None)
    assert chosen(ENVIRONMENT, http_proxy=False) == (None, "socks5://all.proxy:3")
    assert chosen(ENVIRONMENT, proxy="http://p:4", ws_proxy=False) == ("http://p:4", None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "sim.localhost", "127.9.9.9"])
def test_loopback_ignores_the_environment_but_not_the_options(host: str) -> None:
    urls = (f"http://{host}:80/", f"ws://{host}:80/")
    assert chosen(ENVIRONMENT, urls=urls) == (None, None)
    assert chosen(ENVIRONMENT, proxy="http://p:4", urls=urls) == ("http://p:4", "http://p:4")


@pytest.mark.parametrize(
    ("no_proxy", "excepted"),
    [
        ("", False),
        ("*", True),
        ("tiktok.com", True),
        (".tiktok.com", True),
        ("*.tiktok.com", True),
        ("other.com, WWW.TikTok.com:443", True),
        ("tok.com", False),
        ("www.tiktok.com.evil.example", False),
        ("10.0.0.0/8", False),
        (",,", False),
    ],
)
def test_no_proxy_names_hosts_and_domains(no_proxy: str, excepted: bool) -> None:
    assert is_excepted("www.tiktok.com", no_proxy=no_proxy) is excepted
    wanted = None if excepted else "http://https.proxy:2"
    assert chosen({**ENVIRONMENT, "no_proxy": no_proxy})[0] == wanted


@pytest.mark.parametrize(
    ("host", "no_proxy"), [("10.1.2.3", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3"), ("fd00::1", "fd00::/8")]
)  # fmt: skip
def test_no_proxy_names_networks(host: str, no_proxy: str) -> None:
    assert is_excepted(host, no_proxy=no_proxy)
    assert not is_excepted("11.1.2.3", no_proxy=no_proxy)


@pytest.mark.parametrize(
    "url",
    [
        "gopher://x:1", "http://", "http://h:99999", "http://[x", "http://h:0", "http://h:1/path", "http://h:1?q=1",
        "http://h:1#f", "http://h h:1", "http://h\u00e9:1",
    ],
)  # fmt: skip
def test_a_wrong_proxy_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="Wrong option ws_proxy: it is not a proxy URL") as caught:
        chosen(ws_proxy=url.replace("//", "//u:pa55@"))
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "complete"),
    [
        ("host:8080", "http://host:8080"),
        ("user:password@host:8080", "http://user:password@host:8080"),
        ("[::1]:3128", "http://[::1]:3128"),
        ("10.0.0.1:80/", "http://10.0.0.1:80"),
        ("http://host", "http://host:80"),
        ("https://host/", "https://host:443"),
        ("socks5h://host", "socks5h://host:1080"),
        ("socks5://[::1]", "socks5://[::1]:1080"),
        ("http://[::1]:3128", "http://[::1]:3128"),
        ("http://user@host:1", "http://user:@host:1"),
        ("http://us%40er:p%3Ass@host:1", "http://us%40er:p%3Ass@host:1"),
        (" socks4://host:9 ", "socks4://host:9"),
    ],
)
def test_a_proxy_url_is_completed(given: str, complete: str) -> None:
    assert check_proxy(given, option="proxy") == complete


@pytest.mark.parametrize("version", ["15.0.1", "16.0", "17.1"])
def test_an_old_version_of_websockets_is_refused_before_it_sends_a_wrong_password(version: str) -> None:
    with pytest.raises(ConfigError, match=r"pip install 'websockets>=17\.2'") as caught:
        check_escapes("http://user:p%40ss@host:1", websockets=version)
    assert "p%40ss" not in str(caught.value)
    check_escapes("http://user:pass@host:1", websockets=version)
    check_escapes(None, websockets=version)


@pytest.mark.parametrize("version", ["17.2", "17.10", "18.0rc1"])
def test_newer_versions_decode_escapes(version: str) -> None:
    check_escapes("http://user:p%40ss@host:1", websockets=version)


@pytest.mark.parametrize("text", ["nonsense", "user:pa55@host", "[::1]", "::1", "socks5:host", "host:", " "])
def test_a_proxy_without_a_scheme_needs_a_port(text: str) -> None:
    with pytest.raises(ConfigError, match="it is not a proxy URL; give one such as http://host:8080") as caught:
        check_proxy(text, option="proxy")
    assert "pa55" not in str(caught.value)


def test_the_error_for_a_wrong_proxy_in_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigError, match="Wrong option ALL_PROXY"):
        chosen({"ALL_PROXY": "gopher://x"})


def test_proxies_show_no_passwords() -> None:
    proxies = choose_proxies(proxy="http://u:pa55@h:1", http_proxy=None, ws_proxy=None, environment={"A": "pa55"})
    assert "pa55" not in repr(proxies)
