"""Where exceptions of other libraries become our own. Their texts stay out: they may hold secrets."""

from __future__ import annotations

import socket
import ssl

from tikcast.errors import ConfigError, NameNotResolved, NetworkError, NetworkTimeout, TikcastError, TLSFailed

_PROXY_REASON = "the proxy refused or cannot be reached"
_PROXY_ADVICE = "check the proxy's address, user name and password"
_NOT_TRUSTED = "its certificate is not trusted"


def from_curl(error: Exception, *, host: str, seconds: float, proxied: bool = False) -> TikcastError:
    """The error of ours for anything that curl_cffi raises."""
    from curl_cffi import CurlECode
    from curl_cffi.requests import exceptions as curl

    if proxied and getattr(error, "code", 0) == CurlECode.COULDNT_CONNECT:
        return proxy_refused(host)
    if isinstance(error, curl.Timeout | curl.ConnectTimeout):
        return NetworkTimeout(host, seconds)
    if isinstance(error, curl.ImpersonateError):
        return ConfigError(
            "the browser to imitate is not known",
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
        (curl.RequestException, "the answer broke off or cannot be read", ""),
    ):
        if isinstance(error, kind):
            return _network(host, reason, advice=advice)
    return _network(host, f"the request failed ({type(error).__name__})")


def proxy_refused(host: str) -> TikcastError:
    """The error of a proxy that does not lead to `host`."""
    return _network(host, _PROXY_REASON, advice=_PROXY_ADVICE)


def from_websocket(error: Exception, *, host: str, seconds: float, proxied: bool = False) -> TikcastError:
    """The error of ours for anything that opening a WebSocket raises, refusals apart."""
    from websockets import exceptions as ws

    if isinstance(error, ws.InvalidProxy):
        return _network(host, "the proxy's address cannot be used", advice=_PROXY_ADVICE)
    if isinstance(error, ws.ProxyError):
        return proxy_refused(host)
    if isinstance(error, ws.InvalidURI):
        return _network(host, "the address is no WebSocket URL")
    if isinstance(error, ws.WebSocketException):
        return _network(host, f"it speaks no WebSocket ({type(error).__name__})")
    if proxied and isinstance(error, OSError) and not isinstance(error, TimeoutError | ssl.SSLError):
        return proxy_refused(host)
    return from_os(error, host=host, seconds=seconds)


def from_os(error: Exception, *, host: str, seconds: float) -> TikcastError:
    """The error of ours for what sockets, TLS and time limits raise."""
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
