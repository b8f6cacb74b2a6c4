"""What a recording was asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import PurePath
from typing import Final, get_args

from tikcast.errors import ConfigError
from tikcast.models.stream import STREAM_QUALITIES
from tikcast.recording.ffmpeg import Format
from tikcast.recording.paths import ENDINGS

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
QUALITIES: Final = ("best", *STREAM_QUALITIES)
DEFAULT_FORMAT: Final = "ts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The options of `Live.download`, checked. `duration` and `segment` are seconds of video."""

    path: str | PathLike[str] | None
    quality: str
    format: Format
    duration: float | None
    segment: float | None
    events: bool

    @property
    def recorded_as(self) -> Format:
        """What is written while recording: a whole MP4 is made at the end, since half of one cannot be played."""
        return "ts" if self.format == "mp4" else self.format

    @property
    def sound_only(self) -> bool:
        """Whether pictures are left out."""
        return self.quality == "audio"


def make_plan(
    *,
    path: str | PathLike[str] | None,
    quality: str,
    format: str,  # noqa: A002 - the public name
    duration: float | None,
    segment: float | None,
    events: bool,
) -> Plan:
    """Check the options. Raises `ConfigError` for what cannot work."""
    _choose("quality", quality, among=QUALITIES)
    _choose("format", format, among=FORMATS)
    for option, value in (("duration", duration), ("segment", segment)):
        if value is not None and not value > 0:
            raise ConfigError(f"{value} seconds", option=option, advice="give more than 0, or leave it out")
    return Plan(
        path=path,
        quality=quality,
        format=_format(format, path),
        duration=duration,
        segment=segment,
        events=events,
    )


def _format(wanted: str, path: str | PathLike[str] | None) -> Format:
    """The format: what was asked for, else what the file's ending says."""
    named = ENDINGS.get(PurePath(fspath(path or "")).suffix.lower())
    chosen = named if named and wanted == DEFAULT_FORMAT else wanted
    return next(known for known in FORMATS if known == chosen)


def _choose(option: str, value: str, *, among: tuple[str, ...]) -> None:
    if value not in among:
        raise ConfigError(f"{value!r} is unknown", option=option, advice=f"use one of {', '.join(among)}")
