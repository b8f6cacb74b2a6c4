"""One open connection to a room: what comes is read and answered, what is owed is sent."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tikcast._net.socket import RoomSocket, SocketClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tikcast._clock import Clock
    from tikcast._live.hub import Hub
    from tikcast._wire.session.session import LiveSession
    from tikcast.events import Event
    from tikcast.options import Timeouts

logger = logging.getLogger("tikcast.live.link")

_TICK: Final = 1.0
_LAST_WORDS: Final = 0.1
_MOST_LAST_WORDS: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """Why a connection is over, and how far it had come ("stream": it worked).

    `silent`: it is open but nothing comes.
    """

    reason: str
    stage: str = "stream"
    silent: bool = False


class Link:
    """A connection from its handshake to its end.

    One task reads and acknowledges, another sends heartbeats and watches for silence; neither waits
    for handlers. `fresh` tells whether it brought anything new.
    """

    def __init__(self, socket: RoomSocket, *, session: LiveSession, hub: Hub, clock: Clock, timeouts: Timeouts) -> None:
        self.fresh = False
        self._socket = socket
        self._session = session
        self._hub = hub
        self._clock = clock
        self._timeouts = timeouts
        self._opened_ms = self._quiet_since_ms = clock.now_ms()
        self._heard = False
        self._holding = False
        self._mute = False

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return (self._clock.now_ms() - self._opened_ms) / 1000

    async def run(self, first_response: bytes | None) -> Drop:
        """Enter the room and serve it; returns when the connection or the live is over."""
        drop: Drop | None = None
        try:
            self._open()
            if first_response:
                await self._take(self._session.receive_response, first_response)
            drop = await self._serve()
        finally:
            await self._socket.close(graceful=drop is None or not drop.silent)
        return drop

    def _open(self) -> None:
        if self._socket.heartbeat_interval:
            self._session.heartbeat_interval = self._socket.heartbeat_interval
        self._session.opened(self._opened_ms)

    async def _serve(self) -> Drop:
        async with asyncio.TaskGroup() as group:
            reader, watcher = group.create_task(self._read()), group.create_task(self._watch())
            await asyncio.wait({reader, watcher}, return_when=asyncio.FIRST_COMPLETED)
            over = reader if reader.done() else watcher
            reader.cancel()
            watcher.cancel()
        return over.result()

    async def _read(self) -> Drop:
        await self._flush()
        while not self._session.ended:
            try:
                await self._next()
            except SocketClosed as closed:
                return self._told(closed)
        await self._last_words()
        return Drop(reason=f"the live was {self._session.ended}")

    async def _next(self) -> None:
        data = await self._socket.recv()
        self._heard = True
        await self._take(self._receive, data)

    def _receive(self, data: bytes, now_ms: int) -> list[Event]:
        events = self._session.receive(data, now_ms)
        self.fresh = self.fresh or any(event.message_id and not event.is_history for event in events)
        return events

    async def _last_words(self) -> None:
        """Read what comes right behind the end: frames overtake each other."""
        with suppress(TimeoutError, SocketClosed):
            for _ in range(_MOST_LAST_WORDS):
                async with asyncio.timeout(_LAST_WORDS):
                    data = await self._socket.recv()
                await self._take(self._receive, data)

    async def _take(self, receive: Callable[[bytes, int], list[Event]], data: bytes) -> None:
        """Acknowledge first, then hand out: handing out may wait for whoever reads the events."""
        events = receive(data, self._clock.now_ms())
        for line in self._session.to_log():
            logger.warning("Room %d: %s", self._session.room_id, line)
        try:
            await self._flush()
        except asyncio.CancelledError:
            self._hub.publish_nowait(events)
            raise
        self._holding = True
        await self._hub.publish(events)
        self._holding = False
        self._quiet_since_ms = self._clock.now_ms()
        # Frames that wait already would be handed out in one go: let the readers come in between.
        await asyncio.sleep(0)

    async def _watch(self) -> Drop:
        """Send what falls due each second, and notice a connection that is open but silent."""
        while True:
            await self._clock.sleep(_TICK)
            now = self._clock.now_ms()
            self._hub.publish_nowait(self._session.tick(now))
            await self._flush()
            if drop := self._silence(now):
                return drop

    def _silence(self, now: int) -> Drop | None:
        """Silence counts only while we listen, not while events wait for their reader."""
        if self._holding:
            return None
        quiet, open_for = (now - self._quiet_since_ms) / 1000, (now - self._opened_ms) / 1000
        first, stale = self._timeouts.first_frame, self._timeouts.stale
        if not self._heard and quiet >= first:
            return Drop(reason=f"no frame came within {first:g} s", stage="first_frame", silent=True)
        if self._session.stale and quiet >= stale:
            return Drop(reason=f"nothing came for {stale:g} s", silent=True)
        if not self._session.entered and open_for >= stale:
            return Drop(reason=f"the room did not answer for {stale:g} s", stage="entering", silent=True)
        return None

    async def _flush(self) -> None:
        """Send what is owed. On a closed connection it is dropped: what came before is still read."""
        for data in self._session.to_send():
            if self._mute:
                continue
            try:
                await self._socket.send(data)
            except SocketClosed:
                self._mute = True

    def _told(self, closed: SocketClosed) -> Drop:
        return Drop(reason=str(closed), stage="stream" if self._session.entered else "entering")
