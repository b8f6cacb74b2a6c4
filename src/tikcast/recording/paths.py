"""Names of files that are safe on every system, and work on disk: in threads, without overwriting anything."""

from __future__ import annotations

import asyncio
import errno
import re
import unicodedata
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, TypeVar

from tikcast._clock import now
from tikcast.errors import RecordingError
from tikcast.recording.options import SUFFIXES

T = TypeVar("T")

_MAX_FIELD: Final = 150
_MAX_NAME: Final = 200
"""Bytes of a name. With a time, a part number and a suffix it stays below 255."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.IGNORECASE)
_FIELDS: Final = re.compile(r"\{(user|title|room|start)\}")
_TIME: Final = "%Yy%mm%ddT%Hh%Mm%Ss"

_DISK_ERRORS: Final = {
    errno.ENOSPC: ("the disk is full", "make room, or record to another disk"),
    errno.EFBIG: ("the disk accepts no file of this size", "record in segments (segment=…), or to another disk"),
    errno.EACCES: ("no permission to write there", "choose a folder that you may write to"),
    errno.EPERM: ("no permission to write there", "choose a folder that you may write to"),
    errno.EROFS: ("the disk is read-only", "choose a folder that you may write to"),
    errno.EEXIST: ("a part of the path is a file", "choose another path"),
    errno.ENOTDIR: ("a part of the path is a file", "choose another path"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk failed", "check the disk"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NameFields:
    """What file names can say about a live stream. `started_at`: seconds since 1970, when it began."""

    user: str
    title: str = ""
    room_id: int = 0
    started_at: float = 0.0


def safe_name(text: str) -> str:
    """`text` as the name of a file on any system: no separators, reserved names, or invisible characters.

    Forbidden characters become `_`, what is too long is cut off, and "" becomes `live`.
    """
    visible = "".join(map(_visible, unicodedata.normalize("NFC", text)))
    name = _cut(_FORBIDDEN.sub("_", visible).strip(" ."), _MAX_FIELD).rstrip(" .")
    return f"_{name}" if _RESERVED.match(name) or name.startswith(("-", "~")) else name or "live"


def time_name(seconds: float) -> str:
    """A time in the local zone, as in `2026y11m22dT20h15m00s`."""
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime(_TIME)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0).astimezone().strftime(_TIME)


def base_path(path: str | PathLike[str] | None, fields: NameFields) -> Path:
    """The name of a recording without suffix: `path` with its fields filled in, or a default name.

    None, or a folder, gets `USER-2026y11m22dT20h15m00s`, after the start of the live stream. The fields are
    `{user}`, `{title}`, `{room}` and `{start}`.
    """
    default = f"{safe_name(fields.user)}-{time_name(fields.started_at)}"
    if path is None:
        return Path(default)
    given = fspath(path)
    filled = Path(_FIELDS.sub(lambda field: _fill(field[1], fields), given))
    if given.endswith(("/", "\\")) or filled.is_dir():
        return filled / default
    plain = filled.with_suffix("") if filled.suffix.lower() in SUFFIXES else filled
    return plain.with_name(_cut(plain.name, _MAX_NAME)) if _FIELDS.search(given) else plain


def candidates(base: Path, *, part: int, at: float) -> Iterator[Path]:
    """Names to try for a part, without suffix: the plain one, then with the time, then with a number."""
    name = base.name if part == 1 else f"{base.name}-part{part}"
    yield base.with_name(name)
    timed = f"{name}-{time_name(at)}"
    yield base.with_name(timed)
    for number in range(2, 1000):
        yield base.with_name(f"{timed}-{number}")


def with_suffixes(stem: Path, suffixes: Sequence[str]) -> list[Path]:
    """The files with one name."""
    return [stem.with_name(f"{stem.name}.{suffix}") for suffix in suffixes]


def _fill(field: str, fields: NameFields) -> str:
    match field:
        case "user":
            return safe_name(fields.user)
        case "title":
            return safe_name(fields.title)
        case "room":
            return str(int(fields.room_id))
        case _:
            return time_name(fields.started_at)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def _cut(text: str, size: int) -> str:
    """The beginning of `text` that fits into `size` bytes of UTF-8, without half characters."""
    return text.encode()[:size].decode(errors="ignore")


def reserve(paths: list[Path]) -> bool:
    """Create these files, empty. When one exists already, create none and return False. Raises `RecordingError`."""
    created: list[Path] = []
    for path in paths:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("xb").close()
        except OSError as error:
            remove(created)
            if isinstance(error, FileExistsError) and path.parent.is_dir():
                return False
            raise disk_error(error, path=path) from error
        created.append(path)
    return True


def reserve_next_to(path: Path, suffix: str) -> Path:
    """Create a file with the name of another one and this suffix. Raises `RecordingError`."""
    for stem in candidates(path.with_suffix(""), part=1, at=now()):
        target = stem.with_name(f"{stem.name}.{suffix}")
        if reserve([target]):
            return target
    raise FileExistsError(str(path))


def remove(paths: list[Path]) -> None:
    """Delete files. Missing ones are fine."""
    for path in paths:
        path.unlink(missing_ok=True)


def disk_error(error: OSError, *, path: Path) -> RecordingError:
    """The `RecordingError` for an error of the disk."""
    text = error.strerror or str(error)
    reason, advice = _DISK_ERRORS.get(error.errno or 0, (text, "check the path and the disk"))
    return RecordingError(reason, path=str(path), advice=advice)


async def on_disk(path: Path, action: Callable[[], T]) -> T:
    """Call `action` in a thread, so that a slow disk does not stop the event loop. Raises `RecordingError`.

    When this is cancelled, the thread still completes it.
    """
    try:
        return await asyncio.to_thread(action)
    except OSError as error:
        raise disk_error(error, path=path) from error


async def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run `work`, which is short, to its end. Cancelling this, however often, takes effect afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # the work keeps its errors where they are needed
    raise cancelled
