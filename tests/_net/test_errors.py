"""Every exception of other libraries becomes a tikcast error."""

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
    "RequestException": "was interrupted",
    "CookieConflict": "was interrupted",
    "SessionClosed": "this client is closed",
    "ImpersonateError": "the browser to imitate",
    "InvalidJSONError": "was interrupted",
    "JSONDecodeError": "was interrupted",
    "HTTPError": "was interrupted",
    "IncompleteRead": "was interrupted",
    "ConnectionError": "cannot be reached",
    "DNSError": "cannot be resolved",
    "ProxyError": "the proxy refused",
    "SSLError": "TLS connection failed",
    "CertificateVerifyError": "not trusted",
    "Timeout": "took longer",
    "ConnectTimeout": "took longer",
    "ReadTimeout": "took longer",
    "URLRequired": "was interrupted",
    "TooManyRedirects": "was interrupted",
    "MissingSchema": "was interrupted",
    "InvalidSchema": "was interrupted",
    "InvalidURL": "the address cannot be used",
    "InvalidHeader": "was interrupted",
    "InvalidProxyURL": "the proxy's address",
    "ChunkedEncodingError": "was interrupted",
    "ContentDecodingError": "was interrupted",
    "StreamConsumedError": "was interrupted",
    "RetryError": "was interrupted",
    "UnrewindableBodyError": "was interrupted",
    "InterfaceError": "was interrupted",
}

WEBSOCKETS = {
    "WebSocketException": "does not answer as a WebSocket server",
    "ConnectionClosed": "does not answer as a WebSocket server",
    "ConnectionClosedOK": "does not answer as a WebSocket server",
    "ConnectionClosedError": "does not answer as a WebSocket server",
    "InvalidURI": "not a WebSocket URL",
    "InvalidProxy": "the proxy's address",
    "InvalidHandshake": "does not answer as a WebSocket server",
    "SecurityError": "does not answer as a WebSocket server",
    "RequestLineTooLong": "does not answer as a WebSocket server",
    "StatusLineTooLong": "does not answer as a WebSocket server",
    "HeaderLineTooLong": "does not answer as a WebSocket server",
    "TooManyHeaders": "does not answer as a WebSocket server",
    "ProxyError": "the proxy refused",
    "InvalidProxyMessage": "the proxy refused",
    "InvalidProxyStatus": "the proxy refused",
    "InvalidMessage": "does not answer as a WebSocket server",
    "InvalidMethod": "does not answer as a WebSocket server",
    "InvalidProtocol": "does not answer as a WebSocket server",
    "InvalidStatus": "does not answer as a WebSocket server",
    "InvalidHeader": "does not answer as a WebSocket server",
    "InvalidHeaderFormat": "does not answer as a WebSocket server",
    "InvalidHeaderValue": "does not answer as a WebSocket server",
    "InvalidOrigin": "does not answer as a WebSocket server",
    "InvalidUpgrade": "does not answer as a WebSocket server",
    "NegotiationError": "does not answer as a WebSocket server",
    "DuplicateParameter": "does not answer as a WebSocket server",
    "InvalidParameterName": "does not answer as a WebSocket server",
    "InvalidParameterValue": "does not answer as a WebSocket server",
    "ProtocolError": "does not answer as a WebSocket server",
    "PayloadTooBig": "does not answer as a WebSocket server",
    "TooManyFragments": "does not answer as a WebSocket server",
    "InvalidState": "does not answer as a WebSocket server",
    "ConcurrencyError": "does not answer as a WebSocket server",
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
    """An exception of `kind`, whatever arguments its constructor needs."""
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


def test_other_exceptions_of_curl_cffi_are_translated_too() -> None:
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
        (ssl.SSLError(), "TLS connection failed"),
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
