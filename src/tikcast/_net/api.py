"""Questions to TikTok's pages and API as its web player asks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.cookies import CookieJar
    from tikcast._net.http import Answer, Http


class Api:
    """The pages and calls of one client, with the parameters of its browser. All may be cancelled."""

    def __init__(self, http: Http, settings: Settings, *, jar: CookieJar) -> None:
        self._http = http
        self._settings = settings
        self._jar = jar

    async def page(self, path: str) -> Answer:
        """A page of the web site."""
        url = f"{self._settings.endpoints.web}/{quote(path, safe='@/')}"
        return await self._http.get(url, kind="page", redirects=2)

    async def web(self, path: str, params: Mapping[str, str]) -> Answer:
        """A call of the web site's own API."""
        return await self._call(f"{self._settings.endpoints.web}/{path}", params)

    async def webcast(self, path: str, params: Mapping[str, str]) -> Answer:
        """A call of the webcast API."""
        return await self._call(f"{self._settings.endpoints.webcast}/{path}", params)

    async def _call(self, url: str, params: Mapping[str, str]) -> Answer:
        return await self._http.get(url, params={**self._params(), **params})

    def _params(self) -> dict[str, str]:
        host = urlsplit(self._settings.endpoints.webcast).hostname or ""
        token = self._jar.cookies_for(host).get("msToken", "")
        own = self._settings.browser.api_params(logged_in=self._settings.logged_in, ms_token=token)
        return {**own, **self._settings.config.extra_params}
