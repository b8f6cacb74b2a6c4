"""The simulator's video server."""

import asyncio

import pytest
from curl_cffi.requests import AsyncSession, Response
from curl_cffi.requests.exceptions import RequestException

from tests.recording.flv_bytes import tags_of
from tikcast.models.stream import StreamUrls
from tikcast.simulator import Simulator, SimulatorConfig, World
from tikcast.simulator.video.media import MediaServer
from tikcast.simulator.video.streams import VIDEO_ACTIONS, Addresses, VideoState, stream_url


def address(sim: Simulator, path: str, *, sign: int = 1) -> str:
    return f"{sim.url}/media/{sim.rooms['ana']}/{path}?sign={sign}"


async def head_of(http: AsyncSession[Response], url: str, size: int) -> bytes:
    """The first bytes of a stream, which is then left."""
    data = bytearray()

    def take(chunk: bytes) -> int:
        data.extend(chunk)
        return len(chunk) if len(data) < size else 0xFFFFFFFF

    with pytest.raises(RequestException):  # we end it ourselves
        await http.get(url, content_callback=take)
    return bytes(data)


async def test_every_viewer_starts_at_a_key_frame_of_the_same_stream() -> None:
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        first, second = [await head_of(http, address(sim, "ld.flv"), 30_000) for _ in range(2)]
    for data in (first, second):
        kinds = [(kind, body[:2]) for kind, _, body in tags_of(data)[:4]]
        assert kinds == [(18, b"\x02\x00"), (9, b"\x17\x00"), (8, b"\xaf\x00"), (9, b"\x17\x01")]
    assert tags_of(second)[3][1] >= tags_of(first)[3][1]


async def test_a_client_that_waits_for_the_first_picture_is_a_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikcast.simulator.video.channel._IDLE", 0.1)  # sooner than the first picture
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        assert len(await head_of(http, address(sim, "ld.flv"), 30_000)) >= 30_000


async def test_a_playlist_grows_and_ends_with_the_live_stream() -> None:
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        url = address(sim, "ld/index.m3u8")
        text = (await http.get(url)).text
        assert "#EXT-X-ENDLIST" not in text
        segment = next(line for line in text.splitlines() if line.endswith(".ts"))
        assert (await http.get(address(sim, f"ld/{segment}"))).content[:1] == b"\x47"
        await sim.control("ana", "end")
        assert (await http.get(url)).text.endswith("#EXT-X-ENDLIST\n")
        assert (await http.get(address(sim, "ld.flv"))).status_code == 404


async def test_missing_and_expired_addresses_are_refused() -> None:
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        asked = {
            address(sim, "ld.flv", sign=2): 403,
            address(sim, "ld/index.m3u8", sign=2): 403,
            address(sim, "nothing.flv"): 404,
            address(sim, "ld/other.m3u8"): 404,
            address(sim, "ld/7.ts"): 404,
            f"{sim.url}/media/1/ld.flv?sign=1": 404,
        }
        for url, status in asked.items():
            assert (await http.get(url)).status_code == status, url
        await sim.video("ana", "missing")
        assert (await http.get(address(sim, "ld.flv"))).status_code == 404
        await sim.video("ana", "no_flv")
        assert (await http.get(address(sim, "ld.flv"))).status_code == 404


async def test_an_action_over_http_is_carried_out_and_a_wrong_one_is_explained() -> None:
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        ordered = await http.post(f"{sim.url}/_sim/video/ana", json={"action": "expire"})
        assert ordered.json() == {"user": "ana", "fault": None, "halved": False, "recoded": False}
        assert (await http.get(address(sim, "ld.flv"))).status_code == 403
        wrong = await http.post(f"{sim.url}/_sim/video/ana", json={"action": "explode"})
        assert wrong.status_code == 400
        assert all(action in wrong.json()["error"] for action in VIDEO_ACTIONS)
        assert (await http.post(f"{sim.url}/_sim/video/nobody", json={"action": "drop"})).status_code == 404


async def test_nothing_runs_before_the_first_viewer_and_after_the_end() -> None:
    before = asyncio.all_tasks()
    async with Simulator(users=("ana",), rate=1.0) as sim, AsyncSession() as http:
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "tikcast simulated video"]
        await head_of(http, address(sim, "ld.flv"), 1000)
        assert [task for task in asyncio.all_tasks() if task.get_name() == "tikcast simulated video"]
    assert not [task for task in asyncio.all_tasks() - before if "tikcast" in task.get_name()]


async def test_a_request_that_meets_the_closing_of_the_video_server_starts_no_video() -> None:
    world = World(SimulatorConfig(users=("ana",)), now_ms=0)
    path = f"/media/{world.hosts['ana'].room.room_id}/ld.flv"
    server = MediaServer(world)
    request = asyncio.create_task(server.answer(path, {"sign": "1"}))
    await asyncio.sleep(0)  # the request looks for ffmpeg, in a thread
    await server.aclose()
    answer = await request
    assert answer is not None
    assert answer.status_code == 404
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "tikcast simulated video"]


def test_restoring_ends_the_lasting_faults_alone() -> None:
    video = VideoState()
    for action in VIDEO_ACTIONS:
        video.act(action)
    assert (video.fault, video.variant, video.token, video.cuts) == (None, (True, True), 2, 2)


def test_the_addresses_are_those_that_room_info_names() -> None:
    addresses = Addresses("http://sim/media", room_id=7, token=3)
    urls = StreamUrls.from_webcast(stream_url(addresses))
    assert urls.qualities == ("origin", "hd", "sd", "ld", "audio")
    assert urls.default == "hd"
    assert {url.url for url in urls.choose("hd")[:2]} == {
        "http://sim/media/7/hd.flv?sign=3",
        "http://sim/media/7/hd/index.m3u8?sign=3",
    }
