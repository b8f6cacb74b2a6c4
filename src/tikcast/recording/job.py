"""Everything that runs for one recording, from finding ffmpeg to the last file."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tikcast.errors import FFmpegNotFound, RecordingError
from tikcast.recording.chat import Chat
from tikcast.recording.disk import on_disk
from tikcast.recording.ffmpeg import find_ffmpeg
from tikcast.recording.naming import Subject
from tikcast.recording.parts import Names
from tikcast.recording.recorder import Recorder
from tikcast.recording.results import EndedBy
from tikcast.recording.tape import Tape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tikcast.options import Reconnect
    from tikcast.recording.plan import Plan
    from tikcast.recording.room import Room

logger = logging.getLogger("tikcast.recording")

_LINGER: Final = 10.0
"""Seconds that video may go on after the live ended: it reaches viewers later than the events."""


class Job:
    """One recording. `started` is set when its first video is on disk, `tape` when there is one."""

    def __init__(self, plan: Plan, room: Room, *, reconnect: Reconnect, silence: float) -> None:
        self.started = asyncio.Event()
        self.tape: Tape | None = None
        self._plan = plan
        self._room = room
        self._reconnect = reconnect
        self._silence = silence
        self._chat = Chat(room.live.events()) if plan.events else None
        self._work: asyncio.Task[None] | None = None
        self._ended_by: EndedBy | None = None

    def end(self, ended_by: EndedBy) -> None:
        """Come to an end; the first reason counts."""
        self._ended_by = self._ended_by or ended_by
        if self._work is not None:
            self._work.cancel()

    def hurry(self) -> None:
        """Let the end come at once, with files as they are."""
        if self.tape is not None:
            self.tape.hurry()

    async def run(self) -> None:
        """Record until `end`, or until the recorder is done, and finish every file. Raises `RecordingError`."""
        program = await self._find_ffmpeg()
        place = Path(self._plan.path or ".")
        names = await on_disk(place, lambda: Names(self._plan, self._subject()))
        tape = self.tape = Tape(self._plan, names, program=program, chat=self._chat)
        failure: BaseException | None = None
        try:
            failure = await self._record(tape, program=program)
        finally:
            failure = await self._finish(tape, failure)
        if failure is not None:
            raise failure

    async def _finish(self, tape: Tape, failure: BaseException | None) -> BaseException | None:
        """Close every file; what went wrong first."""
        ended_by: EndedBy = "failed" if failure else self._ended_by or ("duration" if tape.full else "ended")
        try:
            await tape.finish(ended_by)
        except RecordingError as error:
            return failure or error
        if failure is None and not tape.parts and ended_by == "ended":
            return RecordingError("the live ended before any video came", advice="look the user up again")
        return failure

    async def _record(self, tape: Tape, *, program: str | None) -> BaseException | None:
        """Let the recorder work until it is done or ended; what it raised."""
        media = self._room.network.media()
        recorder = Recorder(
            self._plan,
            self._room,
            tape=tape,
            media=media,
            reconnect=self._reconnect,
            silence=self._silence,
            random=Random(),  # noqa: S311 - it spreads tries, it guards nothing
            kinds=("flv",) if program is None else ("flv", "hls"),
            started=self.started,
        )
        try:
            async with self._helpers():
                self._work = asyncio.create_task(recorder.run(), name="tikcast recorder")
                if self._ended_by is not None:
                    self._work.cancel()
                try:
                    await asyncio.wait({self._work})
                finally:
                    self._work.cancel()
                    await asyncio.gather(self._work, return_exceptions=True)
        finally:
            await media.aclose()
        return None if self._work.cancelled() else self._work.exception()

    @asynccontextmanager
    async def _helpers(self) -> AsyncIterator[None]:
        """What runs beside the recorder; the chat that came is taken to its end."""
        watch = asyncio.create_task(self._end_with_live(), name="tikcast end of recording")
        chat = None
        if self._chat is not None:
            chat = asyncio.create_task(self._chat.run(), name="tikcast chat of recording")
        try:
            yield
        finally:
            watch.cancel()
            if self._chat is not None:
                self._chat.stop()
            for outcome in await asyncio.gather(watch, *([chat] if chat else []), return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.error("A part of a recording went wrong; it goes on without", exc_info=outcome)

    async def _end_with_live(self) -> None:
        if await self._room.wait_over():
            await asyncio.sleep(_LINGER)
            self.end("ended")

    async def _find_ffmpeg(self) -> str | None:
        """The ffmpeg to use; FLV can do without."""
        try:
            return await asyncio.to_thread(find_ffmpeg)
        except FFmpegNotFound:
            if self._plan.format != "flv":
                raise
            return None

    def _subject(self) -> Subject:
        live, info = self._room.live, self._room.live.info
        user = live.host.username if live.host is not None else ""
        started_at = (info.started_at or info.created_at) if info is not None else 0
        return Subject(
            user=user or str(int(live.room_id)),
            title=info.title if info is not None else "",
            room_id=live.room_id,
            started_at=started_at or time.time(),
        )
