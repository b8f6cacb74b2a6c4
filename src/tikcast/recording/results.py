"""What a recording tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

EndedBy: TypeAlias = Literal["stopped", "duration", "segment", "changed", "dropped", "ended", "failed"]
"""By us, by `duration=`, by `segment=`, by other pictures, by the stream, with the live, by the disk."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of a recording. `started_at_ms`: when its first picture was live. `duration`: seconds. `size`: bytes.

    `width` and `height` are 0, and the codecs "", when they are not known.
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
"""`waiting`: the stream is lost and tried again, or files are being finished."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a recording is. `duration`: seconds of video. `size`: bytes. `bitrate`: bits a second.

    `part`: the number of the part that is being recorded, else of the last one, 0 before the first.
    """

    state: State
    duration: float
    size: int
    bitrate: int
    part: int
