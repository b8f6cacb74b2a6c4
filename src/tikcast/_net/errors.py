"""Translate exceptions of other libraries into errors of tikcast, without their texts, which may contain secrets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from tikcast.errors import ConfigError, NameNotResolved, NetworkError, NetworkTimeout, TikcastError, TLSFailed

_PROXY_REASON = "the proxy refused or cannot be reached"
_PROXY_ADVICE = "check the proxy's address, user name and password"
_NOT_TRUSTED = "its certificate is not trusted"


def from_curl(error: Exception, *, host: str, seconds: float, proxied: bool = False) -> TikcastError:
    """The tikcast error for any exception of curl_cffi."""
    from curl_cffi import CurlECode
    from curl_cffi.requests import exceptions as curl

    if proxied and getattr(error, "code", 0) == CurlECode.COULDNT_CONNECT:
        return proxy_refused(host)
    if isinstance(error, curl.Timeout | curl.ConnectTimeout):
        return NetworkTimeout(host, seconds)
    if isinstance(error, curl.ImpersonateError):
        return ConfigError(
            "the browser to imitate is unknown",
            option="impersonate",
            advice="use 'chrome', or install a newer curl_cffi",
        )
    if isinstance(error, curl.CertificateVerifyError):
        return TLSFailed(host, _NOT_TRUSTED)
    if isinstance(error, curl.SSLError):
        return TLSFailed(host)
    if isinstance(error, curl.SessionClosed):
        return ConfigError("this client is closed", advice="make a new one")
    if isinstance(error, curl.DNSError):
        return NameNotResolved(host)
    for kind, reason, advice in (
        (curl.ProxyError, _PROXY_REASON, _PROXY_ADVICE),
        (curl.InvalidProxyURL, "the proxy's address cannot be used", _PROXY_ADVICE),
        (curl.ConnectionError, "it cannot be reached", ""),
        (curl.InvalidURL, "the address cannot be used", ""),
        (curl.RequestException, "the answer was interrupted or cannot be read", ""),
    ):
        if isinstance(error, kind):
            return _network(host, reason, advice=advice)
    return _network(host, f"the request failed ({type(error).__name__})")


def proxy_refused(host: str) -> TikcastError:
    """The error for a proxy that does not connect to `host`."""
    return _network(host, _PROXY_REASON, advice=_PROXY_ADVICE)


def from_websocket(error: Exception, *, host: str, seconds: float, proxied: bool = False) -> TikcastError:
    """The tikcast error for any exception of opening a WebSocket, except for a refusal by the server."""
    from websockets import exceptions as ws

    if isinstance(error, ws.InvalidProxy):
        return _network(host, "the proxy's address cannot be used", advice=_PROXY_ADVICE)
    if isinstance(error, ws.ProxyError):
        return proxy_refused(host)
    if isinstance(error, ws.InvalidURI):
        return _network(host, "the address is not a WebSocket URL")
    if isinstance(error, ws.WebSocketException):
        return _network(host, f"it does not answer as a WebSocket server ({type(error).__name__})")
    if proxied and isinstance(error, OSError) and not isinstance(error, TimeoutError | ssl.SSLError):
        return proxy_refused(host)
    return from_os(error, host=host, seconds=seconds)


def from_os(error: Exception, *, host: str, seconds: float) -> TikcastError:
    """The tikcast error for any exception of sockets, TLS and time limits."""
    if isinstance(error, TimeoutError):
        return NetworkTimeout(host, seconds)
    if isinstance(error, ssl.SSLCertVerificationError):
        return TLSFailed(host, _NOT_TRUSTED)
    if isinstance(error, ssl.SSLError):
        return TLSFailed(host)
    if isinstance(error, socket.gaierror):
        return NameNotResolved(host)
    if isinstance(error, OSError | EOFError):
        return _network(host, "it cannot be reached")
    return _network(host, f"the connection failed ({type(error).__name__})")


def _network(host: str, reason: str, *, advice: str = "") -> NetworkError:
    return NetworkError(host, reason, advice=advice) if advice else NetworkError(host, reason)


_SECRET_WORDS: Final = (
    "session", "token", "key", "sign", "cookie", "ttwid", "bogus", "sid_", "idc", "passw", "secret", "authori",
)  # fmt: skip
_SHORTEST_SECRET: Final = 3
_LONGEST_LINE: Final = 200


def is_secret(name: str) -> bool:
    """Whether a parameter, header or cookie of this name may contain a secret."""
    folded = name.lower()
    return any(word in folded for word in _SECRET_WORDS)


def show_url(url: str, *, hide: Iterable[str] = ()) -> str:
    """`url` for a log: without passwords, and with `***` for parameters that are secret or in `hide`."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(a broken URL)"
    hidden = set(hide)
    shown = [(name, "***" if value and (name in hidden or is_secret(name)) else value) for name, value in query]
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query=urlencode(shown, safe="*"), fragment=""
    ).geturl()


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """`text` with `***` for each of `secrets`, except for those that are too short to be secrets."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def one_line(text: str) -> str:
    """The text of a server for a message or a log: one line of printable text of limited length."""
    plain = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(plain.split())[:_LONGEST_LINE]
