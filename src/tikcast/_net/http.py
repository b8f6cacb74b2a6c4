"""HTTP requests that look like those of a browser: curl_cffi with size limits, cookies and errors of tikcast."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tikcast._clock import age
from tikcast._net.cookies import CookieJar, cookie_header, cookie_pairs
from tikcast._net.errors import from_curl, proxy_refused, show_url
from tikcast._net.tracing import Exchange
from tikcast.errors import ConfigError, NetworkError, TikcastError

if TYPE_CHECKING:
    from curl_cffi.requests import AsyncSession, Response

    from tikcast._net.config import Settings

logger = logging.getLogger("tikcast.net.http")

Cookies = Literal["none", "jar", "session"]
"""The cookies of a request: none, those that the host has set, or these and the login of the user."""

Kind = Literal["page", "api", "image", "plain"]
"""A request as from a browser that opens a page, a page that calls an API or loads a picture, or not from a browser."""

ORIGIN: Final = "https://www.tiktok.com"
"""The origin of every API call and WebSocket, whatever the endpoint. TikTok refuses a trailing slash."""

PROXY_REFUSES: Final = 407
ABORT: Final = 0xFFFFFFFF
"""The result of a content callback that makes libcurl end the transfer."""

_KINDS: Final[dict[Kind, dict[str, str | None]]] = {
    "page": {},
    "api": {
        "Accept": "application/json, text/plain, */*",
        "Origin": ORIGIN,
        "Referer": f"{ORIGIN}/",
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-User": None,
        "Upgrade-Insecure-Requests": None,
    },
    "image": {
        "Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "Referer": f"{ORIGIN}/",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "image",
        "Sec-Fetch-User": None,
        "Upgrade-Insecure-Requests": None,
    },
    "plain": {"User-Agent": "tikcast", "Accept": "*/*"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The answer to a request. `url`: its address after redirects. Header names are in lower case."""

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, tuple[str, ...]] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def host(self) -> str:
        """The host that answered."""
        return urlsplit(self.url).hostname or ""

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 become U+FFFD."""
        return self.body.decode("utf-8", errors="replace")

    def header(self, name: str) -> str:
        """The first header of this name, "" for none."""
        return next(iter(self.headers.get(name.lower(), ())), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    """One request, but for its address. `body` is sent by POST; None for GET."""

    headers: Mapping[str, str] = field(repr=False)
    kind: Kind
    cookies: Cookies
    limit: int
    body: bytes | None = field(default=None, repr=False)

    @property
    def method(self) -> Literal["GET", "POST"]:
        """The method of HTTP."""
        return "GET" if self.body is None else "POST"


class Http:
    """The HTTP requests of one client. No connection is opened before the first request.

    Cancelling is safe.
    """

    def __init__(self, settings: Settings, *, jar: CookieJar) -> None:
        self._settings = settings
        self._jar = jar
        self._sessions: dict[bool, AsyncSession[Response]] = {}
        self._closed = asyncio.Event()
        self._slots = asyncio.Semaphore(settings.options.limits.requests)

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        kind: Kind = "api",
        cookies: Cookies = "session",
        redirects: int = 0,
        limit: int | None = None,
    ) -> Answer:
        """Request `url` and follow at most `redirects` redirects within TikTok's own hosts.

        An answer with any status is returned, also a redirect that is not followed. Raises `NetworkError` or
        `NetworkTimeout` when there is no answer or one of more than `limit` bytes (by default `Limits.body`),
        and `ConfigError` once this is closed.
        """
        if params:
            url = with_query(url, params)
        largest = self._settings.options.limits.body if limit is None else limit
        request = _Request(headers=headers or {}, kind=kind, cookies=cookies, limit=largest)
        # The requests that wait for a slot end when this is closed: the running ones end first, and the rest follows.
        async with self._slots:
            answer = await self._hop(url, request)
            for _ in range(redirects):
                target = self._redirect(answer)
                if target is None:
                    break
                answer = await self._hop(target, request)
        return answer

    async def post(self, url: str, body: bytes, *, cookies: Cookies = "jar") -> Answer:
        """Send `body`, which is JSON, to `url`, as a page does. Raises as `get` does."""
        limit = self._settings.options.limits.body
        headers = {"Content-Type": "application/json"}
        request = _Request(headers=headers, kind="api", cookies=cookies, limit=limit, body=body)
        async with self._slots:
            return await self._hop(url, request)

    @property
    def closed(self) -> bool:
        """Whether this is closed, so that no request is possible any more."""
        return self._closed.is_set()

    async def sleep(self, seconds: float) -> None:
        """Wait. Raises `ConfigError` as soon as this is closed; cancelling is safe."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        if self.closed:
            raise _closed()

    async def aclose(self) -> None:
        """Close every connection. Closing twice is fine."""
        self._closed.set()
        sessions, self._sessions = self._sessions, {}
        await asyncio.gather(*(session.close() for session in sessions.values()))

    async def _hop(self, url: str, request: _Request) -> Answer:
        host = urlsplit(url).hostname or ""
        proxy = self._settings.proxies.for_http(url)
        body = BodyBuffer(request.limit)
        sent = self._headers(host, kind=request.kind, cookies=request.cookies) | dict(request.headers)
        imitates = request.kind != "plain"
        started = age()
        try:
            session = self._open(imitates=imitates)
            response = await session.request(
                request.method,
                url,
                data=request.body,
                headers=sent,
                default_headers=imitates,
                timeout=self._settings.options.timeouts.request,
                allow_redirects=False,
                # An empty proxy stops libcurl from reading the environment.
                proxies={"all": proxy or ""},
                # Over plain HTTP the profile would ask for HTTP/2, which no browser does.
                http_version="v1" if url.startswith("http:") else None,
                content_callback=lambda chunk: len(chunk) if body.write(chunk) else ABORT,
                quote=False,
                discard_cookies=True,
            )
        except TikcastError:
            raise
        except Exception as error:
            failure = self._failure(error, host=host, body=body, proxied=proxy is not None)
            self._log(url, failure, method=request.method, since=started)
            self._show(url, request, sent=sent, outcome=failure, seconds=age() - started)
            raise failure from error
        if self.closed:  # requests that run when the session is closed end as if they had been answered
            raise _closed()
        answer = _answer(response, url=url, body=bytes(body.data))
        if request.cookies != "none":
            self._jar.store(answer.headers.get("set-cookie", ()), host=host)
        self._log(url, answer, method=request.method, since=started)
        self._show(url, request, sent=sent, outcome=answer, seconds=age() - started)
        if answer.status == PROXY_REFUSES and proxy:
            raise proxy_refused(host)
        return answer

    def _headers(self, host: str, *, kind: Kind, cookies: Cookies) -> dict[str, str | None]:
        own = {} if kind == "plain" else self._settings.browser.headers
        sent: dict[str, str | None] = {**own, **_KINDS[kind]}
        if cookies == "none":
            return sent
        jar = self._jar.cookies_for(host)
        login = self._settings.session_for(host) if cookies == "session" else {}
        if jar or login:
            sent["Cookie"] = cookie_header({**jar, **login})
        return {**sent, **self._settings.extra_headers}

    def _redirect(self, answer: Answer) -> str | None:
        """The address to follow, None when the answer is final or its redirect is not to be followed."""
        location = answer.header("location")
        if answer.status not in {301, 302, 303, 307, 308} or not location:
            return None
        try:
            url = urljoin(answer.url, location)
            parts = urlsplit(url)
        except ValueError:
            return None
        safe = parts.scheme == "https" or (parts.scheme == "http" and answer.url.startswith("http:"))
        return url if safe and self._settings.is_trusted(parts.hostname or "") else None

    def _failure(self, error: Exception, *, host: str, body: BodyBuffer, proxied: bool) -> TikcastError:
        if body.full:
            option = "body" if body.limit == self._settings.options.limits.body else "image"
            advice = f"raise Limits.{option} if you expect such an answer"
            return NetworkError(host, f"it sent more than {body.limit} bytes", advice=advice)
        return from_curl(error, host=host, seconds=self._settings.options.timeouts.request, proxied=proxied)

    def _log(self, url: str, outcome: Answer | TikcastError, *, method: str, since: float) -> None:
        level = self._settings.request_level
        if logger.isEnabledFor(level):
            result = f"{outcome.status}, {len(outcome.body)} bytes" if isinstance(outcome, Answer) else str(outcome)
            shown = show_url(url, hide=self._settings.extra_params)
            logger.log(level, "%s %s: %s, after %.2f s", method, shown, result, age() - since)

    def _show(
        self,
        url: str,
        request: _Request,
        *,
        sent: Mapping[str, str | None],
        outcome: Answer | TikcastError,
        seconds: float,
    ) -> None:
        """Show a request and its outcome to the client's observer of requests."""
        observer = self._settings.requests
        if observer is None:
            return
        method, names = request.method, tuple(cookie_pairs(sent.get("Cookie") or ""))
        if isinstance(outcome, TikcastError):
            exchange = Exchange(method=method, url=url, cookies=names, seconds=seconds, error=outcome)
        else:
            status, headers, body = outcome.status, outcome.headers, outcome.body
            exchange = Exchange(
                method=method, url=url, cookies=names, seconds=seconds, status=status, headers=headers, body=body
            )
        observer.requested(exchange)

    def _open(self, *, imitates: bool) -> AsyncSession[Response]:
        """The session for requests as from a browser, or the one for plain requests.

        They are two, since a handle of libcurl that has imitated a browser sends its headers ever after.
        """
        if self.closed:
            raise _closed()
        if imitates not in self._sessions:
            self._sessions[imitates] = open_session(self._settings, imitates=imitates)
        return self._sessions[imitates]


def open_session(settings: Settings, *, imitates: bool = True) -> AsyncSession[Response]:
    """A session of curl_cffi, which stores no cookies and reads no environment.

    `imitates`: whether it imitates the client's browser, in TLS and HTTP/2 too.
    """
    from curl_cffi import CurlOpt
    from curl_cffi.requests import AsyncSession

    verify = settings.options.verify
    options: dict[CurlOpt, str | int] = {CurlOpt.NOPROXY: ""}
    if isinstance(verify, str):
        options |= {CurlOpt.CAINFO: verify, CurlOpt.PROXY_CAINFO: verify}
    elif not verify:  # curl_cffi's verify=False does not cover the certificate of the proxy
        options |= {CurlOpt.PROXY_SSL_VERIFYPEER: 0, CurlOpt.PROXY_SSL_VERIFYHOST: 0}
    return AsyncSession(
        impersonate=settings.browser.impersonate if imitates else None,
        # The client's own jar decides which cookies are sent.
        discard_cookies=True,
        verify=bool(verify),
        trust_env=False,
        curl_options=options,
        max_clients=settings.options.limits.requests,
    )


class BodyBuffer:
    """The body of an answer while it is received, up to `limit` bytes after decompression."""

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self.full = False
        self.limit = limit

    def write(self, chunk: bytes, /) -> bool:
        """Add the next bytes; False when they are too many."""
        self.full = len(self.data) + len(chunk) > self.limit
        if not self.full:
            self.data += chunk
        return not self.full


def _closed() -> ConfigError:
    return ConfigError("this client is closed", advice="make a new one")


def _answer(response: Response, *, url: str, body: bytes) -> Answer:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in response.headers.multi_items():
        key = name.lower()
        headers[key] = (*headers.get(key, ()), value or "")
    return Answer(url=url, status=response.status_code, headers=headers, body=body)


def with_query(url: str, params: Mapping[str, str]) -> str:
    """`url` with further parameters."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params, quote_via=quote)}"


_SIGNED: Final = frozenset({"room/info/", "feed/"})


class Api:
    """TikTok's pages and API calls, with the parameters of the client's browser. Cancelling is safe.

    `sign` adds a signature to the addresses of the calls that TikTok does not answer to everybody without one.
    """

    def __init__(
        self, http: Http, settings: Settings, *, jar: CookieJar, sign: Callable[[str], Awaitable[str]]
    ) -> None:
        self._http = http
        self._settings = settings
        self._jar = jar
        self._sign = sign

    async def page(self, path: str) -> Answer:
        """Request a page of the website."""
        url = f"{self._settings.endpoints.web}/{quote(path, safe='@/')}"
        return await self._http.get(url, kind="page", redirects=2)

    async def web(self, path: str, params: Mapping[str, str]) -> Answer:
        """Call the API of the website."""
        return await self._call(f"{self._settings.endpoints.web}/{path}", params)

    async def webcast(self, path: str, params: Mapping[str, str]) -> Answer:
        """Call the webcast API. Raises `SignerError` too, for a call that the user's `UrlSigner` cannot sign."""
        url = f"{self._settings.endpoints.webcast}/{path}"
        if path not in _SIGNED:
            return await self._call(url, params)
        return await self._http.get(await self._sign(with_query(url, {**self._params(), **params})))

    async def _call(self, url: str, params: Mapping[str, str]) -> Answer:
        return await self._http.get(url, params={**self._params(), **params})

    def _params(self) -> dict[str, str]:
        host = urlsplit(self._settings.endpoints.webcast).hostname or ""
        token = self._jar.cookies_for(host).get("msToken", "")
        own = self._settings.browser.api_params(logged_in=self._settings.logged_in, ms_token=token)
        return {**own, **self._settings.extra_params}
