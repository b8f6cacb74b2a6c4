"""The frames that wait to be sent to one client: in order and without delay, except for faults."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from tikcast.simulator.chance import seeded_random
from tikcast.simulator.faults.hooks import FRAME, FrameContext, Reversal
from tikcast.simulator.faults.orders import WaitingFaults
from tikcast.simulator.messages.frames import SentFrame
from tikcast.simulator.messages.outgoing import OutboxEntry, whole

_MOST: Final = 4096


class Outbox:
    """What waits to be sent on one connection. Times are epoch milliseconds.

    `remind` is called with each later time at which an entry is due. Faults affect no frame while an earlier
    one is held back: the frames behind a slow one are sent without a fault.
    """

    def __init__(self, faults: WaitingFaults, *, room_id: int, packed: bool, remind: Callable[[int], None]) -> None:
        self.since_ms = 0
        self._faults = faults
        self._room_id = room_id
        self._packed = packed
        self._remind = remind
        self._entries: deque[OutboxEntry] = deque()
        self._held_until_ms = 0
        self._held: list[SentFrame] = []
        self._release_count = 0
        self._release_at_ms = 0

    @property
    def full(self) -> bool:
        """Whether as much waits as is allowed."""
        return len(self._entries) >= _MOST

    def put(self, frame: SentFrame, now_ms: int) -> None:
        """Add a frame of the room."""
        if self._held:
            self._held.append(frame)
            self._release(now_ms)
        elif self._faults and frame.messages and now_ms >= self._held_until_ms:
            self._add_with_fault(frame, now_ms)
        else:
            self._entries.append(whole(frame, frame.data(packed=self._packed)))

    def pop(self, now_ms: int) -> OutboxEntry | None:
        """Take the next entry, if it is due."""
        if self._held:
            self._release(now_ms)
        if not self._entries or self._entries[0].at_ms > now_ms:
            return None
        return self._entries.popleft()

    def clear(self) -> None:
        """Remove everything."""
        self._entries.clear()
        self._held.clear()

    def _add_with_fault(self, frame: SentFrame, now_ms: int) -> None:
        fault = self._faults.take(FRAME, now_ms, since_ms=self.since_ms)
        if fault is None:
            self._entries.append(whole(frame, frame.data(packed=self._packed)))
            return
        random = seeded_random("blow", self._room_id, frame.log_id, now_ms)
        context = FrameContext(frame=frame, packed=self._packed, room_id=self._room_id, now_ms=now_ms, random=random)
        result = fault(context)
        if isinstance(result, Reversal):
            self._held, self._release_count = [frame], result.count
            self._release_at_ms = now_ms + result.wait_ms
            self._remind(self._release_at_ms)
        else:
            self._add(result, now_ms)

    def _add(self, entries: list[OutboxEntry], now_ms: int) -> None:
        self._entries += entries
        for at_ms in {entry.at_ms for entry in entries if entry.at_ms > now_ms}:
            self._held_until_ms = max(self._held_until_ms, at_ms)
            self._remind(at_ms)

    def _release(self, now_ms: int) -> None:
        """Send the held frames, the newest first, if there are enough of them or the time is over."""
        if len(self._held) >= self._release_count or now_ms >= self._release_at_ms:
            frames, self._held = self._held, []
            self._entries += [whole(frame, frame.data(packed=self._packed)) for frame in reversed(frames)]
