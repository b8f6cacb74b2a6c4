"""Calls handlers in a separate thread, or in the thread of a GUI, so that they may block."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
import weakref
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tikcast.errors import ConfigError
from tikcast.sync.portal import Carried

if TYPE_CHECKING:
    from collections.abc import Callable

CallSoon: TypeAlias = "Callable[[Callable[[], None]], object]"
"""Arranges a call of a function without arguments in another thread, and returns at once."""

_CLOSE_SECONDS: Final = 0.5


class Handlers:
    """Calls handlers one at a time, so that they need no locks among themselves.

    `call_soon` passes each call to another thread, as `root.after_idle` of Tk does. With None, a thread
    is used that starts with the first call.
    """

    def __init__(self, call_soon: CallSoon | None = None) -> None:
        self._lock = threading.Lock()
        self._thread: _HandlerThread | None = None
        self._call_soon = call_soon or self._put_in_thread
        self._thread_state = threading.local()

    @property
    def in_handler(self) -> bool:
        """Whether a handler is running in this thread."""
        return getattr(self._thread_state, "depth", 0) > 0

    async def call(self, function: Callable[..., object], *args: object) -> None:
        """Call a handler and wait until it is done; raises the exception of the handler.

        If this is cancelled before the handler has begun, the handler is not called.
        """
        done: Future[_Outcome] = Future()
        self._call_soon(lambda: self._work(done, function, *args))
        result = (await asyncio.wrap_future(done)).result()
        if inspect.isawaitable(result):
            await result

    def close(self) -> None:
        """End the thread; a running handler has half a second to finish. It can be called twice."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.work.put(None)
            if threading.current_thread() is not thread:
                thread.join(_CLOSE_SECONDS)

    def _work(self, done: Future[_Outcome], function: Callable[..., object], *args: object) -> None:
        if not done.set_running_or_notify_cancel():
            return
        self._thread_state.depth = getattr(self._thread_state, "depth", 0) + 1
        outcome = _Outcome()
        try:
            outcome.value = function(*args)
        except BaseException as error:
            outcome.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._thread_state.depth -= 1
            done.set_result(outcome)

    def _put_in_thread(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = _HandlerThread()
                weakref.finalize(self, self._thread.work.put, None).atexit = False
            self._thread.work.put(work)


class Handler:
    """Wraps a handler for the event loop; equal to other wrappers of the same handler.

    Raises `ConfigError` if the handler cannot be called.
    """

    def __init__(self, function: Callable[..., object], handlers: Handlers) -> None:
        if not callable(function):
            raise ConfigError(f"{function!r} cannot be called", advice="give a function that takes an event")
        functools.update_wrapper(self, function)
        self._function = function
        self._handlers = handlers

    async def __call__(self, *args: object) -> None:
        """Call the handler in the thread of handlers."""
        await self._handlers.call(self._function, *args)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handler) and self._function == other._function

    def __hash__(self) -> int:
        return hash(self._function)

    def __repr__(self) -> str:
        return repr(self._function)


class _Outcome:
    """The result or the exception of a handler, because a future cannot hold StopIteration."""

    value: Any = None
    error: BaseException | None = None

    def result(self) -> object:
        if self.error is None:
            return self.value
        if isinstance(self.error, SystemExit | KeyboardInterrupt):
            raise Carried(self.error)
        raise self.error


class _HandlerThread(threading.Thread):
    """Runs calls one at a time. It is a daemon thread, so a handler that never ends does not keep the program alive."""

    def __init__(self) -> None:
        super().__init__(name="tikcast handlers", daemon=True)
        self.work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while (work := self.work.get()) is not None:
            try:
                work()
            except BaseException:  # noqa: BLE001, S112 - the future of the call holds the exception
                continue
