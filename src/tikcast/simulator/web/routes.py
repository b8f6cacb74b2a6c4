"""The handler of each path. A slash at the end makes no difference."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from tikcast.simulator.web import api, control, cookies, images, pages, signer
from tikcast.simulator.web.request_faults import answer_request
from tikcast.simulator.web.requests import REGISTER_REDIRECT, WebAnswer, WebRequest
from tikcast.simulator.world import World

Handler = Callable[..., WebAnswer]

_ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", r"/@(?P<user>[^/]+)/live", pages.live_page),
    ("GET", r"/@(?P<user>[^/]+)", pages.profile_page),
    ("GET", r"/live", cookies.live),
    ("GET", r"/live/discover", cookies.discover),
    ("POST", r"/ttwid/union/register", cookies.register),
    ("GET", REGISTER_REDIRECT, cookies.callback),
    ("POST", r"/ttwid/check", cookies.check),
    ("GET", r"/api-live/user/room", api.room_of_user),
    ("GET", r"/webcast/room/check_alive", api.check_alive),
    ("GET", r"/webcast/room/info", api.info_of_room),
    ("GET", r"/webcast/room/info_by_user", api.info_by_user),
    ("GET", r"/t/(?P<code>[^/]+)", pages.follow),
    ("GET", r"/webcast/gift/list", api.gifts),
    ("GET", r"/webcast/feed", api.feed),
    ("GET", r"/webcast/wallet_api/fs/diamond", api.prices),
    ("GET", r"/webcast/ranklist/online_audience", api.audience),
    ("GET", r"/media/image/(?P<path>.+)", images.image),
    ("GET", r"/signer/webcast/fetch", signer.fetch),
    ("POST", r"/signer/webcast/sign_url", signer.sign_url),
    ("GET", r"/signer/webcast/rate_limits", signer.rate_limits),
    ("GET", r"/signer/accounts/me/rate_limits", signer.rate_limits),
    ("GET", r"/signer/webcast/rooms/(?P<room>[^/]+)/connect", signer.connect),
    ("GET", r"/signer/webcast/anchors/(?P<user>[^/]+)/room_id", signer.room_id_of),
    ("GET", r"/_sim/ledger/(?P<user>[^/]+)", control.ledger),
    ("POST", r"/_sim/rooms/(?P<user>[^/]+)", control.act),
    ("POST", r"/_sim/video/(?P<user>[^/]+)", control.act_video),
    ("GET", r"/_sim/faults", control.list_faults),
    ("POST", r"/_sim/faults", control.order_fault),
    ("DELETE", r"/_sim/faults", control.heal),
)
_COMPILED: Final = tuple((method, re.compile(pattern), handler) for method, pattern, handler in _ROUTES)


def answer(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """Answer an HTTP request, and count the answer as delivered. Raises nothing, whatever a client sends."""
    answered = respond(world, request, now_ms=now_ms)
    answered.delivered(now_ms)
    return answered


def respond(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    """The same for a caller that sends the answer and calls its `delivered`."""
    right_answer = partial(_right_answer, world, request, now_ms=now_ms)
    return answer_request(world, request, right_answer=right_answer, now_ms=now_ms)


def _right_answer(world: World, request: WebRequest, *, now_ms: int) -> WebAnswer:
    path = request.path.rstrip("/")
    wrong_method = False
    for method, pattern, handler in _COMPILED:
        match = pattern.fullmatch(path)
        if match and (request.method == method or (request.method, method) == ("HEAD", "GET")):
            return handler(world, request, **match.groupdict(), now_ms=now_ms)
        wrong_method = wrong_method or match is not None
    return WebAnswer(status=405 if wrong_method else 404, content_type="text/plain; charset=utf-8", body=b"not found")
