"""Connect through a signer, which names the push server and signs the address."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from tikcast._net.connect.connector import ConnectProgress, OpenedRoom, RoomRequest
from tikcast._net.connect.url import signed_url, socket_params
from tikcast._net.errors import one_line
from tikcast._net.socket import open_socket
from tikcast._net.targets import is_tiktok
from tikcast._wire.response import ResponseHead, parse_response
from tikcast.errors import DeviceBlocked, SignerError, TikcastError
from tikcast.signer import SignedFetch, Signer, SignRequest

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.identity import Browser

SUBPROTOCOL: Final = "echo-protocol"
_SHORTEST_REAL_ANSWER: Final = 1024


class SignedConnector:
    """Connects with a new signature each time, since a signed address is valid for about 30 seconds."""

    def __init__(self, signer: Signer, settings: Settings, *, random: Random) -> None:
        self._signer = signer
        self._settings = settings
        self._random = random

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open the room's WebSocket. After DEVICE_BLOCKED, the next call uses another identity."""
        progress.stage = "signature"
        browser = self._settings.browser
        signed = await self._sign(request, browser)
        head, server = self._read(signed.response)
        progress.host = server.netloc
        url = signed_url(
            head.push_server,
            socket_params(
                browser,
                room_id=request.room_id,
                rtt_ms=self._random.randint(100, 200),
                cursor=request.cursor or head.cursor,
                internal_ext=request.internal_ext or head.internal_ext,
            ),
            route=head.route_params,
            extra=self._settings.extra_params,
            base=self._base(server),
        )
        progress.stage = "handshake"
        try:
            socket = await open_socket(
                url,
                self._settings,
                # The signature belongs to the session that the signer received: another session would be refused.
                cookies={**signed.cookies, **self._shared_session()},
                user_agent=signed.user_agent or browser.user_agent,
                subprotocol=SUBPROTOCOL,
            )
        except DeviceBlocked:
            self._settings.identity.rotate(browser)
            raise
        return OpenedRoom(socket=socket, first_response=signed.response, method="signed")

    async def _sign(self, request: RoomRequest, browser: Browser) -> SignedFetch:
        asked = SignRequest(
            room_id=request.room_id,
            username=request.username,
            cursor=request.cursor,
            user_agent=browser.user_agent,
            session=self._shared_session(),
        )
        try:
            return await self._signer.fetch(asked)
        except TikcastError:
            raise
        except Exception as error:
            kind = type(error).__name__
            raise SignerError(f"it failed with {kind}", advice="see the exception that caused it") from error

    def _shared_session(self) -> Mapping[str, str]:
        return self._settings.session if self._settings.options.send_session_to_signer else {}

    def _read(self, response: bytes) -> tuple[ResponseHead, SplitResult]:
        """The answer of a signer and its push server. Raises `SignerError` for an answer that cannot be used."""
        try:
            head = parse_response(response)
            server = urlsplit(head.push_server)
        except ValueError as error:
            raise SignerError(f"its answer of {len(response)} bytes is not a WebcastResponse") from error
        if not server.hostname:
            raise SignerError(f"its answer of {len(response)} bytes names no push server")
        self._check_server(server.scheme, server.hostname, size=len(response))
        return head, server

    def _base(self, named: SplitResult) -> str | None:
        """The scheme and host that replace those that the signer named, None when nothing replaces them.

        `Endpoints.push` replaces any push server. If the same host signs, as with `Endpoints.at`, two answers of
        the signer remain valid: that its own host uses TLS, and that there is no push server (a name under
        .invalid, which RFC 6761 reserves).
        """
        push = self._settings.endpoints.push
        own = urlsplit(push or "")
        if push is None or own.hostname != urlsplit(self._settings.endpoints.signer).hostname:
            return push
        if named.netloc == own.netloc:
            return f"wss{push.removeprefix(own.scheme)}" if named.scheme == "wss" else push
        return None if (named.hostname or "").endswith(".invalid") else push

    def _check_server(self, scheme: str, host: str, *, size: int) -> None:
        """Raise `SignerError` unless the push server is TikTok's or that of `Endpoints`, since it gets cookies."""
        advice = "connect without a signer (connect=('direct',)), or choose another signer"
        known = is_tiktok(host) or self._settings.is_trusted(host)
        if size < _SHORTEST_REAL_ANSWER and not known:
            reason = f"it sent a stub of {size} bytes instead of a signature, with the push server {one_line(host)}"
            raise SignerError(reason, advice=advice)
        if self._settings.endpoints.push is None and not (is_tiktok(host) and scheme == "wss"):
            raise SignerError(f"its push server {scheme}://{one_line(host)} is not TikTok's", advice=advice)
