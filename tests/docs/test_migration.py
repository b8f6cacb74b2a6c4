"""Runs the code for users of other libraries, and checks that the documented names exist."""

import asyncio
import inspect
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from textwrap import indent
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

import tikcast
from tests.docs.conftest import Play
from tests.docs.documents import Row, blocks, read, rows
from tests.proxies import http_proxy
from tikcast import ChatEvent, Live, TikTok, errors, events, sync
from tikcast.live import LiveState

PYTHON, NODE, SENDING, SYNC = "from-tiktoklive.md", "from-tiktok-live-connector.md", "sending.md", "sync.md"
CODE = {name: blocks(name) for name in (PYTHON, NODE, SENDING, SYNC)}
SESSION = "sim-session"
PROXY = "http://user:password@proxy.example:8080"


async def test_python_connecting(play: Play) -> None:
    code = CODE[PYTHON]["Connecting and listening"]
    ran = await play.run_to_the_end(code, enough=lambda text: text.count(" -> ") > 10)
    assert ran.output.startswith(f"Connected to room {play.room_id}\n")


async def test_python_in_a_program_with_asyncio(play: Play) -> None:
    code = CODE[PYTHON]["In a program with asyncio"]
    ran = await play.run_to_the_end(code, enough=lambda text: "Gift: Rose\n" in text)
    assert ran.output.endswith("\nThe live stream is over: ended\n")


async def test_python_gift_streaks(play: Play) -> None:
    sent = re.compile(r'^\w\S* sent \dx "Rose"$', re.MULTILINE)
    ran = await play.run_to_the_end(CODE[PYTHON]["Gift streaks"], enough=sent.search)
    ledger = await play.ledger()
    assert sum(ran.names["gifts"].values()) == ledger["gifts"] > 0
    assert sum(ran.names["diamonds"].values()) == ledger["diamonds"]


async def test_python_room_info(play: Play) -> None:
    ran = await play.run(CODE[PYTHON]["Room info, gifts, live check"])
    is_live, info, title, gifts = ran.output.splitlines()
    assert is_live == "True"
    assert info.startswith(title)
    assert "'Rose'" in gifts


async def test_python_waiting(play: Play) -> None:
    lines: asyncio.Queue[str] = asyncio.Queue()
    code = CODE[PYTHON]["Waiting until a user is live"]
    watching = asyncio.create_task(play.run(code, print=lambda *words: lines.put_nowait(" ".join(map(str, words)))))
    assert (await lines.get()).startswith(f"{play.room_id} ")
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_python_recording(play: Play, tmp_path: Path) -> None:
    ran = await play.run(CODE[PYTHON]["Recording"])
    assert ran.output == f"{play.user}.mp4\n"
    assert files(tmp_path) == {f"{play.user}.{ending}" for ending in ("mp4", "jsonl", "srt", "ass")}


async def test_python_proxies(play: Play) -> None:
    await through_proxy(CODE[PYTHON]["Proxies"], play)


async def test_python_logging_in(play: Play) -> None:
    code = CODE[PYTHON]["Logging in"].replace("the value of the cookie sessionid", SESSION)
    ran = await play.run(code)
    shown, total = map(int, ran.output.split(" of "))
    assert 0 < shown <= total


async def test_node_connecting(play: Play) -> None:
    said = {" writes: ", " sends Rose\n"}
    code = CODE[NODE]["Connecting and listening"]
    ran = await play.run_to_the_end(code, enough=lambda text: all(words in text for words in said))
    assert ran.output.startswith(f"Connected to roomId {play.room_id}\n")
    ran = await play.run(CODE[NODE]["Connecting and listening"], user="offline0")
    assert ran.output.startswith("Failed to connect: Could not look up the live stream of @offline0")


async def test_node_gift_streaks(play: Play) -> None:
    sent = re.compile(r"^\w\S* has sent Rose x\d$", re.MULTILINE)
    ran = await play.run_to_the_end(CODE[NODE]["Gift streaks"], enough=sent.search)
    assert ran.names["total"] == (await play.ledger())["diamonds"] > 0


async def test_node_room_info(play: Play) -> None:
    ran = await play.run(CODE[NODE]["Room info"])
    info, gifts = ran.output.splitlines()
    assert int(info.split()[-1]) > 0
    assert int(gifts.split()[0]) > 10


async def test_node_to_the_browser(play: Play) -> None:
    ran = await play.run_to_the_end(CODE[NODE]["Sending events to the browser"], enough=some_lines)
    documents = [json.loads(line) for line in ran.output.splitlines()]
    assert documents[-1]["type"] == "live_ended"
    assert {document["room_id"] for document in documents} == {str(play.room_id)}


async def test_node_recording(play: Play) -> None:
    assert (await play.run(CODE[NODE]["Recording"])).output == "evening.ts\n"


async def test_node_proxies(play: Play) -> None:
    await through_proxy(CODE[NODE]["Proxies"], play)


async def test_node_sessions(play: Play) -> None:
    ran = await play.run(CODE[NODE]["Sessions"].replace("sessionid=…", f"sessionid={SESSION}"))
    assert int(ran.output.split()[0]) > 0


async def test_sending_chat(play: Play) -> None:
    ran = await play.run(CODE[SENDING]["Sending chat"])
    assert ran.output.startswith(f"To room {play.room_id} I would send: Hello ")


async def test_plain_calls(play: Play) -> None:
    ran = await play.run_to_the_end(CODE[SYNC]["Synchronous API"], enough=some_lines)
    assert some_lines(ran.output)


async def test_plain_handlers(play: Play) -> None:
    opened = "from tikcast import ChatEvent\nfrom tikcast.sync import TikTok\nwith TikTok() as tiktok:\n"
    ran = await play.run_to_the_end(opened + indent(CODE[SYNC]["Handlers"], "    "), enough=some_lines)
    assert some_lines(ran.output)


async def test_ways_into_the_thread_of_a_gui(play: Play) -> None:
    def soon(work: Callable[[], None]) -> None:
        work()

    ways = {"root": "after_idle", "wx": "CallAfter", "bridge.work": "emit", "loop": "call_soon_threadsafe"}
    code = CODE[SYNC]["Use in a GUI"]
    for thing, method in ways.items():
        assert f"call_soon={thing}.{method})" in code
        code = code.replace(f"{thing}.{method}", "soon")
    await play.run(code, TikTok=sync.TikTok, soon=soon)


async def test_the_bridge_for_qt(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a minimal replacement of Qt, because the tests run without a screen and without Qt."""
    slots: list[Callable[[object], None]] = []
    signal = SimpleNamespace(connect=slots.append, emit=lambda work: [slot(work) for slot in slots])
    qt = SimpleNamespace(QObject=object, Signal=lambda kind: signal)
    monkeypatch.setitem(sys.modules, "PySide6", SimpleNamespace(QtCore=qt))
    monkeypatch.setitem(sys.modules, "PySide6.QtCore", qt)
    ran = await play.run(CODE[SYNC]["The bridge for Qt"])
    with sync.TikTok(call_soon=ran.names["bridge"].work.emit) as tiktok, tiktok.track(play.user) as live:
        handled: SimpleQueue[ChatEvent] = SimpleQueue()
        live.on(ChatEvent, handled.put)
        assert (await asyncio.to_thread(handled.get)).comment


def test_all_code_has_its_test() -> None:
    tested = re.findall(r'CODE\[(\w+)\]\["(.+?)"\]', Path(__file__).read_text(encoding="utf-8"))
    assert {(globals()[name], heading) for name, heading in tested} == {
        (name, heading) for name, code in CODE.items() for heading in code
    }


ROWS = [(name, row) for name in (PYTHON, NODE) for row in rows(name)]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}: {row.theirs}" for name, row in ROWS])
def test_every_name_of_ours_exists(name: str, row: Row) -> None:
    for span in re.findall(r"`([^`]+)`", row.ours):
        assert exists(span), span


def exists(span: str) -> bool:
    """Whether a code span names an existing class, call, option or attribute."""
    if " is " in span:
        span, _, state = span.partition(" is ")
        assert state in {"False", *(f"LiveState.{state.name}" for state in LiveState)}
    for start, kinds in {"live.": (Live, sync.Live), "tiktok.": (TikTok,), "event.": event_classes()}.items():
        if match := re.match(rf"(?:await |async with )?{re.escape(start)}(\w+)", span):
            return any(hasattr(kind, match[1]) for kind in kinds) and options_exist(span, match[1])
    if span.startswith("TikTok("):
        return options_exist(span, "__init__")
    last = any(isinstance(getattr(module, span, None), type) for module in (tikcast, events, errors))
    return last or span in WORDS


WORDS = {
    "async with", "paused", "resumed", "ended", "suspended", "tikcast.sync", "retry_after", "action", "raw",
    "reason", "causes", 'logging.getLogger("tikcast")',
}  # fmt: skip
"""Code spans that are values, not names."""


def event_classes() -> tuple[type, ...]:
    return tuple(kind for kind in vars(events).values() if inspect.isclass(kind))


def options_exist(span: str, method: str) -> bool:
    known = inspect.signature(getattr(TikTok, method, TikTok)).parameters
    return set(re.findall(r"(\w+)=", span)) <= known.keys()


def test_no_document_asks_to_disable_the_verification_of_tls() -> None:
    assert not any("verify=False" in read(name) for name in CODE)


def some_lines(text: str) -> bool:
    return text.count("\n") > 10


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def through_proxy(code: str, play: Play) -> None:
    async with http_proxy(urlsplit(play.simulator.url).port or 0) as proxy:
        ran = await play.run(code.replace(PROXY, proxy.url))
    assert int(ran.output) == play.room_id
    assert any(path.startswith("/webcast/im/") for path in proxy.paths())
