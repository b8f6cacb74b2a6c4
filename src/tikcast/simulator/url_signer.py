"""The signer for single URLs: what a browser's scripts would add to a call, made up."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from tikcast.simulator.dice import dice, letters
from tikcast.simulator.http import Answer, Request, json_answer
from tikcast.simulator.signer import exhausted
from tikcast.simulator.world import World

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class _Order(msgspec.Struct, rename="camel"):
    url: str
    method: str = "GET"
    type: str = "fetch"
    user_agent: str = ""
    payload: str = ""
    session_id: str | None = None
    tt_target_idc: str | None = None


def sign_url(world: World, request: Request, *, now_ms: int) -> Answer:
    """`POST /webcast/sign_url`: the URL with its signature, as long as there is quota."""
    try:
        order = msgspec.json.decode(request.body, type=_Order)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return json_answer({"code": 400, "message": f"The body is no order to sign: {error}"}, status=400)
    if not order.url.startswith(("http://", "https://")):
        return json_answer({"code": 400, "message": "The field url holds no URL."}, status=400)
    signature = world.signatures.issue(0, now_ms, session=order.session_id or "")
    if signature is None:
        return exhausted(world, now_ms=now_ms)
    return json_answer({"code": 200, "message": "", "response": _signed(order, signature)})


def _signed(order: _Order, signature: str) -> dict[str, object]:
    luck = dice("url", signature)
    added = {"X-Bogus": letters(luck, size=28, among=_LETTERS), "_signature": f"_02B4Z6wo{signature}"}
    token = letters(luck, size=107, among=_LETTERS)
    return {
        "signedUrl": f"{order.url}{'&' if '?' in order.url else '?'}{urlencode({'msToken': token, **added})}",
        "userAgent": order.user_agent,
        "msToken": token,
        **added,
        "browserName": "Mozilla",
        "browserVersion": order.user_agent.removeprefix("Mozilla/"),
    }
