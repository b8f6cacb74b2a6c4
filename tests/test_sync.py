"""tikcast without asyncio, against the simulator: the same names, the same events, plain calls."""

import asyncio
import inspect
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

import tikcast
from tests.background import background
from tikcast import ChatEvent, Endpoints, Event, GiftEvent, Limits, LiveEnded, UserEvent, feed, recording, sync
from tikcast.errors import ConfigError, UserNotFound, UserOffline
from tikcast.live import EventStream, LiveState
from tikcast.simulator import Simulator
from tikcast.sync import TikTok

MAIN = threading.main_thread()
PATIENCE = 60.0


@pytest.fixture(scope="module")
def site() -> Iterator[Simulator]:
    with background() as behind, behind.entered(Simulator(users=("sim0",), seed=1, rate=200.0)) as simulator:
        yield simulator


@pytest.fixture
def evening() -> Iterator[Simulator]:
    """A simulator of the test's own, whose live can be ended."""
    with background() as behind, behind.entered(Simulator(users=("sim0",), seed=2, rate=100.0)) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    left = tikcast_threads()
    for thread in left:
        thread.join(PATIENCE)
    assert [thread.name for thread in left if thread.is_alive()] == []


def tikcast_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("tikcast")]


def client(simulator: Simulator, **options: Any) -> TikTok:
    return TikTok(endpoints=Endpoints.at(simulator.url), **options)


def act(simulator: Simulator, action: str) -> None:
    body = json.dumps({"action": action}).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{simulator.url}/_sim/rooms/sim0", body, headers)) as answer:
        answer.read()


def ledger(simulator: Simulator) -> dict[str, Any]:
    with urllib.request.urlopen(f"{simulator.url}/_sim/ledger/sim0") as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def test_a_plain_loop_gets_every_message_of_the_ledger_and_ends_with_the_live(evening: Simulator) -> None:
    seen: list[Event] = []
    with client(evening) as tiktok, tiktok.track("@sim0") as live:
        assert live.room_id == evening.rooms["sim0"]
        for event in live:
            seen.append(event)
            if len(seen) == 100:
                act(evening, "end")
    assert isinstance(seen[-1], LiveEnded)
    assert live.end_reason == "ended"
    sent = {int(one["message_id"]) for one in ledger(evening)["messages"]}
    assert {event.message_id for event in seen if event.message_id} == sent


def test_lookups_tell_what_the_asynchronous_ones_tell(site: Simulator) -> None:
    room = site.rooms["sim0"]

    async def asked() -> list[object]:
        async with tikcast.TikTok(endpoints=Endpoints.at(site.url)) as tiktok:
            return [
                (await tiktok.user_info("sim0")).id,
                (await tiktok.live_room("sim0")).title,
                await tiktok.is_live("offline0"),
                await tiktok.are_live([room]),
                (await tiktok.room_info(room)).title,
                await tiktok.gift_list(room),
                (await tiktok.signer_limits()).minute.max,
                (await tiktok.wait_until_live("sim0")).room_id,
            ]

    with client(site) as tiktok:
        told = [
            tiktok.user_info("sim0").id,
            tiktok.live_room("sim0").title,
            tiktok.is_live("offline0"),
            tiktok.are_live([room]),
            tiktok.room_info(room).title,
            tiktok.gift_list(room),
            tiktok.signer_limits().minute.max,
            tiktok.wait_until_live("sim0").room_id,
        ]
    assert told == asyncio.run(asked())
    assert told[2:4] == [False, {room: True}]


def test_errors_are_those_of_the_asynchronous_client(site: Simulator) -> None:
    with client(site) as tiktok:
        with pytest.raises(UserNotFound, match="@nobody_at_all"):
            tiktok.user_info("nobody_at_all")
        with pytest.raises(UserOffline):
            tiktok.track("offline0").__enter__()


def test_a_program_of_handlers_runs_until_the_live_ends(evening: Simulator) -> None:
    comments: list[str] = []
    people: list[str] = []
    ended: list[bool] = []
    with client(evening) as tiktok:
        live = tiktok.track("@sim0")

        @live.on(ChatEvent)
        def on_chat(event: ChatEvent) -> None:
            comments.append(event.comment)
            if people and not ended:
                act(evening, "end")
                ended.append(True)

        live.on(UserEvent, lambda event: people.append(event.user.nickname))
        assert live.run() == "ended"
        assert live.state is LiveState.CLOSED
    sent = Counter(one["method"] for one in ledger(evening)["messages"])
    assert len(comments) == sent["WebcastChatMessage"]


def test_handlers_come_one_at_a_time_in_a_thread_where_they_may_block(site: Simulator) -> None:
    threads: set[threading.Thread] = set()
    together = threading.Semaphore(1)
    enough = threading.Event()

    def handle(event: Event) -> None:
        assert together.acquire(blocking=False)
        threads.add(threading.current_thread())
        enough.wait(0.001)
        together.release()

    with client(site) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, handle)
        live.on(UserEvent, handle)
        chats = live.events(ChatEvent)
        for _ in range(30):
            next(chats)
        while not threads:
            next(chats)
        assert live.stats().handler_errors == 0
        (thread,) = threads
    assert thread is not threading.current_thread()


def test_a_handler_may_look_things_up_and_close_its_live(site: Simulator) -> None:
    names: list[str] = []
    with client(site) as tiktok, tiktok.track("@sim0") as live:

        @live.on(ChatEvent)
        def on_chat(event: ChatEvent) -> None:
            names.append(tiktok.user_info("sim0").username)
            live.close()
            names.append("closed")

        assert live.run() == "closed"
    assert names[:2] == ["sim0", "closed"]


def test_a_handler_that_raises_is_told_to_the_hook_and_goes_on(
    site: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    told: SimpleQueue[tuple[Exception, Event, bool]] = SimpleQueue()

    def hook(error: Exception, event: Event) -> None:
        told.put((error, event, threading.current_thread() is MAIN))

    def stumble(event: ChatEvent) -> None:
        next(iter(()))

    with client(site, on_error=hook) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, stumble)
        for _ in range(2):
            error, event, in_main = told.get(timeout=PATIENCE)
            assert isinstance(error.__cause__, StopIteration) or isinstance(error, StopIteration)
            assert isinstance(event, ChatEvent)
            assert not in_main
    assert "stumble" in caplog.text


def test_a_forgotten_handler_gets_nothing_more(site: Simulator) -> None:
    calls: SimpleQueue[Event] = SimpleQueue()
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        handler = live.on(ChatEvent, calls.put)
        calls.get(timeout=PATIENCE)
        live.off(handler)
        chats = live.events(ChatEvent)
        later = {next(chats).message_id for _ in range(5)}
    assert later.isdisjoint(calls.get().message_id for _ in range(calls.qsize()))


def test_call_soon_hands_every_call_to_another_thread(site: Simulator) -> None:
    """As a GUI has it: a loop in the main thread takes what others put into its queue."""
    inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
    threads: list[threading.Thread] = []
    with client(site, call_soon=inbox.put) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, lambda event: threads.append(threading.current_thread()))
        while len(threads) < 5:
            inbox.get(timeout=PATIENCE)()
    assert set(threads) == {threading.current_thread()}
    # What was under way when it closed is not called any more.
    while not inbox.empty():
        inbox.get()()
    assert len(threads) == 5


def test_a_gui_that_is_gone_is_told_like_a_handler_that_raises(
    site: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(work: Callable[[], None]) -> None:
        raise RuntimeError("main thread is not in main loop")

    with client(site, call_soon=gone) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, print)
        chats = live.events(ChatEvent)
        while not live.stats().handler_errors:
            next(chats)
    assert "main thread is not in main loop" in caplog.text


async def test_it_works_where_a_loop_runs_already(site: Simulator) -> None:
    """As in Jupyter, whose cells run inside an event loop."""
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        assert isinstance(next(live.events(ChatEvent)), ChatEvent)
    loop = asyncio.get_running_loop()
    threads: asyncio.Queue[threading.Thread] = asyncio.Queue()
    with client(site, call_soon=loop.call_soon_threadsafe) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, lambda event: threads.put_nowait(threading.current_thread()))
        assert await threads.get() is threading.current_thread()


def test_many_threads_share_one_client(site: Simulator) -> None:
    """As the handlers of a web application do."""
    with client(site) as tiktok, ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: tiktok.user_info("sim0").username, range(24)))
    assert names == ["sim0"] * 24


def test_closing_a_live_from_another_thread_ends_its_loop(site: Simulator) -> None:
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        next(live)
        closing = threading.Thread(target=live.close)
        closing.start()
        rest = list(live)
        closing.join()
        assert isinstance(rest[-1], LiveEnded)
        assert live.end_reason == "closed"
        live.close()


def test_closing_the_client_from_another_thread_ends_every_loop_and_loses_no_event(site: Simulator) -> None:
    tiktok = client(site)
    live = tiktok.track("@sim0").__enter__()
    started, go_on = threading.Event(), threading.Event()
    seen: list[Event] = []

    def read() -> None:
        for event in live:
            seen.append(event)
            started.set()
            go_on.wait(PATIENCE)

    reader = threading.Thread(target=read)
    reader.start()
    started.wait(PATIENCE)
    tiktok.close()
    go_on.set()
    reader.join(PATIENCE)
    assert isinstance(seen[-1], LiveEnded)
    assert live.state is LiveState.CLOSED
    tiktok.close()


def test_a_call_that_is_under_way_ends_when_the_client_closes(site: Simulator) -> None:
    tiktok = client(site)
    waiting = threading.Event()

    def wait() -> None:
        waiting.set()
        tiktok.wait_until_live("offline0")

    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(wait)
        waiting.wait(PATIENCE)
        tiktok.is_live("sim0")
        tiktok.close()
        with pytest.raises(ConfigError, match="closed"):
            call.result(timeout=PATIENCE)


def test_a_loop_that_was_left_holds_up_no_handler(site: Simulator) -> None:
    handled, enough = [0], threading.Event()

    def handle(_: Event) -> None:
        handled[0] += 1
        if handled[0] == 100:
            enough.set()

    with client(site, queue_policy="wait", limits=Limits(events=5)) as tiktok, tiktok.track("@sim0") as live:
        live.on(Event, handle)
        for _ in live:
            break
        waiting = threading.Thread(target=lambda: (next(live), live.wait_ended()))
        waiting.start()
        assert enough.wait(PATIENCE)
        live.close()
        waiting.join(PATIENCE)


def test_single_events_are_taken_in_order_from_the_opening_on(site: Simulator) -> None:
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        stream = live.events()
        single = [next(live) for _ in range(200)]
        streamed = [next(stream) for _ in range(20)]
    assert type(single[0]).__name__ == "Connected"
    begin = single.index(streamed[0])
    assert single[begin : begin + 20] == streamed[: len(single) - begin]


def test_what_is_closed_says_so(site: Simulator) -> None:
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        pass
    assert live.stats().connections == 1
    assert live.problems() == {}
    assert list(tiktok.lives) == []
    with pytest.raises(ConfigError, match="this client is closed; make a new one"):
        tiktok.user_info("sim0")
    with pytest.raises(ConfigError, match="this client is closed"):
        tiktok.track("@sim0").__enter__()
    with pytest.raises(ConfigError, match="this live stream is not open"):
        next(tiktok.track("@sim0"))


def test_making_a_client_starts_no_thread_and_closing_it_is_fine(site: Simulator) -> None:
    tiktok = client(site)
    live = tiktok.track("@sim0")
    live.on(ChatEvent, print)
    assert live.state is LiveState.NEW
    assert live.stats().connections == 0
    assert tikcast_threads() == []
    tiktok.close()
    tiktok.close()


def test_some_types_come_through_an_iterator_of_their_own(site: Simulator) -> None:
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        both = live.events(ChatEvent, GiftEvent)
        kinds = set[type]()
        while kinds != {ChatEvent, GiftEvent}:
            kinds.add(type(next(both)))
            assert kinds <= {ChatEvent, GiftEvent}
        both.close()
        both.close()
        assert all(isinstance(event, ChatEvent | GiftEvent) for event in both)
        for event in live.events(ChatEvent):
            assert event.comment
            break


def test_an_interrupt_passes_through_every_wait_and_closes(site: Simulator) -> None:
    told: set[str] = set()

    def interrupt(event: Event) -> None:
        """Once for each way: a hand on Ctrl+C is slower than the chat."""
        if way.__name__ not in told:
            told.add(way.__name__)
            assert MAIN.ident is not None
            signal.pthread_kill(MAIN.ident, signal.SIGINT)

    def run(tiktok: TikTok) -> None:
        live = tiktok.track("@sim0")
        live.on(ChatEvent, interrupt)
        live.run()

    def iterate(tiktok: TikTok) -> None:
        with tiktok.track("@sim0") as live:
            live.on(ChatEvent, interrupt)
            for _ in live:
                pass

    def wait(tiktok: TikTok) -> None:
        live = tiktok.track("@sim0").__enter__()
        live.on(ChatEvent, interrupt)
        tiktok.wait_until_live("offline0")

    for way in (run, iterate, wait):
        with pytest.raises(KeyboardInterrupt):  # noqa: SIM117 - the interrupt is to pass the client's exit too
            with client(site) as tiktok:
                way(tiktok)


def test_a_handler_may_end_the_program(site: Simulator) -> None:
    def quit_on(event: ChatEvent) -> None:
        sys.exit(3)

    with client(site) as tiktok:
        live = tiktok.track("@sim0")
        live.on(ChatEvent, quit_on)
        with pytest.raises(SystemExit, match="3"):
            live.run()
        assert live.state is LiveState.CLOSED


def test_a_handler_that_never_ends_delays_closing_by_a_moment_only(site: Simulator) -> None:
    stuck, begun = threading.Event(), threading.Event()

    def never(event: ChatEvent) -> None:
        begun.set()
        stuck.wait()

    with client(site) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, never)
        begun.wait(PATIENCE)
    assert live.state is LiveState.CLOSED
    handlers = next(thread for thread in threading.enumerate() if thread.name == "tikcast handlers")
    assert handlers.daemon
    stuck.set()
    handlers.join(PATIENCE)


def test_chat_is_sent_through_a_sender_that_may_block_or_await(site: Simulator) -> None:
    sent: list[tuple[int, str, bool]] = []

    class Blocking:
        def send_chat(self, room_id: int, text: str) -> None:
            sent.append((room_id, text, threading.current_thread() is MAIN))

    class Awaiting:
        async def send_chat(self, room_id: int, text: str) -> None:
            await asyncio.sleep(0)
            sent.append((room_id, text, threading.current_thread() is MAIN))

    room = site.rooms["sim0"]
    for sender in (Blocking(), Awaiting()):
        with client(site, chat_sender=sender) as tiktok, tiktok.track("@sim0") as live:
            live.send("hello")
    assert sent == [(room, "hello", False)] * 2
    with client(site) as tiktok, tiktok.track("@sim0") as live, pytest.raises(ConfigError, match="chat_sender"):
        live.send("hello")


def test_a_live_is_recorded(site: Simulator, tmp_path: Path) -> None:
    with client(site) as tiktok, tiktok.track("@sim0") as live:
        with live.download(tmp_path / "evening.ts", duration=0.5) as recorded:
            assert recorded.progress.state in {"recording", "waiting", "done"}
            (part,) = recorded.wait()
        stopped = live.download(tmp_path / "morning.ts")
        with stopped.begin():
            assert not stopped.done
        assert [one.path.name for one in stopped.parts] == ["morning.ts"]
    assert part.path == tmp_path / "evening.ts"
    assert part.size == part.path.stat().st_size
    assert recorded.done


def test_what_is_no_type_of_events_or_no_handler_is_refused_at_once(site: Simulator) -> None:
    with client(site) as tiktok:
        live: Any = tiktok.track("@sim0")
        with pytest.raises(ConfigError, match="'chat' is no type of events"):
            live.on("chat", print)
        with pytest.raises(ConfigError, match="'hello' cannot be called"):
            live.on(ChatEvent, "hello")
        with pytest.raises(ConfigError, match="or `with` in"):
            next(live)


def test_a_coroutine_function_may_be_a_handler(site: Simulator) -> None:
    seen: SimpleQueue[str] = SimpleQueue()

    async def on_chat(event: ChatEvent) -> None:
        await asyncio.sleep(0)
        seen.put(event.comment)

    with client(site) as tiktok, tiktok.track("@sim0") as live:
        live.on(ChatEvent, on_chat)
        assert seen.get(timeout=PATIENCE)


def test_calling_from_its_own_loop_is_refused_instead_of_waiting_for_ever(site: Simulator) -> None:
    told: SimpleQueue[Exception] = SimpleQueue()

    with client(site, on_error=lambda error, event: told.put(error)) as tiktok, tiktok.track("@sim0") as live:

        @live.on(ChatEvent)
        async def on_chat(event: ChatEvent) -> None:
            tiktok.user_info("sim0")

        assert "inside its own event loop" in str(told.get(timeout=PATIENCE))


FORGETFUL = """
import sys
from tikcast.sync import TikTok
live = TikTok().track("@sim0")
live.__enter__()
print(live.room_id, type(next(live)).__name__)
"""


def test_a_program_that_forgets_to_close_ends_quietly(site: Simulator) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FORGETFUL],
        env=os.environ | {"TIKCAST_ENDPOINT": site.url},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == [str(site.rooms["sim0"]), "Connected"]


def test_a_client_that_is_thrown_away_warns_and_ends_its_thread(site: Simulator) -> None:
    tiktok = client(site)
    tiktok.is_live("sim0")
    with pytest.warns(ResourceWarning, match="never closed"):
        del tiktok


# The asynchronous name → the plain one, where they differ.
RENAMED = {"aclose": "close", "__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__",
           "__anext__": "__next__"}  # fmt: skip
TWINS: list[tuple[type, type, set[str]]] = [
    (tikcast.TikTok, sync.TikTok, set()),
    (tikcast.Live, sync.Live, {"run"}),
    (EventStream, sync.EventStream, set()),
    (recording.Recording, sync.Recording, set()),
    (feed.Feed, sync.Feed, set()),
    (feed.Page, sync.feed.Page, set()),
    (feed.FeedLive, sync.feed.FeedLive, set()),
]


def public_names(kind: type) -> set[str]:
    special = {name for name in RENAMED if name in vars(kind)} | {
        name for name in RENAMED.values() if name in vars(kind)
    }
    return {name for name in vars(kind) if not name.startswith("_")} | special


CONTRACT = {
    sync.TikTok: {
        "track", "user_info", "live_room", "is_live", "are_live", "room_info", "gift_list", "price_list", "audience",
        "signer_limits", "wait_until_live", "watch", "feed", "fetch_image", "lives", "close",
    },
    sync.Live: {
        "room_id", "host", "info", "gifts", "state", "end_reason", "stats", "problems", "on", "off", "events", "send",
        "close", "download", "wait_ended", "run",
    },
    sync.EventStream: {"close"},
    sync.Recording: {"stop", "wait", "parts", "progress", "done"},
    sync.Feed: {"next", "lives", "has_more"},
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTRACT, ids=lambda kind: kind.__qualname__)
def test_names_that_programs_rely_on_stay(kind: type) -> None:
    assert {name for name in CONTRACT[kind] if not hasattr(kind, name)} == set()


def returned(function: Callable[..., object] | None) -> str:
    assert function is not None
    return str(inspect.signature(function).return_annotation)


@pytest.mark.parametrize(("original", "plain", "own"), TWINS, ids=lambda value: getattr(value, "__qualname__", ""))
def test_every_public_name_has_its_plain_twin_and_no_other(original: type, plain: type, own: set[str]) -> None:
    wanted = {RENAMED.get(name, name) for name in public_names(original)}
    assert public_names(plain) - own == wanted


SIGNATURES = [
    (original, plain, name)
    for original, plain, _ in TWINS
    for name in sorted(public_names(original) | ({"__init__"} if original is tikcast.TikTok else set()))
]


@pytest.mark.parametrize(
    ("original", "plain", "name"), SIGNATURES, ids=[f"{one.__qualname__}.{name}" for one, _, name in SIGNATURES]
)
def test_twins_are_called_in_the_same_way(original: type, plain: type, name: str) -> None:
    one, two = vars(original)[name], vars(plain)[RENAMED.get(name, name)]
    assert type(one) is type(two)
    if isinstance(one, property):
        assert returned(two.fget) == returned(one.fget)
        return
    mine, theirs = inspect.signature(two), inspect.signature(one)
    parameters = [value for key, value in mine.parameters.items() if key != "call_soon"]
    assert parameters == list(theirs.parameters.values())
    assert mine.return_annotation == theirs.return_annotation.replace("Async", "")
    assert not inspect.iscoroutinefunction(two)
