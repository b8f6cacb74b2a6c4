"""A cookie jar for one client, scoped by host, and cookies as headers write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Final

from tikcast._net.targets import is_tiktok
from tikcast.errors import ConfigError

_MAX_COOKIES: Final = 200
_MAX_VALUE: Final = 8192
_JOINED: Final = re.compile(r",\s*(?=[^;,=\s]+=)")
_ATTRIBUTES: Final = frozenset(
    ["comment", "domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"]
)


class CookieJar:
    """Cookies by the host that they came from; they go back only there and to its subdomains.

    A cookie whose Domain is not the host's own, or is a bare top-level name, stays with the host.
    """

    def __init__(self) -> None:
        self._by_domain: dict[str, dict[str, str]] = {}

    def store(self, headers: Iterable[str], *, host: str) -> None:
        """Take the cookies of `Set-Cookie` headers that `host` sent."""
        for header in headers:
            for name, value, domain in _parse(header):
                scope = _scope(domain, host=host)
                cookies = self._by_domain.setdefault(scope, {})
                if value and (name in cookies or len(cookies) < _MAX_COOKIES):
                    cookies[name] = value
                elif not value:
                    cookies.pop(name, None)

    def cookies_for(self, host: str) -> dict[str, str]:
        """What to send to `host`."""
        found: dict[str, str] = {}
        for scope, cookies in self._by_domain.items():
            if scope == host or (scope.startswith(".") and f".{host}".endswith(scope)):
                found.update(cookies)
        return found

    def forget(self, name: str) -> None:
        """Drop a cookie wherever it came from."""
        for cookies in self._by_domain.values():
            cookies.pop(name, None)

    def clear(self) -> None:
        """Drop every cookie, as a visitor who was never there."""
        self._by_domain.clear()

    def __repr__(self) -> str:
        return f"CookieJar({', '.join(self._by_domain)})"


def cookie_header(cookies: Mapping[str, str]) -> str:
    """Cookies in the form of the `Cookie` header."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def set_cookie_pairs(headers: Iterable[str]) -> dict[str, str]:
    """Names and values of `Set-Cookie` headers; one header may hold several cookies."""
    return {name: value for header in headers for name, value, _ in _parse(header) if value}


def cookie_pairs(text: str) -> dict[str, str]:
    """Names and values of a `Cookie` header."""
    return {name.strip(): value.strip() for name, _, value in _pairs(text)}


def is_cookie(name: str, value: str) -> bool:
    """Whether a cookie of this name and value can be sent."""
    text = name + value
    plain = text.isascii() and text.isprintable() and not set(text) & set("; ,\\")
    return plain and bool(name) and bool(value) and "=" not in name


def _parse(header: str) -> list[tuple[str, str, str]]:
    """(name, value, domain) of each cookie in one header; "" as value says to drop it.

    http.cookies throws a whole cookie away over an attribute that it does not know, such as
    Partitioned, so this reads pair by pair.
    """
    found: list[tuple[str, str, str]] = []
    for line in _JOINED.split(header):
        pairs = [(name.strip(), value.strip()) for name, _, value in _pairs(line)]
        traits = {name.lower(): value for name, value in pairs if name.lower() in _ATTRIBUTES}
        gone = traits.get("max-age") == "0"
        found += [
            (name, "" if gone else value, traits.get("domain", ""))
            for name, value in pairs
            if name.lower() not in _ATTRIBUTES and (is_cookie(name, value) or not value)
        ]
    return [cookie for cookie in found if cookie[0] and len(cookie[1]) <= _MAX_VALUE]


def _pairs(line: str) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in line.split(";") if "=" in part]


def _scope(domain: str, *, host: str) -> str:
    """The jar's name for where a cookie belongs: `.domain` with subdomains, or just the host."""
    bare = domain.lower().lstrip(".")
    own = f".{host}".endswith(f".{bare}")
    is_address = host.rpartition(".")[2].isdigit()
    return f".{bare}" if own and "." in bare and not is_address else host


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
