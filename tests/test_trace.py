"""`trace=FILE`: everything that goes over a client's connections, readable afterwards."""

import asyncio
import json
import threading
from contextlib import AsyncExitStack, suppress
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random

import msgspec
import pytest

from tests.cli.runner import started, tikcast
from tests.wire_schema import parsed
from tikcast import ControlEvent, Endpoints, Event, TikTok, decode_frame, to_json
from tikcast.capture.format import CaptureReader, CaptureRecord, Kind
from tikcast.capture.replay import Replay
from tikcast.errors import CaptureError, ConfigError
from tikcast.simulator import Simulator

OWN = {"connected", "disconnected", "reconnecting", "gap", "live_ended", "overflow"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trace.cap"


def read(path: Path) -> list[CaptureRecord]:
    with path.open("rb") as file:
        return list(CaptureReader(file, name=path.name))


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def cut_off(path: Path) -> None:
    path.write_bytes(content(path)[:-3])


def events_up_to(cut: int, whole: bytes) -> list[bytes]:
    played: list[Event] = []
    with suppress(CaptureError):
        played.extend(Replay(CaptureReader(BytesIO(whole[:cut]), name="x")))
    return comparable(played)


async def watch(sim: Simulator, *users: str, trace: Path, connect: str = "direct") -> list[Event]:
    """Every event of lives, which end after some, in the order of the users."""
    async with TikTok(endpoints=Endpoints.at(sim.url), connect=(connect,), trace=trace) as tiktok:

        async def follow(user: str) -> list[Event]:
            events = []
            async with tiktok.track(user, room_info=False) as live:
                async for event in live:
                    events.append(event)
                    if len(events) == 60:
                        await sim.control(user, "end")
            return events

        return [event for events in await asyncio.gather(*map(follow, users)) for event in events]


def comparable(events: list[Event]) -> list[bytes]:
    """Events without those about connections, without the time of receipt, and without the names of sessions."""
    return [
        to_json(msgspec.structs.replace(event, received_at_ms=0, notes=event.notes if event.message_id else ()))
        for event in events
        if event.type not in OWN
    ]


async def test_a_replayed_trace_gives_the_events_that_came(path: Path) -> None:
    async with Simulator(users=("ana",), seed=1, rate=100.0) as sim:
        events = await watch(sim, "ana", trace=path, connect="signed")
    assert len(events) > 60
    assert isinstance([event for event in events if event.type not in OWN][-1], ControlEvent)
    assert comparable(list(Replay(read(path)))) == comparable(events)


async def test_every_frame_is_in_it_both_ways_with_times(path: Path) -> None:
    async with Simulator(users=("ana",), seed=2, rate=50.0) as sim:
        await watch(sim, "ana", trace=path)
        ledger = await sim.ledger("ana")
        room_id = sim.rooms["ana"]
    records = read(path)
    assert records[0].facts == {"room_id": str(room_id), "method": "direct", "username": "ana"}
    assert all(before.at_us <= after.at_us for before, after in pairwise(records))
    sent = [parsed("WebcastPushFrame", r.data).payload_type for r in records if r.kind == Kind.SENT]
    assert sent[:2] == ["im_enter_room", "hb"]
    assert sent.count("ack") == ledger["acks"]
    received = [event for r in records if r.kind == Kind.RECEIVED for event in decode_frame(r.data).events]
    assert {str(event.message_id) for event in received} == {m["message_id"] for m in ledger["messages"]}
    assert records[-1].kind == Kind.CLOSED


async def test_several_lives_of_a_client_share_a_trace(path: Path) -> None:
    async with Simulator(users=("ana", "bo"), seed=3, rate=50.0) as sim:
        events = await watch(sim, "ana", "bo", trace=path)
    assert sorted(comparable(list(Replay(read(path))))) == sorted(comparable(events))
    rooms = [record.facts["room_id"] for record in read(path) if record.kind == Kind.OPENED]
    assert len(rooms) == len(set(rooms)) == 2


async def test_it_is_complete_and_nothing_writes_to_it_once_the_client_is_closed(path: Path) -> None:
    async with Simulator(users=("ana",), seed=4, rate=20.0) as sim:
        client = TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), trace=path)
        async with client, client.track("ana", room_info=False) as live:
            await anext(aiter(live.events(ControlEvent, Event)))
        assert read(path)[-1].kind == Kind.CLOSED
        await client.aclose()
    assert "tikcast recorder" not in {thread.name for thread in threading.enumerate()}


async def test_without_async_with_the_trace_begins_with_the_first_connection(path: Path) -> None:
    async with Simulator(users=("ana",), seed=4, rate=20.0) as sim:
        client = TikTok(endpoints=Endpoints.at(sim.url), connect=("direct",), trace=path)
        assert await client.is_live("ana")
        assert not content(path)
        async with client.track("ana", room_info=False):
            pass
        await client.aclose()
    assert read(path)[0].kind == Kind.OPENED


async def test_a_trace_that_cannot_be_written_is_refused_before_anything_connects(tmp_path: Path) -> None:
    client = TikTok(endpoints=Endpoints.at("http://127.0.0.1:9"), trace=tmp_path / "missing" / "x.cap")
    with pytest.raises(ConfigError, match="Wrong option trace"):
        await client.__aenter__()
    with pytest.raises(ConfigError, match="Wrong option trace"):
        async with client.track(7000000000000000001, room_info=False):
            pass
    await client.aclose()


async def test_the_signers_address_and_signature_are_not_in_it(path: Path) -> None:
    async with Simulator(users=("ana",), seed=5, rate=20.0) as sim:
        await watch(sim, "ana", trace=path, connect="signed")
    answer = next(record.data for record in read(path) if record.kind == Kind.ANSWER)
    response = parsed("WebcastResponse", answer)
    assert response.messages
    assert (response.push_server, dict(response.route_params_map)) == ("", {})
    assert b"push/v2" not in content(path)


async def test_a_trace_cut_anywhere_gives_the_events_before_the_cut(path: Path) -> None:
    async with Simulator(users=("ana",), seed=6, rate=50.0) as sim:
        await watch(sim, "ana", trace=path)
    whole = content(path)
    events = comparable(list(Replay(read(path))))
    random = Random(6)
    for _ in range(20):
        played = events_up_to(random.randrange(100, len(whole)), whole)
        before = [event for event in played if event in events]
        assert before == events[: len(before)]
        # What is left are streaks that the cut ended.
        assert all(b'"streak_over":true' in event for event in played[len(before) :])


async def test_the_command_line_writes_replays_and_inspects_traces(path: Path) -> None:
    async with AsyncExitStack() as stack:
        sim = await stack.enter_async_context(Simulator(users=("ana",), seed=7, rate=50.0))
        arguments = ["watch", "ana", "--endpoint", sim.url, "--trace", str(path), "--json"]
        watching = await stack.enter_async_context(started(*arguments))
        assert watching.stdout is not None
        lines = [await watching.stdout.readline() for _ in range(30)]
        await sim.control("ana", "end")
        lines += (await watching.stdout.read()).splitlines()
        assert await watching.wait() == 0
    replayed = await tikcast("replay", str(path), "--json")
    watched = [document for line in lines if (document := json.loads(line))["type"] not in OWN]
    assert [d["message_id"] for d in replayed.documents] == [d["message_id"] for d in watched]
    inspected = await tikcast("inspect", str(path), "--json")
    assert [document["record"] for document in inspected.documents][:3] == ["opened", "sent", "sent"]
    assert inspected.documents[1]["name"] == "im_enter_room"
    shown = await tikcast("inspect", str(path))
    assert " #1 opened at byte " in shown.out.splitlines()[0]
    assert " #1 sent frame im_enter_room at byte " in shown.out
    cut_off(path)
    for command in ("replay", "inspect"):
        assert "cannot be read from byte" in (await tikcast(command, str(path))).sentence
