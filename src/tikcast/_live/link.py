"""One open connection to a room: frames are read and answered, and what falls due is sent."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tikcast._net.errors import one_line
from tikcast._net.socket import RoomSocket, SocketClosed

if TYPE_CHECKING:
    from tikcast._clock import Clock
    from tikcast._live.ending import EndCheck
    from tikcast._live.hub import Hub
    from tikcast._live.state import EndReason
    from tikcast._wire.session.session import LiveSession
    from tikcast.events import Event
    from tikcast.options import Timeouts

logger = logging.getLogger("tikcast.live.link")

_TICK: Final = 1.0
_AFTER_END: Final = 0.1
_MOST_AFTER_END: Final = 50
_CLOSE_REASONS: Final = {"disable_web_direct": "TikTok does not accept this method to connect now"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """Why a connection is over, and how far it had come ("stream": it worked).

    `silent`: it is open, but nothing comes or nothing can be sent. `closed`: the server ended it with a frame.
    `ended`: the live stream is over.
    """

    reason: str
    stage: str = "stream"
    silent: bool = False
    closed: bool = False
    ended: EndReason | None = None


class _DropError(Exception):
    """Ends the reader, which would wait for ever."""

    def __init__(self, drop: Drop) -> None:
        super().__init__(drop.reason)
        self.drop = drop


class _Receive(Protocol):
    """How the session takes bytes."""

    def __call__(self, data: bytes, now_ms: int, *, age_ms: int) -> list[Event]:
        """The events in `data`."""


class Link:
    """A connection from its handshake to its end.

    The task that runs it is the reader: it takes frames, acknowledges them and hands out their events.
    Two tasks run beside it: the watchdog lets the time pass and notices silence; the sender sends what
    falls due. The watchdog never waits for the socket, so that a server that reads nothing is noticed
    like one that says nothing. No task waits for handlers. `fresh` tells whether the connection
    brought anything new. While nothing new comes, `end_check` is asked now and then whether the live stream is over.
    """

    def __init__(
        self,
        socket: RoomSocket,
        *,
        session: LiveSession,
        hub: Hub,
        clock: Clock,
        timeouts: Timeouts,
        end_check: EndCheck,
        message_limit: float | None = None,
    ) -> None:
        self.fresh = False
        self._end_check = end_check
        self._side_tasks: set[asyncio.Task[None]] = set()
        self._message_limit = timeouts.first_frame if message_limit is None else message_limit
        self._socket = socket
        self._session = session
        self._hub = hub
        self._clock = clock
        self._timeouts = timeouts
        self._opened_ms = self._quiet_since_ms = self._listening_since_ms = clock.age_ms()
        self._heard = False
        self._handing_out = False
        self._can_send = True
        self._outbox: deque[bytes] = deque()
        self._outbox_filled = asyncio.Event()
        self._unsent_since_ms: int | None = None

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return (self._clock.age_ms() - self._opened_ms) / 1000

    async def run(self, first_response: bytes | None) -> Drop:
        """Enter the room and serve it; returns when the connection or the live stream is over."""
        drop: Drop | None = None
        try:
            self._open()
            if first_response:
                await self._take(self._session.receive_response, first_response)
            self._listening_since_ms = self._clock.age_ms()
            drop = await self._serve()
        finally:
            await self._socket.close(graceful=drop is None or not drop.silent)
        return drop

    def _open(self) -> None:
        if self._socket.heartbeat_interval:
            self._session.heartbeat_interval = self._socket.heartbeat_interval
        self._session.opened(self._clock.now_ms(), age_ms=self._opened_ms)
        self._end_check.connected()

    async def _serve(self) -> Drop:
        """Read in this task; the watchdog and the sender run beside it and end with it."""
        drops: list[Drop] = []
        try:
            async with asyncio.TaskGroup() as group:
                self._side_tasks = {group.create_task(self._watch(group)), group.create_task(self._send_due())}
                drops.append(await self._read())
                for task in self._side_tasks:
                    task.cancel()
        except* _DropError as group_of_one:
            drops.extend(error.drop for error in group_of_one.exceptions if isinstance(error, _DropError))
        return drops[0]

    async def _read(self) -> Drop:
        await self._flush()
        while not self._session.ended:
            try:
                await self._next()
            except SocketClosed as closed:
                return Drop(reason=str(closed), stage="stream" if self._session.entered else "entering")
            if self._session.close_reason is not None:
                return self._closed_by_server(self._session.close_reason)
        await self._read_after_end()
        return Drop(reason=f"the live stream was {self._session.ended}")

    def _closed_by_server(self, reason: str) -> Drop:
        stage = "stream" if self._session.brings_messages else "first_frame" if self._session.entered else "entering"
        shown = one_line(reason) or "no reason given"
        happened = _CLOSE_REASONS.get(reason, "TikTok ended the connection")
        return Drop(reason=f"{happened} ({shown})", stage=stage, closed=True)

    async def _next(self) -> None:
        data = await self._socket.recv()
        self._heard = True
        await self._take(self._receive, data)

    def _receive(self, data: bytes, now_ms: int, *, age_ms: int) -> list[Event]:
        events = self._session.receive(data, now_ms, age_ms=age_ms)
        if any(event.message_id and not event.is_history for event in events):
            self.fresh = True
            self._end_check.message_came()
        return events

    async def _read_after_end(self) -> None:
        """Read what comes right behind the end: frames overtake each other."""
        with suppress(TimeoutError, SocketClosed):
            for _ in range(_MOST_AFTER_END):
                async with asyncio.timeout(_AFTER_END):
                    data = await self._socket.recv()
                await self._take(self._receive, data)

    async def _take(self, receive: _Receive, data: bytes) -> None:
        """Acknowledge first, then hand out: handing out may wait for whoever reads the events."""
        events = receive(data, self._clock.now_ms(), age_ms=self._clock.age_ms())
        for line in self._session.to_log():
            logger.warning("Room %d: %s", self._session.room_id, line)
        try:
            await self._flush()
        except asyncio.CancelledError:
            self._hub.publish_nowait(events)
            raise
        self._handing_out = True
        await self._hub.publish(events)
        self._handing_out = False
        self._quiet_since_ms = self._clock.age_ms()
        # Frames that wait already would be handed out in one go: let the readers come in between.
        await asyncio.sleep(0)

    async def _watch(self, group: asyncio.TaskGroup) -> None:
        """Let the time pass each second. Raises `_DropError` for a connection that is open but silent."""
        asking: asyncio.Task[None] | None = None
        while True:
            await self._clock.sleep(_TICK)
            age_ms = self._clock.age_ms()
            self._hub.publish_nowait(self._session.tick(self._clock.now_ms(), age_ms=age_ms))
            if due := self._session.to_send():
                self._unsent_since_ms = age_ms if self._unsent_since_ms is None else self._unsent_since_ms
                self._outbox.extend(due)
                self._outbox_filled.set()
            if drop := self._silence(age_ms):
                raise _DropError(drop)
            if (asking is None or asking.done()) and self._is_end_check_due(age_ms):
                asking = group.create_task(self._ask_whether_over())
                self._side_tasks.add(asking)
                asking.add_done_callback(self._side_tasks.discard)

    def _silence(self, age_ms: int) -> Drop | None:
        """Silence counts only while we listen, not while events wait for their reader."""
        first, stale = self._message_limit, self._timeouts.stale
        if self._unsent_since_ms is not None and age_ms - self._unsent_since_ms >= stale * 1000:
            return Drop(reason=f"nothing could be sent for {stale:g} s", silent=True)
        if self._handing_out:
            return None
        quiet, open_for = (age_ms - self._quiet_since_ms) / 1000, (age_ms - self._opened_ms) / 1000
        if not self._session.brings_messages and age_ms - self._listening_since_ms >= first * 1000:
            return self._without_messages(first)
        if self._session.stale and quiet >= stale:
            return Drop(reason=f"nothing came for {stale:g} s", silent=True)
        if not self._session.entered and open_for >= stale:
            return Drop(reason=f"the room did not answer for {stale:g} s", stage="entering", silent=True)
        return None

    def _without_messages(self, seconds: float) -> Drop:
        if not self._heard:
            return Drop(reason=f"no frame came within {seconds:g} s", stage="first_frame", silent=True)
        if not self._session.entered:
            return Drop(reason=f"the room did not answer for {seconds:g} s", stage="entering", silent=True)
        return Drop(
            reason=f"the room was entered, and no message came within {seconds:g} s", stage="first_frame", silent=True
        )

    def _is_end_check_due(self, age_ms: int) -> bool:
        """Only while we listen: the messages of a live stream may wait behind events that wait for their reader."""
        listening = not self._handing_out and self._quiet_since_ms + _TICK * 1000 <= age_ms
        return listening and self._end_check.is_due(age_ms)

    async def _ask_whether_over(self) -> None:
        """Ask while the connection is served. Raises `_DropError` if the live stream is over, or nobody knows."""
        quiet = self._end_check.seconds
        answer = await self._end_check.check()
        if answer == "unknown":
            reason = f"no message came for {quiet:.0f} s, and no source knows whether the live stream goes on"
            raise _DropError(Drop(reason=reason))
        if answer != "live":
            raise _DropError(Drop(reason=f"no message came for {quiet:.0f} s: the live stream is over", ended=answer))

    async def _send_due(self) -> None:
        """Send what the watchdog puts into the outbox. It stays small: what cannot be sent for long ends the link."""
        while True:
            await self._outbox_filled.wait()
            self._outbox_filled.clear()
            while self._outbox:
                await self._send(self._outbox.popleft())
            self._unsent_since_ms = None

    async def _flush(self) -> None:
        """Send what the session owes."""
        for data in self._session.to_send():
            await self._send(data)

    async def _send(self, data: bytes) -> None:
        """Send a frame. On a closed connection it is dropped: what came before is still read."""
        if self._can_send:
            try:
                await self._socket.send(data)
            except SocketClosed:
                self._can_send = False
