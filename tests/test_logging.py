"""What tikcast logs, and that it says nothing unless it is asked."""

import logging
import re
import subprocess
import sys

import pytest

from tests._wire.protobytes import field
from tests.live_room import open_scene, take
from tests.room_server import chat
from tests.shared_data import REPO
from tests.source_tree import modules
from tests.wire_schema import build
from tikcast import ChatEvent, Endpoints, Event, TikTok
from tikcast.errors import NetworkError
from tikcast.simulator import Simulator


def test_it_is_silent_until_logging_is_set_up() -> None:
    code = "import logging, tikcast; logging.getLogger('tikcast.live.listeners').error('a handler failed')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout + run.stderr == ""


def loggers() -> set[tuple[str, str]]:
    """Module names, as people write them, and the loggers that they use."""
    return {
        (module.name.replace("._", "."), name)
        for module in modules()
        for name in re.findall(r'getLogger\("(tikcast\.[\w.]+)"\)', module.text)
    }


def test_modules_log_under_their_own_names() -> None:
    assert {(module, name) for module, name in loggers() if not f"{module}.".startswith(f"{name}.")} == set()
    assert len(loggers()) > 5


def test_every_logger_that_the_document_names_exists() -> None:
    document = (REPO / "docs" / "observability.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(tikcast\.[\w.]+)` \|", document, re.MULTILINE))
    assert named
    assert named - {name for _, name in loggers()} == set()


async def test_a_failing_handler_is_logged_once_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async with open_scene() as scene:

        @scene.live.on(ChatEvent)
        def fail(event: Event) -> None:
            raise KeyError("broken handler")

        await scene.connection.send(chat("one"), chat("two"))
        await take(scene.live, ChatEvent)
        await scene.end()
        await scene.live.wait_ended()
    logged = [record for record in caplog.records if record.name == "tikcast.live.listeners"]
    assert len(logged) == 1
    assert logged[0].exc_info is not None
    assert "broken handler" in caplog.text


async def test_messages_that_are_not_read_whole_are_counted_by_name_and_each_name_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = build("ResponseMessage", method="WebcastChatMessage", payload=field(3, "hi") + b"\x12\x7f")
    new = build("ResponseMessage", method="WebcastNewMessage", payload=field(2, 1))
    async with open_scene() as scene:
        assert scene.live.problems() == {}
        await scene.connection.send(broken, broken, new, broken, chat("whole"))
        for _ in range(4):
            await take(scene.live, ChatEvent)
        assert scene.live.problems() == {"WebcastChatMessage": 3, "WebcastNewMessage": 1}
    told = [record.getMessage() for record in caplog.records if "not read whole" in record.getMessage()]
    assert len(told) == 1
    assert told[0].endswith("WebcastChatMessage was not read whole (user: cut short)")


@pytest.mark.parametrize("log_requests", [False, True])
async def test_requests_and_sockets_are_logged_when_wanted(
    caplog: pytest.LogCaptureFixture, log_requests: bool
) -> None:
    caplog.set_level(logging.INFO)
    async with Simulator(users=("ana",)) as sim:
        client = TikTok(endpoints=Endpoints.at(sim.url), connect=("signed",), log_requests=log_requests)
        async with client, client.track("ana"):
            pass
    told = [record.getMessage() for record in caplog.records if record.name.startswith("tikcast.net")]
    patterns = (
        rf"GET {sim.url}/@ana/live: 200, \d+ bytes, after \d+\.\d\d s",
        rf"GET {sim.url}/signer/webcast/fetch\?client=tikcast&room_id=\d+&.*: 200, \d+ bytes, after .*",
        rf"WebSocket {sim.url.replace('http', 'ws')}/webcast/im/push/v2/: open",
    )
    for pattern in patterns:
        found = sum(re.fullmatch(pattern, line) is not None for line in told)
        assert found == log_requests, (pattern, told)


async def test_a_request_that_fails_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with TikTok(endpoints=Endpoints.at("http://127.0.0.1:9"), log_requests=True) as tiktok:
        with pytest.raises(NetworkError, match="cannot be reached"):
            await tiktok.is_live("ana")
    assert "GET http://127.0.0.1:9/@ana/live: No usable answer from 127.0.0.1: it cannot be reached" in caplog.text
