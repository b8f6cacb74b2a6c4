"""What was fetched and may be needed again, kept in files and in memory, with its age."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

logger = logging.getLogger("tikcast.net.store")

_MARK: Final = b"tikcast1 "
_DIGEST: Final = 16
_ENDING: Final = ".bin"
_IN_MEMORY: Final = 16 * 2**20
_ON_DISK: Final = 128 * 2**20
_BIGGEST: Final = 32 * 2**20
_WRITES_A_CLEANING: Final = 64
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_OUR_NAME: Final = re.compile(r"-[0-9a-f]{32}\.bin\Z|\Atikcast-.*\.part\Z")


class Stored(NamedTuple):
    """Something that was kept, and when: epoch seconds."""

    at: float
    data: bytes


def cache_folder(environment: Mapping[str, str], *, platform: str = sys.platform) -> Path | None:
    """Where caches belong on this system, None where nobody says.

    `TIKCAST_CACHE_DIR` names the folder itself, and wants none when it is empty; else it is
    `tikcast` in the user's cache folder, which `XDG_CACHE_HOME` names on every system.
    """
    named = environment.get("TIKCAST_CACHE_DIR")
    if named is not None:
        return Path(named) if named else None
    if (shared := environment.get("XDG_CACHE_HOME", "")) and Path(shared).is_absolute():
        return Path(shared) / "tikcast"
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return Path(local) / "tikcast" / "Cache" if local else None
    home = environment.get("HOME")
    if not home:
        return None
    return Path(home) / ("Library/Caches" if platform == "darwin" else ".cache") / "tikcast"


def file_name(kind: str, *key: str) -> str:
    """A name that is safe on every system, and another one for every other `key`.

    The first part of the key is readable in it, as far as it is plain.
    """
    whole = "".join(f"{len(part)}:{part}" for part in (kind, *key))
    digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
    readable = _NOT_PLAIN.sub("-", key[0].lower())[:16].strip("-")
    return "-".join(part for part in (kind, readable, digest) if part) + _ENDING


class Store:
    """Bytes by name, in `folder` (None: in memory only) and bounded in both places.

    Nothing here ever fails: what cannot be read is not there, what cannot be written is logged. A
    file that is not as it was written is ignored.
    """

    def __init__(self, folder: Path | None, *, clock: Callable[[], float] = time.time, on_disk: int = _ON_DISK) -> None:
        self._folder = folder
        self._clock = clock
        self._on_disk = on_disk
        self._memory: OrderedDict[str, Stored] = OrderedDict()
        self._held = 0
        self._writes = 0

    async def get(self, name: str, *, max_age: float) -> Stored | None:
        """What was kept under `name` at most `max_age` seconds ago."""
        found = self._memory.get(name)
        if found is not None and self._is_fresh(found, max_age):
            self._memory.move_to_end(name)
            return found
        if self._folder is None:
            return None
        found = await asyncio.to_thread(_read, self._folder / name)
        if found is None or not self._is_fresh(found, max_age):
            return None
        self._remember(name, found)
        return found

    async def put(self, name: str, data: bytes) -> None:
        """Keep `data` under `name`, in place of what was there."""
        kept = Stored(self._clock(), data)
        self._remember(name, kept)
        if self._folder is None:
            return
        clean, self._writes = self._writes % _WRITES_A_CLEANING == 0, self._writes + 1
        await asyncio.to_thread(_write, self._folder / name, kept)
        if clean:
            await asyncio.to_thread(_clean, self._folder, self._on_disk)

    def _is_fresh(self, found: Stored, max_age: float) -> bool:
        """What is from the future was kept while the clock went wrong."""
        return 0 <= self._clock() - found.at < max_age

    def _remember(self, name: str, kept: Stored) -> None:
        old = self._memory.pop(name, None)
        self._held += len(kept.data) - (len(old.data) if old else 0)
        self._memory[name] = kept
        while self._held > _IN_MEMORY:
            _, gone = self._memory.popitem(last=False)
            self._held -= len(gone.data)


def _read(path: Path) -> Stored | None:
    try:
        with path.open("rb") as file:
            at = os.fstat(file.fileno()).st_mtime
            content = file.read(_BIGGEST + 1)
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            logger.debug("%s cannot be read: %s", path, error)
        return None
    head, _, data = content.partition(b"\n")
    if len(content) > _BIGGEST or head != _head(data):
        logger.debug("%s is no whole cache file, it is ignored", path)
        return None
    return Stored(at, data)


def _write(path: Path, kept: Stored) -> None:
    """Write it beside its place first: nobody ever reads a half of it."""
    import tempfile

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix="tikcast-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(kept.data) + b"\n" + kept.data)
            os.utime(draft, (kept.at, kept.at))
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        logger.info("Nothing can be kept in %s: %s", path.parent, error)


def _clean(folder: Path, most: int) -> None:
    """Drop the oldest files until those of this cache hold at most `most` bytes. Others' stay."""
    with suppress(OSError):
        ours = ((path.stat(), path) for path in folder.iterdir() if _OUR_NAME.search(path.name))
        files = sorted(ours, key=lambda file: file[0].st_mtime)
        held = sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if held <= most:
                break
            path.unlink(missing_ok=True)
            held -= stat.st_size


def _head(data: bytes) -> bytes:
    return _MARK + blake2b(data, digest_size=_DIGEST).hexdigest().encode()
