"""Open the WebSocket of a room by one method after the other, and what the methods have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from tikcast._clock import age
from tikcast._net.connect.plan import (
    PUSH_HOSTS,
    Choice,
    ConnectAttempt,
    ConnectHistory,
    Method,
    Offer,
    Result,
    message_limit,
    next_choice,
)
from tikcast._net.socket import BAD_SIGNATURE, NO_COOKIE
from tikcast._wire.response import without_route
from tikcast.errors import (
    STAGES,
    ConnectFailed,
    DeviceBlocked,
    HandshakeRefused,
    NetworkError,
    RateLimited,
    Stage,
    TikcastError,
)

if TYPE_CHECKING:
    from tikcast._net.config import Settings
    from tikcast._net.connect.ttwid import VisitorCookie
    from tikcast._net.socket import RoomSocket


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomRequest:
    """The room to open. `cursor` and `internal_ext`: where an earlier connection stopped."""

    room_id: int
    username: str | None = None
    cursor: str = ""
    internal_ext: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRoom:
    """An open WebSocket. `first_response`: the response of the signer, to be decoded before any frame.

    `message_limit`: the seconds in which it must bring messages, None for `Timeouts.first_frame`.
    """

    socket: RoomSocket
    first_response: bytes | None = field(repr=False)
    method: Method
    message_limit: float | None = None


@dataclass(kw_only=True, slots=True)
class ConnectProgress:
    """What a connector tries and the step at which it is. `host`: the push server, "" before it is known."""

    choice: Choice
    stage: Stage = "identity"
    host: str = ""
    cookie: VisitorCookie | None = None

    def attempt(self, result: Result, *, reason: str = "", age_ms: int) -> ConnectAttempt:
        """This attempt for the history of the room."""
        return ConnectAttempt(
            method=self.choice.method,
            host=self.host,
            cookie_source=self.cookie.source if self.cookie else None,
            cookie=self.cookie.number if self.cookie else 0,
            stage=self.stage,
            result=result,
            reason=reason,
            age_ms=age_ms,
        )


class ConnectLog:
    """The attempts to connect to one room, which decide what is tried next. `history` is the record of them.

    `failures`: the error of each method whose last attempt opened no connection.
    """

    def __init__(self, age_ms: Callable[[], int] = lambda: round(age() * 1000)) -> None:
        self.history = ConnectHistory()
        self.failures: dict[Method, TikcastError] = {}
        self.age_ms = age_ms

    def begin(self) -> None:
        """Begin a round, in which each method may be tried again."""
        self.history = self.history.next_round()

    def add(self, progress: ConnectProgress, result: Result = "open", *, reason: str = "") -> None:
        """Add an attempt."""
        self.history = self.history.with_attempt(progress.attempt(result, reason=reason, age_ms=self.age_ms()))

    def end(self, result: Result, *, stage: str, reason: str) -> None:
        """Add what came of the open connection."""
        self.history = self.history.with_result(result, stage=stage, reason=reason, age_ms=self.age_ms())


class Connector(Protocol):
    """A method to open a room's WebSocket."""

    async def open(self, request: RoomRequest, progress: ConnectProgress) -> OpenedRoom:
        """Open it as `progress.choice` says, and keep `progress` up to date.

        Raises errors of `tikcast.errors`. Cancelling is safe.
        """
        ...


class RoomConnector:
    """Connects to rooms by the methods of one client. `plan` decides about their order from what came of them."""

    def __init__(
        self, connectors: Mapping[Method, Connector], settings: Settings, *, hosts: Sequence[str] = ()
    ) -> None:
        self._connectors = connectors
        self._settings = settings
        push = settings.endpoints.push
        self._hosts = tuple(hosts) or ((push,) if push else PUSH_HOSTS)

    async def connect_room(
        self,
        room_id: int,
        *,
        username: str | None = None,
        cursor: str = "",
        internal_ext: bytes = b"",
        methods: Sequence[Method] | None = None,
        log: ConnectLog | None = None,
    ) -> OpenedRoom:
        """Open the WebSocket of a room by the first method that works.

        `cursor` and `internal_ext` continue an earlier connection. `methods` replaces the methods of the
        client. `log` holds the earlier attempts for this room, and gets the new ones. Raises `ConnectFailed` with
        the error of every attempt. Cancelling is safe.
        """
        tracer = self._settings.tracer
        if tracer is not None:
            await tracer.open()
        request = RoomRequest(room_id=room_id, username=username, cursor=cursor, internal_ext=internal_ext)
        offer = Offer(methods=tuple(methods or self._settings.methods), hosts=self._hosts)
        log = log or ConnectLog()
        log.begin()
        causes: list[TikcastError] = []
        attempts: list[tuple[str, Stage]] = []
        while choice := next_choice(log.history, offer, age_ms=log.age_ms()):
            progress = ConnectProgress(choice=choice)
            try:
                opened = await self._connectors[choice.method].open(request, progress)
            except TikcastError as error:
                error.stage = progress.stage
                causes.append(error)
                attempts.append((choice.method, progress.stage))
                log.failures[choice.method] = error
                log.add(progress, result_of(error), reason=error.happened)
            else:
                log.failures.pop(choice.method, None)
                log.add(progress)
                limit = message_limit(log.history, offer, longest=self._settings.options.timeouts.first_frame)
                return self._traced(replace(opened, message_limit=limit), request)
        stage = max((stage for _, stage in attempts), key=STAGES.index)
        raise ConnectFailed(stage, causes, attempts=attempts) from causes[-1]

    def _traced(self, opened: OpenedRoom, request: RoomRequest) -> OpenedRoom:
        """Let the client's tracer see the frames of a connection from the first one on."""
        tracer = self._settings.tracer
        if tracer is not None:
            observer = tracer.connection(room_id=request.room_id, method=opened.method, username=request.username)
            if opened.first_response:
                observer.observe("answer", without_route(opened.first_response))
            opened.socket.observe(observer)
        return opened


def result_of(error: TikcastError) -> Result:
    """What came of an attempt that raised `error`."""
    match error:
        case DeviceBlocked():
            return "device"
        case HandshakeRefused(message=message) if BAD_SIGNATURE in message:
            return "signature"
        case HandshakeRefused(message=message) if NO_COOKIE in message:
            return "cookie"
        case HandshakeRefused(status=status, message="") if status >= 500:
            return "unreachable"
        case NetworkError():
            return "unreachable"
        case RateLimited():
            return "limited"
    return "failed"
