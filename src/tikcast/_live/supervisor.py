"""The life of one room: connections one after the other, until its live ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from tikcast._live.link import Drop, Link
from tikcast._live.state import LiveState
from tikcast._net.retry import backoff, decide
from tikcast.errors import ConnectFailed, NetworkError, TikcastError
from tikcast.events import Connected, Disconnected, Gap, LiveEnded, Reconnecting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tikcast._live.clock import Clock
    from tikcast._live.facts import RoomFacts
    from tikcast._live.hub import Hub
    from tikcast._live.state import EndReason, LiveSettings
    from tikcast._live.teller import Teller
    from tikcast._net.network import Network, OpenedRoom
    from tikcast._wire.session import LiveSession

logger = logging.getLogger("tikcast.live.supervisor")

_LONG_WAIT: Final = 4.0


class Supervisor:
    """Keeps a room connected and says so in events: each once, in the order in which it happens."""

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
        self._random = random
        self._gap_from_ms: int | None = None
        self._heard_ms: int | None = None
        self._attempt = 0
        self._delays = self._backoff()

    async def run(self, opened: OpenedRoom) -> EndReason:
        """Serve the room from its first connection until its live ends, and tell how it ended.

        Raises what makes reconnecting pointless, or the last failure after too many in a row.
        """
        while True:
            drop = await self._serve(opened)
            if self._session.ended:
                return "suspended" if self._session.ended == "suspended" else "ended"
            self._disconnected(drop)
            found = await self._reconnect(drop)
            if isinstance(found, str):
                return found
            opened = found

    async def connect(self) -> OpenedRoom:
        """Open a connection that goes on where the one before it ended."""
        return await self._network.connect_room(
            self._room.room_id,
            username=self._room.username,
            cursor=self._session.cursor,
            internal_ext=self._session.internal_ext,
        )

    def finish(self, reason: EndReason) -> None:
        """Tell the last events of this live; there is no connection any more."""
        now = self._clock.now_ms()
        self._hub.publish_nowait(self._session.closed(now, final=True))
        if self.state is LiveState.CONNECTED:
            self._teller.tell(Disconnected, reason=reason)
        if self._gap_from_ms is not None:
            self._teller.tell(Gap, from_ms=self._gap_from_ms, to_ms=now)
        if reason != "failed":
            self._teller.tell(LiveEnded, reason=reason)

    async def _serve(self, opened: OpenedRoom) -> Drop:
        link = Link(
            opened.socket,
            session=self._session,
            hub=self._hub,
            teller=self._teller,
            clock=self._clock,
            timeouts=self._settings.timeouts,
            gap_from_ms=self._gap_from_ms,
        )
        self.state = LiveState.CONNECTED
        self.connections += 1
        self._teller.tell(Connected, attempt=self.connections)
        try:
            return await link.run(opened.first_response)
        finally:
            self._heard_ms = link.heard_ms or self._heard_ms
            self._gap_from_ms = link.gap_from_ms
            if link.productive:
                self._attempt, self._delays = 0, self._backoff()

    def _disconnected(self, drop: Drop) -> None:
        self.state = LiveState.RECONNECTING
        now = self._clock.now_ms()
        if self._gap_from_ms is None:
            self._gap_from_ms = self._heard_ms or now
        self._hub.publish_nowait(self._session.closed(now))
        self._teller.tell(Disconnected, reason=drop.reason)
        logger.info("Room %d: %s", self._room.room_id, drop.reason)

    async def _reconnect(self, drop: Drop) -> OpenedRoom | EndReason:
        """Try until a connection opens; an `EndReason` when the live turns out to be over."""
        failure: TikcastError = _lost(drop)
        while (delay := next(self._delays, None)) is not None:
            delay = max(delay, decide(failure).wait)
            self._attempt += 1
            self._teller.tell(
                Reconnecting,
                attempt=self._attempt,
                delay=delay,
                reason=drop.reason,
                stage=drop.stage,
            )
            if drop.silent or self._attempt > 1 or delay >= _LONG_WAIT:
                over = await self._over()
                if over:
                    return over
            await self._clock.sleep(delay)
            try:
                return await self.connect()
            except TikcastError as error:
                if not decide(error).retry:
                    raise
                failure, drop = error, Drop(reason=str(error), stage=_stage(error))
        raise failure

    async def _over(self) -> EndReason | None:
        """Ask whether the live goes on: None when it does, or when nobody could tell."""
        room_id = self._room.room_id
        try:
            alive = (await self._network.check_alive([room_id])).get(room_id)
        except TikcastError as error:
            logger.debug("Room %d: could not tell whether it is live: %s", room_id, error)
            return None
        return await self._how_over() if alive is False else None

    async def _how_over(self) -> EndReason | None:
        """Cross-check a room that is said to be over with its host's page."""
        if self._room.username is None:
            return "ended"
        try:
            target = await self._network.resolve(self._room.username)
            found = await self._network.find_room(target)
        except TikcastError:
            return "ended"
        return None if found.room_id == self._room.room_id else "restarted"

    def _backoff(self) -> Iterator[float]:
        return backoff(self._settings.reconnect, random=self._random)


def _lost(drop: Drop) -> TikcastError:
    """A lost connection as the error that is raised when nothing more is to be tried."""
    lost = NetworkError("the WebSocket server", drop.reason)
    return ConnectFailed("entering" if drop.stage == "entering" else "first_frame", [lost])


def _stage(error: TikcastError) -> str:
    return error.stage if isinstance(error, ConnectFailed) else "lookup"
