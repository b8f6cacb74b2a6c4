"""HLS playlists as servers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikcast.recording.chunks import StreamBroken
from tikcast.recording.hls import Playlist, Segment, parse_playlist

URL = "https://cdn.example/live/hd/index.m3u8?sign=1"
LIVE = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:41
#EXTINF:2.000000,
41.ts?x=1
#EXTINF:1.5,title, with a comma
/other/42.ts

#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:15:00Z
#EXTINF:2,
https://edge.example/43.ts
"""


def test_segments_are_numbered_and_their_addresses_complete() -> None:
    assert parse_playlist(LIVE, url=URL) == Playlist(
        target=2.0,
        segments=(
            Segment(number=41, url="https://cdn.example/live/hd/41.ts?x=1", seconds=2.0),
            Segment(number=42, url="https://cdn.example/other/42.ts", seconds=1.5),
            Segment(number=43, url="https://edge.example/43.ts", seconds=2.0, discontinuity=True),
        ),
    )


def test_an_ended_playlist_says_so() -> None:
    assert parse_playlist(LIVE + "#EXT-X-ENDLIST\r\n", url=URL).ended


def test_a_list_of_qualities_gives_the_best_first() -> None:
    text = "#EXTM3U\n" + "".join(
        f'#EXT-X-STREAM-INF:BANDWIDTH={rate},CODECS="avc1,mp4a",RESOLUTION=1x1\n{rate}.m3u8\n' for rate in (5, 900, 70)
    )
    variants = parse_playlist(text, url=URL).variants
    assert [url.rpartition("/")[2] for url in variants] == ["900.m3u8", "70.m3u8", "5.m3u8"]


def test_fragments_of_mp4_come_with_the_file_that_they_need() -> None:
    text = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:1,\na.m4s\n'
    (segment,) = parse_playlist(text, url=URL).segments
    assert segment.init == "https://cdn.example/live/hd/init.mp4"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no playlist"),
        ("<html>", "no playlist"),
        ("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not a web address"),
        ("#EXTM3U\n#EXTINF:1,\nhttp://[broken/\n", "not a web address"),
        ("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=k\n", "encrypted"),
        ("#EXTM3U\n#EXT-X-BYTERANGE:100@0\n", "byte ranges"),
    ],
)
def test_what_cannot_be_recorded_says_why(text: str, reason: str) -> None:
    with pytest.raises(StreamBroken, match=reason):
        parse_playlist(text, url=URL)


def test_video_that_is_said_not_to_be_encrypted_is_taken() -> None:
    assert parse_playlist("#EXTM3U\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\na.ts\n", url=URL).segments


@given(st.lists(st.sampled_from(["#EXTINF:", "#EXT-X-MEDIA-SEQUENCE:", "nan", "1e999", "-5", "\n", "x.ts", ",", "é"])))
def test_odd_numbers_and_lines_do_no_harm(words: list[str]) -> None:
    playlist = parse_playlist("#EXTM3U\n" + "".join(words), url=URL)
    assert all(0 <= segment.seconds <= 600 for segment in playlist.segments)
