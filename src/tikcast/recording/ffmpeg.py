"""ffmpeg as a process: found, fed with video that it copies into a file, and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tikcast.errors import FFmpegNotFound, RecordingError
from tikcast.recording.chunks import Container, StreamBroken
from tikcast.recording.paths import disk_error, on_disk

Format: TypeAlias = Literal["ts", "mp4", "mkv", "flv"]

_NEW_GROUP: Final = 0x200
_QUIET: Final = ("-hide_banner", "-nostdin", "-loglevel", "error")
_OUTPUT: Final[dict[Format, tuple[str, ...]]] = {
    "ts": ("-f", "mpegts", "-muxdelay", "0", "-muxpreload", "0"),
    "mkv": ("-f", "matroska", "-cluster_time_limit", "1000"),
    "flv": ("-f", "flv", "-flvflags", "no_duration_filesize"),
    "mp4": ("-f", "mp4", "-movflags", "+faststart"),
}
_FINISHING: Final = 20.0
_LINES_KEPT: Final = 20
_LONGEST_LINE: Final = 300
_FAILURES: Final = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.ENOSPC,
    "Permission denied": errno.EACCES,
    "Read-only file system": errno.EROFS,
    "File too large": errno.EFBIG,
    "Input/output error": errno.EIO,
}


def find_ffmpeg() -> str:
    """The ffmpeg on PATH, else the one that the extra `record` brings. Raises `FFmpegNotFound`."""
    found = shutil.which("ffmpeg")
    if found is not None:
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise FFmpegNotFound from error


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyJob:
    """What an ffmpeg is to do: copy `source` into `target`, `seconds` of it at most; None: all of it."""

    program: str
    source: Container
    target: Format
    sound_only: bool = False
    seconds: float | None = None


class Copier:
    """An ffmpeg that copies what it is fed into a file, re-encoding nothing.

    It reads from us alone: no address, cookie or proxy is on its command line. When this process
    dies it comes to the end of its input, and ends with a whole file.
    """

    def __init__(self, process: Process, *, path: Path) -> None:
        self._process = process
        self._path = path
        self._said: deque[str] = deque(maxlen=_LINES_KEPT)
        self._listening = asyncio.create_task(self._listen(), name="tikcast ffmpeg")

    @classmethod
    async def start(cls, path: Path, job: CopyJob) -> Copier:
        """Start ffmpeg on a file that is there already. Raises `RecordingError`."""
        pictures = () if job.sound_only else ("-map", "0:v?")
        limit = () if job.seconds is None else ("-t", f"{job.seconds:.3f}")
        arguments = (
            *_QUIET, "-f", job.source, "-i", "pipe:0", *pictures, "-map", "0:a?", "-c", "copy", *limit,
            "-flush_packets", "1", *_OUTPUT[job.target], "-y", _as_file(path),
        )  # fmt: skip
        return cls(await _spawn(job.program, arguments, stdin=PIPE), path=path)

    async def write(self, data: bytes) -> None:
        """Feed it. Raises `RecordingError` for a disk that takes no more, `StreamBroken` for video it cannot read."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - asked for at its start
        try:
            stdin.write(data)
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            await self._end()
            failure = self._failure()
            if failure is not None:  # else it has all that it was to copy
                raise failure from None

    async def finish(self) -> None:
        """Let it write what it holds and end, within seconds. Raises as `write` does."""
        stdin = self._process.stdin
        if stdin is not None:
            stdin.close()
        await self._end()
        failure = self._failure()
        if failure is not None:
            raise failure

    def kill(self) -> None:
        """End it at once, and whatever it started."""
        _kill(self._process)

    async def _end(self) -> None:
        try:
            async with asyncio.timeout(_FINISHING):
                await self._process.wait()
        except TimeoutError:
            self._said.append("it did not end")
        finally:
            self.kill()
            await self._process.wait()
            await self._listening

    async def _listen(self) -> None:
        await _keep_lines(self._process, self._said)

    def _failure(self) -> Exception | None:
        """What went wrong; many an ffmpeg calls it a success when the last bytes find no room."""
        broken = StreamBroken(_last(self._said)) if self._process.returncode else None
        return _failure(self._said, path=self._path) or broken


async def remux(source: Path, target: Path, *, program: str, video: str = "") -> None:
    """Copy a finished MPEG-TS file with such pictures into an MP4, over `target`.

    Raises `RecordingError`; cancelling it ends ffmpeg.
    """
    # The name under which Apple's players take H.265 is not the one that ffmpeg chooses.
    name = ("-tag:v", "hvc1") if video == "h265" else ()
    arguments = (
        *_QUIET, "-f", "mpegts", "-i", _as_file(source), "-map", "0:v?", "-map", "0:a?", "-c", "copy", *name,
        *_OUTPUT["mp4"], "-y", _as_file(target),
    )  # fmt: skip
    process = await _spawn(program, arguments, stdin=DEVNULL)
    said: deque[str] = deque(maxlen=_LINES_KEPT)
    try:
        await _keep_lines(process, said)
        await process.wait()
    finally:
        _kill(process)
        await process.wait()
    failure = _failure(said, path=target)
    if failure is None and process.returncode == 0 and await on_disk(target, lambda: is_whole(target)):
        return
    reason = failure.reason if failure is not None else _last(said)
    raise RecordingError(f"no MP4 could be made, {reason}", advice=f"the recording itself is in {source}")


async def _spawn(program: str, arguments: tuple[str, ...], *, stdin: int) -> Process:
    """Start ffmpeg in a process group of its own, out of reach of the terminal's Ctrl+C.

    Signals that we ignore stay ignored: of a file that grows too large it then says so, and is not killed.
    """
    windows = sys.platform == "win32"
    try:
        return await asyncio.create_subprocess_exec(
            program, *arguments, stdin=stdin, stdout=DEVNULL, stderr=PIPE, env=_environment(),
            start_new_session=not windows, creationflags=_NEW_GROUP if windows else 0, restore_signals=False,
        )  # fmt: skip
    except OSError as error:
        raise RecordingError(
            f"ffmpeg does not start ({error.strerror})", advice=f"check that {program} runs, or install another ffmpeg"
        ) from error


def _environment() -> dict[str, str]:
    """The environment without what ffmpeg does not need: tokens, sessions and proxies stay with us."""
    wanted = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in wanted if name in os.environ} | {"AV_LOG_FORCE_NOCOLOR": "1"}


def _as_file(path: Path) -> str:
    """A path that ffmpeg takes for nothing else, whatever colons and dashes are in it."""
    return f"file:{path}"


async def _keep_lines(process: Process, said: deque[str]) -> None:
    """Keep the last lines that ffmpeg says, until it says no more."""
    stderr = process.stderr
    assert stderr is not None  # noqa: S101 - asked for at its start
    while True:
        try:
            line = await stderr.readline()
        except ValueError:  # a line beyond the reader's limit
            continue
        if not line:
            return
        said.append(line.decode(errors="replace").strip()[:_LONGEST_LINE])


def _kill(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _failure(said: deque[str], *, path: Path) -> RecordingError | None:
    """The error of a disk that failed, None when it was something else."""
    for text, code in _FAILURES.items():
        if any(text in line for line in said):
            return disk_error(OSError(code, text), path=path)
    return None


def _last(said: deque[str]) -> str:
    return f"ffmpeg gave up: {said[-1]}" if said else "ffmpeg gave up"


_NEEDED: Final = frozenset({b"moov", b"mdat"})
_HEAD: Final = 8
_LONG: Final = 1
"""A length of 1 says that the real one follows, in eight bytes."""


def is_whole(path: Path) -> bool:
    """Whether its boxes fill the file, and those with the tables and the video are among them. Raises `OSError`."""
    kinds, at, size = set(), 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(2 * _HEAD)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[_HEAD:], "big") if length == _LONG else length
            if length < _HEAD:
                return False
            kinds.add(head[4:_HEAD])
            at += length
    return at == size and kinds >= _NEEDED
