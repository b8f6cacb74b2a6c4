"""What goes over the network during an examination, and the facts of it that a report may contain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from tikcast._clock import age, now
from tikcast._net.cookies import set_cookie_pairs
from tikcast._net.errors import one_line
from tikcast._net.targets import is_tiktok
from tikcast.diagnosis.report import RequestFacts
from tikcast.diagnosis.shapes import shape

if TYPE_CHECKING:
    from tikcast._net.tracing import Exchange, FrameKind, FrameObserver, Tracer
    from tikcast.diagnosis.redaction import Redactor

_MOST_REQUESTS: Final = 120
_MOST_FRAMES: Final = 300
_MOST_BYTES: Final = 8 * 2**20
_MOST_NAMES: Final = 100
# Headers whose values say how TikTok or a signer answered, and identify nobody.
_OPEN_HEADERS: Final = frozenset(
    {
        "content-encoding", "content-type", "handshake-msg", "handshake-options", "handshake-status", "location",
        "ratelimit-remaining", "ratelimit-reset", "retry-after", "server", "x-log-code", "x-ratelimit-reset",
        "x-tt-system-error",
    }
)  # fmt: skip
_COOKIE_HEADERS: Final = ("set-cookie", "x-set-tt-cookie")
_OPEN_HOSTS: Final = frozenset({"127.0.0.1", "::1", "localhost", "eulerstream.com", "bytedance.com"})
_OWN_HOST: Final = "own host"

_check: ContextVar[str] = ContextVar("the check that runs", default="")


@contextmanager
def during(check: str) -> Iterator[None]:
    """What goes over the network in this block, and in tasks that begin in it, belongs to `check`."""
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


class SeenFrame(NamedTuple):
    """A frame, `at_ms` milliseconds after the beginning of the examination."""

    at_ms: int
    kind: FrameKind
    data: bytes


@dataclass(kw_only=True, slots=True)
class SeenConnection:
    """A connection of `check`, with its first frames. `more`: how many frames came after them. `end`: code, reason."""

    check: str
    method: str
    frames: list[SeenFrame] = field(default_factory=list, repr=False)
    more: int = 0
    end: tuple[int, str] | None = None


class TrafficLog:
    """Sees every request and every frame of the clients of an examination. Its size is limited.

    `trace`: sees every frame too, for a capture file.
    """

    def __init__(self, redactor: Redactor, *, trace: Tracer | None = None) -> None:
        self.requests: list[RequestFacts] = []
        self.connections: list[SeenConnection] = []
        self.clock_error: float | None = None
        self._redactor = redactor
        self._trace = trace
        self._started = age()
        self._bytes = 0

    def __repr__(self) -> str:
        return f"TrafficLog({len(self.requests)} requests, {len(self.connections)} connections)"

    def of(self, check: str) -> list[RequestFacts]:
        """The requests of a check."""
        return [request for request in self.requests if request.check == check]

    def elapsed_ms(self) -> int:
        """Milliseconds since the beginning."""
        return round((age() - self._started) * 1000)

    def requested(self, exchange: Exchange, /) -> None:
        """Keep the facts of a request. Cookies that the answer sets are secrets from now on."""
        for name in _COOKIE_HEADERS:
            self._redactor.add_secrets(set_cookie_pairs(exchange.headers.get(name, ())).values())
        if (date := _moment(exchange.headers.get("date", ()))) is not None:
            self.clock_error = now() - date
        if len(self.requests) < _MOST_REQUESTS:
            facts = _facts(exchange, check=_check.get(), at_ms=self.elapsed_ms() - round(exchange.seconds * 1000))
            self.requests.append(facts)

    async def open(self) -> None:
        """Prepare the trace."""
        if self._trace is not None:
            await self._trace.open()

    def connection(self, *, room_id: int, method: str, username: str | None) -> FrameObserver:
        """The observer of a new connection."""
        seen = SeenConnection(check=_check.get(), method=method)
        self.connections.append(seen)
        traced = None
        if self._trace is not None:
            traced = self._trace.connection(room_id=room_id, method=method, username=username)
        return _ConnectionObserver(self, seen, traced=traced)

    def keep(self, seen: SeenConnection, frame: SeenFrame) -> None:
        """Keep a frame, or only count it when there is no more room."""
        if len(seen.frames) < _MOST_FRAMES and self._bytes + len(frame.data) <= _MOST_BYTES:
            self._bytes += len(frame.data)
            seen.frames.append(frame)
        else:
            seen.more += 1


class _ConnectionObserver:
    """Sees the frames of one connection."""

    def __init__(self, traffic: TrafficLog, seen: SeenConnection, *, traced: FrameObserver | None) -> None:
        self._traffic = traffic
        self._seen = seen
        self._traced = traced

    def observe(self, kind: FrameKind, data: bytes, /) -> None:
        """Keep a frame."""
        self._traffic.keep(self._seen, SeenFrame(self._traffic.elapsed_ms(), kind, data))
        if self._traced is not None:
            self._traced.observe(kind, data)

    def closed(self, code: int, reason: str) -> None:
        """Keep how it ended."""
        self._seen.end = (code, reason)
        if self._traced is not None:
            self._traced.closed(code, reason)


def _facts(exchange: Exchange, *, check: str, at_ms: int) -> RequestFacts:
    parts = urlsplit(exchange.url)
    return RequestFacts(
        check=check,
        at_ms=max(at_ms, 0),
        method=exchange.method,
        host=open_host(parts.hostname or ""),
        path=one_line(unquote(parts.path)),
        parameters=_names(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)),
        cookies=_names(exchange.cookies),
        status=exchange.status,
        headers=_names(exchange.headers),
        values=_values(exchange.headers),
        size=len(exchange.body),
        seconds=round(exchange.seconds, 3),
        error=type(exchange.error).__name__ if exchange.error is not None else "",
        shape=shape(exchange.body),
    )


def open_host(host: str) -> str:
    """`host` if it is one of TikTok's, of a public signer's or of this machine; else "own host"."""
    known = is_tiktok(host) or any(host == name or host.endswith(f".{name}") for name in _OPEN_HOSTS)
    return host if known else _OWN_HOST


def _names(names: Iterable[str]) -> list[str]:
    return sorted({one_line(name) for name, _ in zip(names, range(_MOST_NAMES), strict=False)})


def _values(headers: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    values = {name: one_line(headers[name][0]) for name in sorted(_OPEN_HEADERS & headers.keys()) if headers[name]}
    if "location" in values:
        values["location"] = _without_query(values["location"])
    return values


def _without_query(url: str) -> str:
    """The open host and the path of an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(a broken URL)"
    return (
        f"{parts.scheme}://{open_host(parts.hostname)}{unquote(parts.path)}" if parts.hostname else unquote(parts.path)
    )


def _moment(dates: tuple[str, ...]) -> float | None:
    try:
        return parsedate_to_datetime(dates[0]).timestamp() if dates else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
