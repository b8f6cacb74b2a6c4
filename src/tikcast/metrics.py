"""The counts of live streams for Prometheus, read when it asks.

    from prometheus_client import REGISTRY, start_http_server
    from tikcast.metrics import LiveCollector

    REGISTRY.register(LiveCollector(tiktok))
    start_http_server(9464)

Needs the extra "metrics"; importing this module without it raises `MissingExtra`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from tikcast.errors import MissingExtra
from tikcast.live import LiveState

try:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError as error:
    raise MissingExtra("metrics", "the Prometheus exporter") from error

if TYPE_CHECKING:
    from tikcast import Live, TikTok

T = TypeVar("T")

_LABELS: Final = ("room_id", "user")
_TRIES: Final = 100

_COUNTERS: Final = {
    "connections": "WebSockets opened",
    "frames": "frames received",
    "bytes": "bytes of the frames received",
    "messages": "messages in those frames",
    "acks": "acknowledgements sent",
    "heartbeats": "heartbeats sent",
    "duplicates": "messages that came again",
    "history": "messages from before the connection",
    "other_rooms": "messages of other rooms, dropped",
    "unknown": "messages of an unknown type",
    "undecoded": "messages that could not be decoded",
    "salvaged": "messages of which parts had to be left out or repaired",
    "bad_frames": "frames that could not be read",
    "gaps": "times for which something may be missing",
    "recovered": "messages of those times that came back",
    "gifts": "gifts, each counted once",
    "diamonds": "diamonds of those gifts",
    "likes": "likes, at least",
    "dropped": "events that readers missed because they were slow or began late",
    "handler_errors": "exceptions of handlers",
}
_GAUGES: Final = {
    "room_likes": "highest total of likes that the room reported",
    "open_streaks": "gift streaks that go on",
    "queued": "events that wait for their readers",
}

_HIGHEST: Final = ("room_likes",)


class LiveCollector(Collector):
    """The counts of the live streams that these clients have open, with the labels `room_id` and `user`.

    Each count of `Live.stats()` is a metric `tikcast_…`; `tikcast_lives` counts live streams by
    state. Closed ones are left out. Nothing is counted or kept here: the numbers are read when
    Prometheus asks, in its thread.
    """

    def __init__(self, *clients: TikTok) -> None:
        self._clients = clients

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now."""
        lives = _steady(lambda: [live for client in self._clients for live in client.lives])
        states = GaugeMetricFamily("tikcast_lives", "live streams by state", labels=("state",))
        counted = Counter(live.state for live in lives)
        for state in LiveState:
            states.add_metric((state.value,), counted[state])
        yield states
        yield from _families(lives)

    def describe(self) -> Iterator[Metric]:
        """No metrics yet: registering asks for nothing."""
        yield from ()


def _families(lives: list[Live]) -> Iterator[Metric]:
    """One family for each count, with a sample for each room; counts without a text here are gauges."""
    rooms: dict[tuple[str, str], dict[str, int]] = {}
    for live in lives:
        _add(_steady(live.stats).to_dict(), to=rooms.setdefault((str(live.room_id), _user(live)), {}))
    names = dict.fromkeys([*_COUNTERS, *_GAUGES, *(name for counts in rooms.values() for name in counts)])
    for name in names:
        family = _family(name)
        for labels, counts in rooms.items():
            if name in counts:
                family.add_metric(labels, counts[name])
        yield family


def _add(counts: Mapping[str, int], *, to: dict[str, int]) -> None:
    """Add the counts of another live stream in the same room."""
    for name, count in counts.items():
        before = to.get(name, 0)
        to[name] = max(before, count) if name in _HIGHEST else before + count


def _family(name: str) -> CounterMetricFamily | GaugeMetricFamily:
    if name in _COUNTERS:
        return CounterMetricFamily(f"tikcast_{name}", _COUNTERS[name], labels=_LABELS)
    return GaugeMetricFamily(f"tikcast_{name}", _GAUGES.get(name, name), labels=_LABELS)


def _user(live: Live) -> str:
    return (live.host.username if live.host else "") or ""


def _steady(read: Callable[[], T]) -> T:
    """Read what the event loop may change in its own thread; read again when it just did."""
    for _ in range(_TRIES):
        try:
            return read()
        except RuntimeError:
            continue
    return read()
