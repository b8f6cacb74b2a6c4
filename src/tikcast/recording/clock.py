"""Which moment of a stream came when."""

from __future__ import annotations


class VideoClock:
    """The clock of a stream beside ours: the moment of an event is that of the video which came with it.

    A server sends the last seconds at once when a stream is opened, and a network holds video up: what came
    soonest after its time tells how the two clocks stand. Times are milliseconds since 1970.
    """

    def __init__(self) -> None:
        self._origin_ms: int | None = None

    def came(self, *, until_ms: int, now_ms: int) -> None:
        """Video up to this moment of the stream is there now."""
        origin = now_ms - until_ms
        self._origin_ms = origin if self._origin_ms is None else min(self._origin_ms, origin)

    def moment_ms(self, at_ms: int) -> int:
        """The moment of the stream at a time of ours."""
        return at_ms - self.time_ms(0)

    def time_ms(self, moment_ms: int) -> int:
        """When a moment of the stream was; 0 before anything came."""
        return moment_ms + (self._origin_ms or 0)
