"""The forms of a login."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast._net.cookies import login_cookies
from tikcast._options import SessionOption
from tikcast.errors import ConfigError

NOW = 1_700_000_000.0
LOGIN = {"sessionid": "abc", "sessionid_ss": "abc", "sid_tt": "abc"}
JAR = """# Netscape HTTP Cookie File
# https://curl.se/docs/http-cookies.html

#HttpOnly_.tiktok.com\tTRUE\t/\tTRUE\t1800000000\tsessionid\tabc
#HttpOnly_.tiktok.com\tTRUE\t/\tTRUE\t1800000000.5\tsid_tt\tabc
.tiktok.com\tTRUE\t/\tFALSE\t0\ttt-target-idc\teu-ttp2
.tiktok.com\tTRUE\t/\tFALSE\t1800000000\tpersonal\tdiary
.bank.example\tTRUE\t/\tTRUE\t1800000000\tsessionid\tm0ney
.eviltiktok.com\tTRUE\t/\tTRUE\t1800000000\tsessionid\tevil
this line is broken
"""
OF_JAR = LOGIN | {"tt-target-idc": "eu-ttp2"}


def cookies(session: SessionOption) -> dict[str, str]:
    return login_cookies(session, now=NOW)


@pytest.mark.parametrize(
    ("session", "found"),
    [
        (None, {}),
        ("abc", LOGIN),
        (" abc ", LOGIN),
        ("sessionid=abc; tt-target-idc=eu-ttp2", LOGIN | {"tt-target-idc": "eu-ttp2"}),
        ("Cookie: sid_tt=abc; other=1", LOGIN | {"other": "1"}),
        ({"sid_tt": "abc", "ttwid": "1"}, LOGIN | {"ttwid": "1"}),
        ({"ttwid": "1"}, {"ttwid": "1"}),
        (JAR, OF_JAR),
        (JAR.replace("\n", "\r\n"), OF_JAR),
    ],
)
def test_a_session_is_an_id_a_cookie_string_a_mapping_or_the_text_of_a_cookie_file(
    session: SessionOption, found: dict[str, str]
) -> None:
    assert cookies(session) == found


def test_a_cookie_file_is_named_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cookies.txt").write_text(JAR, encoding="utf-8")
    (tmp_path / "jar").write_text(JAR, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in (tmp_path / "jar", Path("jar"), str(tmp_path / "jar"), "cookies.txt", "jar", "~/jar"):
        assert cookies(path) == OF_JAR, path


def test_an_expired_login_is_an_error() -> None:
    with pytest.raises(ConfigError, match="the login in the cookie file has expired; log in"):
        login_cookies(JAR, now=1_800_000_001.0)


def test_a_cookie_file_without_a_login_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text(JAR.replace("\tsessionid\t", "\tx\t").replace("\tsid_tt\t", "\ty\t"))
    with pytest.raises(ConfigError, match="the cookie file contains no login of TikTok"):
        cookies(tmp_path / "cookies.txt")


@pytest.mark.parametrize("session", ["", "  ", "a b", "x\r\nEvil: 1", ";", "=x", {}, {"a": "b;c"}])
def test_a_session_that_cannot_be_sent_as_cookies_is_refused(session: str | dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="Wrong option session: it contains no cookies"):
        cookies(session)


@pytest.mark.parametrize("session", ["s3cret/abc", "s3cret.txt", "a=s3cret é", "s3cret\tx", "s3cret\n\nx"])
def test_no_error_shows_the_session(session: str) -> None:
    with pytest.raises(ConfigError) as caught:
        cookies(session)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text(alphabet="ab=;\t\n #./é", max_size=30))
def test_any_text_gives_cookies_that_can_be_sent_or_a_config_error(session: str) -> None:
    try:
        found = cookies(session)
    except ConfigError:
        return
    assert all(name.isascii() and value.isprintable() for name, value in found.items())
