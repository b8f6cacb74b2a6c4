"""A tracked live stream: its events as an iterator and through handlers, from its opening to its end."""

from __future__ import annotations

import asyncio
import inspect
from random import Random
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar, overload

from tikcast._clock import Clock, SystemClock
from tikcast._live.budget import WatchStats
from tikcast._live.runner import Runner
from tikcast._live.state import EndReason, LiveState, LiveStats
from tikcast._live.streams import EventStream, Loop, TaskLoops
from tikcast._live.watching import Watcher
from tikcast._net.connect.plan import ConnectAttempt
from tikcast._options import ChatSender, ClientOptions
from tikcast.errors import ConfigError
from tikcast.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike

    from tikcast._net.liveness import FoundRoom
    from tikcast._net.network import Network
    from tikcast.models import GiftInfo, RoomInfo, UserInfo
    from tikcast.recording import Recording

__all__ = [
    "ChatSender",
    "ConnectAttempt",
    "EndReason",
    "EventStream",
    "Live",
    "LiveState",
    "LiveStats",
    "Registrar",
    "WatchStats",
    "Watcher",
]

E = TypeVar("E", bound=Event)
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
R = TypeVar("R")

_MOST_ENDED: Final = 10


class Registrar(Protocol[E]):
    """The result of `live.on(EventType)`: a decorator that registers a handler and returns it."""

    def __call__(self, handler: Callable[[E], R], /) -> Callable[[E], R]:
        """Register `handler`."""


class OpenLives:
    """The open live streams of a client, which keeps references to them and closes them.

    Closed ones are removed. Of those that have ended and were not closed, the last ten are kept.
    """

    def __init__(self) -> None:
        self._runners: dict[Live, Runner] = {}

    def __iter__(self) -> Iterator[Live]:
        return iter([live for live in self._runners if live.state is not LiveState.CLOSED])

    def add(self, live: Live, runner: Runner) -> None:
        """Add a live stream when it is opened."""
        self._runners[live] = runner
        self.drop_closed()

    def drop_closed(self) -> None:
        """Remove those that are closed and have finished, and all but the last of the ended ones."""
        over = [live for live, runner in self._runners.items() if runner.is_over]
        dropped = {*over[:-_MOST_ENDED], *(live for live in over if live.state is LiveState.CLOSED)}
        self._runners = {live: runner for live, runner in self._runners.items() if live not in dropped}

    async def aclose(self) -> None:
        """Close all of them."""
        await asyncio.gather(*(live.close() for live in self._runners))


class Live:
    """One live stream; `TikTok.track` creates it, `async with` opens and closes it.

    Opening looks up the room and connects; errors are raised. After that every event goes to
    `async for`, to each `events()` iterator and to each handler. Each has its own queue
    (`Limits.events`), so a slow reader delays neither the others nor the connection. A lost connection
    is opened again. Iteration ends with the live stream, and raises an error if the live stream could
    not be followed to its end. The client owns the live stream and closes it.

    `async for` gets every event since the opening. If only handlers or `events()` iterators read,
    events are kept for a later loop: for 5 seconds and at most `Limits.events` of them, or until
    `wait_ended` is awaited. A loop that begins after that first gets an `Overflow` with the number of
    missed events, and then the events from that moment.
    """

    def __init__(
        self,
        network: Network,
        target: str | int,
        *,
        options: ClientOptions,
        known_room: FoundRoom | None = None,
        room_info: bool = True,
        gift_list: bool = False,
        owner: OpenLives | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self._target = target
        self._network = network
        self._options = options
        self._owner = owner
        self._recordings: set[Recording] = set()
        self._recordings_closing: asyncio.Future[list[None]] | None = None
        self._runner = Runner(
            network,
            target,
            known_room=known_room,
            room_info=room_info,
            gift_list=gift_list,
            options=options,
            clock=clock or SystemClock(),
            random=random or Random(),  # noqa: S311 - it only spreads reconnects over time
        )
        self._task_loops = TaskLoops(self._runner)

    def __repr__(self) -> str:
        return f"<Live {self._target!r} room_id={self.room_id} {self.state.value}>"

    @property
    def room_id(self) -> int:
        """The room id, 0 until the room is looked up."""
        return self._runner.facts.room_id

    @property
    def host(self) -> UserInfo | None:
        """The user who is live; None if only the room id is known."""
        return self._runner.facts.host

    @property
    def info(self) -> RoomInfo | None:
        """TikTok's information about the room at the opening; None if the request failed."""
        return self._runner.facts.info

    @property
    def gifts(self) -> Sequence[GiftInfo] | None:
        """The gifts of the room; None unless `track(gift_list=True)` got them."""
        return self._runner.facts.gifts

    @property
    def state(self) -> LiveState:
        """Whether it is opening, connected, reconnecting, ended, failed or closed."""
        return self._runner.state

    @property
    def end_reason(self) -> EndReason | None:
        """The reason of its end, None while it is running."""
        return self._runner.end_reason

    def stats(self) -> LiveStats:
        """Return the counts since the opening: messages, gifts, connections, queues, handlers."""
        return self._runner.stats()

    def problems(self) -> dict[str, int]:
        """Return, by wire name, how many messages were unknown, not decoded, or only partly decoded."""
        return self._runner.problems()

    async def __aenter__(self) -> Self:
        if self._owner is not None:
            self._owner.add(self, self._runner)
        try:
            await self._runner.open()
        finally:
            self._leave_owner()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __aiter__(self) -> EventStream[Event]:
        """Iterate over every event since the opening; several loops share one queue."""
        return Loop(self._runner)

    async def __anext__(self) -> Event:
        """Return the next event for the calling task, which reads events until it ends or awaits `wait_ended`."""
        return await self._task_loops.next()

    @overload
    def events(self) -> EventStream[Event]: ...
    @overload
    def events(self, kind: type[E], /) -> EventStream[E]: ...
    @overload
    def events(self, kind: type[E1], other: type[E2], /) -> EventStream[E1 | E2]: ...
    @overload
    def events(self, kind: type[E1], other: type[E2], third: type[E3], /) -> EventStream[E1 | E2 | E3]: ...
    @overload
    def events(self, *kinds: type[E]) -> EventStream[E]: ...
    def events(self, *kinds: type[Event]) -> EventStream[Any]:
        """Return a separate iterator over events of these types, from now on; without types, over all events."""
        return EventStream(self._runner, kinds)

    @overload
    def on(self, kind: type[E], handler: Callable[[E], R], /) -> Callable[[E], R]: ...
    @overload
    def on(self, kind: type[E], /) -> Registrar[E]: ...
    def on(
        self, kind: type[Event], handler: Callable[[Any], Any] | None = None, /
    ) -> Registrar[Any] | Callable[[Any], Any]:
        """Register a handler for an event type, before or after opening; returns the handler.

        A coroutine function gets one event at a time, in order. A plain function runs in the event
        loop and must not block. Exceptions go to the log and to `on_error`, and the next event is
        delivered as usual.
        """
        if handler is None:
            return lambda handler: self.on(kind, handler)
        self._runner.listen(kind, handler)
        return handler

    def off(self, handler: Callable[[Any], object]) -> None:
        """Stop calling a handler, also for queued events. A running call of the handler is finished."""
        self._runner.forget(handler)

    async def send(self, text: str) -> None:
        """Send a chat message with the client's `chat_sender`; raises the errors of the sender."""
        sender = self._options.chat_sender
        if sender is None:
            advice = "give TikTok(chat_sender=…) an object that sends"
            raise ConfigError("nothing can send chat", option="chat_sender", advice=advice)
        self._runner.require_open()
        result = sender.send_chat(self.room_id, text)
        if inspect.isawaitable(result):
            await result

    def download(
        self,
        path: str | PathLike[str] | None = None,
        *,
        quality: str = "best",
        format: str = "ts",  # noqa: A002 - the word that users know
        duration: float | None = None,
        segment: float | None = None,
        events: bool = False,
    ) -> Recording:
        """Record the video into files, from now until the live stream ends. It runs in the background.

        The options are described at `tikcast.recording.RecordingOptions`. `await` the recording to wait for
        its first video. Raises `ConfigError` for options that cannot work.
        """
        self._runner.require_open()
        from tikcast.recording import RecordingOptions
        from tikcast.recording.recording import record

        recorded = RecordingOptions(
            path=path, quality=quality, format=format, duration=duration, segment=segment, events=events
        )
        recording = record(
            self, self._network, options=recorded, reconnect=self._options.reconnect, timeouts=self._options.timeouts
        )
        self._recordings = {one for one in self._recordings if not one.done} | {recording}
        return recording

    async def wait_ended(self) -> EndReason:
        """Wait until the live stream is over and all handlers are done; raises the same errors as iteration.

        From then on, no event is kept for an `async for` that has not begun.
        """
        self._runner.require_open()
        self._task_loops.end_own()
        await self._runner.ended()
        if self._runner.failure:
            raise self._runner.failure
        return self.end_reason or "closed"

    async def close(self) -> None:
        """Close it now. This can be called anywhere, at any time, and several times.

        Handlers have half a second to finish; after that nothing of this live stream is running. If a
        handler calls it, it returns at once, and the handler has this time to finish. Recordings are
        closed within a second: call `stop` before to get the MP4 of a long recording.
        """
        self._recordings_closing = asyncio.gather(*(recording.close() for recording in self._recordings))
        try:
            await self._runner.close()
        finally:
            if not self._runner.in_handler:
                await self._recordings_closing
            self._leave_owner()

    def _leave_owner(self) -> None:
        if self._owner is not None and self._runner.is_over:
            self._owner.drop_closed()
