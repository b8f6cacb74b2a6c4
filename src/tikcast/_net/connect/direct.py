"""Connect without a signer: get an anonymous cookie from TikTok and open the WebSocket with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tikcast._net.connect.connector import ConnectProgress, OpenedRoom, RoomRequest
from tikcast._net.connect.plan import host_name
from tikcast._net.connect.url import direct_url, socket_params
from tikcast._net.socket import BAD_SIGNATURE, NO_COOKIE, open_socket
from tikcast.errors import DeviceBlocked, HandshakeRefused

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.connect.ttwid import VisitorCookies

_WANTS_SIGNATURE: Final = (
    "TikTok wants a signature for this address: connect through a signer (connect=('signed',)), give a url_signer, "
    "or use another address (proxy=…)"
)


class DirectConnector:
    """Connects like TikTok's web player. `sign` adds the signature of the user's own signer, if there is one."""

    def __init__(
        self,
        settings: Settings,
        *,
        cookies: VisitorCookies,
        random: Random,
        sign: Callable[[str], Awaitable[str]],
    ) -> None:
        self._settings = settings
        self._cookies = cookies
        self._random = random
        self._sign = sign

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open the room's WebSocket. After DEVICE_BLOCKED, the next call uses another identity.

        A cookie that is refused is not used again, nor one whose address is refused for want of a signature.
        """
        choice = progress.choice
        progress.stage = "identity"
        progress.cookie = cookie = await self._cookies.get(
            request.username, sources=choice.sources, refused=choice.refused_cookie
        )
        cookies, browser = self._cookies.jar_cookies(), self._settings.browser
        url = direct_url(
            choice.host,
            socket_params(
                browser,
                room_id=request.room_id,
                rtt_ms=self._random.randint(100, 200),
                cursor=request.cursor,
                internal_ext=request.internal_ext,
            ),
            extra=self._settings.extra_params,
        )
        progress.host = host_name(url)
        if self._settings.options.url_signer is not None:
            progress.stage = "signature"
            url = await self._sign(url)
        progress.stage = "handshake"
        try:
            login = self._settings.session_for(urlsplit(url).hostname or "")
            socket = await open_socket(url, self._settings, cookies={**cookies, **login}, user_agent=browser.user_agent)
        except DeviceBlocked:
            self._settings.identity.rotate(browser)
            raise
        except HandshakeRefused as error:
            if NO_COOKIE in error.message:
                self._cookies.drop(cookie.number)
            if BAD_SIGNATURE in error.message:
                self._cookies.drop(cookie.number)
                raise _without_signature(error) from error.__cause__
            raise
        return OpenedRoom(socket=socket, first_response=None, method="direct")


def _without_signature(error: HandshakeRefused) -> HandshakeRefused:
    """The refusal "illegal secret key" of an address without a signature (seen 2026-09-29), with the right advice."""
    return HandshakeRefused(error.status, error.message, code=error.code, host=error.host, advice=_WANTS_SIGNATURE)
