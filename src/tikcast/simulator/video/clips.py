"""Test clips: moving pictures with a tone, made once by ffmpeg and played in a loop."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Final

from tikcast.recording.ffmpeg import find_ffmpeg
from tikcast.simulator.video.streams import QUALITIES, ClipVariant

_SECONDS: Final = 4
_RATE: Final = 30
_QUIET: Final = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
_TAG_HEAD: Final = 11
_BEHIND: Final = 4
_FILE_HEAD: Final = 13
_ENDING: Final = 2.0

SOUND_ONLY: Final = "ao"
SIZES: Final = {quality.key: (quality.width, quality.height, quality.bitrate) for quality in QUALITIES}
PLAYLIST: Final = "index.m3u8"


@cache
def _clips() -> Path:
    """The folder of this process's clips; it is deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="tikcast-clips-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


async def clip(quality: str, variant: ClipVariant) -> Path:
    """A clip of a quality that loops without a gap; it is made when it is first asked for.

    Raises `FFmpegNotFound`.
    """
    name = "-".join((quality, *(change for change, made in variant._asdict().items() if made)))
    path = _clips() / f"{name}.mp4"
    if not path.exists():
        # Under a temporary name: another task may be making the same clip.
        handle, made = tempfile.mkstemp(suffix=".mp4", dir=path.parent)
        os.close(handle)
        try:
            await _run(*_clip_arguments(quality, variant), made)
            await asyncio.to_thread(os.replace, made, path)
        finally:
            await asyncio.to_thread(Path(made).unlink, missing_ok=True)
    return path


async def play(source: Path, *, folder: Path) -> Process:
    """Play a clip in a loop at its own speed: FLV on stdout, HLS in `folder`, where it continues earlier files.

    Raises `FFmpegNotFound`.
    """
    hls = (
        "-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_segment_filename", str(folder / "%d.ts"),
        "-hls_flags", "delete_segments+omit_endlist+append_list+discont_start+temp_file", str(folder / PLAYLIST),
    )  # fmt: skip
    return await _start(
        "-re", "-stream_loop", "-1", "-i", str(source),
        "-c", "copy", "-flush_packets", "1", "-f", "flv", "pipe:1", "-c", "copy", *hls,
    )  # fmt: skip


async def end(process: Process) -> None:
    """End ffmpeg: ask it to, and kill it after some seconds."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_ENDING):
            while process.stdout is not None and await process.stdout.read(1 << 16):
                pass
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def tags(process: Process) -> AsyncIterator[bytes]:
    """The tags of the FLV stream that a process writes."""
    stdout = process.stdout
    if stdout is None:
        return
    with contextlib.suppress(asyncio.IncompleteReadError):
        await stdout.readexactly(_FILE_HEAD)
        while True:
            head = await stdout.readexactly(_TAG_HEAD)
            yield head + await stdout.readexactly(int.from_bytes(head[1:4], "big") + _BEHIND)


def _clip_arguments(quality: str, variant: ClipVariant) -> tuple[str, ...]:
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
    # At 48 kHz the clip is a whole number of AAC frames, so that it loops without a gap.
    codec = ("libmp3lame", "-ar", "44100") if variant.recoded else ("aac",)
    sound = ("-c:a", *codec, "-b:a", "64k", "-t", str(_SECONDS))
    if quality == SOUND_ONLY:
        return (*tone, *sound)
    width, height, bitrate = SIZES[quality]
    width, height = (width // 4 * 2, height // 4 * 2) if variant.halved else (width, height)
    pictures = ("-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={_RATE}")
    coded = (
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
        "-g", str(_RATE), "-keyint_min", str(_RATE), "-sc_threshold", "0",
        "-b:v", str(bitrate), "-maxrate", str(bitrate), "-bufsize", str(bitrate),
    )  # fmt: skip
    return (*pictures, *tone, *coded, *sound)


async def _run(*arguments: str) -> None:
    process = await _start(*arguments)
    try:
        await process.communicate()
    finally:
        await end(process)
    if process.returncode:
        raise RuntimeError("ffmpeg made no test pictures; it needs libx264 and libmp3lame")


async def _start(*arguments: str) -> Process:
    program = await asyncio.to_thread(find_ffmpeg)
    return await asyncio.create_subprocess_exec(
        program, *_QUIET, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
