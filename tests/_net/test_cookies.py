"""The cookie jar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.cookies import CookieJar, cookie_header, set_cookie_pairs


def test_a_cookie_is_sent_to_the_hosts_of_its_domain() -> None:
    jar = CookieJar()
    jar.store(["ttwid=1; Domain=.tiktok.com; Path=/"], host="www.tiktok.com")
    jar.store(["own=2"], host="www.tiktok.com")
    assert jar.cookies_for("www.tiktok.com") == {"ttwid": "1", "own": "2"}
    assert jar.cookies_for("webcast-ws.tiktok.com") == {"ttwid": "1"}
    assert jar.cookies_for("tiktok.com") == {"ttwid": "1"}
    assert jar.cookies_for("eviltiktok.com") == {}


@pytest.mark.parametrize("domain", [".com", "com", ".evil.example", "0.0.1", ""])
def test_a_domain_of_another_host_is_ignored(domain: str) -> None:
    jar = CookieJar()
    jar.store([f"a=1; Domain={domain}"], host="www.tiktok.com")
    assert jar.cookies_for("www.tiktok.com") == {"a": "1"}
    assert jar.cookies_for("www.evil.example") == {}
    assert jar.cookies_for("other.com") == {}


def test_an_ip_address_is_not_a_domain() -> None:
    jar = CookieJar()
    jar.store(["a=1; Domain=0.0.1"], host="127.0.0.1")
    assert jar.cookies_for("10.0.0.1") == {}
    assert jar.cookies_for("127.0.0.1") == {"a": "1"}


def test_cookies_are_replaced_and_removed() -> None:
    jar = CookieJar()
    jar.store(["a=1", "b=1", "c=1"], host="h.example")
    jar.store(["a=2", "b=x; Max-Age=0", "c="], host="h.example")
    assert jar.cookies_for("h.example") == {"a": "2"}
    jar.forget("a")
    assert jar.cookies_for("h.example") == {}


def test_the_jar_is_limited_in_size() -> None:
    jar = CookieJar()
    jar.store((f"c{number}=1" for number in range(10_000)), host="h.example")
    jar.store([f"big={'x' * 10_000}"], host="h.example")
    assert len(jar.cookies_for("h.example")) == 200
    assert "big" not in jar.cookies_for("h.example")


class Time:
    """A clock that stands still until the test moves it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def test_a_cookie_is_kept_for_its_max_age_whatever_the_wall_clock_does() -> None:
    age, wall = Time(50.0), Time(1_800_000_000.0)
    jar = CookieJar(age_clock=age, wall_clock=wall)
    jar.store(["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], host="h.example")
    wall.seconds += 3600
    age.seconds += 59.9
    assert jar.cookies_for("h.example") == {"a": "1"}
    age.seconds += 0.1
    assert jar.cookies_for("h.example") == {}


def test_a_cookie_is_kept_until_the_date_of_its_expiry() -> None:
    wall = Time(datetime(2026, 10, 21, 7, 27, 59, tzinfo=UTC).timestamp())
    jar = CookieJar(age_clock=Time(0.0), wall_clock=wall)
    jar.store(
        ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; Expires=Wed, 21-Oct-26 07:28:00 GMT"], host="h.example"
    )
    assert jar.cookies_for("h.example") == {"a": "1", "b": "2"}
    wall.seconds += 1
    assert jar.cookies_for("h.example") == {}


def test_expired_cookies_leave_space_for_new_ones() -> None:
    age = Time(0.0)
    jar = CookieJar(age_clock=age)
    jar.store((f"c{number}=1; Max-Age=60" for number in range(200)), host="h.example")
    jar.store(["new=1"], host="h.example")
    assert "new" not in jar.cookies_for("h.example")
    age.seconds += 60
    jar.store(["new=1"], host="h.example")
    assert jar.cookies_for("h.example") == {"new": "1"}


def test_a_jar_shows_no_values() -> None:
    jar = CookieJar()
    jar.store(["ttwid=s3cret"], host="h.example")
    assert repr(jar) == "CookieJar(h.example)"


@pytest.mark.parametrize(
    ("headers", "pairs"),
    [
        (["ttwid=1|a; Path=/; Expires=Wed, 21 Oct 2096 07:28:00 GMT"], {"ttwid": "1|a"}),
        (["ttwid=1|a; Path=/; Expires=Wed, 21 Oct 1996 07:28:00 GMT", "b=1"], {"b": "1"}),
        (["a=1; Max-Age=0, b=2; Max-Age=9"], {"b": "2"}),
        (["ttwid=1|a; tt_csrf=x; Domain=.tiktok.com"], {"ttwid": "1|a", "tt_csrf": "x"}),
        (["a=1; Path=/, b=2; Secure"], {"a": "1", "b": "2"}),
        (["a=1", "b=2=3"], {"a": "1", "b": "2=3"}),
        (["nonsense", "; ;", "=x"], {}),
    ],
)
def test_cookies_of_a_signer_are_read_in_many_forms(headers: list[str], pairs: dict[str, str]) -> None:
    assert set_cookie_pairs(headers) == pairs


DATES = st.text(alphabet="WedOct 0123456789-:,GMT+", max_size=40).map("a=1; Expires={}".format)


@given(st.text() | DATES, st.text(alphabet="ab=;, \x00\r\n"))
def test_no_header_breaks_the_jar_or_the_cookie_header(wild: str, likely: str) -> None:
    jar = CookieJar()
    jar.store([wild, likely], host="h.example")
    header = cookie_header(jar.cookies_for("h.example"))
    assert header.isascii()
    assert header.isprintable()
