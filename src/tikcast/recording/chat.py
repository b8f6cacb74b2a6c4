"""The chat of a recorded live, written on the clock of its video."""

from __future__ import annotations

import logging
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tikcast.errors import TikcastError
from tikcast.recording.beside import BesideFiles
from tikcast.recording.clock import VideoClock

if TYPE_CHECKING:
    from tikcast.events import Event
    from tikcast.live import EventStream
    from tikcast.recording.pieces import Setup

logger = logging.getLogger("tikcast.recording.chat")

_MOST_EARLY: Final = 1000
_MOST_WAITING: Final = 200


class Chat:
    """Events on their way into the files beside the part that is being recorded.

    What comes while no video does goes beside the part before; what came before all video is left out.
    """

    def __init__(self, events: EventStream[Event]) -> None:
        self._events = events
        self._early: deque[Event] = deque(maxlen=_MOST_EARLY)
        self._files: BesideFiles | None = None
        self._clock = VideoClock()
        self._base_ms = 0

    async def run(self) -> None:
        """Take events until the live ends."""
        try:
            async for event in self._events:
                if self._files is None:
                    self._early.append(event)
                else:
                    self._add(self._files, event)
                    # Video brings them to the disk, as long as it comes.
                    if self._files.waiting >= _MOST_WAITING:
                        await self._files.write()
        except TikcastError as error:
            logger.warning("No more chat is recorded: %s", error)
        finally:
            self._events.close()

    async def begin(self, stem: Path, clock: VideoClock, *, setup: Setup, base_ms: int) -> None:
        """Go on beside a new part, which begins at `base_ms` of its stream. Raises `RecordingError`."""
        await self.close()
        files = await BesideFiles.open(stem, width=setup.width, height=setup.height)
        self._clock, self._base_ms, self._files = clock, base_ms, files
        while self._early:
            self._add(files, self._early.popleft())

    async def write(self) -> None:
        """Put what came on disk. Raises `RecordingError`."""
        if self._files is not None:
            await self._files.write()

    async def close(self) -> None:
        """Finish the files that are open. Raises `RecordingError`."""
        files, self._files = self._files, None
        if files is not None:
            await files.close()

    def stop(self) -> None:
        """Take no more events than came already."""
        self._events.close()

    def _add(self, files: BesideFiles, event: Event) -> None:
        happened = event.created_at_ms if event.is_history else event.received_at_ms
        at_ms = self._clock.moment_ms(happened) - self._base_ms
        if at_ms >= 0:
            files.add(event, at_ms=at_ms)
