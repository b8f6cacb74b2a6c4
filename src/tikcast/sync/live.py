"""A live stream in the synchronous API."""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from tikcast import live as asynchronous
from tikcast.events import Event
from tikcast.live import LiveState
from tikcast.sync.handlers import Handler
from tikcast.sync.portal import ClientClosed
from tikcast.sync.recording import Recording

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

    from tikcast.live import EndReason, LiveStats, Registrar, WatchStats
    from tikcast.models import GiftInfo, RoomInfo, UserInfo
    from tikcast.sync.handlers import Handlers
    from tikcast.sync.portal import Portal

T = TypeVar("T")
E = TypeVar("E", bound=Event)
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)
L_co = TypeVar("L_co", covariant=True)
R = TypeVar("R")
P = ParamSpec("P")


def _takes_parameters_of(
    source: Callable[Concatenate[Any, P], object],
) -> Callable[[Callable[Concatenate[T, ...], R]], Callable[Concatenate[T, P], R]]:
    """Give a method the parameters of `source`, for type checkers and for `inspect.signature`."""

    def decorate(method: Callable[Concatenate[T, ...], R]) -> Callable[Concatenate[T, P], R]:
        result = inspect.signature(method).return_annotation
        signature = inspect.signature(source).replace(return_annotation=result)
        method.__signature__ = signature  # type: ignore[attr-defined]
        return method

    return decorate


class Live:
    """One live stream; `TikTok.track` creates it, `with` opens and closes it.

    It has the methods of `tikcast.Live`: iterate with `for`, register handlers with `on`, or do both.
    Every method can be called from any thread. `close` ends the loops in all other threads.
    """

    def __init__(self, live: asynchronous.Live, *, portal: Portal, handlers: Handlers) -> None:
        self._live = live
        self._portal = portal
        self._handlers = handlers
        self._thread_state = threading.local()

    def __repr__(self) -> str:
        return repr(self._live)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and self._live is other._live

    def __hash__(self) -> int:
        return hash(self._live)

    @property
    def room_id(self) -> int:
        """The room id, 0 until the room is looked up."""
        return self._live.room_id

    @property
    def host(self) -> UserInfo | None:
        """The user who is live; None if only the room id is known."""
        return self._live.host

    @property
    def info(self) -> RoomInfo | None:
        """TikTok's information about the room at the opening; None if the request failed."""
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
        """The reason of its end, None while it is running."""
        return self._live.end_reason

    def stats(self) -> LiveStats:
        """Return the counts since the opening: messages, gifts, connections, queues, handlers."""
        return self._portal.run(self._live.stats)

    def problems(self) -> dict[str, int]:
        """Return, by wire name, how many messages were unknown, not decoded, or only partly decoded."""
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
        """Return the next event for the calling thread, which reads events until it ends or calls `wait_ended`."""
        if not hasattr(self._thread_state, "events"):
            self._thread_state.events = iter(self)
        event: Event = next(self._thread_state.events)
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
        """Return a separate iterator over events of these types, from now on; without types, over all events."""
        return EventStream(self._portal.run(self._live.events, *kinds), portal=self._portal)

    @overload
    def on(self, kind: type[E], handler: Callable[[E], R], /) -> Callable[[E], R]: ...
    @overload
    def on(self, kind: type[E], /) -> Registrar[E]: ...
    def on(
        self, kind: type[Event], handler: Callable[[Any], Any] | None = None, /
    ) -> Registrar[Any] | Callable[[Any], Any]:
        """Register a handler for an event type, before or after opening; returns the handler.

        The handlers of a client are called one at a time, in a separate thread or in the one of
        `call_soon`. A handler may block, but the others wait meanwhile. Exceptions go to the log and to
        `on_error`, and the next event is delivered as usual.
        """
        if handler is None:
            return lambda handler: self.on(kind, handler)
        self._portal.run(self._live.on, kind, Handler(handler, self._handlers))
        return handler

    def off(self, handler: Callable[[Any], object]) -> None:
        """Stop calling a handler, also for queued events. A running call of the handler is finished."""
        self._portal.run(self._live.off, Handler(handler, self._handlers))

    def send(self, text: str) -> None:
        """Send a chat message with the client's `chat_sender`; raises the errors of the sender."""
        self._portal.call(self._live.send, text)

    @_takes_parameters_of(asynchronous.Live.download)
    def download(self, *args: Any, **options: Any) -> Recording:  # noqa: ANN401 - typed by the decorator
        """Record the video into files, from now until the live stream ends. It runs in the background.

        The options are described at `tikcast.recording.RecordingOptions`. `with` waits for the first video.
        Raises `ConfigError` for options that cannot work.
        """
        return Recording(self._portal.run(self._live.download, *args, **options), portal=self._portal)

    def wait_ended(self) -> EndReason:
        """Wait until the live stream is over and all handlers are done; raises the same errors as iteration.

        From then on, no event is kept for a `for` loop that has not begun.
        """
        if hasattr(self._thread_state, "events"):
            self._thread_state.events.close()
            del self._thread_state.events
        return self._portal.call(self._live.wait_ended)

    def run(self) -> EndReason:
        """Wait until the live stream is over, as `wait_ended` does; if it is not open, open and close it.

        This is for programs that use handlers only. Ctrl+C raises KeyboardInterrupt.
        """
        if self.state is not LiveState.NEW:
            return self.wait_ended()
        with self:
            return self.wait_ended()

    def close(self) -> None:
        """Close it now. This can be called from any thread, at any time, and several times.

        Handlers have half a second to finish. If a handler calls it, it returns at once. Recordings are
        closed within a second: call `stop` before to get the MP4 of a long recording.
        """
        if self._handlers.in_handler:
            self._portal.post(self._live.close)
            return
        with suppress(ClientClosed):  # the client has closed it
            self._portal.call(self._live.close)


class EventStream(Generic[E_co]):
    """An iterator over the events of some types, from its creation.

    It has its own queue. It stops collecting events when it is closed or no longer referenced. It ends
    with the live stream, with the same error if the live stream failed.
    """

    def __init__(self, stream: asynchronous.EventStream[E_co], *, portal: Portal) -> None:
        self._stream = stream
        self._portal = portal
        self._stop = weakref.finalize(self, _close_stream, stream, portal)
        self._stop.atexit = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E_co:
        return _take(self._stream, self._portal)

    def close(self) -> None:
        """Stop collecting events; it can be called twice."""
        self._stop.detach()
        self._portal.run(self._stream.close)


class Watcher(Iterator[L_co]):
    """The iterator of `TikTok.watch` over the live streams of users."""

    def __init__(
        self,
        watch: asynchronous.Watcher[asynchronous.Live],
        *,
        portal: Portal,
        adopt: Callable[[asynchronous.Live], L_co],
    ) -> None:
        self._watch = watch
        self._portal = portal
        self._adopt = adopt

    def __next__(self) -> L_co:
        return self._portal.run(self._adopt, _take(self._watch, self._portal))

    def stats(self) -> WatchStats:
        """How many users are watched, what that costs, and how soon a change is noticed."""
        return self._portal.run(self._watch.stats)


class _End:
    """Marks the end of an iterator, because a future cannot hold StopIteration."""


def _take(events: AsyncIterator[T], portal: Portal) -> T:
    """Return the next event. After the end of the event loop, the remaining events can be read without waiting."""
    try:
        event = portal.call(_next, events)
    except ClientClosed:
        event = _run_without_loop(_next(events))
    if isinstance(event, _End):
        raise StopIteration
    return event


async def _next(events: AsyncIterator[T]) -> T | _End:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return _End()


def _run_without_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that does not wait. Raises `ClientClosed` if it has to wait."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    coroutine.close()
    raise ClientClosed


def _close_stream(stream: asynchronous.EventStream[Any], portal: Portal) -> None:
    async def close() -> None:
        stream.close()

    portal.post(close)
