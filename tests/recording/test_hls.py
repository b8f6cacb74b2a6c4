"""HLS followed as other servers write it, and MPEG-TS looked into."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recording.scene import probe
from tikcast._net.media import Media
from tikcast._net.network import Network
from tikcast._options import ClientOptions
from tikcast.errors import NetworkError
from tikcast.options import Limits
from tikcast.recording.chunks import Chunk, StreamBroken
from tikcast.recording.ffmpeg import CopyOptions, find_ffmpeg
from tikcast.recording.h264 import h264_size
from tikcast.recording.hls import hls_chunks
from tikcast.recording.mpegts import Contents, contents, is_mpegts
from tikcast.recording.parts import FFmpegOutput


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of a folder on a web server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
async def media() -> AsyncIterator[Media]:
    found = Network(ClientOptions(limits=Limits(body=2**20)), environment={}).media()
    yield found
    await found.aclose()


def make(folder: Path, *options: str, codec: str = "libx264", size: str = "320x240", name: str = "index") -> None:
    """Two seconds of video as HLS, in segments of half a second."""
    pictures = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=20", "-f", "lavfi", "-i", "sine=sample_rate=48000")
    coded = ("-t", "2", "-c:v", codec, "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac")
    segments = ("-f", "hls", "-hls_time", "0.5", "-hls_list_size", "0", "-hls_flags", "split_by_time", *options)
    command = ["ffmpeg", "-v", "error", "-nostdin", *pictures, *coded, *segments, f"{folder}/{name}.m3u8"]
    subprocess.run(command, check=True)


async def read(media: Media, url: str) -> list[Chunk]:
    async with aclosing(hls_chunks(media, url, stall_timeout=0.3)) as chunks:
        return [chunk async for chunk in chunks]


async def copied(chunks: list[Chunk], path: Path) -> Path:
    """A file of these chunks, made by ffmpeg."""
    job = CopyOptions(program=find_ffmpeg(), source=chunks[0].config.container, target="mkv")
    output = await FFmpegOutput.open(path, job)
    await output.write(chunks[0].config.header + b"".join(chunk.encode() for chunk in chunks))
    await output.finish()
    return path


async def test_the_last_three_segments_are_taken_and_told_apart(served: str, media: Media, tmp_path: Path) -> None:
    make(tmp_path)
    chunks = await read(media, f"{served}/index.m3u8")
    assert [(chunk.key, chunk.start_ms, chunk.end_ms) for chunk in chunks] == [
        (True, 0, 500), (True, 500, 1000), (True, 1000, 1500),
    ]  # fmt: skip
    config = chunks[0].config
    assert (config.video, config.audio, config.width, config.height) == ("h264", "aac", 320, 240)
    assert {chunk.config.number for chunk in chunks} == {1}
    found = probe(await copied(chunks, tmp_path / "x.mkv"))
    assert found.duration == pytest.approx(1.5, abs=0.15)


async def test_fragments_of_mp4_are_recorded_with_what_they_need(served: str, media: Media, tmp_path: Path) -> None:
    make(tmp_path, "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4")
    chunks = await read(media, f"{served}/index.m3u8")
    assert chunks[0].config.container == "mp4"
    assert chunks[0].config.header == (tmp_path / "init.mp4").read_bytes()
    assert probe(await copied(chunks, tmp_path / "x.mkv")).codecs == {"h264", "aac"}


async def test_of_several_playlists_the_best_is_followed(served: str, media: Media, tmp_path: Path) -> None:
    make(tmp_path, name="good")
    (tmp_path / "index.m3u8").write_text(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nbad.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\ngood.m3u8\n"
    )
    assert len(await read(media, f"{served}/index.m3u8")) == 3


async def test_other_video_and_discontinuities_need_a_new_file(served: str, media: Media, tmp_path: Path) -> None:
    make(tmp_path, name="small")
    make(tmp_path, name="large", size="640x480")
    (tmp_path / "index.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.5,\nsmall0.ts\n#EXTINF:0.5,\nlarge0.ts\n"
        "#EXT-X-DISCONTINUITY\n#EXTINF:0.5,\nlarge2.ts\n#EXT-X-ENDLIST\n"
    )
    configs = [chunk.config for chunk in await read(media, f"{served}/index.m3u8")]
    assert [(config.number, config.width) for config in configs] == [(1, 320), (2, 640), (3, 640)]


async def test_what_is_no_video_is_said_to_be_none(served: str, media: Media, tmp_path: Path) -> None:
    (tmp_path / "index.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nindex.m3u8\n")
    with pytest.raises(StreamBroken, match="unknown kind"):
        await read(media, f"{served}/index.m3u8")
    (tmp_path / "loop.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nloop.m3u8\n")
    with pytest.raises(StreamBroken, match="only names other playlists"):
        await read(media, f"{served}/loop.m3u8")


async def test_what_is_missing_or_too_large_is_a_network_error(served: str, media: Media, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="it answered with status 404 instead of the playlist"):
        await read(media, f"{served}/none.m3u8")
    (tmp_path / "index.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nlarge.ts\n")
    (tmp_path / "large.ts").write_bytes(bytes(2**20 + 1))
    with pytest.raises(NetworkError, match="more than 1048576 bytes"):
        await read(media, f"{served}/index.m3u8")


async def test_a_playlist_that_stands_still_is_left(served: str, media: Media, tmp_path: Path) -> None:
    (tmp_path / "index.m3u8").write_text("#EXTM3U\n")
    with pytest.raises(StreamBroken, match="no new video"):
        await read(media, f"{served}/index.m3u8")


def test_the_contents_of_a_segment_are_seen(tmp_path: Path) -> None:
    make(tmp_path)
    data = (tmp_path / "index0.ts").read_bytes()
    found = contents(data)
    assert (found.video, found.audio, h264_size(found.parameters)) == ("h264", "aac", (320, 240))
    assert contents((tmp_path / "index1.ts").read_bytes()) == found


def test_hevc_is_told_from_h264(tmp_path: Path) -> None:
    make(tmp_path, codec="libx265")
    found = contents((tmp_path / "index0.ts").read_bytes())
    assert found.video == "h265"
    assert found.parameters[0] >> 1 == 33


@given(st.binary(max_size=600), st.integers(0, 5))
def test_damaged_segments_raise_nothing(data: bytes, packets: int) -> None:
    whole = b"\x47\x40\x00\x10" + data[:184].ljust(184, b"\xff")
    found = contents(whole * packets + data)
    assert isinstance(found, Contents)
    assert is_mpegts(whole * 2)
