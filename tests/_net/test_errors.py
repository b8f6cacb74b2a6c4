"""The border: every exception of the libraries beneath becomes one of ours."""

from __future__ import annotations

import inspect
import socket
import ssl
from types import ModuleType

import curl_cffi
import pytest
import python_socks
from curl_cffi.requests import exceptions as curl
from websockets import exceptions as ws

from tikcast._net.errors import from_curl, from_os, from_websocket
from tikcast.errors import ConfigError, NetworkError, NetworkTimeout, TikcastError

CURL = {
    "RequestException": "broke off",
    "CookieConflict": "broke off",
    "SessionClosed": "this client is closed",
    "ImpersonateError": "the browser to imitate",
    "InvalidJSONError": "broke off",
    "JSONDecodeError": "broke off",
    "HTTPError": "broke off",
    "IncompleteRead": "broke off",
    "ConnectionError": "cannot be reached",
    "DNSError": "cannot be resolved",
    "ProxyError": "the proxy refused",
    "SSLError": "no TLS connection",
    "CertificateVerifyError": "not trusted",
    "Timeout": "took longer",
    "ConnectTimeout": "took longer",
    "ReadTimeout": "took longer",
    "URLRequired": "broke off",
    "TooManyRedirects": "broke off",
    "MissingSchema": "broke off",
    "InvalidSchema": "broke off",
    "InvalidURL": "the address cannot be used",
    "InvalidHeader": "broke off",
    "InvalidProxyURL": "the proxy's address",
    "ChunkedEncodingError": "broke off",
    "ContentDecodingError": "broke off",
    "StreamConsumedError": "broke off",
    "RetryError": "broke off",
    "UnrewindableBodyError": "broke off",
    "InterfaceError": "broke off",
}

WEBSOCKETS = {
    "WebSocketException": "speaks no WebSocket",
    "ConnectionClosed": "speaks no WebSocket",
    "ConnectionClosedOK": "speaks no WebSocket",
    "ConnectionClosedError": "speaks no WebSocket",
    "InvalidURI": "no WebSocket URL",
    "InvalidProxy": "the proxy's address",
    "InvalidHandshake": "speaks no WebSocket",
    "SecurityError": "speaks no WebSocket",
    "RequestLineTooLong": "speaks no WebSocket",
    "StatusLineTooLong": "speaks no WebSocket",
    "HeaderLineTooLong": "speaks no WebSocket",
    "TooManyHeaders": "speaks no WebSocket",
    "ProxyError": "the proxy refused",
    "InvalidProxyMessage": "the proxy refused",
    "InvalidProxyStatus": "the proxy refused",
    "InvalidMessage": "speaks no WebSocket",
    "InvalidMethod": "speaks no WebSocket",
    "InvalidProtocol": "speaks no WebSocket",
    "InvalidStatus": "speaks no WebSocket",
    "InvalidHeader": "speaks no WebSocket",
    "InvalidHeaderFormat": "speaks no WebSocket",
    "InvalidHeaderValue": "speaks no WebSocket",
    "InvalidOrigin": "speaks no WebSocket",
    "InvalidUpgrade": "speaks no WebSocket",
    "NegotiationError": "speaks no WebSocket",
    "DuplicateParameter": "speaks no WebSocket",
    "InvalidParameterName": "speaks no WebSocket",
    "InvalidParameterValue": "speaks no WebSocket",
    "ProtocolError": "speaks no WebSocket",
    "PayloadTooBig": "speaks no WebSocket",
    "TooManyFragments": "speaks no WebSocket",
    "InvalidState": "speaks no WebSocket",
    "ConcurrencyError": "speaks no WebSocket",
}


def exceptions_of(module: ModuleType) -> list[type[Exception]]:
    return [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and kind.__module__ == module.__name__
        and issubclass(kind, Exception)
        and not issubclass(kind, Warning)
    ]


def blank(kind: type[Exception]) -> Exception:
    """An exception of `kind`, whatever its constructor wants."""
    error = kind.__new__(kind)
    error.args = ("secret text",)
    return error


def checked(error: TikcastError, words: str) -> None:
    assert isinstance(error, NetworkError | ConfigError)
    assert words in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize("kind", exceptions_of(curl), ids=lambda kind: kind.__name__)
def test_every_exception_of_curl_cffi_is_translated(kind: type[Exception]) -> None:
    checked(from_curl(blank(kind), host="h", seconds=3), CURL[kind.__name__])


def test_what_curl_cffi_raises_beside_them_is_translated_too() -> None:
    for error in (curl_cffi.CurlError("x"), TypeError("x"), OSError("x"), UnicodeError("x")):
        checked(from_curl(error, host="h", seconds=3), "the request failed")


@pytest.mark.parametrize("kind", exceptions_of(ws), ids=lambda kind: kind.__name__)
def test_every_exception_of_websockets_is_translated(kind: type[Exception]) -> None:
    checked(from_websocket(blank(kind), host="h", seconds=3), WEBSOCKETS[kind.__name__])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (python_socks.ProxyTimeoutError(), "took longer"),
        (python_socks.ProxyConnectionError(1, "x"), "cannot be reached"),
        (TimeoutError(), "took longer"),
        (ConnectionRefusedError(), "cannot be reached"),
        (ConnectionResetError(), "cannot be reached"),
        (EOFError(), "cannot be reached"),
        (socket.gaierror(), "cannot be resolved"),
        (ssl.SSLError(), "no TLS connection"),
        (ssl.SSLCertVerificationError(), "not trusted"),
        (ValueError("secret"), "the connection failed (ValueError)"),
    ],
)
def test_errors_of_sockets_and_proxies_are_translated(error: Exception, words: str) -> None:
    checked(from_websocket(error, host="h", seconds=3), words)
    checked(from_os(error, host="h", seconds=3), words)


def test_timeouts_stay_timeouts() -> None:
    for error in (
        from_curl(blank(curl.Timeout), host="h", seconds=3),
        from_websocket(TimeoutError(), host="h", seconds=3),
    ):
        assert isinstance(error, NetworkTimeout)
        assert isinstance(error, TimeoutError)
