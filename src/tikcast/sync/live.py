"""A tracked live stream for programs without asyncio."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from tikcast.events import Event
from tikcast.live import LiveState
from tikcast.sync.handlers import Handler
from tikcast.sync.portal import ClientClosed
from tikcast.sync.recording import Recording

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
    from os import PathLike

    from tikcast import live as asynchronous
    from tikcast.live import EndReason, LiveStats, Registrar
    from tikcast.models import GiftInfo, RoomInfo, UserInfo
    from tikcast.sync.handlers import Handlers
    from tikcast.sync.portal import Portal

T = TypeVar("T")
E = TypeVar("E", bound=Event)
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)
R = TypeVar("R")


class Live:
    """One live stream; `TikTok.track` makes it, `with` opens and closes it.

    It is `tikcast.Live` with plain calls: iterate with `for`, register handlers with `on`, or do
    both. Every method can be called from any thread; `close` ends the loops of all others.
    """

    def __init__(self, live: asynchronous.Live, *, portal: Portal, handlers: Handlers) -> None:
        self._live = live
        self._portal = portal
        self._handlers = handlers
        self._of_thread = threading.local()

    def __repr__(self) -> str:
        return repr(self._live)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and self._live is other._live

    def __hash__(self) -> int:
        return hash(self._live)

    @property
    def room_id(self) -> int:
        """The room, 0 until it is found."""
        return self._live.room_id

    @property
    def host(self) -> UserInfo | None:
        """The user who is live; None when only the room id is known."""
        return self._live.host

    @property
    def info(self) -> RoomInfo | None:
        """What TikTok answered about the room when it was opened; None without an answer."""
        return self._live.info

    @property
    def gifts(self) -> Sequence[GiftInfo] | None:
        """The gifts of the room; None unless `track(gift_list=True)` got them."""
        return self._live.gifts

    @property
    def state(self) -> LiveState:
        """Whether it is opening, connected, reconnecting, ended, failed or closed."""
        return self._live.state

    @property
    def end_reason(self) -> EndReason | None:
        """How it ended, None while it goes on."""
        return self._live.end_reason

    def stats(self) -> LiveStats:
        """Counts since the opening: of the session, the queues, the connections, the handlers."""
        return self._portal.run(self._live.stats)

    def problems(self) -> dict[str, int]:
        """How many messages of each wire name were unknown, not decoded, or salvaged in parts."""
        return self._portal.run(self._live.problems)

    def __enter__(self) -> Self:
        self._portal.call(self._live.__aenter__)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> EventStream[Event]:
        """Iterate over every event since the opening; several loops share one queue."""
        return EventStream(aiter(self._live), portal=self._portal)

    def __next__(self) -> Event:
        """The next event for the thread that calls it, which takes events until it ends or calls `wait_ended`."""
        if not hasattr(self._of_thread, "events"):
            self._of_thread.events = iter(self)
        event: Event = next(self._of_thread.events)
        return event

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
        return EventStream(self._portal.run(self._live.events, *kinds), portal=self._portal)

    @overload
    def on(self, kind: type[E], handler: Callable[[E], R], /) -> Callable[[E], R]: ...
    @overload
    def on(self, kind: type[E], /) -> Registrar[E]: ...
    def on(
        self, kind: type[Event], handler: Callable[[Any], Any] | None = None, /
    ) -> Registrar[Any] | Callable[[Any], Any]:
        """Register a handler of events of a type, before or after opening; it is returned.

        The handlers of a client are called one at a time, in a thread of theirs or where its
        `call_soon` leads; they may block, but delay each other then. What one raises goes to the
        log and to `on_error`, and the next event comes all the same.
        """
        if handler is None:
            return lambda handler: self.on(kind, handler)
        self._portal.run(self._live.on, kind, Handler(handler, self._handlers))
        return handler

    def off(self, handler: Callable[[Any], object]) -> None:
        """Stop calling a handler, also for events that wait for it; the event that it handles now is finished."""
        self._portal.run(self._live.off, Handler(handler, self._handlers))

    def send(self, text: str) -> None:
        """Send a chat message through the client's `chat_sender`; raises what that raises."""
        self._portal.call(self._live.send, text)

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

        `with` waits for the first video. Raises `ConfigError` for options that cannot work.
        """
        recording = self._portal.run(
            self._live.download, path, quality=quality, format=format, duration=duration,
            segment=segment, events=events,
        )  # fmt: skip
        return Recording(recording, portal=self._portal)

    def wait_ended(self) -> EndReason:
        """Wait until the live stream is over and every handler is done; raises like iteration does.

        From then on, no event is kept for a `for` loop that has not begun.
        """
        if hasattr(self._of_thread, "events"):
            self._of_thread.events.close()
            del self._of_thread.events
        return self._portal.call(self._live.wait_ended)

    def run(self) -> EndReason:
        """Wait until the live stream is over, as `wait_ended`; one that is not open is opened and closed.

        For programs that consist of handlers. An interrupt (Ctrl+C) passes through.
        """
        if self.state is not LiveState.NEW:
            return self.wait_ended()
        with self:
            return self.wait_ended()

    def close(self) -> None:
        """End it now, from any thread, at any time; doing it again is fine.

        Handlers have half a second to finish. Called from a handler it returns at once. Recordings are
        closed, which takes a second at most: `stop` them before when MP4s are to be made of long ones.
        """
        if self._handlers.in_handler:
            self._portal.post(self._live.close)
            return
        with suppress(ClientClosed):  # which has closed it
            self._portal.call(self._live.close)


class EventStream(Generic[E_co]):
    """An iterator over the events of some types, from the moment when it was made.

    It has a queue of its own. It stops collecting when it is closed or no longer referred to. It
    ends like the live stream does, with the same error if the live stream failed.
    """

    def __init__(self, stream: asynchronous.EventStream[E_co], *, portal: Portal) -> None:
        self._stream = stream
        self._portal = portal
        self._stop = weakref.finalize(self, _forget, stream, portal)
        self._stop.atexit = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E_co:
        return _take(self._stream, self._portal)

    def close(self) -> None:
        """Stop collecting; doing it twice is fine."""
        self._stop.detach()
        self._portal.run(self._stream.close)


class Watch(Iterator[Live]):
    """The live streams of users, one after the other, as `TikTok.watch` gives them."""

    def __init__(
        self,
        watch: AsyncIterator[asynchronous.Live],
        *,
        portal: Portal,
        adopt: Callable[[asynchronous.Live], Live],
    ) -> None:
        self._watch = watch
        self._portal = portal
        self._adopt = adopt

    def __next__(self) -> Live:
        return self._portal.run(self._adopt, _take(self._watch, self._portal))


class _End:
    """What comes after the last event."""


def _take(events: AsyncIterator[T], portal: Portal) -> T:
    """The next event. Once the event loop is over, the events that are left can still be read, without waiting."""
    try:
        event = portal.call(_next, events)
    except ClientClosed:
        event = _unwaited(_next(events))
    if isinstance(event, _End):
        raise StopIteration
    return event


async def _next(events: AsyncIterator[T]) -> T | _End:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return _End()


def _unwaited(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that has nothing to wait for. Raises `ClientClosed` for one that has."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    coroutine.close()
    raise ClientClosed


def _forget(stream: asynchronous.EventStream[Any], portal: Portal) -> None:
    async def close() -> None:
        stream.close()

    portal.post(close)
