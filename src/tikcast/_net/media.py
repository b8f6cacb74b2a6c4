"""Video requests like those of the client's browser: without cookies, through the client's proxy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from tikcast._net.errors import from_curl, proxy_refused, show_url
from tikcast._net.http import ABORT, ORIGIN, PROXY_REFUSES, BodyBuffer, open_session
from tikcast._net.proxy import is_loopback
from tikcast.errors import NetworkError, TikcastError

if TYPE_CHECKING:
    from curl_cffi.requests import AsyncSession, Response

    from tikcast._net.config import Settings

logger = logging.getLogger("tikcast.net.media")

_REDIRECTS: Final = 5
_OK: Final = range(200, 300)
_HEADERS: Final[dict[str, str | None]] = {
    "Accept": "*/*",
    "Origin": ORIGIN,
    "Referer": f"{ORIGIN}/",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-User": None,
    "Upgrade-Insecure-Requests": None,
}


class BodySink(Protocol):
    """Receives the body of an answer in chunks."""

    def write(self, chunk: bytes, /) -> bool:
        """Receive the next bytes; False ends the transfer."""


class Media:
    """Connections to video servers. They are separate from those of lookups, which long transfers would delay.

    Cancelling is safe. Redirects are followed, but not from a public host to a private address.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: AsyncSession[Response] | None = None

    async def get(self, url: str, *, what: str) -> bytes:
        """The whole body at `url`. Raises `NetworkError` for no answer, or one with an error status."""
        body = BodyBuffer(self._settings.options.limits.body)
        await self._transfer(url, body, what=what, seconds=self._settings.options.timeouts.request)
        return bytes(body.data)

    async def stream(self, url: str, sink: BodySink) -> None:
        """Write the body at `url` to `sink` while it is received, without a time limit. Raises as `get` does.

        The body of an answer with an error status is written too, before the error is raised.
        """
        await self._transfer(url, sink, what="video", seconds=None)

    async def aclose(self) -> None:
        """Close every connection. Closing twice is fine."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _transfer(self, url: str, sink: BodySink, *, what: str, seconds: float | None) -> None:
        host = urlsplit(url).hostname or ""
        proxy = self._settings.proxies.for_http(url)
        session = self._session = self._session or open_session(self._settings)
        logger.log(self._settings.request_level, "GET %s", show_url(url))
        try:
            response = await session.request(
                "GET",
                url,
                headers={**self._settings.browser.headers, **_HEADERS},
                timeout=seconds,
                allow_redirects=True if is_loopback(host) else "safe",
                max_redirects=_REDIRECTS,
                proxies={"all": proxy or ""},
                http_version="v1" if url.startswith("http:") else None,
                content_callback=lambda chunk: len(chunk) if sink.write(chunk) else ABORT,
                quote=False,
                discard_cookies=True,
            )
        except TikcastError:
            raise
        except Exception as error:
            if isinstance(sink, BodyBuffer) and sink.full:
                reason = f"it sent more than {sink.limit} bytes"
                raise NetworkError(host, reason, advice="raise Limits.body if you expect such an answer") from error
            raise from_curl(error, host=host, seconds=seconds or 0.0, proxied=proxy is not None) from error
        if response.status_code == PROXY_REFUSES and proxy:
            raise proxy_refused(host)
        if response.status_code not in _OK:
            reason = f"it answered with status {response.status_code} instead of {what}"
            raise NetworkError(host, reason, advice="look up the room again: its video addresses may have expired")
