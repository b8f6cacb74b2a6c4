"""A thread with an event loop, in which other threads run coroutines."""

from __future__ import annotations

import asyncio
import os
import threading
import warnings
import weakref
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from tikcast.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

P = ParamSpec("P")
T = TypeVar("T")

# On Windows Ctrl+C does not interrupt a waiting thread, so the wait has a timeout there.
_WAIT_TIMEOUT: Final = 0.2 if os.name == "nt" else None
_AT_EXIT: Final = 2.0


class ClientClosed(ConfigError):  # noqa: N818 - it says what happened, like the other errors
    """The client is closed, so nothing can be called."""

    def __init__(self) -> None:
        super().__init__("this client is closed", advice="make a new one")


class Carried(BaseException):
    """Wraps a `SystemExit` or `KeyboardInterrupt`, which would otherwise stop the event loop."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(cause)
        self.cause = cause


class Portal:
    """Runs coroutines for threads without an event loop, or with an event loop that they must not block.

    Its thread starts with the first call. It ends with `close`, with the program, or when the portal is
    no longer referenced. Its methods can be called from any thread.
    """

    def __init__(self) -> None:
        # Reentrant, because a finalizer may run at any moment, also while its thread holds the lock.
        self._lock = threading.RLock()
        self._thread: _LoopThread | None = None
        self._closed = False

    @property
    def started(self) -> bool:
        """Whether a call was made and the portal is not closed."""
        return self._thread is not None and not self._closed

    def call(self, function: Callable[P, Coroutine[Any, Any, T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a coroutine function and return its result or raise its exception.

        Ctrl+C in the calling thread cancels the coroutine and is raised at once. Raises `ClientClosed`
        after `close`, and `ConfigError` in the thread of the event loop, which cannot wait for itself.
        """
        with self._lock:
            if self._inside():
                raise ConfigError(
                    "tikcast.sync was called from inside its own event loop",
                    advice="call it from another thread, or use the asynchronous tikcast",
                )
            future = self._submit(function(*args, **kwargs)) if not self._closed else None
        if future is None:
            raise ClientClosed
        return _outcome(future)

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a plain function in the event loop, or directly if no event loop is running."""

        async def between_steps() -> T:
            return function(*args, **kwargs)

        with self._lock:
            if not self.started or self._inside():
                return function(*args, **kwargs)
            future = self._submit(between_steps())
        return _outcome(future)

    def post(self, function: Callable[P, Coroutine[Any, Any, object]], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a coroutine function if the event loop is running, without waiting for it."""
        with self._lock:
            if self.started:
                self._submit(function(*args, **kwargs))

    def close(self) -> None:
        """Cancel all running coroutines and end the thread. It can be called twice."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.stop()
            if not self._inside():
                thread.join()

    def _submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        if self._thread is None:
            self._thread = _LoopThread()
            weakref.finalize(self, self._thread.abandon)
        return asyncio.run_coroutine_threadsafe(coroutine, self._thread.loop)

    def _inside(self) -> bool:
        return threading.current_thread() is self._thread


class _LoopThread(threading.Thread):
    """Runs an event loop until it is stopped. Coroutines submitted before `stop` are started, then cancelled."""

    def __init__(self) -> None:
        super().__init__(name="tikcast", daemon=True)
        self.loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._abandoned = False
        self.start()

    def run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
                runner.run(self._over.wait())
        except RuntimeError:
            # At interpreter exit no thread can be started, not even one that waits for the others.
            if not self._abandoned:
                raise

    def stop(self) -> None:
        """Cancel everything and end; returns at once."""
        with suppress(RuntimeError):  # the event loop is already closed
            self.loop.call_soon_threadsafe(self._over.set)

    def abandon(self) -> None:
        """End because the portal is no longer referenced."""
        if self.is_alive():
            self._abandoned = True
            self.stop()
            if threading.current_thread() is not self:
                self.join(_AT_EXIT)
            warnings.warn("a client of tikcast.sync was never closed", ResourceWarning, stacklevel=2)


def _outcome(future: Future[T]) -> T:
    try:
        while not wait([future], timeout=_WAIT_TIMEOUT).done:
            pass
        return future.result()
    except CancelledError:
        raise ClientClosed from None
    except Carried as carried:
        raise carried.cause from None
    finally:
        # After Ctrl+C in this thread, the coroutine may still be running.
        future.cancel()
