"""PartNames of files, safe on every system whoever chose the words in them."""

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

from tikcast.errors import RecordingError

_LONGEST: Final = 150
_LONGEST_OF_ALL: Final = 200
"""Bytes of a name: with a time, a part and an ending it stays below 255."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.IGNORECASE)
_PLACES: Final = re.compile(r"\{(user|title|room|start)\}")
_MOMENT: Final = "%Yy%mm%ddT%Hh%Mm%Ss"
ENDINGS: Final = {".ts": "ts", ".mp4": "mp4", ".mkv": "mkv", ".flv": "flv"}


@dataclass(frozen=True, kw_only=True, slots=True)
class NameFields:
    """What a recording is of, for its name. `started_at`: epoch seconds, when the live began."""

    user: str
    title: str = ""
    room_id: int = 0
    started_at: float = 0.0


def safe_name(text: str) -> str:
    """`text` as the name of a file on any system: no separators, reserved names, or marks that nobody sees.

    What cannot stand in a name becomes `_`; what is too long is cut; "" becomes `live`.
    """
    kept = "".join(map(_kept, unicodedata.normalize("NFC", text)))
    name = _cut(_FORBIDDEN.sub("_", kept).strip(" ."), _LONGEST).rstrip(" .")
    return f"_{name}" if _RESERVED.match(name) or name.startswith(("-", "~")) else name or "live"


def moment(seconds: float) -> str:
    """A time in this machine's zone, as in `2026y11m22dT20h15m00s`."""
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime(_MOMENT)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0).astimezone().strftime(_MOMENT)


def base_path(path: str | PathLike[str] | None, fields: NameFields) -> Path:
    """Where to record, without an ending: `path` with its places filled, or a name of its own in that folder.

    None, or a folder, takes `USER-2026y11m22dT20h15m00s` from the live's start. `{user}`, `{title}`,
    `{room}` and `{start}` in `path` are filled in.
    """
    own = f"{safe_name(fields.user)}-{moment(fields.started_at)}"
    if path is None:
        return Path(own)
    given = fspath(path)
    filled = Path(_PLACES.sub(lambda place: _fill(place[1], fields), given))
    if given.endswith(("/", "\\")) or filled.is_dir():
        return filled / own
    plain = filled.with_suffix("") if filled.suffix.lower() in ENDINGS else filled
    return plain.with_name(_cut(plain.name, _LONGEST_OF_ALL)) if _PLACES.search(given) else plain


def candidates(base: Path, *, part: int, now: float) -> Iterator[Path]:
    """PartNames to try for a part, without an ending: the plain one, then with the time, then with a number."""
    name = base.name if part == 1 else f"{base.name}-part{part}"
    yield base.with_name(name)
    timed = f"{name}-{moment(now)}"
    yield base.with_name(timed)
    for number in range(2, 1000):
        yield base.with_name(f"{timed}-{number}")


def with_endings(stem: Path, endings: Sequence[str]) -> list[Path]:
    """The files of one name."""
    return [stem.with_name(f"{stem.name}.{ending}") for ending in endings]


def _fill(place: str, fields: NameFields) -> str:
    match place:
        case "user":
            return safe_name(fields.user)
        case "title":
            return safe_name(fields.title)
        case "room":
            return str(int(fields.room_id))
        case _:
            return moment(fields.started_at)


def _kept(mark: str) -> str:
    category = unicodedata.category(mark)
    if category in {"Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else mark


def _cut(text: str, longest: int) -> str:
    """As much of `text` as fits into so many bytes of UTF-8, whole letters only."""
    return text.encode()[:longest].decode(errors="ignore")


T = TypeVar("T")

_REASONS: Final = {
    errno.ENOSPC: ("the disk is full", "make room, or record to another disk"),
    errno.EFBIG: ("the disk takes no file as large", "record in segments (segment=…), or to another disk"),
    errno.EACCES: ("no permission to write there", "choose a folder that you may write to"),
    errno.EPERM: ("no permission to write there", "choose a folder that you may write to"),
    errno.EROFS: ("the disk is read-only", "choose a folder that you may write to"),
    errno.EEXIST: ("a part of the path is a file", "choose another path"),
    errno.ENOTDIR: ("a part of the path is a file", "choose another path"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk failed", "check the disk"),
}


def disk_error(error: OSError, *, path: Path) -> RecordingError:
    """What a disk refused, as a `RecordingError`."""
    text = error.strerror or str(error)
    reason, advice = _REASONS.get(error.errno or 0, (text, "check the path and the disk"))
    return RecordingError(reason, path=str(path), advice=advice)


async def on_disk(path: Path, action: Callable[[], T]) -> T:
    """Do something with files in a thread: a slow disk must not stop the event loop. Raises `RecordingError`.

    Cancelled, the thread still does it.
    """
    try:
        return await asyncio.to_thread(action)
    except OSError as error:
        raise disk_error(error, path=path) from error


async def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Do all of `work`, which does not take long; cancelling this, however often, takes effect afterwards."""
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
        task.exception()  # the owner of the work keeps what failed
    raise cancelled


def reserve(paths: list[Path]) -> bool:
    """Make these files, empty, or none of them when one is there already. Raises `RecordingError`."""
    made: list[Path] = []
    for path in paths:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("xb").close()
        except OSError as error:
            remove(made)
            if isinstance(error, FileExistsError) and path.parent.is_dir():
                return False
            raise disk_error(error, path=path) from error
        made.append(path)
    return True


def remove(paths: list[Path]) -> None:
    """Delete files; those that are gone are fine."""
    for path in paths:
        path.unlink(missing_ok=True)
