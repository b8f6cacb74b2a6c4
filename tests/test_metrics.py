"""The Prometheus exporter, scraped over HTTP as Prometheus does it."""

import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.parser import text_string_to_metric_families

from tests.live_room import collect
from tikcast import ChatEvent, Endpoints, Live, TikTok
from tikcast.metrics import LiveCollector
from tikcast.simulator import Simulator

Samples = dict[tuple[str, str], float]


@contextmanager
def exporter(*clients: TikTok) -> Iterator[Callable[[], Samples]]:
    """A real exporter; gives what scrapes it: values by metric and room (or state)."""
    registry = CollectorRegistry()
    registry.register(LiveCollector(*clients))
    server, thread = start_http_server(0, addr="127.0.0.1", registry=registry)

    def scrape() -> Samples:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            text = answer.read().decode()
        return {
            (sample.name, sample.labels.get("room_id") or sample.labels["state"]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    try:
        yield scrape
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(users=("ana", "bo"), seed=1, rate=50.0) as running:
        yield running


@pytest.fixture
async def tiktok(sim: Simulator) -> AsyncIterator[TikTok]:
    async with TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",)) as client:
        yield client


async def watch_to_the_end(sim: Simulator, *lives: Live) -> None:
    """Read some events of ana's live, end it, and read the rest."""
    async for _ in lives[0]:
        if lives[0].stats().messages > 50:
            break
    await sim.control("ana", "end")
    await asyncio.gather(*map(collect, lives))


async def test_every_count_of_a_live_is_a_metric_with_its_room_and_user(sim: Simulator, tiktok: TikTok) -> None:
    with exporter(tiktok) as scrape:
        async with tiktok.track("ana") as live:
            await watch_to_the_end(sim, live)
            found = await asyncio.to_thread(scrape)
        room = str(live.room_id)
        for name, count in live.stats().to_dict().items():
            value = found.get((f"tikcast_{name}_total", room), found.get((f"tikcast_{name}", room)))
            assert value == count, name
        assert found["tikcast_messages_total", room] > 50
        assert found["tikcast_lives", "ended"] == 1


async def test_every_metric_says_what_it_counts(tiktok: TikTok) -> None:
    async with tiktok.track("ana"):
        families = list(LiveCollector(tiktok).collect())
    assert [family.name for family in families if family.name == f"tikcast_{family.documentation}"] == []


async def test_it_tells_which_lives_there_are_and_forgets_closed_ones(tiktok: TikTok) -> None:
    with exporter(tiktok) as scrape:
        assert {state: count for (_, state), count in (await asyncio.to_thread(scrape)).items() if count} == {}
        async with tiktok.track("ana") as ana, tiktok.track("bo") as bo:
            found = await asyncio.to_thread(scrape)
            assert found["tikcast_lives", "connected"] == 2
            assert {room for name, room in found if name == "tikcast_frames_total"} == {
                str(ana.room_id),
                str(bo.room_id),
            }
        found = await asyncio.to_thread(scrape)
        assert {state: count for (name, state), count in found.items() if name == "tikcast_lives" and count} == {}
        assert not [room for name, room in found if name == "tikcast_frames_total"]


async def test_two_lives_in_one_room_are_one_sample_with_their_sum(sim: Simulator, tiktok: TikTok) -> None:
    with exporter(tiktok) as scrape:
        async with tiktok.track("ana") as one, tiktok.track("ana") as two:
            await watch_to_the_end(sim, one, two)
            found = await asyncio.to_thread(scrape)
    room, stats = str(one.room_id), (one.stats(), two.stats())
    assert found["tikcast_messages_total", room] == sum(counts.messages for counts in stats)
    assert found["tikcast_room_likes", room] == max(counts.room_likes for counts in stats)


async def test_scraping_from_another_thread_goes_on_while_handlers_come_and_go(tiktok: TikTok) -> None:
    def ignore(_: ChatEvent) -> None: ...

    async def churn(live: Live) -> None:
        while True:
            live.on(ChatEvent, ignore)
            await asyncio.sleep(0)
            live.off(ignore)

    with exporter(tiktok) as scrape:
        async with tiktok.track("ana") as live:
            churning = asyncio.create_task(churn(live))
            for _ in range(20):
                assert (await asyncio.to_thread(scrape))["tikcast_lives", "connected"] == 1
            churning.cancel()


def test_without_the_extra_its_install_line_is_said() -> None:
    code = "import sys; sys.modules['prometheus_client'] = None; import tikcast.metrics"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtra" in run.stderr
    assert "pip install 'tikcast[metrics]'" in run.stderr
