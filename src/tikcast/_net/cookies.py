"""The cookies of one client: a jar by host, cookie headers, and logins."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tikcast._clock import age, now
from tikcast._net.targets import is_tiktok
from tikcast.errors import ConfigError

if TYPE_CHECKING:
    from tikcast._options import SessionOption

_MAX_COOKIES: Final = 200
_MAX_VALUE: Final = 8192
_MAX_AGE: Final = re.compile(r"-?[0-9]+")
_LONGEST_MAX_AGE: Final = 20
_JOINED: Final = re.compile(r",\s*(?=[^;,=\s]+=)")
_ATTRIBUTES: Final = frozenset(
    ["comment", "domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"]
)


class CookieJar:
    """Cookies by the host that set them; they are sent only to that host and its subdomains, until they expire.

    A cookie whose Domain is not that of its host, or is a bare top-level name, belongs to the host alone.
    `age_clock` counts Max-Age, and `wall_clock` is compared with Expires.
    """

    def __init__(self, *, age_clock: Callable[[], float] = age, wall_clock: Callable[[], float] = now) -> None:
        self._age = age_clock
        self._now = wall_clock
        self._by_domain: dict[str, dict[str, _Cookie]] = {}

    def store(self, headers: Iterable[str], *, host: str) -> None:
        """Store the cookies of `Set-Cookie` headers that `host` sent, and remove those that the headers remove."""
        for header in headers:
            for cookie in _parse(header):
                self._set(self._by_domain.setdefault(_scope(cookie.domain, host=host), {}), cookie)

    def cookies_for(self, host: str) -> dict[str, str]:
        """The cookies to send to `host`."""
        sent: dict[str, str] = {}
        for scope, cookies in self._by_domain.items():
            if scope == host or (scope.startswith(".") and f".{host}".endswith(scope)):
                sent.update((name, cookie.value) for name, cookie in cookies.items() if self._is_valid(cookie))
        return sent

    def forget(self, name: str) -> None:
        """Remove a cookie from every host."""
        for cookies in self._by_domain.values():
            cookies.pop(name, None)

    def clear(self) -> None:
        """Remove every cookie, as for a new browser."""
        self._by_domain.clear()

    def __repr__(self) -> str:
        return f"CookieJar({', '.join(self._by_domain)})"

    def _set(self, cookies: dict[str, _Cookie], cookie: _SetCookie) -> None:
        new = _Cookie(cookie.value)
        if cookie.max_age is not None:  # Expires is ignored then, as in browsers
            new = _Cookie(cookie.value, until_age=self._age() + cookie.max_age)
        elif cookie.expires is not None:
            new = _Cookie(cookie.value, until=cookie.expires)
        if not new.value or not self._is_valid(new):
            cookies.pop(cookie.name, None)
            return
        if len(cookies) >= _MAX_COOKIES:
            for name in [name for name, old in cookies.items() if not self._is_valid(old)]:
                del cookies[name]
        if cookie.name in cookies or len(cookies) < _MAX_COOKIES:
            cookies[cookie.name] = new

    def _is_valid(self, cookie: _Cookie) -> bool:
        return self._age() < cookie.until_age and self._now() < cookie.until


class _Cookie(NamedTuple):
    """A stored cookie. It expires at `until_age` by the clock of durations, or at `until` by the wall clock."""

    value: str
    until_age: float = math.inf
    until: float = math.inf

    def __repr__(self) -> str:
        return f"_Cookie(until_age={self.until_age}, until={self.until})"


class _SetCookie(NamedTuple):
    """A cookie of a `Set-Cookie` header. `max_age`: seconds; `expires`: epoch seconds; None: not given."""

    name: str
    value: str
    domain: str
    max_age: float | None
    expires: float | None

    def __repr__(self) -> str:
        return f"_SetCookie({self.name})"


def cookie_header(cookies: Mapping[str, str]) -> str:
    """Cookies in the form of the `Cookie` header."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def set_cookie_pairs(headers: Iterable[str]) -> dict[str, str]:
    """Names and values of `Set-Cookie` headers, without expired ones; one header may hold several cookies."""
    jar = CookieJar()
    jar.store(headers, host="")
    return jar.cookies_for("")


def cookie_pairs(text: str) -> dict[str, str]:
    """Names and values of a `Cookie` header."""
    return {name.strip(): value.strip() for name, _, value in _pairs(text)}


def is_cookie(name: str, value: str) -> bool:
    """Whether a cookie of this name and value can be sent."""
    text = name + value
    plain = text.isascii() and text.isprintable() and not set(text) & set("; ,\\")
    return plain and bool(name) and bool(value) and "=" not in name


def _parse(header: str) -> list[_SetCookie]:
    """The cookies of one header; an empty value removes a cookie.

    http.cookies discards a whole cookie for an attribute that it does not know, such as Partitioned, so this
    reads pair by pair.
    """
    cookies: list[_SetCookie] = []
    for line in _JOINED.split(header):
        pairs = [(name.strip(), value.strip()) for name, _, value in _pairs(line)]
        attributes = {name.lower(): value for name, value in pairs if name.lower() in _ATTRIBUTES}
        domain = attributes.get("domain", "")
        lasts, expires = _max_age(attributes.get("max-age", "")), _expires(attributes.get("expires", ""))
        cookies += [
            _SetCookie(name, value, domain, lasts, expires)
            for name, value in pairs
            if name.lower() not in _ATTRIBUTES and (is_cookie(name, value) or not value)
        ]
    return [cookie for cookie in cookies if cookie.name and len(cookie.value) <= _MAX_VALUE]


def _max_age(text: str) -> float | None:
    return float(text[:_LONGEST_MAX_AGE]) if _MAX_AGE.fullmatch(text) else None


def _expires(text: str) -> float | None:
    """Epoch seconds of an HTTP date, None for anything else."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _pairs(line: str) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in line.split(";") if "=" in part]


def _scope(domain: str, *, host: str) -> str:
    """The key in the jar for the hosts that get a cookie: `.domain` includes subdomains, a host does not."""
    bare = domain.lower().lstrip(".")
    own = f".{host}".endswith(f".{bare}")
    is_address = host.rpartition(".")[2].isdigit()
    return f".{bare}" if own and "." in bare and not is_address else host


_ALIASES: Final = ("sessionid", "sessionid_ss", "sid_tt")
_LOGIN: Final = frozenset([*_ALIASES, "tt-target-idc"])
_LARGEST_FILE: Final = 4 * 2**20
_HTTP_ONLY: Final = "#HttpOnly_"


def login_cookies(session: SessionOption, *, option: str = "session", now: float) -> dict[str, str]:
    """The cookies of a login. `now`: epoch seconds, to recognise expired cookies.

    A text with tabs is the content of a cookie file, a text with "=" is a cookie string, a text with a slash or
    the name of a file is a path, and any other text is a session id. Of a cookie file (in Netscape format, as
    browser extensions, curl and yt-dlp write it) only TikTok's login cookies are used. A session id is sent under
    all three names that TikTok has for it. Raises `ConfigError`, which shows no part of the session.
    """
    if session is None:
        return {}
    cookies = dict(session) if isinstance(session, Mapping) else _read(session, option=option, now=now)
    if not cookies or not all(is_cookie(name, value) for name, value in cookies.items()):
        raise ConfigError(
            "it contains no cookies",
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
        return _valid_cookies(text, option=option, now=now)
    if "=" in text:
        return cookie_pairs(text.removeprefix("Cookie:"))
    if _is_path(text):
        return _from_file(Path(text).expanduser(), option=option, now=now)
    return {"sessionid": text}


def _is_path(text: str) -> bool:
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
    return _valid_cookies(text, option=option, now=now)


def _valid_cookies(text: str, *, option: str, now: float) -> dict[str, str]:
    cookies = {name: (value, expires) for name, value, expires in _netscape(text)}
    valid = {name: value for name, (value, expires) in cookies.items() if not expires or expires > now}
    if not valid.keys() & set(_ALIASES):
        expired = bool(cookies.keys() & set(_ALIASES))
        raise ConfigError(
            "the login in the cookie file has expired" if expired else "the cookie file contains no login of TikTok",
            option=option,
            advice="log in to tiktok.com with a browser and export its cookies in Netscape format",
        )
    return valid


def _netscape(text: str) -> Iterator[tuple[str, str, float]]:
    """Name, value and expiry (epoch seconds, 0: none) of TikTok's login cookies.

    A line consists of domain, whether subdomains count, path, secure, expiry, name and value, with tabs between them.
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
