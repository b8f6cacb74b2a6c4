"""Files that are never written over, and what a disk refuses as one sentence."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from tikcast.errors import RecordingError

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


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Do all of `work`, which does not take long; being cancelled takes effect after it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


def claim(paths: list[Path]) -> bool:
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
