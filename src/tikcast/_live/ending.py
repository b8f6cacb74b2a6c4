"""Whether a live stream is over, asked of several sources when its messages do not say so."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tikcast._net.targets import Target
from tikcast.errors import TikcastError

if TYPE_CHECKING:
    from tikcast._clock import Clock
    from tikcast._live.facts import RoomFacts
    from tikcast._live.state import EndReason
    from tikcast._net.liveness import Evidence
    from tikcast._net.network import Network

logger = logging.getLogger("tikcast.live.ending")

_RESTART_TIMEOUT: Final = 5.0
_SETTLE: Final = 10.0
_LONGEST: Final = 4

_ON: Final = frozenset({"live", "paused"})
_OFF: Final = frozenset({"offline", "never_live", "missing"})

Answer: TypeAlias = "EndReason | Literal['live', 'unknown']"
"""How a live stream ended, or that it goes on, or that no source knows."""


class EndCheck:
    """Notices that no new message comes, over all connections to a room, and asks whether its live stream is over.

    A connection can go on after the end with answers to heartbeats alone (reports of users of several clients, until
    November 2026). `quiet`: the seconds without a new message after which the sources are asked. While messages still
    do not come, the next check follows after twice that time, and at last after four times.
    """

    def __init__(self, network: Network, room: RoomFacts, *, clock: Clock, quiet: float) -> None:
        self._network = network
        self._room = room
        self._clock = clock
        self._quiet_ms = quiet * 1000
        self._settle_ms = min(quiet, _SETTLE) * 1000
        self._since_ms = clock.age_ms()
        self._not_before_ms = 0.0
        self._checks = 0

    @property
    def seconds(self) -> float:
        """How long no new message has come, or how long ago the sources were asked."""
        return (self._clock.age_ms() - self._since_ms) / 1000

    def connected(self) -> None:
        """A connection is open: its messages get some time to come."""
        self._not_before_ms = self._clock.age_ms() + self._settle_ms

    def message_came(self) -> None:
        """A new message came."""
        self._since_ms, self._checks = self._clock.age_ms(), 0

    def is_due(self, age_ms: int) -> bool:
        """Whether the sources are to be asked."""
        wait_ms = self._quiet_ms * min(1 << self._checks, _LONGEST)
        return age_ms >= max(self._since_ms + wait_ms, self._not_before_ms)

    async def check(self) -> Answer:
        """Ask, because no new message comes; "live" if one comes meanwhile."""
        since_ms = self._since_ms
        answer = await self.ask()
        if self._since_ms != since_ms:
            return "live"
        self._since_ms = self._clock.age_ms()
        self._checks = min(self._checks + 1, _LONGEST)
        return answer

    async def ask(self) -> Answer:
        """Ask room/info and then the pages of the host. A contradiction between them is no answer."""
        room_id = self._room.room_id
        try:
            info = await self._network.lookups.ask("room_info", room_id=room_id)
            if info.says == "offline":
                return await self.restarted_or("ended")
            answer = await self._compared(info)
        except TikcastError as error:
            logger.debug("Room %d: unknown whether it is live: %s", room_id, error)
            return "unknown"
        logger.debug("Room %d: room/info says %s, together the sources say %s", room_id, info.says, answer)
        return answer

    async def restarted_or(self, announced: EndReason) -> EndReason:
        """How it ended: a host who ends a live stream to start it again has another room at once."""
        if announced == "suspended" or self._room.username is None:
            return announced
        with suppress(TimeoutError, TikcastError):
            async with asyncio.timeout(_RESTART_TIMEOUT):
                target = Target(username=self._room.username)
                await self._network.lookups.find_room(target, other_than=self._room.room_id)
                return "restarted"
        return announced

    async def _compared(self, info: Evidence) -> Answer:
        """What the host's pages say, beside a room/info that does not say that the room is over."""
        room_id, username = self._room.room_id, self._room.username
        target = Target(room_id=room_id) if username is None else Target(username=username)
        verdict = (await self._network.lookups.inquire(target, known=(info,))).verdict
        goes_on = info.says in _ON
        if verdict.status in _ON and verdict.room_id != room_id:
            other = await self._network.lookups.ask("room_info", room_id=verdict.room_id)
            return "restarted" if other.says in _ON else "live" if goes_on else "unknown"
        if verdict.status in _ON or (goes_on and verdict.status not in _OFF):
            return "live"
        return "ended" if verdict.status in _OFF and not goes_on else "unknown"
