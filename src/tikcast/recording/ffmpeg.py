"""ffmpeg as a process: where it is, how it is called, and what its errors mean."""

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
from typing import Final

from tikcast.errors import FFmpegNotFound, RecordingError
from tikcast.recording.chunks import Container, StreamBroken
from tikcast.recording.options import Format
from tikcast.recording.paths import disk_error

_NEW_GROUP: Final = 0x200
_QUIET: Final = ("-hide_banner", "-nostdin", "-loglevel", "error")
_OUTPUT: Final[dict[Format, tuple[str, ...]]] = {
    "ts": ("-f", "mpegts", "-muxdelay", "0", "-muxpreload", "0"),
    "mkv": ("-f", "matroska", "-cluster_time_limit", "1000"),
    "flv": ("-f", "flv", "-flvflags", "no_duration_filesize"),
    "mp4": ("-f", "mp4", "-movflags", "+faststart"),
}
_LINES_KEPT: Final = 20
_MAX_LINE: Final = 300
_DISK_ERRORS: Final = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.ENOSPC,
    "Permission denied": errno.EACCES,
    "Read-only file system": errno.EROFS,
    "File too large": errno.EFBIG,
    "Input/output error": errno.EIO,
}


def find_ffmpeg() -> str:
    """The ffmpeg on PATH, else the one of the extra `record`. Raises `FFmpegNotFound`."""
    path = shutil.which("ffmpeg")
    if path is not None:
        return path
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise FFmpegNotFound from error


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyOptions:
    """How to copy media from `source` to `target` without encoding it again. `seconds`: at most; None: everything."""

    program: str
    source: Container
    target: Format
    sound_only: bool = False
    seconds: float | None = None

    def arguments(self, path: Path) -> tuple[str, ...]:
        """The command line of an ffmpeg that reads from stdin and writes to `path`."""
        video = () if self.sound_only else ("-map", "0:v?")
        limit = () if self.seconds is None else ("-t", f"{self.seconds:.3f}")
        return (
            *_QUIET, "-f", self.source, "-i", "pipe:0", *video, "-map", "0:a?", "-c", "copy", *limit,
            "-flush_packets", "1", *_OUTPUT[self.target], "-y", _file_url(path),
        )  # fmt: skip


def mp4_arguments(source: Path, target: Path, *, video: str) -> tuple[str, ...]:
    """The command line that copies a finished MPEG-TS file with such video to an MP4."""
    # Apple's players accept H.265 only under this tag, which is not the default of ffmpeg.
    tag = ("-tag:v", "hvc1") if video == "h265" else ()
    return (
        *_QUIET, "-f", "mpegts", "-i", _file_url(source), "-map", "0:v?", "-map", "0:a?", "-c", "copy", *tag,
        *_OUTPUT["mp4"], "-y", _file_url(target),
    )  # fmt: skip


class FFmpeg:
    """A running ffmpeg and its last error messages. Its owner calls `end` or `kill`.

    It is given no URL, cookie or proxy. When this process dies, its input ends, and it completes its file.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._reading = asyncio.create_task(self._read_errors(), name="tikcast ffmpeg")

    @classmethod
    async def start(cls, program: str, arguments: tuple[str, ...], *, feed: bool) -> FFmpeg:
        """Start it, with a pipe as its input when we `feed` it. Raises `RecordingError`.

        It gets a process group of its own, so that Ctrl+C in a terminal does not reach it. Signals that
        are ignored here stay ignored: for a file that grows too large it then reports an error.
        """
        windows = sys.platform == "win32"
        try:
            return cls(
                await asyncio.create_subprocess_exec(
                    program, *arguments, stdin=PIPE if feed else DEVNULL, stdout=DEVNULL, stderr=PIPE,
                    env=_environment(), start_new_session=not windows, creationflags=_NEW_GROUP if windows else 0,
                    restore_signals=False,
                )
            )  # fmt: skip
        except OSError as error:
            advice = f"check that {program} runs, or install another ffmpeg"
            raise RecordingError(f"ffmpeg does not start ({error.strerror})", advice=advice) from error

    async def write(self, data: bytes) -> bool:
        """Send it data; False when it reads no more."""
        stdin = self._process.stdin
        if stdin is None:
            return False
        try:
            stdin.write(data)
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    async def end(self, *, within: float | None = None) -> None:
        """End its input, and wait until it ends; after `within` seconds, or when cancelled, it is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            self._lines.append("it did not end")
        finally:
            self.kill()
            await self._process.wait()
            await self._reading

    def kill(self) -> None:
        """End it at once, with every process that it started."""
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def failure(self, *, path: Path) -> RecordingError | StreamBroken | None:
        """Why it failed, after it ended: the disk with the file at `path`, or else the media.

        The error messages decide: many versions exit with 0 when there is no space for the last bytes.
        """
        for text, code in _DISK_ERRORS.items():
            if any(text in line for line in self._lines):
                return disk_error(OSError(code, text), path=path)
        return StreamBroken(self.last_error) if self._process.returncode else None

    @property
    def last_error(self) -> str:
        """Its last error message, as the end of a sentence."""
        return f"ffmpeg failed: {self._lines[-1]}" if self._lines else "ffmpeg failed"

    async def _read_errors(self) -> None:
        stderr = self._process.stderr
        while stderr is not None:
            try:
                line = await stderr.readline()
            except ValueError:  # a line beyond the reader's limit
                continue
            if not line:
                return
            self._lines.append(line.decode(errors="replace").strip()[:_MAX_LINE])


def _environment() -> dict[str, str]:
    """The environment without what ffmpeg does not need: tokens, sessions and proxies stay here."""
    needed = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in needed if name in os.environ} | {"AV_LOG_FORCE_NOCOLOR": "1"}


def _file_url(path: Path) -> str:
    """A path that ffmpeg cannot take for an option or another protocol."""
    return f"file:{path}"
