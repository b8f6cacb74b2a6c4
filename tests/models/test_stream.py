"""Where the video is, read from what room/info says."""

import json
from typing import Any

import pytest

from tikcast.models.stream import StreamUrl, StreamUrls


def stream_data(**qualities: dict[str, Any]) -> dict[str, Any]:
    """`stream_url` with the richer block."""
    data = {key: {"main": main} for key, main in qualities.items()}
    options = {"default_quality": {"sdk_key": "hd"}}
    pull_data = {"options": options, "stream_data": json.dumps({"data": data})}
    return {"live_core_sdk_data": {"pull_data": pull_data}}


def main(name: str, *, codec: str = "h264", resolution: str = "720x1280", hls: str = "") -> dict[str, Any]:
    facts = {"VCodec": codec, "resolution": resolution, "vbitrate": 2_000_000}
    return {"flv": f"https://cdn/{name}.flv", "hls": hls, "sdk_params": json.dumps(facts)}


def names(urls: tuple[StreamUrl, ...]) -> list[str]:
    return [url.url.rpartition("/")[2] for url in urls]


def test_the_richer_block_is_read_with_what_it_tells_of_each_quality() -> None:
    urls = StreamUrls.from_webcast(stream_data(hd=main("hd", hls="https://cdn/hd.m3u8")))
    assert urls.default == "hd"
    assert urls.streams == (
        StreamUrl(
            quality="hd", kind="flv", url="https://cdn/hd.flv", codec="h264", width=720, height=1280, bitrate=2_000_000
        ),
        StreamUrl(
            quality="hd", kind="hls", url="https://cdn/hd.m3u8", codec="h264", width=720, height=1280, bitrate=2_000_000
        ),
    )


def test_qualities_are_ordered_whatever_the_order_of_the_answer() -> None:
    urls = StreamUrls.from_webcast(stream_data(ld=main("ld"), ao=main("ao"), uhd_60=main("uhd"), origin=main("o")))
    assert urls.qualities == ("origin", "uhd", "ld", "audio")


@pytest.mark.parametrize(
    ("quality", "order"),
    [
        ("best", ["o.flv", "hd.flv", "sd.flv", "ld.flv"]),
        ("origin", ["o.flv", "hd.flv", "sd.flv", "ld.flv"]),
        ("sd", ["sd.flv", "ld.flv", "hd.flv", "o.flv"]),
        ("uhd", ["hd.flv", "sd.flv", "ld.flv", "o.flv"]),
        ("audio", ["ao.flv", "ld.flv", "sd.flv", "hd.flv", "o.flv"]),
    ],
)
def test_a_quality_falls_back_to_the_nearest(quality: str, order: list[str]) -> None:
    block = stream_data(ld=main("ld"), ao=main("ao"), sd=main("sd"), hd=main("hd"), origin=main("o"))
    assert names(StreamUrls.from_webcast(block).choose(quality)) == order


def test_what_more_players_understand_comes_first() -> None:
    block = stream_data(hd=main("h265", codec="bytevc1"), hd_60=main("h264", hls="https://cdn/h264.m3u8"))
    assert names(StreamUrls.from_webcast(block).choose("hd")) == ["h264.flv", "h264.m3u8", "h265.flv"]


def test_the_older_list_is_read_by_the_names_beside_it() -> None:
    block = {
        "flv_pull_url": {"FULL_HD1": "http://c/o.flv", "SD1": "http://c/540.flv", "SD2": "http://c/360.flv"},
        "resolution_name": {"FULL_HD1": "Original", "SD1": "540p", "SD2": "360p", "AUTO": "Auto"},
        "hls_pull_url": "http://c/x.m3u8",
    }
    urls = StreamUrls.from_webcast(block)
    assert {url.quality: url.url for url in urls.streams if url.kind == "flv"} == {
        "origin": "http://c/o.flv",
        "sd": "http://c/540.flv",
        "ld": "http://c/360.flv",
    }
    assert names(urls.choose("hd"))[0] == "x.m3u8"


def test_the_older_list_without_names_is_read_by_its_keys() -> None:
    keys = ("FULL_HD1", "HD1", "SD2", "SD1")
    urls = StreamUrls.from_webcast({"flv_pull_url": {key: f"https://c/{key}" for key in keys}})
    assert names(urls.choose()) == list(keys)
    assert urls.qualities == ("uhd", "hd", "sd", "ld")


def test_an_address_that_both_lists_name_is_tried_once() -> None:
    block = stream_data(hd=main("hd")) | {"flv_pull_url": {"HD1": "https://cdn/hd.flv"}}
    assert names(StreamUrls.from_webcast(block).streams) == ["hd.flv"]


@pytest.mark.parametrize(
    "block",
    [
        {},
        {"live_core_sdk_data": None},
        {"live_core_sdk_data": {"pull_data": {"stream_data": "{broken"}}},
        {"live_core_sdk_data": {"pull_data": {"stream_data": "[" * 5000}}},
        {"live_core_sdk_data": {"pull_data": {"stream_data": '{"data":{"hd":{"main":3},"nobody":{}}}'}}},
        {"flv_pull_url": ["x"], "hls_pull_url": 7},
        {"flv_pull_url": {"HD1": "file:///etc/passwd", "SD1": "ftp://x/", "SD2": "https://x/\nHost: y", "LD": ""}},
    ],
)
def test_what_cannot_be_understood_is_left_out(block: dict[str, Any]) -> None:
    urls = StreamUrls.from_webcast(block)
    assert (urls.streams, urls.qualities, urls.choose()) == ((), (), ())
