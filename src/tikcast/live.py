"""A tracked live stream: its events as an iterator and through handlers, from its opening to its end."""

from __future__ import annotations

import asyncio
import inspect
from random import Random
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar, overload

from tikcast._clock import Clock, SystemClock
from tikcast._live.runner import Runner
from tikcast._live.state import ChatSender, EndReason, LiveSettings, LiveState, LiveStats
from tikcast._live.streams import EventStream, Loop, TaskLoops
from tikcast.errors import ConfigError
from tikcast.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike

    from tikcast._net.answers import FoundRoom
    from tikcast._net.network import Network
    from tikcast.models import GiftInfo, RoomInfo, UserInfo
    from tikcast.recording import Recording

__all__ = ["ChatSender", "EndReason", "EventStream", "Live", "LiveState", "LiveStats", "Registrar"]

E = TypeVar("E", bound=Event)
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
R = TypeVar("R")

_MOST_ENDED: Final = 100


class Registrar(Protocol[E]):
    """What `live.on(EventType)` gives: a decorator that registers a handler and returns it."""

    def __call__(self, handler: Callable[[E], R], /) -> Callable[[E], R]:
        """Register `handler`."""


class OpenLives:
    """The live streams that a client has open. It owns them: it refers to them, and closes them with itself.

    Closed ones are dropped. Of those that have ended and that nobody has closed, the last hundred stay.
    """

    def __init__(self) -> None:
        self._runners: dict[Live, Runner] = {}

    def __iter__(self) -> Iterator[Live]:
        return iter([live for live in self._runners if live.state is not LiveState.CLOSED])

    def add(self, live: Live, runner: Runner) -> None:
        """Own a live stream from its opening on."""
        self._runners[live] = runner
        self.drop_closed()

    def drop_closed(self) -> None:
        """Forget those that are closed and no longer run, and of the ended ones all but the last."""
        ended = [live for live in self._runners if live.state in {LiveState.ENDED, LiveState.FAILED}]
        dropped = set(ended[:-_MOST_ENDED])
        self._runners = {
            live: runner for live, runner in self._runners.items() if not (runner.is_finished or live in dropped)
        }

    async def aclose(self) -> None:
        """Close all of them."""
        await asyncio.gather(*(live.close() for live in self._runners))


class Live:
    """One live stream; `TikTok.track` makes it, `async with` opens and closes it.

    Opening looks the room up, connects, and raises what went wrong. From then on every event goes
    to `async for`, to each `events()` iterator and to each handler, all with queues of their own
    (`Limits.events`), so that a slow one delays neither the others nor the connection. Lost
    connections are opened again. Iteration ends with the live stream; it raises when the live stream
    could not be followed to its end. Its client refers to it and closes it.

    `async for` gets every event since the opening, whenever it begins. Events do not wait for it for
    ever: while handlers or `events()` iterators read and no loop does, they are kept for 5 seconds
    and at most `Limits.events` of them; `wait_ended` ends the keeping at once. A loop that begins
    after that starts at its moment, with an `Overflow` that says how many events it missed.
    """

    def __init__(
        self,
        network: Network,
        target: str | int,
        *,
        settings: LiveSettings,
        found: FoundRoom | None = None,
        room_info: bool = True,
        gift_list: bool = False,
        owner: OpenLives | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self._target = target
        self._network = network
        self._settings = settings
        self._owner = owner
        self._recordings: set[Recording] = set()
        self._recordings_closing: asyncio.Future[list[None]] | None = None
        self._runner = Runner(
            network,
            target,
            found=found,
            room_info=room_info,
            gift_list=gift_list,
            settings=settings,
            clock=clock or SystemClock(),
            random=random or Random(),  # noqa: S311 - it spreads reconnects, it guards nothing
        )
        self._task_loops = TaskLoops(self._runner)

    def __repr__(self) -> str:
        return f"<Live {self._target!r} room_id={self.room_id} {self.state.value}>"

    @property
    def room_id(self) -> int:
        """The room, 0 until it is found."""
        return self._runner.facts.room_id

    @property
    def host(self) -> UserInfo | None:
        """The user who is live; None when only the room id is known."""
        return self._runner.facts.host

    @property
    def info(self) -> RoomInfo | None:
        """What TikTok answered about the room when it was opened; None without an answer."""
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
        """How it ended, None while it goes on."""
        return self._runner.end_reason

    def stats(self) -> LiveStats:
        """Counts since the opening: of the session, the queues, the connections, the handlers."""
        return self._runner.stats()

    def problems(self) -> dict[str, int]:
        """How many messages of each wire name were unknown, not decoded, or salvaged in parts."""
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
        """The next event for the task that calls it, which takes events until it ends or awaits `wait_ended`."""
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
        """An iterator of its own over events of these types, all when none is named, from now on."""
        return EventStream(self._runner, kinds)

    @overload
    def on(self, kind: type[E], handler: Callable[[E], R], /) -> Callable[[E], R]: ...
    @overload
    def on(self, kind: type[E], /) -> Registrar[E]: ...
    def on(
        self, kind: type[Event], handler: Callable[[Any], Any] | None = None, /
    ) -> Registrar[Any] | Callable[[Any], Any]:
        """Register a handler of events of a type, before or after opening; it is returned.

        A coroutine function gets one event at a time, in order. A plain function runs in the
        event loop: it must not block. What it raises goes to the log and to `on_error`, and the
        next event comes all the same.
        """
        if handler is None:
            return lambda handler: self.on(kind, handler)
        self._runner.listen(kind, handler)
        return handler

    def off(self, handler: Callable[[Any], object]) -> None:
        """Stop calling a handler, also for events that wait for it; the event that it handles now is finished."""
        self._runner.forget(handler)

    async def send(self, text: str) -> None:
        """Send a chat message through the client's `chat_sender`; raises what that raises."""
        sender = self._settings.chat_sender
        if sender is None:
            advice = "give TikTok(chat_sender=…) something that sends"
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
        """Record the video into files, from now until the live ends; it runs in the background.

        `path`: a file, a folder, or None for `USER-2026y11m22dT20h15m00s` here, after the live's start; a
        file that exists is never written over. `{user}`, `{title}`, `{room}` and `{start}` in it are filled
        in. `quality`: best, origin, uhd, hd, sd, ld or audio; one that is not offered falls back. `format`:
        ts, mp4, mkv or flv; `path`'s ending says it too. `duration`: seconds of video at most. `segment`:
        seconds after which a new file begins. `events`: write every event and the chat as subtitles beside
        the video, on its clock.

        `await` the recording to wait for its first video. Raises `ConfigError` for options that cannot work.
        """
        self._runner.require_open()
        from tikcast.recording import record

        recording = record(
            self, self._network, reconnect=self._settings.reconnect, timeouts=self._settings.timeouts,
            path=path, quality=quality, format=format, duration=duration, segment=segment, events=events,
        )  # fmt: skip
        self._recordings = {one for one in self._recordings if not one.done} | {recording}
        return recording

    async def wait_ended(self) -> EndReason:
        """Wait until the live stream is over and every handler is done; raises like iteration does.

        From then on, no event is kept for an `async for` that has not begun.
        """
        self._runner.require_open()
        self._task_loops.end_own()
        await self._runner.ended()
        if self._runner.failure:
            raise self._runner.failure
        return self.end_reason or "closed"

    async def close(self) -> None:
        """End it now, from anywhere, at any time; doing it again is fine.

        Handlers have half a second to finish; then nothing of this live stream is left running. Called
        from a handler it returns at once, and the handler has that time to finish. Recordings are
        closed, which takes a second at most: `stop` them before when MP4s are to be made of long ones.
        """
        self._recordings_closing = asyncio.gather(*(recording.close() for recording in self._recordings))
        try:
            await self._runner.close()
        finally:
            if not self._runner.in_handler:
                await self._recordings_closing
            self._leave_owner()

    def _leave_owner(self) -> None:
        if self._owner is not None and self._runner.is_finished:
            self._owner.drop_closed()
