"""A cache of downloads, in memory and in files."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from tikcast._clock import age, now

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


def cache_folder(environment: Mapping[str, str], *, platform: str = sys.platform) -> Path | None:
    """The folder for caches on this system, None when the environment names none.

    `TIKCAST_CACHE_DIR` names the folder itself; empty, it means no folder. Otherwise it is `tikcast` in the cache
    folder of the user, which `XDG_CACHE_HOME` names on every system.
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
    """A file name that is safe on every system and different for every `key`.

    It contains the letters and digits of the first part of the key.
    """
    whole = "".join(f"{len(part)}:{part}" for part in (kind, *key))
    digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
    readable = _NOT_PLAIN.sub("-", key[0].lower())[:16].strip("-")
    return "-".join(part for part in (kind, readable, digest) if part) + _ENDING


class Store:
    """A cache of bytes by name, in memory and in files of `folder` (None: in memory only), limited in size.

    It never raises: what cannot be read counts as missing, and what cannot be written is logged. A file that is not
    as it was written is ignored. `age_clock` tells the age of what is in memory; a file has only its date, which
    is compared with `wall_clock`.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        age_clock: Callable[[], float] = age,
        wall_clock: Callable[[], float] = now,
        on_disk: int = _ON_DISK,
    ) -> None:
        self._folder = folder
        self._age = age_clock
        self._now = wall_clock
        self._on_disk = on_disk
        self._memory: OrderedDict[str, _Entry] = OrderedDict()
        self._size = 0
        self._writes = 0

    async def get(self, name: str, *, max_age: float) -> bytes | None:
        """What was stored under `name` less than `max_age` seconds ago, None for nothing."""
        entry = self._memory.get(name)
        if entry is not None and self._age() - entry.since < max_age:
            self._memory.move_to_end(name)
            return entry.data
        if self._folder is None:
            return None
        file = await asyncio.to_thread(_read, self._folder / name)
        lasted = self._now() - file.date if file is not None else -1.0
        if file is None or not 0 <= lasted < max_age:  # a date in the future comes from a wrong clock
            return None
        self._keep(name, _Entry(self._age() - lasted, file.data))
        return file.data

    def age_of(self, name: str) -> float | None:
        """How many seconds ago that which `get` returned last under `name` was stored; None when that is unknown."""
        entry = self._memory.get(name)
        return None if entry is None else self._age() - entry.since

    async def put(self, name: str, data: bytes) -> None:
        """Store `data` under `name` in place of what was there."""
        self._keep(name, _Entry(self._age(), data))
        if self._folder is None:
            return
        clean, self._writes = self._writes % _WRITES_A_CLEANING == 0, self._writes + 1
        await asyncio.to_thread(_write, self._folder / name, _File(self._now(), data))
        if clean:
            await asyncio.to_thread(_clean, self._folder, self._on_disk)

    def _keep(self, name: str, entry: _Entry) -> None:
        old = self._memory.pop(name, None)
        self._size += len(entry.data) - (len(old.data) if old else 0)
        self._memory[name] = entry
        while self._size > _IN_MEMORY:
            _, oldest = self._memory.popitem(last=False)
            self._size -= len(oldest.data)


class _Entry(NamedTuple):
    """Something in memory. `since`: when it was stored, by the clock of durations."""

    since: float
    data: bytes


class _File(NamedTuple):
    """The content of a file. `date`: when it was stored, in epoch seconds."""

    date: float
    data: bytes


def _read(path: Path) -> _File | None:
    try:
        with path.open("rb") as file:
            date = os.fstat(file.fileno()).st_mtime
            content = file.read(_BIGGEST + 1)
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            logger.debug("%s cannot be read: %s", path, error)
        return None
    head, _, data = content.partition(b"\n")
    if len(content) > _BIGGEST or head != _head(data):
        logger.debug("%s is not a complete cache file, it is ignored", path)
        return None
    return _File(date, data)


def _write(path: Path, content: _File) -> None:
    """Write a temporary file and rename it, so that no reader sees half a file."""
    import tempfile

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="tikcast-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(content.data) + b"\n" + content.data)
            os.utime(temporary, (content.date, content.date))
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        logger.info("The cache folder %s cannot be written: %s", path.parent, error)


def _clean(folder: Path, most: int) -> None:
    """Delete the oldest files of this cache until they hold at most `most` bytes. Other files stay."""
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
