"""The owner of every task of a live stream: it opens the room, follows it, calls handlers, and stops all of them."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Final

from tikcast._live.facts import RoomFacts, facts_of, look_up
from tikcast._live.hub import Hub
from tikcast._live.listeners import Listener, name_of
from tikcast._live.state import LiveState, LiveStats
from tikcast._live.supervisor import OwnEvents, Supervisor
from tikcast._wire.session.session import LiveSession
from tikcast.errors import ConfigError, TikcastError
from tikcast.events import Event, Overflow
from tikcast.events.life import EventNumbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tikcast._clock import Clock
    from tikcast._live.state import EndReason
    from tikcast._net.liveness import FoundRoom
    from tikcast._net.network import Network
    from tikcast._options import ClientOptions

logger = logging.getLogger("tikcast.live.runner")

_GRACE: Final = 0.5

_handler_of: ContextVar[Runner | None] = ContextVar("the live stream whose handler runs", default=None)
"""Set for handlers and the tasks that they start: what they wait for must not wait for them."""


class Runner:
    """One live stream from its opening to its end; `facts`, `failure` and `end_reason` are its results."""

    def __init__(
        self,
        network: Network,
        target: str | int,
        *,
        known_room: FoundRoom | None = None,
        room_info: bool,
        gift_list: bool,
        options: ClientOptions,
        clock: Clock,
        random: Random,
    ) -> None:
        self.facts = facts_of(known_room) if known_room else RoomFacts(room_id=0)
        self.failure: Exception | None = None
        self.end_reason: EndReason | None = None
        self._network = network
        self._target = target
        self._known_room = known_room
        self._wanted = {"room_info": room_info, "gift_list": gift_list}
        self._options = options
        self._clock = clock
        self._random = random
        wait = options.queue_policy == "wait"
        self.hub = Hub(options.limits.events, wait=wait, overflow=self._overflow, age_ms=clock.age_ms)
        self._own_events = OwnEvents(self.hub, clock=clock, numbers=EventNumbers(_session_name(random)))
        self._session: LiveSession | None = None
        self._supervisor: Supervisor | None = None
        self._listeners: dict[Listener, asyncio.Task[None] | None] = {}
        self._past_errors = 0
        self._group: asyncio.TaskGroup | None = None
        self._root: asyncio.Task[None] | None = None
        self._follower: asyncio.Task[None] | None = None
        self._opened = asyncio.Event()
        self._closed = False
        self._fatal: BaseException | None = None

    @property
    def state(self) -> LiveState:
        """The state of the live stream now."""
        if self._closed:
            return LiveState.CLOSED
        if self.end_reason is not None:
            return LiveState.FAILED if self.end_reason == "failed" else LiveState.ENDED
        if self._supervisor is not None:
            return self._supervisor.state
        return LiveState.NEW if self._root is None else LiveState.OPENING

    @property
    def is_over(self) -> bool:
        """Whether it was opened, and none of its tasks runs any more."""
        return self._root is not None and self._root.done()

    @property
    def in_handler(self) -> bool:
        """Whether a handler of this live stream calls: it cannot wait for what waits for it."""
        return _handler_of.get() is self

    def stats(self) -> LiveStats:
        """Counts of the session, the queues, the connections and the handlers."""
        counts = self._session.stats() if self._session else {}
        counts["connections"] = self._supervisor.connections if self._supervisor else 0
        return LiveStats(
            **counts,
            queued=self.hub.queued,
            dropped=self.hub.dropped,
            handler_errors=self._past_errors + sum(one.errors for one in self._listeners),
            attempts=self._supervisor.attempts if self._supervisor else (),
        )

    def problems(self) -> dict[str, int]:
        """How many messages of each wire name were not read whole."""
        return self._session.problems() if self._session else {}

    def require_open(self) -> None:
        """Raise `ConfigError` unless the live stream was opened: nothing would ever come."""
        if self._root is None:
            raise ConfigError(
                "this live stream is not open", advice="open it with `async with`, or `with` in tikcast.sync"
            )

    async def open(self) -> None:
        """Start, and return when the first connection stands. Cancelling it closes."""
        if self._root is not None or self._closed:
            raise ConfigError("a live stream is opened only once", advice="track the room again")
        self._root = asyncio.create_task(self._run(), name=f"tikcast live {self._target}")
        self._root.add_done_callback(self._over)
        try:
            await self._opened.wait()
        except asyncio.CancelledError:
            await self.close()
            raise
        if self._supervisor is None:
            await self.close()
            advice = "track the room again"
            raise self.failure or TikcastError("The live stream was closed while opening", advice=advice)

    async def ended(self) -> None:
        """Wait until the live stream is over and every listener is done. Nothing is kept for a loop meanwhile."""
        if self._root is None:
            return
        await asyncio.sleep(0)  # tasks that were started before, such as a loop, begin first
        with self.hub.waiting_for_end():
            await asyncio.wait({self._root})
        self._raise_fatal()

    async def close(self) -> None:
        """Stop now: listeners get half a second to finish. From a listener it returns at once."""
        if self._root is None:
            self.hub.close()
        elif not self._root.done():
            await self._stop(self._root)
        self._closed = True
        self._raise_fatal()

    def listen(self, kind: type[Event], handler: Callable[[Any], object]) -> None:
        """Give events of a type to a handler, in a task of its own. Raises `ConfigError` for what is no such thing."""
        if not callable(handler):
            raise ConfigError(f"{handler!r} cannot be called", advice="give a function that takes an event")
        queue = self.hub.subscribe((kind,), reader=f"the handler {name_of(handler)}")
        listener = Listener(handler, queue=queue, on_error=self._options.on_error)
        self._listeners[listener] = self._start(listener)

    def forget(self, handler: Callable[[Any], object]) -> None:
        """Stop calling a handler, also for events that wait for it; the event that it handles now is finished."""
        for listener in self._listeners:
            if listener.handler == handler:
                self.hub.unsubscribe(listener.queue)
                listener.queue.clear()

    def _start(self, listener: Listener) -> asyncio.Task[None] | None:
        if self._group is None or self.end_reason is not None:
            return None
        context = copy_context()
        context.run(_handler_of.set, self)
        task = self._group.create_task(listener.run(), context=context)
        task.add_done_callback(lambda _: self._done(listener))
        return task

    def _done(self, listener: Listener) -> None:
        if self._listeners.pop(listener, None) is not None:
            self._past_errors += listener.errors
            self.hub.unsubscribe(listener.queue)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._follower = group.create_task(self._follow_to_end())
            for listener in self._listeners:
                self._listeners[listener] = self._start(listener)

    async def _follow_to_end(self) -> None:
        reason: EndReason = "failed"
        try:
            reason = await self._follow()
        except asyncio.CancelledError:
            reason = (self._supervisor and self._supervisor.announced_end) or "closed"
            raise
        except Exception as error:  # noqa: BLE001 - it is raised where the events are read
            self.failure = error
        finally:
            if self._supervisor is not None:
                self._supervisor.finish(reason)
            self.end_reason = reason
            self._let_go()

    async def _follow(self) -> EndReason:
        self.facts = await look_up(self._network, self._target, known_room=self._known_room, **self._wanted)
        self._own_events.room_id = self.facts.room_id
        self._session = LiveSession(
            self.facts.room_id,
            history=self._options.history,
            stale_after=self._options.timeouts.stale,
            gunzip_limit=self._options.limits.gunzip,
            session=_session_name(self._random),
            report_unknown=self._options.experimental,
        )
        supervisor = Supervisor(
            self._network,
            self.facts,
            session=self._session,
            hub=self.hub,
            own_events=self._own_events,
            clock=self._clock,
            options=self._options,
            random=self._random,
        )
        connection = await supervisor.open()
        self._supervisor = supervisor
        self._opened.set()
        return await supervisor.run(connection)

    async def _stop(self, root: asyncio.Task[None]) -> None:
        (self._follower or root).cancel()
        if self.in_handler:
            asyncio.get_running_loop().call_later(_GRACE, root.cancel)
            return
        try:
            await asyncio.wait({root}, timeout=_GRACE)
        finally:
            root.cancel()
        await asyncio.wait({root}, timeout=_GRACE / 2)
        if not root.done():
            stuck = [name_of(listener.handler) for listener, task in self._listeners.items() if task]
            logger.error("Closed without waiting for handlers that ignore being cancelled: %s", ", ".join(stuck))

    def _over(self, root: asyncio.Task[None]) -> None:
        """Whatever ended the tasks, nobody waits for them any more."""
        self.end_reason = self.end_reason or "closed"
        self._fatal = None if root.cancelled() else root.exception()
        self._let_go()

    def _raise_fatal(self) -> None:
        """Raise, once, what is no `Exception` and still ended a listener, as a test's failure does."""
        fatal, self._fatal = self._fatal, None
        if fatal is not None:
            raise fatal.exceptions[0] if isinstance(fatal, BaseExceptionGroup) else fatal

    def _let_go(self) -> None:
        self.hub.close()
        self._opened.set()

    def _overflow(self, dropped: int, reader: str) -> Event:
        notes = (f"dropped for {reader}",) if reader else ()
        return self._own_events.make(Overflow, dropped=dropped, notes=notes)


def _session_name(random: Random) -> str:
    """A name that no other session has, in this process or another."""
    return f"{random.getrandbits(64):016x}"
