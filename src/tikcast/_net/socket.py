"""The WebSocket to a room, and what the answer to its opening means."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol
from websockets.version import version as websockets_version

from tikcast._clock import age
from tikcast._net.cookies import cookie_header
from tikcast._net.errors import from_websocket, one_line
from tikcast._net.http import ORIGIN
from tikcast._net.proxy import check_escapes
from tikcast._net.tracing import Exchange
from tikcast.errors import (
    DeviceBlocked,
    HandshakeRefused,
    IPBlocked,
    RateLimited,
    TikcastError,
)

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.tracing import FrameObserver

logger = logging.getLogger("tikcast.net.socket")


class SocketClosed(Exception):  # noqa: N818 - it says what happened, like those of tikcast.errors
    """The connection is closed. `code`: that of the WebSocket close, 1006 for a connection that was interrupted."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"the WebSocket closed with code {code} ({one_line(reason) or 'no reason given'})")


class RoomSocket:
    """An open WebSocket. One task may receive while others send.

    `heartbeat_interval`: seconds that the server asked for, None when it did not.
    `skipped_texts`: how many text messages were received and ignored; TikTok sends binary messages.
    """

    def __init__(self, connection: ClientConnection, *, heartbeat_interval: float | None = None) -> None:
        self.heartbeat_interval = heartbeat_interval
        self.skipped_texts = 0
        self._connection = connection
        self._observer: FrameObserver | None = None
        self._end: tuple[int, str] | None = None

    def observe(self, observer: FrameObserver) -> None:
        """Let `observer` see every frame from now on."""
        self._observer = observer

    async def recv(self) -> bytes:
        """The next frame. Raises `SocketClosed` after the last received frame. Cancelling loses no frame."""
        while True:
            try:
                frame = await self._connection.recv()
            except ConnectionClosed as error:
                last = error.rcvd or error.sent
                raise self._ended(last.code, last.reason) if last else self._ended() from None
            if isinstance(frame, bytes):
                if self._observer is not None:
                    self._observer.observe("received", frame)
                return frame
            self.skipped_texts += 1
            if self._observer is not None:
                self._observer.observe("text", frame.encode(errors="replace"))

    async def send(self, data: bytes) -> None:
        """Send one frame. Raises `SocketClosed` after `recv` has raised it, or after `close`.

        Before that, a frame for a connection that the server has closed is dropped without an error, so that
        the caller goes on to read the frames that were received before.
        """
        if self._end is not None:
            raise self._ended()
        try:
            await self._connection.send(data)
        except ConnectionClosed:
            return
        if self._observer is not None:
            self._observer.observe("sent", data)

    async def close(self, *, graceful: bool = True) -> None:
        """Close with the closing handshake of WebSocket, within `Timeouts.close`. Closing twice is fine.

        Without `graceful`, or when cancelled, the connection is closed at once, as for a peer that does not answer.
        """
        try:
            if graceful:
                await self._connection.close()
        finally:
            self._connection.transport.abort()
        self._ended(self._connection.close_code or 1006, self._connection.close_reason or "")

    def _ended(self, code: int = 1006, reason: str = "") -> SocketClosed:
        """The error for the end of the connection; the first reason is kept."""
        if self._end is None:
            self._end = (int(code), reason)
            if self._observer is not None:
                self._observer.closed(*self._end)
        return SocketClosed(*self._end)


async def open_socket(
    url: str,
    settings: Settings,
    *,
    cookies: Mapping[str, str],
    user_agent: str | None = None,
    subprotocol: str | None = None,
) -> RoomSocket:
    """Open a WebSocket at `url` as the browser of `settings`, with `cookies` and no others.

    Raises `NetworkError` without an answer, and for a refusal the error of `refusal`.
    """
    options, host = settings.options, urlsplit(url).hostname or ""
    proxy = settings.proxies.for_ws(url)
    check_escapes(proxy, websockets=websockets_version)
    started = age()
    try:
        connection = await _ConnectWithoutRedirects(
            url,
            origin=Origin(ORIGIN),
            subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
            additional_headers=_headers(settings, cookies),
            user_agent_header=user_agent or settings.browser.user_agent,
            compression=None,
            proxy=proxy,
            open_timeout=options.timeouts.handshake,
            # TikTok does not answer pings: waiting for pongs would close healthy connections.
            ping_interval=None,
            close_timeout=options.timeouts.close,
            max_size=options.limits.frame,
            max_queue=options.limits.frames,
            logger=_quiet,
            **_tls_options(url, proxy, verify=options.verify),
        )
    except InvalidStatus as error:
        answer = error.response
        _show(settings, url, cookies=cookies, since=started, status=answer.status_code, headers=answer.headers)
        raise refusal(answer.status_code, answer.headers, host=host) from error
    except Exception as error:
        seconds, proxied = options.timeouts.handshake, proxy is not None
        failure = from_websocket(error, host=host, seconds=seconds, proxied=proxied)
        _show(settings, url, cookies=cookies, since=started, error=failure)
        raise failure from error
    # The query contains the signature, so it is not logged.
    logger.log(settings.request_level, "WebSocket %s: open", url.partition("?")[0])
    upgrade = connection.response
    headers = Headers() if upgrade is None else upgrade.headers
    _show(settings, url, cookies=cookies, since=started, status=101, headers=headers)
    announced = headers.get("Handshake-Options", "")
    return RoomSocket(connection, heartbeat_interval=heartbeat_interval(announced))


def _show(
    settings: Settings,
    url: str,
    *,
    cookies: Mapping[str, str],
    since: float,
    status: int | None = None,
    headers: Headers | None = None,
    error: TikcastError | None = None,
) -> None:
    """Show the opening of a WebSocket to the client's observer of requests."""
    if settings.requests is None:
        return
    by_name = {name.lower(): tuple((headers or Headers()).get_all(name)) for name in headers or ()}
    exchange = Exchange(
        method="GET",
        url=url,
        cookies=tuple(cookies),
        seconds=age() - since,
        status=status,
        headers=by_name,
        error=error,
    )
    settings.requests.requested(exchange)


def _headers(settings: Settings, cookies: Mapping[str, str]) -> dict[str, str]:
    sent = {
        "Accept-Language": settings.browser.accept_language,
        "Referer": f"{ORIGIN}/",
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        **settings.extra_headers,
    }
    return {**sent, "Cookie": cookie_header(cookies)} if cookies else sent


def _tls_options(url: str, proxy: str | None, *, verify: bool | str) -> dict[str, Any]:
    """The TLS options for the server and for the proxy, where they use TLS."""
    peers = {"ssl": url, "proxy_ssl": proxy or ""}
    return {name: _tls(verify) for name, peer in peers.items() if peer.startswith(("wss:", "https:"))}


@lru_cache(maxsize=8)  # creating a context takes long enough to delay other rooms
def _tls(verify: bool | str) -> ssl.SSLContext:  # noqa: FBT001 - the option's own form
    """A context that trusts the authorities of the system and of certifi, or those of a file."""
    if isinstance(verify, str):
        return ssl.create_default_context(cafile=verify)
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    import certifi

    context.load_verify_locations(certifi.where())
    return context


class _ConnectWithoutRedirects(connect):
    """A `connect` that follows no redirect, which would send the cookies to another host."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class _QuietLogger(logging.LoggerAdapter[logging.Logger]):
    """The log of websockets without its debug lines, which contain every header with its cookies."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - logging's name
        return level > logging.DEBUG and super().isEnabledFor(level)


_quiet: Final = _QuietLogger(logging.getLogger("websockets.client"), {})


NO_COOKIE: Final = "named cookie not present"
BAD_SIGNATURE: Final = "illegal secret key"

_ADVICE: Final = {
    BAD_SIGNATURE: "give the session for which the address was signed, or use the other method to connect",
    "illegal app_id": "look for a newer version of tikcast, or use the other method to connect",
    "not live": "look up the user again: the live stream has ended, or has another room",
    "login required": "give the session of an account that may watch it",
    NO_COOKIE: "connect again, which gets a new ttwid cookie",
}
_LONGEST_HEARTBEAT: Final = 300.0


def refusal(status: int, headers: Mapping[str, str], *, host: str) -> TikcastError:
    """The error for a WebSocket request that was answered with `status`. The names of `headers` ignore case."""
    message = one_line(headers.get("Handshake-Msg", ""))
    code = one_line(headers.get("Handshake-Status", ""))
    if "DEVICE_BLOCKED" in message.upper():
        return DeviceBlocked(message, host=host, status=status)
    if status == 429:
        return RateLimited(_number(headers.get("Retry-After", "")), "handshake")
    if status == 403 and not message:
        return IPBlocked("it refuses the WebSocket", host=host, status=status)
    if not message and status >= 500:
        return HandshakeRefused(status, "the server has a problem", host=host, advice=_LATER)
    advice = next((advice for part, advice in _ADVICE.items() if part in message), _OTHER_METHOD)
    return HandshakeRefused(status, message, code=code, host=host, advice=advice)


def heartbeat_interval(options: str) -> float | None:
    """Seconds between heartbeats that the header `Handshake-Options` asks for, None for none.

    It looks like a cookie header: `ping-interval=10; ping-timeout=…`.
    """
    pairs = (part.partition("=") for part in options.split(";"))
    wanted = {name.strip().lower(): value.strip() for name, _, value in pairs}
    seconds = _number(wanted.get("ping-interval", ""))
    return seconds if seconds and 1.0 <= seconds <= _LONGEST_HEARTBEAT else None


_LATER: Final = "try again later"
_OTHER_METHOD: Final = "use the other method to connect"


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
