"""Keeping a room connected: one connection after the other, until its live stream ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tikcast._live.ending import EndCheck
from tikcast._live.link import Drop, Link
from tikcast._live.state import LiveState
from tikcast._net.connect.connector import ConnectLog
from tikcast._net.retry import RetryBudget, decide
from tikcast.errors import ConnectFailed, NetworkError, TikcastError
from tikcast.events import ID, Connected, Disconnected, Event, LiveEnded, Reconnecting

if TYPE_CHECKING:
    from random import Random

    from tikcast._clock import Clock
    from tikcast._live.facts import RoomFacts
    from tikcast._live.hub import Hub
    from tikcast._live.state import EndReason
    from tikcast._net.connect.connector import OpenedRoom
    from tikcast._net.connect.plan import ConnectAttempt, Result
    from tikcast._net.network import Network
    from tikcast._options import ClientOptions
    from tikcast._wire.session.session import LiveSession
    from tikcast.errors import Stage
    from tikcast.events.life import EventNumbers

logger = logging.getLogger("tikcast.live.supervisor")

E = TypeVar("E", bound=Event)

_CHECK: Final = "check the address, the network and the proxy settings"
_NEXT: Final = "connect by another method too (connect=('direct', 'signed')), or try again later"
_ASK_AGAIN: Final = 300.0


class OwnEvents:
    """Events that tikcast makes itself, about its own connection to one room, stamped by the clock."""

    def __init__(self, hub: Hub, *, clock: Clock, numbers: EventNumbers) -> None:
        self.room_id = 0
        self._hub = hub
        self._clock = clock
        self._numbers = numbers

    def make(self, kind: type[E], **fields: Any) -> E:  # noqa: ANN401 - the fields of any event
        """An event of this room and of now."""
        now = self._clock.now_ms()
        fields["notes"] = (*fields.get("notes", ()), self._numbers.note())
        return kind(room_id=ID(self.room_id), created_at_ms=now, received_at_ms=now, **fields)

    def publish(self, kind: type[Event], **fields: Any) -> None:  # noqa: ANN401 - the fields of any event
        """Make an event and give it to everybody."""
        self._hub.publish_nowait([self.make(kind, **fields)])


class Supervisor:
    """Keeps a room connected, and reports it in events: each once, in the order in which it happens.

    `_net.retry` decides what is tried again, and when; the session knows what is missing.
    """

    def __init__(
        self,
        network: Network,
        room: RoomFacts,
        *,
        session: LiveSession,
        hub: Hub,
        own_events: OwnEvents,
        clock: Clock,
        options: ClientOptions,
        random: Random,
    ) -> None:
        self.state = LiveState.OPENING
        self.connections = 0
        self._network = network
        self._room = room
        self._session = session
        self._hub = hub
        self._own_events = own_events
        self._clock = clock
        self._options = options
        self._budget = RetryBudget(options.reconnect, random=random)
        self._end_check = EndCheck(network, room, clock=clock, quiet=options.timeouts.quiet)
        self._log = ConnectLog(clock.age_ms)

    @property
    def attempts(self) -> tuple[ConnectAttempt, ...]:
        """The last attempts to connect, the newest last."""
        return self._log.history.attempts

    @property
    def announced_end(self) -> EndReason | None:
        """How the live stream ended, as a message of the room announced it; None while it goes on."""
        match self._session.ended:
            case "ended" | "suspended" as reason:
                return reason
        return None

    async def open(self) -> OpenedRoom:
        """Open the room for the first time; a refusal that asks for something new gets it, once."""
        try:
            return await self._connect()
        except TikcastError as error:
            if not decide(error).needs_change:
                raise
            logger.info("Room %d: %s", self._room.room_id, error)
        return await self._connect()

    async def run(self, opened: OpenedRoom) -> EndReason:
        """Serve the room from its first connection until its live stream ends; returns how it ended.

        Raises what makes reconnecting pointless, or the last failure once the budget is used up.
        """
        while True:
            drop = await self._serve(opened)
            if self.announced_end:
                return await self._end_check.restarted_or(self.announced_end)
            if drop.ended:
                logger.info("Room %d: %s", self._room.room_id, drop.reason)
                return drop.ended
            self._disconnected(drop)
            opened_or_ended = await self._reconnect(drop)
            if isinstance(opened_or_ended, str):
                return opened_or_ended
            opened = opened_or_ended

    def finish(self, reason: EndReason) -> None:
        """Report the end: what was open is closed, and no further event follows."""
        now_ms, age_ms = self._clock.now_ms(), self._clock.age_ms()
        self._hub.publish_nowait(self._session.closed(now_ms, final=True, age_ms=age_ms))
        if self.state is LiveState.CONNECTED:
            self._own_events.publish(Disconnected, reason=reason)
        if reason != "failed":
            self._own_events.publish(LiveEnded, reason=reason)

    async def _connect(self) -> OpenedRoom:
        """Open the room's WebSocket where the last connection stopped."""
        return await self._network.connector.connect_room(
            self._room.room_id,
            username=self._room.username,
            cursor=self._session.cursor,
            internal_ext=self._session.internal_ext,
            log=self._log,
        )

    async def _serve(self, opened: OpenedRoom) -> Drop:
        link = Link(
            opened.socket,
            session=self._session,
            hub=self._hub,
            clock=self._clock,
            timeouts=self._options.timeouts,
            end_check=self._end_check,
            message_limit=opened.message_limit,
        )
        self.state = LiveState.CONNECTED
        self.connections += 1
        self._own_events.publish(Connected, attempt=self.connections)
        try:
            drop = await link.run(opened.first_response)
            self._judge(drop)
        finally:
            works = self._session.entered and (self._session.brings_messages or self._log.history.has_worked)
            self._budget.served(link.seconds, entered=works, fresh=link.fresh)
        return drop

    def _judge(self, drop: Drop) -> None:
        """Keep what came of the connection: a method is judged by the messages that it brings."""
        result: Result = "silent" if drop.silent else "lost"
        if drop.closed:
            result = "closed"
        elif self._session.brings_messages:
            result = "worked"
        self._log.end(result, stage=drop.stage, reason=drop.reason)

    def _lost(self, drop: Drop) -> ConnectFailed:
        """A lost connection as the error that is raised when nothing more is to be tried, with those of the others."""
        stage: Stage = "entering" if drop.stage == "entering" else "first_frame"
        lost = NetworkError("the WebSocket server", drop.reason, advice=_NEXT if drop.silent or drop.closed else _CHECK)
        lost.stage = stage
        method = self._log.history.attempts[-1].method if self._log.history.attempts else ""
        others = {one: error for one, error in self._log.failures.items() if one != method}
        attempts = [*((one, error.stage or "lookup") for one, error in others.items()), (method, stage)]
        return ConnectFailed(stage, [*others.values(), lost], attempts=attempts if method else ())

    def _disconnected(self, drop: Drop) -> None:
        self.state = LiveState.RECONNECTING
        now_ms, age_ms = self._clock.now_ms(), self._clock.age_ms()
        self._budget.lost(age_ms)
        self._hub.publish_nowait(self._session.closed(now_ms, age_ms=age_ms))
        self._own_events.publish(Disconnected, reason=drop.reason)
        logger.info("Room %d: %s", self._room.room_id, drop.reason)

    async def _reconnect(self, drop: Drop) -> OpenedRoom | EndReason:
        """Try until a connection opens; an `EndReason` when the live stream turns out to be over."""
        failure: TikcastError = self._lost(drop)
        while attempt := self._budget.next(failure, age_ms=self._clock.age_ms(), silent=drop.silent):
            self._own_events.publish(
                Reconnecting,
                attempt=attempt.number,
                delay=attempt.delay,
                reason=drop.reason,
                stage=drop.stage,
            )
            ended = await self._ask_ended() if attempt.ask_first else None
            ended = ended or await self._wait(attempt.delay)
            if ended:
                return ended
            try:
                return await self._connect()
            except TikcastError as error:
                failure, drop = error, Drop(reason=str(error), stage=_stage(error))
        ended = await self._ask_ended()
        if ended:
            return ended
        raise failure

    async def _wait(self, seconds: float) -> EndReason | None:
        """Wait; during a long wait, ask every five minutes whether the live stream has ended meanwhile."""
        until_ms = self._clock.age_ms() + seconds * 1000
        while (left := (until_ms - self._clock.age_ms()) / 1000) > _ASK_AGAIN:
            await self._clock.sleep(_ASK_AGAIN)
            if ended := await self._ask_ended():
                return ended
        await self._clock.sleep(max(left, 0.0))
        return None

    async def _ask_ended(self) -> EndReason | None:
        """Ask whether the live stream has ended: None when it goes on, or when the answer is unknown."""
        match await self._end_check.ask():
            case "live" | "unknown":
                return None
            case ended:
                return ended


def _stage(error: TikcastError) -> str:
    return error.stage or "lookup"
