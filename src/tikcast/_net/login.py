"""The login of a user, in the forms in which people have one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Final

from tikcast._net.cookies import cookie_pairs, is_cookie
from tikcast._net.target import is_tiktok
from tikcast.errors import ConfigError

SessionOption = str | PathLike[str] | Mapping[str, str] | None
"""A session id, a cookie string, a cookie file (its path or its text), or a mapping; None: no login."""

_ALIASES: Final = ("sessionid", "sessionid_ss", "sid_tt")
_LOGIN: Final = frozenset([*_ALIASES, "tt-target-idc"])
_LARGEST_FILE: Final = 4 * 2**20
_HTTP_ONLY: Final = "#HttpOnly_"


def login_cookies(session: SessionOption, *, option: str = "session", now: float) -> dict[str, str]:
    """The cookies of a login. `now`: epoch seconds, to tell what has expired.

    Text with tabs is that of a cookie file; text with "=" is a cookie string; text with a slash, or
    that names a file, is a path; other text is a session id. Of a cookie file (Netscape's form, as
    browsers' extensions, curl and yt-dlp write it) only TikTok's login cookies are taken. A session
    id is given all three names that TikTok knows it by. Raises `ConfigError`, which shows nothing
    of it.
    """
    if session is None:
        return {}
    cookies = dict(session) if isinstance(session, Mapping) else _read(session, option=option, now=now)
    if not cookies or not all(is_cookie(name, value) for name, value in cookies.items()):
        raise ConfigError(
            "it holds no cookies",
            option=option,
            advice="give the sessionid cookie's value, 'name=value; name=value', or a cookie file",
        )
    known = next((cookies[name] for name in _ALIASES if name in cookies), None)
    return {**(dict.fromkeys(_ALIASES, known) if known else {}), **cookies}


def _read(session: str | PathLike[str], *, option: str, now: float) -> dict[str, str]:
    if not isinstance(session, str):
        return _from_file(Path(session), option=option, now=now)
    text = session.strip()
    if "\t" in text:
        return _of_netscape(text, option=option, now=now)
    if "=" in text:
        return cookie_pairs(text.removeprefix("Cookie:"))
    if _names_file(text):
        return _from_file(Path(text).expanduser(), option=option, now=now)
    return {"sessionid": text}


def _names_file(text: str) -> bool:
    try:
        return bool({"/", "\\"} & set(text)) or text.endswith(".txt") or Path(text).is_file()
    except OSError:
        return False


def _from_file(path: Path, *, option: str, now: float) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST_FILE)
    except OSError as error:
        reason = f"the cookie file cannot be read ({error.strerror})"
        raise ConfigError(reason, option=option, advice="check its path") from None
    return _of_netscape(text, option=option, now=now)


def _of_netscape(text: str, *, option: str, now: float) -> dict[str, str]:
    found = {name: (value, expires) for name, value, expires in _netscape(text)}
    fresh = {name: value for name, (value, expires) in found.items() if not expires or expires > now}
    if not fresh.keys() & set(_ALIASES):
        expired = bool(found.keys() & set(_ALIASES))
        raise ConfigError(
            "the login in the cookie file has expired" if expired else "the cookie file holds no login of TikTok",
            option=option,
            advice="log in to tiktok.com with a browser and export its cookies in Netscape's form",
        )
    return fresh


def _netscape(text: str) -> Iterator[tuple[str, str, float]]:
    """Name, value and expiry (epoch seconds, 0: with the browser) of TikTok's login cookies.

    A line is: domain, subdomains too, path, secure, expiry, name, value; tabs between them.
    """
    for line in text.splitlines():
        parts = line.removeprefix(_HTTP_ONLY).split("\t")
        if len(parts) != 7 or line.startswith("# "):
            continue
        domain, _, _, _, expires, name, value = (part.strip() for part in parts)
        if name in _LOGIN and value and is_tiktok(domain.lstrip(".").lower()):
            yield name, value, _seconds(expires)


def _seconds(expires: str) -> float:
    whole = expires.partition(".")[0]
    return float(whole) if whole.isdecimal() else 0.0
