"""A signer with the usual HTTP API, and the limit of requests to it."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from tikcast._clock import age, now
from tikcast._net.cookies import cookie_header, set_cookie_pairs
from tikcast._net.errors import one_line, without_secrets
from tikcast._net.single_flight import SingleFlight
from tikcast.errors import RateLimited, SignerError, TikcastError
from tikcast.models import ShapeError, SignerLimits
from tikcast.signer import SignedFetch, SignRequest

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.http import Answer, Http

logger = logging.getLogger("tikcast.net.signer")


_NOT_HERE: Final = 404


class HttpSigner:
    """A signer with the usual HTTP API. Each signature waits for its turn, so that the quota is kept.

    Two forms of this API are in use (2026-11): `/webcast/fetch` with `/webcast/rate_limits`, and
    `/webcast/rooms/ROOM/connect` with `/accounts/me/rate_limits`. A signer that answers one with 404 gets the other,
    and this is remembered. The newer form takes a session in a header, so that it is in no log of addresses.
    """

    def __init__(self, http: Http, settings: Settings, *, limiter: Limiter) -> None:
        self._http = http
        self._settings = settings
        self._limiter = limiter
        self._flights = SingleFlight()
        self._newest_first: dict[str, bool] = {}

    async def fetch(self, request: SignRequest) -> SignedFetch:
        """Sign for one room. Raises `SignerError`, `RateLimited`, or `NetworkError`."""
        if self._settings.options.check_limits:
            await self._flights.run("quota", lambda: self._limiter.learn(self._learn_limits))
        await self._limiter.turn(self._settings.options.timeouts.signer_turn)
        login = request.session
        older = _Call(path="webcast/fetch", params=self._query(request, older=True))
        newer = _Call(
            path=f"webcast/rooms/{request.room_id}/connect",
            params=self._query(request, older=False),
            headers={"X-Cookie-Header": cookie_header(login)} if login else {},
        )
        answer = await self._get(older, newer, what="fetch")
        cookies = set_cookie_pairs(answer.headers.get("x-set-tt-cookie", ()))
        if not answer.body:
            raise SignerError(
                "its answer is empty, which happens when TikTok detects the signer",
                status=answer.status,
                host=answer.host,
            )
        if not cookies:
            raise SignerError("its answer has no X-Set-TT-Cookie", status=answer.status, host=answer.host)
        return SignedFetch(response=answer.body, cookies=cookies)

    async def limits(self) -> SignerLimits:
        """The remaining quota of this signer. Raises `SignerError`, `RateLimited`, `NetworkError`."""
        older, newer = _Call(path="webcast/rate_limits"), _Call(path="accounts/me/rate_limits")
        answer = await self._get(older, newer, what="limits")
        try:
            return SignerLimits.from_json(msgspec.json.decode(answer.body))
        except (msgspec.MsgspecError, ShapeError, RecursionError, ValueError) as error:
            raise SignerError("its limits cannot be read", status=answer.status, host=answer.host) from error

    async def _learn_limits(self) -> None:
        """Ask for the quota. A signer that refuses to name it is assumed to grant the usual one."""
        try:
            limits = await self.limits()
        except (SignerError, RateLimited) as error:
            logger.info("The signer does not tell its limits: %s", error)
            limits = SignerLimits()
        if limits.minute.max:
            self._limiter.set_quota(limits.minute.max)
        for span, quota in (("minute", limits.minute), ("hour", limits.hour), ("day", limits.day)):
            if quota.remaining == 0:
                wait = _seconds_until(quota.reset_at, now=now()) or 0.0
                self._limiter.pause(min(wait, _LONGEST_WAIT), scope=f"signer {span}")

    async def _get(self, older: _Call, newer: _Call, *, what: str) -> Answer:
        """The answer to the form that this signer knows. Raises the refusal of the form that is tried first."""
        newest_first = self._newest_first.get(what, False)
        first, second = (newer, older) if newest_first else (older, newer)
        try:
            return await self._ask(first)
        except SignerError as error:
            if error.status != _NOT_HERE:
                raise
            refusal_of_first = error
        try:
            answer = await self._ask(second)
        except SignerError as error:
            if error.status != _NOT_HERE:
                raise
            raise refusal_of_first from error
        self._newest_first[what] = not newest_first
        return answer

    async def _ask(self, call: _Call) -> Answer:
        key = self._settings.api_key
        answer = await self._http.get(
            f"{self._settings.endpoints.signer}/{call.path}",
            params=call.params,
            headers={**({"X-Api-Key": key} if key else {}), **call.headers},
            kind="plain",
            cookies="none",
        )
        error = refusal(answer, now=now(), secrets=[key or "", *self._settings.session.values()])
        if isinstance(error, RateLimited) and error.retry_after:
            self._limiter.pause(error.retry_after, scope=error.scope)
        if error is not None:
            raise error
        return answer

    def _query(self, request: SignRequest, *, older: bool) -> dict[str, str]:
        """The parameters that have a value. Only the older form has the room and the session among them.

        The name of the user is sent only if the options say so.
        """
        named = self._settings.options.send_username_to_signer
        login = request.session if older else {}
        query = {
            "client": self._settings.options.client_name,
            "room_id": str(request.room_id) if older else "",
            "user_agent": request.user_agent,
            "client_enter": "true",
            "platform": "web",
            "unique_id": (request.username or "") if named else "",
            "cursor": request.cursor,
            "session_id": login.get("sessionid", ""),
            "tt_target_idc": login.get("tt-target-idc", ""),
        }
        return {name: value for name, value in query.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """A request to a signer, in one of the two forms of its API."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class UrlSigning:
    """The signatures of addresses, by the `UrlSigner` of a client. Without one, addresses stay as they are."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def sign(self, url: str) -> str:
        """`url` with its signature. Raises `SignerError` for a signer that fails, or that names another address."""
        signer = self._settings.options.url_signer
        if signer is None:
            return url
        try:
            signed = await signer.sign_url(url, user_agent=self._settings.browser.user_agent)
            same = _address(signed) == _address(url)
        except TikcastError:
            raise
        except Exception as error:
            kind = type(error).__name__
            raise SignerError(f"url_signer failed with {kind}", advice=_OWN_SIGNER) from error
        if not same:
            raise SignerError("url_signer changed the host or the path of the address", advice=_OWN_SIGNER)
        return signed


_OWN_SIGNER: Final = "check the UrlSigner that you gave, or connect through a signer (connect=('signed',))"


def _address(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc, parts.path


_LONGEST_WAIT: Final = 7 * 86400.0
_RESET_HEADERS: Final = ("retry-after", "ratelimit-reset", "x-ratelimit-reset")


def refusal(answer: Answer, *, now: float, secrets: Iterable[str] = ()) -> TikcastError | None:
    """The error for the answer of a signer, None for a good answer. It contains none of `secrets`.

    `now`: epoch seconds.
    """
    if answer.status == 200:
        return None
    body = _json_object(answer.body)
    wait = retry_after(answer, body, now=now)
    if answer.status in {420, 429}:
        span = str(body.get("limit_label", "")).rpartition("_")[2]
        return RateLimited(wait, f"signer {span}" if span in {"minute", "hour", "day"} else "signer")
    reason = _message(body.get("message"), secrets=secrets)
    advice = {
        401: "check api_key (TIKCAST_API_KEY), or give none",
        402: "give the api_key of a plan that includes this, or connect without a signer",
        403: "use another address (proxy=…) or another api_key, or connect without a signer",
    }.get(answer.status, "try again later, or connect without a signer (connect=('direct',))")
    return SignerError(
        reason or "it gave no reason",
        status=answer.status,
        host=answer.host,
        retry_after=wait,
        advice=advice,
    )


def retry_after(answer: Answer, body: Mapping[str, object], *, now: float) -> float | None:
    """The seconds to wait that the headers or `body` name; None for none.

    Numbers beyond a year are epoch seconds, `reset_at` is ISO 8601.
    """
    values: list[object] = [answer.header(name) for name in _RESET_HEADERS]
    values += [body.get("retry_after"), body.get("reset_at")]
    for value in values:
        seconds = _seconds(value, now=now)
        if seconds is not None:
            return min(max(seconds, 0.0), _LONGEST_WAIT)
    return None


def _seconds(value: object, *, now: float) -> float | None:
    if not isinstance(value, str | int | float) or value == "":
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    except ValueError:
        return _seconds_until(str(value), now=now)
    if not math.isfinite(number):
        return None
    return number - now if number > 365 * 86400 else number


def _seconds_until(moment: str, *, now: float) -> float | None:
    try:
        return datetime.fromisoformat(moment).timestamp() - now
    except (ValueError, OverflowError, OSError):  # for a year out of range, which depends on the system
        return None


def _json_object(body: bytes) -> Mapping[str, object]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _message(value: object, *, secrets: Iterable[str]) -> str:
    """The message of the signer without its full stop."""
    return one_line(without_secrets(value if isinstance(value, str) else "", secrets)).rstrip(".")


UNKNOWN_PER_MINUTE: Final = 5
"""The quota of a signer for callers that it does not know."""

_MINUTE: Final = 60.0


class Limiter:
    """Grants at most `per_minute` turns in any 60 seconds, in the order in which they are requested.

    Threads and event loops may share it.
    """

    def __init__(self, per_minute: int = UNKNOWN_PER_MINUTE, *, clock: Callable[[], float] = age) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._turns: deque[float] = deque()
        self._paused_until = 0.0
        self._paused_for = ""
        self._lock = threading.Lock()
        self._learned = False
        self._learning: Future[None] | None = None

    async def learn(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask for the quota by `ask`, unless that has succeeded before. Raises what `ask` raises.

        While one caller asks, the others wait, in other threads too. If it fails, each of them asks for itself,
        since another client may reach the signer in another way.
        """
        with self._lock:
            others = self._learning
            if not self._learned and others is None:
                self._learning = Future()
                self._learning.set_running_or_notify_cancel()  # so that a caller that is cancelled does not cancel it
        if others is not None:
            await asyncio.wrap_future(others)
        if not self._learned:
            await self._ask(ask, leads=others is None)

    async def _ask(self, ask: Callable[[], Awaitable[None]], *, leads: bool) -> None:
        try:
            await ask()
            self._learned = True
        finally:
            if leads:
                with self._lock:
                    done, self._learning = self._learning, None
                if done is not None:
                    done.set_result(None)

    def set_quota(self, per_minute: int) -> None:
        """Grant `per_minute` turns from now on."""
        with self._lock:
            self._per_minute = max(1, per_minute)

    def pause(self, seconds: float, *, scope: str) -> None:
        """Grant no turn for `seconds`, since the limit `scope` of the signer is used up."""
        with self._lock:
            until = self._clock() + seconds
            if until > self._paused_until:
                self._paused_until, self._paused_for = until, scope

    def reserve(self, longest: float) -> float:
        """Reserve the next turn and return the seconds until then.

        Raises `RateLimited`, without a reservation, when that is more than `longest`.
        """
        with self._lock:
            now = self._clock()
            while self._turns and self._turns[0] <= now - _MINUTE:
                self._turns.popleft()
            turn = max(now, self._paused_until, self._next_free())
            if turn - now > longest:
                paused = turn == self._paused_until
                raise RateLimited(turn - now, self._paused_for if paused else "signer minute")
            self._turns.append(turn)
            return turn - now

    async def turn(self, longest: float) -> None:
        """Wait for a turn. Raises `RateLimited` at once when that would take more than `longest` seconds.

        Cancelling is safe, but the turn stays reserved.
        """
        await asyncio.sleep(self.reserve(longest))

    def _next_free(self) -> float:
        if len(self._turns) < self._per_minute:
            return 0.0
        return self._turns[-self._per_minute] + _MINUTE


_limiters: Final[dict[tuple[str, str], Limiter]] = {}


def limiter_for(signer: str, *, api_key: str | None) -> Limiter:
    """The limiter that all clients of this process share for a signer and a key."""
    return _limiters.setdefault((signer, api_key or ""), Limiter())
