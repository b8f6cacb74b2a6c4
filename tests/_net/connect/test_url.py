"""Addresses of WebSockets."""

from __future__ import annotations

from random import Random
from urllib.parse import parse_qsl, urlsplit

from tikcast._net.connect.url import direct_url, signed_url, socket_params
from tikcast._net.identity import browser_of
from tikcast.options import Identity

BROWSER = browser_of(Identity(language="pt", region="BR", screen=(800, 600)), random=Random(1))

WANTED = {
    "version_code": "180800",
    "device_platform": "web",
    "cookie_enabled": "true",
    "screen_width": "800",
    "screen_height": "600",
    "browser_language": "pt-BR",
    "browser_platform": "MacIntel",
    "browser_name": "Mozilla",
    "browser_version": BROWSER.version,
    "browser_online": "true",
    "tz_name": "America/Sao_Paulo",
    "app_name": "tiktok_web",
    "sup_ws_ds_opt": "1",
    "update_version_code": "2.0.0",
    "compress": "gzip",
    "webcast_language": "pt",
    "ws_direct": "1",
    "aid": "1988",
    "live_id": "12",
    "app_language": "pt",
    "client_enter": "1",
    "room_id": "73",
    "identity": "audience",
    "history_comment_count": "6",
    "last_rtt": "150",
    "heartbeat_duration": "10000",
    "resp_content_type": "protobuf",
    "did_rule": "3",
}


def pairs(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def test_the_direct_address_has_every_parameter_of_the_browser_once() -> None:
    params = socket_params(BROWSER, room_id=73, rtt_ms=150)
    url = direct_url("wss://push.example", params, extra={})
    assert url.startswith("wss://push.example/webcast/im/ws_proxy/ws_reuse_supplement/?")
    assert len(pairs(url)) == len(WANTED)
    assert dict(pairs(url)) == WANTED


def test_resuming_adds_cursor_and_internal_ext_of_any_bytes() -> None:
    params = socket_params(BROWSER, room_id=73, rtt_ms=150, cursor="a b&c", internal_ext=b"|\xff=")
    url = direct_url("wss://push.example", params, extra={})
    assert url.endswith("&cursor=a%20b%26c&internal_ext=%7C%FF%3D")


def test_extra_parameters_replace_those_of_the_browser() -> None:
    params = socket_params(BROWSER, room_id=73, rtt_ms=150)
    url = direct_url("wss://push.example", params, extra={"compress": "", "mine": "é"})
    found = pairs(url)
    assert [value for name, value in found if name == "compress"] == [""]
    assert ("mine", "é") in found


def test_a_signed_address_keeps_signed_parameters_and_adds_the_others_with_a_second_version() -> None:
    params = socket_params(BROWSER, room_id=73, rtt_ms=150)
    url = signed_url(
        "wss://push.tiktok.com/webcast/im/push/v2/",
        params,
        route={"wrss": "a+b/c=", "app_language": "fr"},
        extra={},
    )
    assert url.startswith("wss://push.tiktok.com/webcast/im/push/v2/?wrss=a%2Bb%2Fc%3D&")
    found = pairs(url)
    assert dict(found) == WANTED | {"wrss": "a+b/c=", "app_language": "fr", "version_code": "270000"}
    assert [value for name, value in found if name == "version_code"] == ["180800", "270000"]
    assert [value for name, value in found if name == "app_language"] == ["fr"]


def test_a_signed_address_keeps_the_query_of_the_server_and_can_use_another_host() -> None:
    url = signed_url("wss://a.tiktok.com/p/?x=1", [], route={}, extra={}, base="ws://127.0.0.1:9")
    assert url == "ws://127.0.0.1:9/p/?x=1&version_code=270000"
