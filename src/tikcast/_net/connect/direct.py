"""Connect without a signer: get an anonymous cookie from TikTok and open the WebSocket with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tikcast._net.answers import check_page
from tikcast._net.connect.connector import ConnectProgress, OpenedRoom, RoomRequest
from tikcast._net.connect.url import direct_url, socket_params
from tikcast._net.single_flight import SingleFlight
from tikcast._net.socket import NO_COOKIE, open_socket
from tikcast.errors import Blocked, DeviceBlocked, HandshakeRefused
from tikcast.options import PUSH_HOST

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.cookies import CookieJar
    from tikcast._net.http import Http

COOKIE: Final = "ttwid"
_TRIES: Final = 8


class DirectConnector:
    """Connects like TikTok's web player. `sleep` waits between two requests for the cookie."""

    def __init__(
        self,
        http: Http,
        settings: Settings,
        *,
        jar: CookieJar,
        random: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._settings = settings
        self._jar = jar
        self._random = random
        self._sleep = sleep
        self._flights = SingleFlight()

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open the room's WebSocket. After DEVICE_BLOCKED, the next call uses another identity."""
        progress.stage = "identity"
        while COOKIE not in self._cookies():
            await self._flights.run(COOKIE, lambda: self._get_cookie(request.username))
        cookies, browser = self._cookies(), self._settings.browser
        progress.stage = "handshake"
        url = direct_url(
            self._settings.endpoints.push or PUSH_HOST,
            socket_params(
                browser,
                room_id=request.room_id,
                rtt_ms=self._random.randint(100, 200),
                cursor=request.cursor,
                internal_ext=request.internal_ext,
            ),
            extra=self._settings.extra_params,
        )
        try:
            login = self._settings.session_for(urlsplit(url).hostname or "")
            socket = await open_socket(url, self._settings, cookies={**cookies, **login}, user_agent=browser.user_agent)
        except DeviceBlocked:
            self._settings.identity.rotate(browser)
            raise
        except HandshakeRefused as error:
            if NO_COOKIE in error.message and self._cookies().get(COOKIE) == cookies.get(COOKIE):
                self._jar.forget(COOKIE)
            raise
        return OpenedRoom(socket=socket, first_response=None, method="direct")

    def _cookies(self) -> dict[str, str]:
        return self._jar.cookies_for(urlsplit(self._settings.endpoints.web).hostname or "")

    async def _get_cookie(self, username: str | None) -> None:
        """Request pages until one of them sets the cookie, which few do."""
        pages = [f"@{name}" for name in (username, "tiktok") if name]
        host = urlsplit(self._settings.endpoints.web).hostname or ""
        failure: Blocked | None = None
        for attempt in range(_TRIES):
            if attempt:
                await self._sleep(self._settings.options.timeouts.mint_interval)
            page = pages[attempt % len(pages)]
            answer = await self._http.get(f"{self._settings.endpoints.web}/{page}", kind="page", cookies="jar")
            if COOKIE in self._cookies():
                return
            try:
                check_page(answer)
            except Blocked as error:
                failure = error
        raise failure or Blocked(
            f"it set no {COOKIE} cookie in {_TRIES} requests",
            host=host,
            advice="try again later, or connect through a signer (connect=('signed',))",
        )
