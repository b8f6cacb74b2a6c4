"""Video of lives into files: `Live.download` starts here."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from tikcast.errors import ConfigError
from tikcast.recording.recording import Recording
from tikcast.recording.results import Part, Progress

if TYPE_CHECKING:
    from tikcast._net.network import Network
    from tikcast.live import Live
    from tikcast.options import Reconnect, Timeouts

__all__ = ["Part", "Progress", "Recording", "record"]


def record(
    live: Live,
    network: Network,
    *,
    reconnect: Reconnect,
    timeouts: Timeouts,
    path: str | PathLike[str] | None,
    quality: str,
    format: str,  # noqa: A002 - the public name
    duration: float | None,
    segment: float | None,
    events: bool,
) -> Recording:
    """Start recording a live that is open. Raises `ConfigError` for options that cannot work."""
    from tikcast.recording.job import Job, Room
    from tikcast.recording.options import make_plan

    if live.end_reason == "closed":
        raise ConfigError("this live is closed", advice="track the room again")
    plan = make_plan(path=path, quality=quality, format=format, duration=duration, segment=segment, events=events)
    return Recording(Job(plan, Room(live, network), reconnect=reconnect, silence=timeouts.video)).begin()
