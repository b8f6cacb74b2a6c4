"""A cookie jar for one client, scoped by host, and cookies as headers write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

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
