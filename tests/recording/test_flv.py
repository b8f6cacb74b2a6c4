"""FLV taken apart into chunks that files can hold."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recording.flv_bytes import (
    SIGNATURE,
    SPS_360,
    aac_setup,
    avc_setup,
    picture,
    script,
    second,
    sound,
    tag,
    tags_of,
)
from tikcast.recording.chunks import Chunk, StreamBroken
from tikcast.recording.flv import FlvReader

START = SIGNATURE + script() + avc_setup() + aac_setup()


def read(*data: bytes, sound_only: bool = False) -> list[Chunk]:
    reader = FlvReader(sound_only=sound_only)
    return [chunk for part in data for chunk in reader.feed(part)]


def file_of(chunks: list[Chunk]) -> bytes:
    """What a file of these chunks holds."""
    since = chunks[0].start_ms
    return chunks[0].config.header + b"".join(chunk.encode(since_ms=since) for chunk in chunks)


def test_a_chunk_begins_at_each_key_frame() -> None:
    chunks = read(START + second(5000) + second(6000))
    assert [(chunk.key, chunk.start_ms, chunk.end_ms) for chunk in chunks] == [(True, 0, 1000), (True, 1000, 1750)]
    assert {chunk.config.number for chunk in chunks} == {1}


def test_a_setup_says_what_is_in_the_stream() -> None:
    (chunk,) = read(SIGNATURE + avc_setup(SPS_360) + aac_setup() + second(0))
    assert (chunk.config.video, chunk.config.audio) == ("h264", "aac")
    assert (chunk.config.width, chunk.config.height) == (360, 640)


def test_a_file_starts_with_the_parameters_and_counts_from_zero() -> None:
    chunks = read(START + second(70_000) + second(71_000))
    kinds = [(kind, stamp) for kind, stamp, _ in tags_of(file_of(chunks[1:]))]
    assert kinds[:4] == [(18, 0), (9, 0), (8, 0), (9, 0)]
    assert kinds[-1] == (8, 750)


def test_a_piece_can_be_cut_at_a_moment() -> None:
    (chunk,) = read(START + second(0))
    assert [stamp for _, stamp, _ in tags_of(chunk.encode(until_ms=500))] == [0, 0, 250, 250]


def test_pictures_of_another_size_begin_a_new_file() -> None:
    chunks = read(START + second(0) + avc_setup(SPS_360, at_ms=1000) + second(1000))
    assert [chunk.config.number for chunk in chunks] == [1, 2]
    assert avc_setup(SPS_360) in chunks[1].config.header
    assert script() not in chunks[1].config.header


def test_another_sound_begins_a_new_file() -> None:
    chunks = read(START + second(0) + aac_setup(b"\x12\x10", at_ms=1000) + second(1000))
    assert [chunk.config.number for chunk in chunks] == [1, 2]


def test_the_same_parameters_again_change_nothing() -> None:
    again = avc_setup(at_ms=1000) + aac_setup(at_ms=1000)
    chunks = read(START + second(0) + again + second(1000))
    assert {chunk.config.number for chunk in chunks} == {1}


def test_sound_that_comes_later_joins_the_file_and_starts_the_next_ones() -> None:
    chunks = read(SIGNATURE + avc_setup() + picture(0, key=True) + aac_setup(at_ms=40) + second(1000))
    assert {chunk.config.number for chunk in chunks} == {1}
    assert aac_setup() in chunks[0].data
    assert aac_setup() in chunks[-1].config.header


def test_sound_or_pictures_that_come_late_begin_a_new_file_at_the_next_key_frame() -> None:
    dumb = b"".join(picture(at, key=at % 1000 == 0) for at in range(0, 5000, 500))
    chunks = read(SIGNATURE + avc_setup() + dumb + aac_setup(at_ms=4500) + sound(4600) + second(5000))
    assert [(chunk.config.number, chunk.config.audio) for chunk in chunks[-2:]] == [(1, ""), (2, "aac")]
    assert (chunks[-1].start_ms, aac_setup() in chunks[-1].config.header) == (5000, True)
    blind = b"".join(sound(at) for at in range(0, 6000, 500))
    chunks = read(SIGNATURE + aac_setup() + blind + avc_setup(at_ms=6000) + second(6000))
    assert [(chunk.config.number, chunk.config.video) for chunk in chunks[-2:]] == [(1, ""), (2, "h264")]


def test_sound_without_parameters_that_comes_late_begins_a_new_file_too() -> None:
    mp3 = b"".join(tag(8, b"\x2fmp3", at_ms=at) for at in (4500, 5000, 5500))
    dumb = b"".join(picture(at, key=at % 1000 == 0) for at in range(0, 5000, 500))
    chunks = read(SIGNATURE + avc_setup() + dumb + mp3 + picture(6000, key=True))
    assert [(chunk.config.number, chunk.config.audio) for chunk in chunks[-2:]] == [(1, ""), (2, "mp3")]


@pytest.mark.parametrize("jump", [5_000_000, -20_000])
def test_a_clock_that_jumps_begins_a_new_file_and_goes_on_evenly(jump: int) -> None:
    chunks = read(START + second(30_000) + second(31_000 + jump))
    assert [chunk.config.number for chunk in chunks] == [1, 2]
    assert chunks[1].start_ms == chunks[0].end_ms == 750
    assert chunks[1].end_ms == 1500


def test_nothing_is_taken_before_the_first_key_frame() -> None:
    chunks = read(START + sound(0) + picture(0) + picture(33) + second(100))
    assert [(chunk.start_ms, chunk.key) for chunk in chunks] == [(100, True)]


def test_sound_alone_is_taken_when_no_picture_comes_for_three_seconds() -> None:
    chunks = read(SIGNATURE + aac_setup() + b"".join(sound(at) for at in range(0, 4000, 500)))
    assert (chunks[0].start_ms, chunks[0].key, chunks[0].config.video) == (3000, True, "")


def test_a_stream_that_says_that_it_is_sound_alone_starts_at_once() -> None:
    head = SIGNATURE.replace(b"\x05", b"\x04", 1)
    chunks = read(head + aac_setup() + sound(0), sound(20), sound(40))
    assert [(chunk.start_ms, chunk.key) for chunk in chunks] == [(0, True), (20, True), (40, True)]


def test_pictures_can_be_left_out() -> None:
    chunks = read(START + second(0), sound_only=True)
    assert {kind for kind, _, _ in tags_of(file_of(chunks))} == {8}
    assert chunks[0].config.header[4] == 4


def test_newer_codecs_are_told_by_their_names() -> None:
    parameters = tag(9, b"\x90hvc1" + b"config")
    frames = tag(9, b"\x91hvc1\x00\x00\x00" + b"picture") + tag(9, b"\xa3hvc1" + b"picture", at_ms=40)
    (chunk,) = read(SIGNATURE + parameters + frames)
    assert (chunk.config.video, chunk.key, chunk.end_ms) == ("h265", True, 40)
    assert parameters in chunk.config.header


@pytest.mark.parametrize("data", [b"<html>", b"not found", b"FLVX", b"FLV\x02", START + tag(15, b"what")])
def test_what_is_no_flv_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(StreamBroken):
        read(data)


@given(st.lists(st.integers(0, 2000), max_size=12))
def test_it_does_not_matter_in_which_chunks_the_bytes_come(cuts: list[int]) -> None:
    stream = START + second(0) + avc_setup(SPS_360, at_ms=1000) + second(1000) + second(2000)
    places = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
    chunks = read(*(stream[start:end] for start, end in pairwise(places)))
    whole = read(stream)
    assert b"".join(chunk.data for chunk in chunks) == b"".join(chunk.data for chunk in whole)
    assert [chunk.start_ms for chunk in chunks if chunk.key] == [0, 1000, 2000]


@given(st.binary(max_size=400), st.integers(0, 600))
def test_damage_never_raises_anything_else(junk: bytes, place: int) -> None:
    stream = START + second(0)
    with suppress(StreamBroken):
        read(stream[:place] + junk + stream[place:])
