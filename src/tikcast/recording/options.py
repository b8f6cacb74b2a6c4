"""The options of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import PurePath
from typing import Final, Literal, TypeAlias, get_args

from tikcast.errors import ConfigError

Quality: TypeAlias = Literal["best", "origin", "uhd", "hd", "sd", "ld", "audio"]
Format: TypeAlias = Literal["ts", "mp4", "mkv", "flv"]

QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
SUFFIXES: Final[dict[str, Format]] = {f".{name}": name for name in FORMATS}
_DEFAULT_FORMAT: Final = "ts"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingOptions:
    """The options of `Live.download`. Raises `ConfigError` for values that cannot work."""

    path: str | PathLike[str] | None = None
    """A file, a folder, or None for `USER-2026y11m22dT20h15m00s` in the current folder, after the start of the
    live stream. `{user}`, `{title}`, `{room}` and `{start}` are filled in. An existing file is never overwritten."""

    quality: str = "best"
    """best, origin, uhd, hd, sd, ld or audio. A quality that is not offered falls back to the next lower one."""

    format: str = _DEFAULT_FORMAT
    """ts, mp4, mkv or flv. The suffix of `path` also selects it."""

    duration: float | None = None
    """Seconds of video to record at most; None: until the live stream ends."""

    segment: float | None = None
    """Seconds of video after which a new file begins, at the next key frame; None: no limit."""

    events: bool = False
    """Write every event, and the chat as subtitles, to files next to the video, with their positions in it."""

    def __post_init__(self) -> None:
        _check_choice("quality", self.quality, choices=QUALITIES)
        _check_choice("format", self.format, choices=FORMATS)
        for option, value in (("duration", self.duration), ("segment", self.segment)):
            if value is not None and not value > 0:
                raise ConfigError(f"{value} seconds", option=option, advice="give more than 0, or leave it out")

    @property
    def file_format(self) -> Format:
        """The format of the finished files: `format` if it was given, else what the suffix of `path` says."""
        by_suffix = SUFFIXES.get(PurePath(fspath(self.path or "")).suffix.lower())
        chosen = by_suffix if by_suffix and self.format == _DEFAULT_FORMAT else self.format
        return next(name for name in FORMATS if name == chosen)

    @property
    def written_format(self) -> Format:
        """The format while recording. An MP4 is made at the end, because an unfinished one cannot be played."""
        return "ts" if self.file_format == "mp4" else self.file_format

    @property
    def sound_only(self) -> bool:
        """Whether the video track is left out."""
        return self.quality == "audio"


def _check_choice(option: str, value: str, *, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{value!r} is unknown", option=option, advice=f"use one of {', '.join(choices)}")
