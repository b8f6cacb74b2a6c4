"""From a room's frames to what one client gets: in order and at once, unless a fault strikes on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from tikcast.simulator.chance import seeded_random
from tikcast.simulator.faults.hooks import FRAME, FrameContext, Reversal
from tikcast.simulator.faults.orders import WaitingFaults
from tikcast.simulator.messages.frames import SentFrame
from tikcast.simulator.messages.outgoing import Parcel, whole

_MOST: Final = 4096


class Conveyor:
    """The parcels that wait for one connection. Times are epoch milliseconds.

    `remind` is called with each later moment at which there will be something to take. A fault strikes only
    while nothing is held back: what waits behind a slow frame comes as it is.
    """

    def __init__(self, faults: WaitingFaults, *, room_id: int, packed: bool, remind: Callable[[int], None]) -> None:
        self.since_ms = 0
        self._faults = faults
        self._room_id = room_id
        self._packed = packed
        self._remind = remind
        self._parcels: deque[Parcel] = deque()
        self._held_until_ms = 0
        self._turning: list[SentFrame] = []
        self._turn_at = 0
        self._turn_by_ms = 0

    @property
    def full(self) -> bool:
        """Whether the client reads far too slowly."""
        return len(self._parcels) >= _MOST

    def put(self, frame: SentFrame, now_ms: int) -> None:
        """Take a frame of the room."""
        if self._turning:
            self._turning.append(frame)
            self._turn(now_ms)
        elif self._faults and frame.messages and now_ms >= self._held_until_ms:
            self._expose(frame, now_ms)
        else:
            self._parcels.append(whole(frame, frame.data(packed=self._packed)))

    def pop(self, now_ms: int) -> Parcel | None:
        """The next parcel to send, if its time has come."""
        if self._turning:
            self._turn(now_ms)
        if not self._parcels or self._parcels[0].at_ms > now_ms:
            return None
        return self._parcels.popleft()

    def clear(self) -> None:
        """Drop everything."""
        self._parcels.clear()
        self._turning.clear()

    def _expose(self, frame: SentFrame, now_ms: int) -> None:
        fault = self._faults.take(FRAME, now_ms, since_ms=self.since_ms)
        if fault is None:
            self._parcels.append(whole(frame, frame.data(packed=self._packed)))
            return
        random = seeded_random("blow", self._room_id, frame.log_id, now_ms)
        context = FrameContext(frame=frame, packed=self._packed, room_id=self._room_id, now_ms=now_ms, random=random)
        result = fault(context)
        if isinstance(result, Reversal):
            self._turning, self._turn_at = [frame], result.count
            self._turn_by_ms = now_ms + result.wait_ms
            self._remind(self._turn_by_ms)
        else:
            self._load(result, now_ms)

    def _load(self, parcels: list[Parcel], now_ms: int) -> None:
        self._parcels += parcels
        for at_ms in {parcel.at_ms for parcel in parcels if parcel.at_ms > now_ms}:
            self._held_until_ms = max(self._held_until_ms, at_ms)
            self._remind(at_ms)

    def _turn(self, now_ms: int) -> None:
        """Let the collected frames go, the newest first, once there are enough of them or it takes too long."""
        if len(self._turning) >= self._turn_at or now_ms >= self._turn_by_ms:
            frames, self._turning = self._turning, []
            self._parcels += [whole(frame, frame.data(packed=self._packed)) for frame in reversed(frames)]
