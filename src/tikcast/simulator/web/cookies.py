"""The other addresses that set a visitor's ttwid: `/live`, and the services of TikTok for this cookie (2026-11)."""

from __future__ import annotations

from typing import Final

import msgspec

from tikcast.simulator.web.pages import cookie_headers, page_with_cookie
from tikcast.simulator.web.requests import REGISTER_REDIRECT, WebAnswer, WebRequest, json_answer
from tikcast.simulator.world import World

_LANGUAGE: Final = "lang"
_DISCOVER: Final = "/live/discover"


class _CookieOrder(msgspec.Struct):
    """What both services are asked; they need to know for which site the cookie is."""

    aid: int
    service: str


def live(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`/live`: two redirects, to the page in a language, and to the live streams that it recommends."""
    del world, now_ms
    path = f"{_DISCOVER}?{_LANGUAGE}=en" if request.query.get(_LANGUAGE) else f"/live?{_LANGUAGE}=en"
    return WebAnswer(
        status=302,
        content_type="text/html; charset=utf-8",
        headers={"location": f"http://{request.authority}{path}", "cache-control": "no-store"},
    )


def discover(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """The page to which `/live` redirects, which sets the cookie."""
    return page_with_cookie(world, request, inside='<div id="app"></div>', now_ms=now_ms)


def register(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`POST /ttwid/union/register/`: the cookie, and an address that gives it as well."""
    if _order(request) is None:
        return _refused()
    redirect = f"http://{request.authority}{REGISTER_REDIRECT}/?now={now_ms}"
    return _granted(world, request, redirect=redirect, now_ms=now_ms)


def callback(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """The address that the answer of `register` names: the cookie."""
    return _granted(world, request, redirect="", now_ms=now_ms)


def check(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """`POST /ttwid/check/`: the cookie."""
    return _refused() if _order(request) is None else _granted(world, request, redirect="", now_ms=now_ms)


def _order(request: WebRequest) -> _CookieOrder | None:
    try:
        return msgspec.json.decode(request.body, type=_CookieOrder)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _granted(world: World, request: WebRequest, *, redirect: str, now_ms: int) -> WebAnswer:
    content = {"status_code": 0, "message": "success", "redirect_url": redirect}
    return json_answer(content, headers=cookie_headers(world, request, now_ms=now_ms))


def _refused() -> WebAnswer:
    return json_answer({"status_code": 1, "message": "params error", "redirect_url": ""})
