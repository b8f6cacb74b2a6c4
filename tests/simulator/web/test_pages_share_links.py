"""Share links, and the signer for single URLs."""

import json
from typing import Any

import pytest

from tests.simulator.worlds import START_MS, get, world
from tikcast.simulator import Strictness, World
from tikcast.simulator.web.requests import WebAnswer, WebRequest
from tikcast.simulator.web.routes import answer


def sign(of: World, order: object) -> WebAnswer:
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    return answer(of, WebRequest(method="POST", path="/signer/webcast/sign_url", body=body), now_ms=START_MS)


@pytest.mark.parametrize("code", ["ana", "ANA", "offline0"])
def test_a_share_link_leads_to_the_page_of_the_user_in_it(code: str) -> None:
    found = get(world(), f"/t/{code}/")
    assert found.status == 301
    assert found.headers["location"].startswith(f"http://127.0.0.1:8080/@{code.lower()}/live?")


def test_an_unknown_share_link_leads_to_the_front_page() -> None:
    assert get(world(), "/t/ZMnothing").headers["location"] == "http://127.0.0.1:8080/?_r=1"


def test_a_url_is_signed_by_what_is_added_to_it() -> None:
    url = "https://webcast.tiktok.com/webcast/feed/?aid=1988"
    found: dict[str, Any] = json.loads(sign(world(), {"url": url, "method": "GET", "userAgent": "Mozilla/5.0 X"}).body)
    assert found["code"] == 200
    assert found["response"]["signedUrl"].startswith(f"{url}&msToken=")
    assert "&X-Bogus=" in found["response"]["signedUrl"]
    assert (found["response"]["userAgent"], found["response"]["browserVersion"]) == ("Mozilla/5.0 X", "5.0 X")


@pytest.mark.parametrize("order", [b"", b"\xff", [], {}, {"url": 5}, {"url": "ftp://x"}])
def test_what_is_no_order_is_refused_in_words(order: object) -> None:
    found = sign(world(), order)
    assert found.status == 400
    assert json.loads(found.body)["message"]


def test_signed_urls_count_toward_the_quota() -> None:
    of = world(strictness=Strictness(signatures_a_minute=1))
    order = {"url": "https://www.tiktok.com/"}
    assert [sign(of, order).status for _ in range(2)] == [200, 429]
