"""Everything that can go wrong, by name: what a strike of it hits, and what it can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypedDict

from tikcast.errors import ConfigError

Value = int | float | str | bool

_NAMES: Final[Mapping[type, str]] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


class ParameterReport(TypedDict, total=False):
    """A parameter as the control API lists it; `choices`, `least` and `most` only where there are such limits."""

    about: str
    type: str
    default: Value
    choices: list[Value]
    least: float
    most: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter. It is of its default's type; `least` and `most` limit numbers, and the length of texts."""

    about: str
    default: Value
    least: float = 0
    most: float = 1_000_000
    choices: tuple[Value, ...] = ()

    def read(self, name: str, value: object) -> Value:
        """The value when it is allowed. Raises `ConfigError` with what is allowed instead."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        fits = isinstance(value, bool | int | float | str) and type(value) is kind and self._holds(value)
        if not fits or not isinstance(value, bool | int | float | str):
            raise ConfigError(f"{value!r} cannot be its {name}", option="fault", advice=f"use {self.allowed}")
        return value

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        name = _NAMES[type(self.default)]
        if isinstance(self.default, bool):
            return name
        if isinstance(self.default, str):
            return f"{name} of up to {self.most:.0f} characters"
        return f"{name} from {self.least:g} to {self.most:.0f}"

    def report(self) -> ParameterReport:
        """The parameter as JSON."""
        kind = type(self.default).__name__
        report = ParameterReport(about=self.about, type=kind, default=self.default)
        if self.choices:
            report["choices"] = list(self.choices)
        elif kind in {"int", "float"}:
            report |= ParameterReport(least=self.least, most=self.most)
        return report

    def _holds(self, value: Value) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(value, bool):
            return True
        if isinstance(value, str):
            return len(value) <= self.most
        return self.least <= value <= self.most


TIMES: Final = Parameter(about="how often it strikes", default=1, least=1)
AFTER: Final = Parameter(
    about="seconds that it waits, from the order or from the entering of the connection it strikes", default=0.0
)
COMMON: Final[Mapping[str, Parameter]] = {"times": TIMES, "after": AFTER}
"""What every fault can be told."""


def seconds(about: str, default: float, *, least: float = 0.0, most: float = 86_400.0) -> Parameter:
    """A duration."""
    return Parameter(about=about, default=default, least=least, most=most)


def number(about: str, default: int, *, least: int = 0, most: int = 1_000_000) -> Parameter:
    """A whole number."""
    return Parameter(about=about, default=default, least=least, most=most)


def size(about: str, default: int, *, least: int = 0, most: int = 1 << 28) -> Parameter:
    """A number of bytes."""
    return Parameter(about=about, default=default, least=least, most=most)


def one_of(about: str, *choices: Value) -> Parameter:
    """A choice; the first is the default."""
    return Parameter(about=about, default=choices[0], choices=choices)


def words(about: str, default: str, *, most: int = 200) -> Parameter:
    """A text."""
    return Parameter(about=about, default=default, most=most)


def flag(about: str, *, default: bool) -> Parameter:
    """Yes or no."""
    return Parameter(about=about, default=default)


Group = Literal["connection", "connecting", "room"]
"""Where faults strike: on an open WebSocket, in what comes before it, or at the live as a whole."""

Target = Literal["frame", "ending", "manner", "request", "handshake", "room"]
"""What one strike hits: the next frame, a whole connection, one thing that the server does on a connection, an
HTTP request, a request for a WebSocket, or the live."""

Place = Literal["page", "profile", "api", "webcast", "signer", "socket"]
"""What a request asks: `/@user/live`, `/@user`, `/api-live/…`, `/webcast/…`, a signature, or a WebSocket."""

PLACES: Final[Mapping[str, tuple[Place, ...]]] = {
    "page": ("page",),
    "profile": ("profile",),
    "api": ("api",),
    "webcast": ("webcast",),
    "signer": ("signer",),
    "socket": ("socket",),
    "pages": ("page", "profile"),
    "lookup": ("page", "profile", "api"),
    "anywhere": ("page", "profile", "api", "webcast", "signer", "socket"),
}
"""What a parameter `where` may say, and which requests it means."""

_GROUPS: Final[Mapping[Target, Group]] = {
    "frame": "connection",
    "ending": "connection",
    "manner": "connection",
    "request": "connecting",
    "handshake": "connecting",
    "room": "room",
}


class FaultReport(TypedDict):
    """A fault as the control API lists it."""

    group: Group
    about: str
    parameters: dict[str, ParameterReport]


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultKind:
    """A fault that can be ordered. `own`: the parameters that it has beside those of all faults.

    `place` is for one that always strikes the same requests, and so has no `where`.
    """

    name: str
    target: Target
    about: str
    own: Mapping[str, Parameter] = field(default_factory=dict)
    place: Place | None = None

    @property
    def group(self) -> Group:
        """Where it strikes."""
        return _GROUPS[self.target]

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Everything that it can be told."""
        return {**self.own, **COMMON}

    def report(self) -> FaultReport:
        """The fault as JSON."""
        told = {name: parameter.report() for name, parameter in self.parameters.items()}
        return FaultReport(group=self.group, about=self.about, parameters=told)


HANDSHAKE_MESSAGES: Final = (
    "DEVICE_BLOCKED",
    "illegal secret key",
    "illegal app_id",
    "http: named cookie not present",
    "room is not live",
)


def _of(target: Target, *, place: Place | None = None) -> Callable[..., FaultKind]:
    """What makes faults that strike such things."""

    def kind(name: str, about: str, **own: Parameter) -> FaultKind:
        return FaultKind(name=name, target=target, about=about, own=own, place=place)

    return kind


def _where(default: str) -> Parameter:
    return one_of("which requests", default, *(place for place in PLACES if place != default))


_ending, _frame, _manner, _on_room = _of("ending"), _of("frame"), _of("manner"), _of("room")
_request, _on_api, _on_signer = _of("request"), _of("request", place="api"), _of("request", place="signer")
_on_handshake = _of("handshake", place="socket")
_LOST = flag("whether the messages inside are lost; otherwise the intact frame follows", default=False)

_ENDINGS = (
    _ending(
        "close",
        "the server closes; code 1005 is a close frame without a code, 1006 an end without a close frame",
        code=number("the close code", 1011, least=1000, most=4999),
        reason=words("what the close frame says", "internal error", most=120),
    ),
    _ending("reset", "TCP reset, after everything that was sent has arrived"),
    _ending(
        "silence",
        "half-open: nothing is sent or read any more, pings and goodbyes included, and in the end TCP reset",
        seconds=seconds("until the reset", 300.0),
    ),
)
_FRAMES = (
    _frame(
        "cut_frame",
        "half of the WebSocket frame arrives, then nothing more, and in the end TCP reset",
        seconds=seconds("until the reset", 0.0),
    ),
    _frame(
        "slow",
        "the frame arrives in drops",
        seconds=seconds("from its first byte to its last", 2.0, most=600.0),
        pieces=number("how many drops", 8, least=2, most=1000),
    ),
    _frame(
        "stutter",
        "nothing arrives for a while, then all of it at once",
        seconds=seconds("how long nothing arrives", 3.0, most=3600.0),
    ),
    _frame("garbage", "a binary message of noise comes first", size=size("its bytes", 64, least=1)),
    _frame("text", "a text message comes first", text=words("what it says", "hello", most=10_000)),
    _frame(
        "unknown_compression",
        "the frame is compressed in a way that nobody knows",
        compression=words("what its header says", "zstd", most=40),
        lost=_LOST,
    ),
    _frame(
        "bad_gzip",
        "the frame's gzip is broken",
        damage=one_of(
            "how: an end that is missing, a wrong checksum, noise after its head", "cut", "checksum", "noise"
        ),
        lost=_LOST,
    ),
    _frame(
        "gzip_bomb",
        "a small frame that unpacks to a huge one comes first",
        size=size("bytes it unpacks to", 64 << 20, least=1, most=1 << 30),
    ),
    _frame("oversize", "a huge frame comes first", size=size("its bytes", 33 << 20, least=1)),
    _frame("duplicate", "the frame comes twice"),
    _frame(
        "reorder",
        "some frames come in reverse order",
        count=number("how many", 3, least=2, most=100),
        seconds=seconds("how long to wait for so many", 5.0, most=600.0),
    ),
    _frame(
        "other_room",
        "messages of another room are among the others",
        count=number("how many", 1, least=1, most=1000),
    ),
    _frame(
        "unknown_message",
        "messages of a type that nobody knows are among the others",
        count=number("how many", 1, least=1, most=1000),
    ),
    _frame(
        "broken_message",
        "a message that cannot be read is among the others",
        damage=one_of("what it is: noise, or a message without its end", "noise", "cut"),
    ),
)
_MANNERS = (
    _manner("ignore_enter", "the room is entered in vain: no answer, no message"),
    _manner("enter_response", "im_enter_room_resp itself holds the first messages"),
    _manner(
        "replay",
        "who enters gets messages again that were sent before",
        seconds=seconds("how old they are at most", 60.0, most=224.0),
        flagged=flag("whether they are flagged as history", default=True),
    ),
    _manner("no_heartbeat_answer", "a heartbeat is not answered"),
    _manner("no_pong", "a ping of the WebSocket protocol is not answered"),
    _manner(
        "strict_acks",
        "a missing acknowledgement ends the connection soon, a malformed one at once",
        seconds=seconds("until a missing one does", 3.0),
    ),
)
_REQUESTS = (
    _request("no_state", "the page holds no data", where=one_of("which requests", "page", "profile", "pages")),
    _request("captcha", "a page that asks for a captcha", where=_where("lookup")),
    _request("challenge", "a browser challenge: 200, no cookie, X-TT-System-Error: 3", where=_where("lookup")),
    _request("empty_answer", "200 without a body", where=_where("lookup")),
    _request("forbidden", "403", where=_where("lookup")),
    _request(
        "rate_limited",
        "429",
        where=_where("lookup"),
        retry_after=number("seconds in the header retry-after; 0 leaves it out", 30, most=86_400),
    ),
    _request(
        "server_error",
        "the server is in trouble",
        where=_where("lookup"),
        status=one_of("the status", 500, 502, 503, 504),
    ),
    _on_api("user_not_found", "19881007 for a user who is live"),
    _request(
        "stale_room",
        "the id of a room that is over",
        where=one_of("which requests", "lookup", "page", "profile", "api", "pages"),
    ),
    _request("no_ttwid", "the page sets no cookie", where=one_of("which requests", "pages", "page", "profile")),
    _request(
        "malformed_http",
        "bytes that are no HTTP answer",
        where=_where("anywhere"),
        damage=one_of("what: noise, half of the head, or less body than promised", "noise", "head", "body"),
    ),
    _request("http_reset", "TCP reset in place of an answer", where=_where("anywhere")),
    _request("no_answer", "nothing, then the end", where=_where("anywhere"), seconds=seconds("until the end", 60.0)),
    _request(
        "slow_body",
        "the head at once, the body in drops",
        where=one_of("which requests", "lookup", "signer", "webcast", "page", "profile", "api", "pages"),
        seconds=seconds("for the body", 5.0),
        pieces=number("how many drops", 8, least=1, most=1000),
    ),
)
_SIGNER = (
    _on_signer(
        "signer_refused",
        "the signer refuses, with the words that go with the status",
        status=one_of("the status", 429, 401, 402, 403, 420, 500, 503),
        retry_after=number("seconds until 429 and 420 are over; 0 does not say", 30, most=86_400),
        limit=one_of("which limit 429 names", "minute", "hour", "day"),
    ),
    _on_signer("signer_stub", "a stub of 272 bytes that names a push server which never opens"),
    _on_signer("signer_no_cookie", "the answer has no X-Set-TT-Cookie"),
    _on_signer("expired_signature", "the signature has expired before it is used"),
    _on_signer(
        "dns_failure",
        "the push server's name cannot be resolved",
        host=words("the name; one under .invalid reaches clients with an endpoint too", "push.invalid", most=253),
    ),
    _on_signer("tls_failure", "the push server is said to speak TLS, and does not"),
)
_HANDSHAKE = (
    _on_handshake(
        "handshake_refused",
        "the WebSocket is refused",
        status=one_of("the HTTP status", 200, 400, 415, 403, 429, 500, 502, 503),
        message=words("Handshake-Msg, such as " + ", ".join(HANDSHAKE_MESSAGES), HANDSHAKE_MESSAGES[0]),
        code=number("Handshake-Status", 415, least=0, most=999),
    ),
)
_ROOM = (
    _on_room("pause", "the host pauses"),
    _on_room("resume", "the host goes on"),
    _on_room("end", "the host ends the live"),
    _on_room("suspend", "moderation ends the live"),
    _on_room(
        "restart",
        "the host ends the live and opens a new room",
        seconds=seconds("between the two", 0.0),
    ),
    _on_room(
        "heartbeat_interval",
        "the server wants heartbeats at another pace, and tells so with each response and handshake",
        seconds=number("between two heartbeats", 5, least=1, most=300),
    ),
)

FAULTS: Final[Mapping[str, FaultKind]] = {
    kind.name: kind for kind in (*_ENDINGS, *_FRAMES, *_MANNERS, *_REQUESTS, *_SIGNER, *_HANDSHAKE, *_ROOM)
}
"""Each fault by its name."""
