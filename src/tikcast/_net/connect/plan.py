"""Which method, push host and cookie to try next, after what came of the attempts before. Pure functions.

A method is judged by the messages that it brings: a connection can open and then bring none, or be ended by TikTok
with a `close` frame (seen 2026-09 to 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from tikcast.options import PUSH_HOST

T = TypeVar("T")

Method = Literal["direct", "signed"]
"""A method to connect: `direct` uses only an anonymous cookie, `signed` asks a signer."""

CookieSource = Literal["lookup", "live_page", "profile", "live", "register", "check"]
"""Where a `ttwid` comes from: a lookup before connecting, or one of `SOURCES`."""

SOURCES: Final[tuple[CookieSource, ...]] = ("live_page", "profile", "live", "register", "check")
"""The live page of the user, a profile, `/live`, and TikTok's two services that register visitors."""

PUSH_HOSTS: Final = (PUSH_HOST, "wss://webcast-ws.us.tiktok.com", "wss://webcast-ws.eu.tiktok.com")
"""TikTok's push servers. The global one works for every region that was observed (2026-09)."""

Result = Literal[
    "open", "worked", "silent", "closed", "lost", "signature", "cookie", "device", "unreachable", "limited", "failed"
]
"""The result of an attempt.

`open`: it is not known yet. `worked`: it brought messages. `silent`: it opened and brought none. `closed`: TikTok ended
it with a `close` frame. `lost`: it broke before the first message. Refusals: `signature` (the address needs one),
`cookie` (there was none), `device`, `unreachable` (no usable answer), `limited` (too many requests), `failed` (others).
"""

_FINE: Final[frozenset[Result]] = frozenset({"open", "worked"})
_ENDS_COOKIE: Final[frozenset[Result]] = frozenset({"silent", "closed", "signature", "cookie"})
_RECENT_MS: Final = 600_000
_MOST_ATTEMPTS: Final = 32
_BRIEF: Final = 8.0
_LONGEST: Final = 300.0


class ConnectAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to connect to a room."""

    method: Method
    """The method: `direct` or `signed`."""
    host: str = ""
    """The push host, "" before the signer has named it."""
    cookie_source: CookieSource | None = None
    """Where the `ttwid` of the direct method came from."""
    cookie: int = 0
    """The number of this `ttwid` within its client."""
    stage: str = ""
    """The step that the attempt reached."""
    result: Result = "open"
    """What came of it."""
    reason: str = ""
    """Why it failed, in words."""
    age_ms: int = 0
    """When the result came, by the clock for durations."""
    round: int = 0
    """The attempts of one call share a number."""


class ConnectHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The last attempts to connect to a room, the newest last."""

    attempts: tuple[ConnectAttempt, ...] = ()
    round: int = 0

    def next_round(self) -> ConnectHistory:
        """The history at the beginning of a new call, in which everything may be tried again."""
        return msgspec.structs.replace(self, round=self.round + 1)

    def with_attempt(self, attempt: ConnectAttempt) -> ConnectHistory:
        """The history with one more attempt of this round."""
        added = msgspec.structs.replace(attempt, round=self.round)
        return msgspec.structs.replace(self, attempts=(*self.attempts, added)[-_MOST_ATTEMPTS:])

    def with_result(self, result: Result, *, stage: str, reason: str, age_ms: int) -> ConnectHistory:
        """The history once it is known what came of the open connection."""
        if not self.attempts or self.attempts[-1].result != "open":
            return self
        ended = msgspec.structs.replace(self.attempts[-1], result=result, stage=stage, reason=reason, age_ms=age_ms)
        return msgspec.structs.replace(self, attempts=(*self.attempts[:-1], ended))

    @property
    def has_worked(self) -> bool:
        """Whether any of the attempts brought messages."""
        return any(attempt.result == "worked" for attempt in self.attempts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a client can try, in the order in which it prefers it. `hosts`: the push servers of the direct method."""

    methods: Sequence[Method]
    hosts: Sequence[str] = PUSH_HOSTS
    sources: Sequence[CookieSource] = SOURCES


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What to try next. `host`, `sources` and `refused_cookie` are for the direct method.

    `sources`: where to get a `ttwid`, in this order. `refused_cookie`: the number of the one not to use again.
    """

    method: Method
    host: str = ""
    sources: tuple[CookieSource, ...] = ()
    refused_cookie: int | None = None


def next_choice(history: ConnectHistory, offer: Offer, *, age_ms: int) -> Choice | None:
    """What to try next in this round; None when nothing is left.

    Each method is tried once in a round: first those that did not fail in the last ten minutes, in the order of the
    client, then those whose failure is the oldest. After "illegal secret key" the other push hosts are tried before
    the next method; after a push host that gives no usable answer, they are tried last.
    """
    tried = [attempt for attempt in history.attempts if attempt.round == history.round]
    direct = [attempt for attempt in tried if attempt.method == "direct"]
    used = {attempt.host for attempt in direct}
    hosts = [host for host in _hosts(history, offer, age_ms=age_ms) if host_name(host) not in used]
    if tried and tried[-1].method == "direct" and tried[-1].result == "signature" and hosts:
        return _direct(history, offer, host=hosts[0], age_ms=age_ms)
    left = [method for method in offer.methods if all(attempt.method != method for attempt in tried)]
    for method in _by_failure(left, lambda one: (a for a in history.attempts if a.method == one), age_ms=age_ms):
        return _direct(history, offer, host=hosts[0], age_ms=age_ms) if method == "direct" else Choice(method=method)
    if direct and hosts and all(one.result == "unreachable" and one.stage == "handshake" for one in direct):
        return _direct(history, offer, host=hosts[0], age_ms=age_ms)
    return None


def message_limit(history: ConnectHistory, offer: Offer, *, longest: float) -> float:
    """The seconds in which the connection that has just opened must bring a frame of messages.

    At most 8 while another method has not failed last, else `longest` (`Timeouts.first_frame`). When every method was
    silent, it may be the room that is quiet: the time doubles each time round, up to five minutes, so that a quiet
    room keeps its connection.
    """
    *before, now = history.attempts
    latest = {attempt.method: attempt.result for attempt in before}
    if any(latest.get(other, "worked") in _FINE for other in offer.methods if other != now.method):
        return min(_BRIEF, longest)
    silent = 0
    for attempt in reversed(before):
        if attempt.result == "worked":
            break
        silent += attempt.result == "silent"
    times_round = max(0, silent - 1) // len(offer.methods)
    return max(longest, min(longest * 2.0**times_round, _LONGEST))


def host_name(url: str) -> str:
    """The host of an address, with its port if it has one."""
    return urlsplit(url).netloc


def _direct(history: ConnectHistory, offer: Offer, *, host: str, age_ms: int) -> Choice:
    last = next((one for one in reversed(history.attempts) if one.method == "direct"), None)
    return Choice(
        method="direct",
        host=host,
        sources=tuple(_sources(history, offer, age_ms=age_ms)),
        refused_cookie=last.cookie if last and last.result in _ENDS_COOKIE else None,
    )


def _hosts(history: ConnectHistory, offer: Offer, *, age_ms: int) -> list[str]:
    direct = [attempt for attempt in history.attempts if attempt.method == "direct" and attempt.host]
    return _by_failure(offer.hosts, lambda host: (one for one in direct if one.host == host_name(host)), age_ms=age_ms)


def _sources(history: ConnectHistory, offer: Offer, *, age_ms: int) -> list[CookieSource]:
    """The sources, first those whose cookies were not refused lately. A lookup gets its cookie from the live page."""
    used = [one for one in history.attempts if one.result in _ENDS_COOKIE or one.result == "worked"]

    def of(source: CookieSource) -> Iterable[ConnectAttempt]:
        same = {source, "lookup"} if source == "live_page" else {source}
        return (one for one in used if one.cookie_source in same)

    return _by_failure(offer.sources, of, age_ms=age_ms)


def _by_failure(options: Sequence[T], attempts_of: Callable[[T], Iterable[ConnectAttempt]], *, age_ms: int) -> list[T]:
    """The options in their order, but those whose latest attempt failed lately at the end, the newest failure last."""

    def failed_at(option: T) -> float:
        latest: ConnectAttempt | None = None
        for latest in attempts_of(option):  # noqa: B007 - the last of them
            pass
        if latest is None or latest.result in _FINE or age_ms - latest.age_ms >= _RECENT_MS:
            return -1
        return latest.age_ms

    return sorted(options, key=failed_at)
