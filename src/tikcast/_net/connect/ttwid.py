"""The anonymous cookie `ttwid`, which the direct method needs, from several sources of TikTok.

Only a fraction of the pages sets it (2026-09): each source is asked in turn, the pages more than once. The services
`ttwid/union/register` and `ttwid/check` give it without a page (2026-11).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from tikcast._net.answers import check_page
from tikcast._net.connect.plan import CookieSource
from tikcast._net.cookies import set_cookie_pairs
from tikcast._net.single_flight import SingleFlight
from tikcast._net.targets import is_tiktok
from tikcast.errors import Blocked, ConfigError, NameNotResolved, NetworkError, NetworkTimeout, TikcastError, TLSFailed

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.cookies import CookieJar
    from tikcast._net.http import Answer, Http

logger = logging.getLogger("tikcast.net.connect.ttwid")

COOKIE: Final = "ttwid"
_TRIES: Final = 8
_REDIRECTS: Final = 2
_MOST_UNANSWERED: Final = 2
_REGISTER_HOST: Final = "https://ttwid.bytedance.com"
_VISITOR: Final = msgspec.json.encode(
    {
        "region": "va",
        "aid": 1768,
        "needFid": False,
        "service": "https://www.tiktok.com",
        "migrate_info": {"ticket": "", "source": "node"},
        "cbUrlProtocol": "https",
        "union": True,
    }
)
SOURCE_NAMES: Final[Mapping[CookieSource, str]] = {
    "live_page": "the live page",
    "profile": "the profile page",
    "live": "the page /live",
    "register": "ttwid/union/register",
    "check": "ttwid/check",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitorCookie:
    """A `ttwid`. `number`: which of the cookies of this client it is."""

    number: int
    source: CookieSource
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Failure:
    """Why a source gave no cookie. `rank`: how much it says, the lowest most."""

    error: TikcastError
    rank: int


_REFUSED, _NO_COOKIE, _NO_ANSWER = range(3)


class VisitorCookies:
    """The `ttwid` of one client. `sleep` waits between two requests. Cancelling is safe."""

    def __init__(
        self,
        http: Http,
        settings: Settings,
        *,
        jar: CookieJar,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._settings = settings
        self._jar = jar
        self._sleep = sleep
        self._flights = SingleFlight()
        self._known: VisitorCookie | None = None
        self._count = 0

    async def get(
        self,
        username: str | None,
        *,
        sources: Sequence[CookieSource],
        refused: int | None = None,
        tries: int = _TRIES,
    ) -> VisitorCookie:
        """The cookie of the client; a new one from `sources` if there is none, or only the one with number `refused`.

        `tries`: how many requests are made at most, without redirects.

        Raises the error of the source that says most, with those of the other sources as its `causes`.
        """
        while (cookie := self._current()) is None or cookie.number == refused:
            if cookie is not None:
                self.drop(cookie.number)
            await self._flights.run(COOKIE, lambda: self._request(username, sources, tries=tries))
        return cookie

    def drop(self, number: int) -> None:
        """Do not use the cookie with this number any more."""
        if self._known is not None and self._known.number == number:
            self._known = None
            self._jar.forget(COOKIE)

    def jar_cookies(self) -> dict[str, str]:
        """All cookies of the website, the `ttwid` among them."""
        return self._jar.cookies_for(self._web_host)

    @property
    def _web_host(self) -> str:
        return urlsplit(self._settings.endpoints.web).hostname or ""

    def _current(self, source: CookieSource = "lookup") -> VisitorCookie | None:
        """The cookie in the jar. One that is new there came from `source`."""
        value = self.jar_cookies().get(COOKIE)
        if value is None:
            self._known = None
        elif self._known is None or self._known.value != value:
            self._count += 1
            self._known = VisitorCookie(number=self._count, source=source, value=value)
        return self._known

    async def _request(self, username: str | None, sources: Sequence[CookieSource], *, tries: int) -> None:
        """Ask one source after the other until one of them sets the cookie. A host that does not answer is left out."""
        offered = [source for source in sources if username or source != "live_page"]
        failures: list[_Failure] = []
        unanswered: Counter[str] = Counter()
        for number, source in enumerate(islice(cycle(offered), tries)):
            host = urlsplit(self._base(source)).netloc
            if unanswered[host] >= _MOST_UNANSWERED:
                continue
            if number >= len(offered):
                await self._sleep(self._settings.options.timeouts.mint_interval)
            failure = await self._failure_of(source, username, again=number >= len(offered))
            if failure is None:
                return
            logger.debug("No %s from %s: %s", COOKIE, SOURCE_NAMES[source], failure.error)
            failures.append(failure)
            if failure.rank != _NO_ANSWER:
                unanswered[host] = -_TRIES  # it answers, so that the next request may succeed
            elif isinstance(failure.error, NetworkTimeout | NameNotResolved | TLSFailed):
                unanswered[host] += _MOST_UNANSWERED
            else:
                unanswered[host] += 1
        raise self._worst(failures)

    async def _failure_of(self, source: CookieSource, username: str | None, *, again: bool) -> _Failure | None:
        """Ask a source; None once there is a cookie."""
        try:
            answer = await self._ask(source, username, again=again)
            if self._current(source):
                return None
            check_page(answer)
        except ConfigError:  # the client is closed
            raise
        except NetworkError as error:
            return _Failure(error=error, rank=_NO_ANSWER)
        except TikcastError as error:
            return _Failure(error=error, rank=_REFUSED)
        return _Failure(
            error=Blocked(f"{SOURCE_NAMES[source]} set no {COOKIE} cookie", host=answer.host), rank=_NO_COOKIE
        )

    def _worst(self, failures: Sequence[_Failure]) -> TikcastError:
        """The failure that says most: a refusal, else that no source set the cookie, else a host without an answer."""
        worst = min(failures, key=lambda one: one.rank)
        error = worst.error
        if worst.rank == _NO_COOKIE:
            reason = f"it set no {COOKIE} cookie in {len(failures)} requests"
            advice = "try again later, or connect through a signer (connect=('signed',))"
            error = Blocked(reason, host=self._web_host, advice=advice)
        error.causes = tuple(one.error for one in failures if one.error is not error)
        return error

    def _base(self, source: CookieSource) -> str:
        web = self._settings.endpoints.web
        return _REGISTER_HOST if source == "register" and is_tiktok(self._web_host) else web

    async def _ask(self, source: CookieSource, username: str | None, *, again: bool) -> Answer:
        base = self._base(source)
        if source == "register":
            return await self._register(f"{base}/ttwid/union/register/")
        if source == "check":
            return await self._http.post(f"{base}/ttwid/check/", _VISITOR)
        name = "tiktok" if again or not username else username
        path = {"live_page": f"@{username}/live", "profile": f"@{name}"}.get(source, "live")
        return await self._http.get(f"{base}/{path}", kind="page", cookies="jar", redirects=_REDIRECTS)

    async def _register(self, url: str) -> Answer:
        """Register a visitor. The cookie is in the answer, or in that of the address that the answer names."""
        answer = await self._http.post(url, _VISITOR)
        self._adopt(answer)
        target = _redirect_url(answer.body)
        if self._current("register") is None and target and self._may_ask(target):
            answer = await self._http.get(target, kind="page", cookies="jar", redirects=_REDIRECTS)
            self._adopt(answer)
        return answer

    def _may_ask(self, url: str) -> bool:
        """Whether the address belongs to TikTok, and is as safe as the website's."""
        parts = urlsplit(url)
        safe = parts.scheme == "https" or self._settings.endpoints.web.startswith("http:")
        return safe and self._settings.is_trusted(parts.hostname or "")

    def _adopt(self, answer: Answer) -> None:
        """Keep the cookie of a host that is not the website's as one of the website's."""
        value = set_cookie_pairs(answer.headers.get("set-cookie", ())).get(COOKIE)
        if value and answer.host != self._web_host:
            domain = "; Domain=.tiktok.com" if is_tiktok(self._web_host) else ""
            self._jar.store([f"{COOKIE}={value}; Path=/{domain}"], host=self._web_host)


def _redirect_url(body: bytes) -> str:
    """The address in the answer of a registration, "" for none."""
    try:
        url = msgspec.json.decode(body, type=dict[str, object]).get("redirect_url")
        parts = urlsplit(url if isinstance(url, str) else "")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
    return parts.geturl() if parts.scheme in {"http", "https"} else ""
