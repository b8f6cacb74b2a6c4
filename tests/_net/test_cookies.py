"""The cookie jar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.cookies import CookieJar, cookie_header, set_cookie_pairs


def test_a_cookie_goes_to_the_hosts_of_its_domain() -> None:
    jar = CookieJar()
    jar.store(["ttwid=1; Domain=.tiktok.com; Path=/"], host="www.tiktok.com")
    jar.store(["own=2"], host="www.tiktok.com")
    assert jar.cookies_for("www.tiktok.com") == {"ttwid": "1", "own": "2"}
    assert jar.cookies_for("webcast-ws.tiktok.com") == {"ttwid": "1"}
    assert jar.cookies_for("tiktok.com") == {"ttwid": "1"}
    assert jar.cookies_for("eviltiktok.com") == {}


@pytest.mark.parametrize("domain", [".com", "com", ".evil.example", "0.0.1", ""])
def test_a_domain_that_is_not_the_hosts_own_is_not_believed(domain: str) -> None:
    jar = CookieJar()
    jar.store([f"a=1; Domain={domain}"], host="www.tiktok.com")
    assert jar.cookies_for("www.tiktok.com") == {"a": "1"}
    assert jar.cookies_for("www.evil.example") == {}
    assert jar.cookies_for("other.com") == {}


def test_an_address_is_no_domain() -> None:
    jar = CookieJar()
    jar.store(["a=1; Domain=0.0.1"], host="127.0.0.1")
    assert jar.cookies_for("10.0.0.1") == {}
    assert jar.cookies_for("127.0.0.1") == {"a": "1"}


def test_cookies_are_replaced_dropped_and_forgotten() -> None:
    jar = CookieJar()
    jar.store(["a=1", "b=1", "c=1"], host="h.example")
    jar.store(["a=2", "b=x; Max-Age=0", "c="], host="h.example")
    assert jar.cookies_for("h.example") == {"a": "2"}
    jar.forget("a")
    assert jar.cookies_for("h.example") == {}


def test_the_jar_is_bounded() -> None:
    jar = CookieJar()
    jar.store((f"c{number}=1" for number in range(10_000)), host="h.example")
    jar.store([f"big={'x' * 10_000}"], host="h.example")
    assert len(jar.cookies_for("h.example")) == 200
    assert "big" not in jar.cookies_for("h.example")


def test_a_jar_shows_no_values() -> None:
    jar = CookieJar()
    jar.store(["ttwid=s3cret"], host="h.example")
    assert repr(jar) == "CookieJar(h.example)"


@pytest.mark.parametrize(
    ("headers", "pairs"),
    [
        (["ttwid=1|a; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], {"ttwid": "1|a"}),
        (["ttwid=1|a; tt_csrf=x; Domain=.tiktok.com"], {"ttwid": "1|a", "tt_csrf": "x"}),
        (["a=1; Path=/, b=2; Secure"], {"a": "1", "b": "2"}),
        (["a=1", "b=2=3"], {"a": "1", "b": "2=3"}),
        (["nonsense", "; ;", "=x"], {}),
    ],
)
def test_a_signers_cookies_come_in_many_forms(headers: list[str], pairs: dict[str, str]) -> None:
    assert set_cookie_pairs(headers) == pairs


@given(st.text(), st.text(alphabet="ab=;, \x00\r\n"))
def test_no_header_breaks_the_jar_or_the_cookie_header(wild: str, likely: str) -> None:
    jar = CookieJar()
    jar.store([wild, likely], host="h.example")
    header = cookie_header(jar.cookies_for("h.example"))
    assert header.isascii()
    assert header.isprintable()
