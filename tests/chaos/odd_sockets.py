"""Servers that behave in ways in which the simulator does not, as the client's end of a connection shows it."""

import asyncio
from typing import Any, Final

from tests.chaos.pure_network import PureSocket
from tests.simulator.worlds import beating
from tests.wire_schema import parsed
from tikcast.simulator.messages.outgoing import Closing

_HANGING_SHARE: Final = 0.5
_MOST_SENT: Final = 40


class EarlyHeartbeats(PureSocket):
    """The server answers heartbeats of a client that has not entered the room, as TikTok does."""

    heartbeat_interval = 2.0

    async def send(self, data: bytes) -> None:
        frame = parsed("WebcastPushFrame", data)
        await super().send(data)
        if frame.payload_type == "hb" and not self._connection.entered and not self._connection.silent:
            self._buffer.append(beating(self._connection.room_id))
            self._changed.set()


class NeverReads(PureSocket):
    """The server's host hangs at some moment: it reads, sends and closes nothing more, and the client's writes wait."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        hangs = self._random.random() < _HANGING_SHARE
        self._left = self._random.randrange(3, _MOST_SENT) if hangs else None
        self._released = asyncio.Event()

    @property
    def _hangs(self) -> bool:
        return self._left == 0

    async def send(self, data: bytes) -> None:
        if self._hangs:
            await self._released.wait()
            return
        await super().send(data)
        self._left = self._left and self._left - 1

    async def close(self, *, graceful: bool = True) -> None:
        self._released.set()
        await super().close(graceful=graceful)

    def _closing(self) -> Closing | None:
        return None if self._hangs else super()._closing()

    def _drain(self) -> None:
        if not self._hangs:
            super()._drain()
