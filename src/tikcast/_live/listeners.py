"""Handlers of events: each reads its own queue in its own task, so that a slow one delays no other."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import TYPE_CHECKING, Any

from tikcast._live.hub import QueueClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tikcast._live.hub import EventQueue
    from tikcast._options import ErrorHook
    from tikcast.events import Event

logger = logging.getLogger("tikcast.live.listeners")


class Listener:
    """One handler and the events that wait for it."""

    def __init__(
        self,
        handler: Callable[[Any], object],
        *,
        queue: EventQueue,
        on_error: ErrorHook | None,
    ) -> None:
        self.handler = handler
        self.queue = queue
        self.errors = 0
        self._on_error = on_error
        self._logged: set[type[Exception]] = set()

    async def run(self) -> None:
        """Handle events in order until the queue ends."""
        while True:
            try:
                event = await self.queue.get()
            except QueueClosed:
                return
            await self._handle(event)

    async def _handle(self, event: Event) -> None:
        try:
            await _call(self.handler, event)
        except asyncio.CancelledError as error:
            if _cancelled_from_outside():
                raise
            await self._failed(RuntimeError(f"the handler cancelled itself: {error!r}"), event)
        except Exception as error:  # noqa: BLE001 - an exception of a handler must not end the live stream
            await self._failed(error, event)

    async def _failed(self, error: Exception, event: Event) -> None:
        self.errors += 1
        if type(error) not in self._logged:
            self._logged.add(type(error))
            name, kind = name_of(self.handler), type(event).__name__
            logger.error("The handler %s failed on %s; the next events are still delivered", name, kind, exc_info=error)
        if self._on_error is None:
            return
        try:
            await _call(self._on_error, error, event)
        except Exception:
            logger.exception("The on_error hook failed itself")


def name_of(handler: Callable[..., object]) -> str:
    """The name of a handler in messages to its author."""
    return getattr(handler, "__qualname__", None) or repr(handler)


async def _call(handler: Callable[..., object], *args: object) -> None:
    result = handler(*args)
    if inspect.isawaitable(result):
        await result


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
