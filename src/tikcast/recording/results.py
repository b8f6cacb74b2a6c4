"""What a recording reports: its parts and its progress."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

EndedBy: TypeAlias = Literal["stopped", "duration", "segment", "changed", "dropped", "ended", "failed"]
"""By `stop` or `close`, `duration=`, `segment=`, a change of the video, a lost stream, the end of the live stream,
or an error."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of a recording. `started_at_ms`: when its first frame was live. `duration`: seconds. `size`: bytes.

    `width` and `height` are 0, and the codecs "", when they are unknown.
    """

    path: Path
    started_at_ms: int
    duration: float
    size: int
    quality: str
    video: str
    audio: str
    width: int
    height: int
    ended_by: EndedBy


State: TypeAlias = Literal["starting", "recording", "waiting", "done"]
"""`waiting`: the stream is lost and tried again, or files are being completed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How much is recorded. `duration`: seconds of video. `size`: bytes. `bitrate`: bits a second.

    `part`: the number of the part that is being recorded, else of the last one, 0 before the first.
    """

    state: State
    duration: float
    size: int
    bitrate: int
    part: int
