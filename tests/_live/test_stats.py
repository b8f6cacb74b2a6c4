"""The counts of a live stream as a record."""

import pytest

from tests.live_room import make_live, network_for, open_scene, take
from tests.room_server import RoomServer, chat
from tikcast import ChatEvent

NAMES = [
    "connections", "frames", "bytes", "messages", "acks", "heartbeats", "duplicates", "history", "other_rooms",
    "bad_frames", "unknown", "undecoded", "salvaged", "gaps", "recovered", "gifts", "diamonds", "likes", "room_likes",
    "open_streaks", "queued", "dropped", "handler_errors",
]  # fmt: skip


async def test_every_count_is_a_field_and_a_key_in_the_same_order() -> None:
    async with open_scene() as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        stats = scene.live.stats()
    counts = stats.to_dict()
    assert list(counts) == NAMES
    assert {name: getattr(stats, name) for name in NAMES} == counts
    assert (counts["messages"], counts["connections"], counts["frames"]) == (1, 1, 1)


async def test_a_record_of_counts_cannot_be_changed_and_does_not_change() -> None:
    async with open_scene() as scene:
        await scene.connection.send(chat("one"))
        await take(scene.live, ChatEvent)
        before = scene.live.stats()
        with pytest.raises(AttributeError):
            before.messages = 5  # type: ignore[misc]
        await scene.connection.send(chat("two"))
        await take(scene.live, ChatEvent)
        assert (before.messages, scene.live.stats().messages) == (1, 2)


async def test_before_the_opening_every_count_is_zero() -> None:
    async with RoomServer() as server, network_for(server) as network:
        live, _ = make_live(network)
        assert set(live.stats().to_dict().values()) == {0}
