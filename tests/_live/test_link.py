"""What one connection does beside handing out events."""

import logging

import pytest

from tests._wire.protobytes import field
from tests.live_room import collect, open_scene
from tests.room_server import chat
from tests.wire_schema import build
from tikcast import ChatEvent
from tikcast.events import UndecodedEvent

SALVAGED = build("ResponseMessage", method="WebcastChatMessage", payload=field(3, "hi") + b"\x12\x7f")
NOTHING = build("ResponseMessage", method="WebcastLikeMessage", payload=b"\x07")


async def test_each_type_that_is_not_read_whole_is_logged_once_with_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="tikcast.live.link"):
        async with open_scene() as scene:
            await scene.connection.send(SALVAGED, chat("whole"), SALVAGED, NOTHING)
            await scene.connection.send(NOTHING, SALVAGED)
            await scene.end()
            events = await collect(scene.live)
            stats = scene.live.stats()
    first, second = [record.getMessage() for record in caplog.records if record.name == "tikcast.live.link"]
    assert "WebcastChatMessage was not read whole (user: cut short" in first
    assert "WebcastLikeMessage was not read whole (WebcastLikeMessage could not be read" in second
    assert sum(isinstance(event, ChatEvent) for event in events) == 4
    assert sum(isinstance(event, UndecodedEvent) for event in events) == 2
    assert (stats.salvaged, stats.undecoded) == (3, 2)


async def test_what_is_read_whole_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="tikcast.live.link"):
        async with open_scene() as scene:
            await scene.connection.send(chat("one"))
            await scene.end()
            await collect(scene.live)
    assert [record for record in caplog.records if record.name == "tikcast.live.link"] == []
