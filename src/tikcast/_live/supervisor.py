"""The life of one room: connections one after the other, until its live ends."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tikcast._live.link import Drop, Link
from tikcast._live.state import LiveState
from tikcast._net.retry import RetryBudget, decide
from tikcast.errors import ConnectFailed, NetworkError, TikcastError
from tikcast.events import ID, Connected, Disconnected, Event, LiveEnded, Reconnecting

if TYPE_CHECKING:
    from random import Random

    from tikcast._clock import Clock
    from tikcast._live.facts import RoomFacts
    from tikcast._live.hub import Hub
    from tikcast._live.state import EndReason, LiveSettings
    from tikcast._net.connect import OpenedRoom
    from tikcast._net.network import Network
    from tikcast._wire.session.session import LiveSession
    from tikcast.events.life import EventNumbers

logger = logging.getLogger("tikcast.live.supervisor")

_LOOK_AGAIN: Final = 300.0
_ASK: Final = 5.0


class Supervisor:
    """Keeps a room connected and says so in events: each once, in the order in which it happens.

    What is tried again, and when, is decided by `_net.retry`; what is missing, by the session.
    """

    def __init__(
        self,
        network: Network,
        room: RoomFacts,
        *,
        session: LiveSession,
        hub: Hub,
        teller: Teller,
        clock: Clock,
        settings: LiveSettings,
        random: Random,
    ) -> None:
        self.state = LiveState.OPENING
        self.connections = 0
        self._network = network
        self._room = room
        self._session = session
        self._hub = hub
        self._teller = teller
        self._clock = clock
        self._settings = settings
        self._budget = RetryBudget(settings.reconnect, random=random)

    @property
    def said(self) -> EndReason | None:
        """How the live ended, as the room itself said it; None while it goes on."""
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
        """Serve the room from its first connection until its live ends, and tell how it ended.

        Raises what makes reconnecting pointless, or the last failure once the budget is used up.
        """
        while True:
            drop = await self._serve(opened)
            if self.said:
                return await self._restarted_or(self.said)
            self._disconnected(drop)
            next_one = await self._reconnect(drop)
            if isinstance(next_one, str):
                return next_one
            opened = next_one

    def finish(self, reason: EndReason) -> None:
        """Say that it is over: what was open is closed, and no further event follows."""
        now = self._clock.now_ms()
        self._hub.publish_nowait(self._session.closed(now, final=True))
        if self.state is LiveState.CONNECTED:
            self._teller.tell(Disconnected, reason=reason)
        if reason != "failed":
            self._teller.tell(LiveEnded, reason=reason)

    async def _connect(self) -> OpenedRoom:
        """Open the room's WebSocket where the last connection stopped."""
        return await self._network.connector.connect_room(
            self._room.room_id,
            username=self._room.username,
            cursor=self._session.cursor,
            internal_ext=self._session.internal_ext,
        )

    async def _serve(self, opened: OpenedRoom) -> Drop:
        link = Link(
            opened.socket,
            session=self._session,
            hub=self._hub,
            clock=self._clock,
            timeouts=self._settings.timeouts,
        )
        self.state = LiveState.CONNECTED
        self.connections += 1
        self._teller.tell(Connected, attempt=self.connections)
        try:
            return await link.run(opened.first_response)
        finally:
            self._budget.served(link.seconds, entered=self._session.entered, fresh=link.fresh)

    def _disconnected(self, drop: Drop) -> None:
        self.state = LiveState.RECONNECTING
        now = self._clock.now_ms()
        self._budget.lost(self._clock.age_ms())
        self._hub.publish_nowait(self._session.closed(now))
        self._teller.tell(Disconnected, reason=drop.reason)
        logger.info("Room %d: %s", self._room.room_id, drop.reason)

    async def _reconnect(self, drop: Drop) -> OpenedRoom | EndReason:
        """Try until a connection opens; an `EndReason` when the live turns out to be over."""
        failure: TikcastError = _lost(drop)
        while attempt := self._budget.next(failure, age_ms=self._clock.age_ms(), silent=drop.silent):
            self._teller.tell(
                Reconnecting,
                attempt=attempt.number,
                delay=attempt.delay,
                reason=drop.reason,
                stage=drop.stage,
            )
            over = await self._over() if attempt.ask_first else None
            over = over or await self._wait(attempt.delay)
            if over:
                return over
            try:
                return await self._connect()
            except TikcastError as error:
                failure, drop = error, Drop(reason=str(error), stage=_stage(error))
        over = await self._over()
        if over:
            return over
        raise failure

    async def _wait(self, seconds: float) -> EndReason | None:
        """Wait; during a long wait look every five minutes whether the live is over meanwhile."""
        until = self._clock.now_ms() + seconds * 1000
        while (left := (until - self._clock.now_ms()) / 1000) > _LOOK_AGAIN:
            await self._clock.sleep(_LOOK_AGAIN)
            if over := await self._over():
                return over
        await self._clock.sleep(max(left, 0.0))
        return None

    async def _over(self) -> EndReason | None:
        """Ask whether the live goes on: None when it does, or when nobody could tell."""
        room_id = self._room.room_id
        try:
            alive = (await self._network.lookups.check_alive([room_id])).get(room_id)
        except TikcastError as error:
            logger.debug("Room %d: could not tell whether it is live: %s", room_id, error)
            return None
        return await self._how_over() if alive is False else None

    async def _restarted_or(self, said: EndReason) -> EndReason:
        """A host who ends a live to start it anew has another room at once."""
        if said == "suspended" or self._room.username is None:
            return said
        with suppress(TimeoutError, TikcastError):
            async with asyncio.timeout(_ASK):
                target = await self._network.lookups.resolve(self._room.username)
                await self._network.lookups.find_room(target, other_than=self._room.room_id)
                return "restarted"
        return said

    async def _how_over(self) -> EndReason | None:
        """Cross-check a room that is said to be over with its host's page."""
        if self._room.username is None:
            return "ended"
        try:
            target = await self._network.lookups.resolve(self._room.username)
            found = await self._network.lookups.find_room(target)
        except TikcastError:
            return "ended"
        return None if found.room_id == self._room.room_id else "restarted"


def _lost(drop: Drop) -> TikcastError:
    """A lost connection as the error that is raised when nothing more is to be tried."""
    lost = NetworkError("the WebSocket server", drop.reason)
    lost.stage = "entering" if drop.stage == "entering" else "first_frame"
    return ConnectFailed(lost.stage, [lost])


def _stage(error: TikcastError) -> str:
    return error.stage or "lookup"


E = TypeVar("E", bound=Event)


class Teller:
    """Makes events of one room at the time of its clock, and puts them among the others."""

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

    def tell(self, kind: type[Event], **fields: Any) -> None:  # noqa: ANN401 - the fields of any event
        """Make an event and give it to everybody."""
        self._hub.publish_nowait([self.make(kind, **fields)])
